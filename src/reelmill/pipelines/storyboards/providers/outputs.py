"""What a provider made -> a file here that is at least what it should be, or the reason why not."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reelmill.http import AddressGone, Fetcher, FetchFailed
from reelmill.pipelines.storyboards.providers.provider import STORED
from reelmill.pipelines.storyboards.refusals import (
    DownloadBroken,
    DownloadEmpty,
    DownloadTooSmall,
    NotAPicture,
    NotAVideo,
    OutputLost,
)
from reelmill.storage.store import Store
from reelmill.units import StoreKey

#: Bytes below which nothing is a video. Source: render task.
LEAST_VIDEO_BYTES: Final = 1024

#: Most bytes of a picture.
MAX_PICTURE_BYTES: Final = 50_000_000

#: Bytes that tell what a file is.
MAGIC_BYTES: Final = 12

Check = Callable[[bytes, int], None]
"""Raises when the first bytes, and the size, cannot be those of what was asked for."""


def as_video(head: bytes, size_bytes: int) -> None:
    """Let pass what begins as MP4, QuickTime, AVI, Matroska or WebM. Source: render task.

    Raises:
        DownloadTooSmall, NotAVideo: as their names say.
    """
    if size_bytes < LEAST_VIDEO_BYTES:
        raise DownloadTooSmall(size_bytes=size_bytes)
    is_avi = head[:4] == b"RIFF" and head[8:12] == b"AVI "
    if head[4:8] != b"ftyp" and not is_avi and head[:4] != b"\x1a\x45\xdf\xa3":
        raise NotAVideo


def as_picture(head: bytes, _size_bytes: int) -> None:
    """Let pass what begins as PNG, JPEG, WebP or GIF.

    Raises:
        NotAPicture: it begins as something else.
    """
    is_webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    if not is_webp and not head.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8")):
        raise NotAPicture


@dataclass(frozen=True, kw_only=True)
class Bringer:
    """Brings outputs, within limits."""

    store: Store
    """Where `STORED` outputs lie."""

    http: Fetcher
    """Brings all others in parts, so that memory does not grow with the file."""

    limit_s: float
    """Seconds that one may take."""

    max_video_bytes: int
    """Largest video."""

    def picture(self, url: str, to: Path) -> int:
        """Write a picture to a file; see `video`."""
        return self._bring(url, to, MAX_PICTURE_BYTES, as_picture)

    def video(self, url: str, to: Path) -> int:
        """Write a video to a file that nobody else sees; none is left when that fails.

        Args:
            url: As the provider told it.
            to: The file.

        Returns:
            Its size in bytes.

        Raises:
            OutputLost: the provider no longer has it.
            DownloadBroken: the network broke off; worth another attempt.
            BadMedia: a leaf that says why it is no video.
        """
        return self._bring(url, to, self.max_video_bytes, as_video)

    def _bring(self, url: str, to: Path, max_bytes: int, check: Check) -> int:
        try:
            size_bytes = self._write(url, to, max_bytes)
            _look_at(to, size_bytes, check)
        except BaseException:
            to.unlink(missing_ok=True)
            raise
        return size_bytes

    def _write(self, url: str, to: Path, max_bytes: int) -> int:
        if url.startswith(STORED):
            return self.store.fetch(StoreKey(url.removeprefix(STORED)), to).size_bytes
        try:
            return self.http.save(url, to, max_bytes=max_bytes, timeout_s=self.limit_s)
        except AddressGone as error:
            raise OutputLost(**error.facts) from error
        except FetchFailed as error:
            raise DownloadBroken(problem=error.facts.get("problem", error.message)) from error


def _look_at(file: Path, size_bytes: int, check: Check) -> None:
    if not size_bytes:
        raise DownloadEmpty
    with file.open("rb") as opened:
        check(opened.read(MAGIC_BYTES), size_bytes)
