"""What was paid for -> a file in the store that was decoded; tried again without buying again."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

import structlog

from reelmill.errors import BadMedia, Canceled
from reelmill.media.geometry import Size
from reelmill.media.played import Played, play
from reelmill.pipelines.storyboards.dealings import TROUBLE
from reelmill.pipelines.storyboards.house import settings_of
from reelmill.pipelines.storyboards.opening import provider_of
from reelmill.pipelines.storyboards.providers.outputs import MAGIC_BYTES, Bringer
from reelmill.pipelines.storyboards.providers.provider import RequestRefused
from reelmill.pipelines.storyboards.purchases import Purchases
from reelmill.pipelines.storyboards.records import Entry
from reelmill.pipelines.storyboards.refusals import DownloadBroken, OutputLost
from reelmill.pipelines.storyboards.tables import ledger
from reelmill.pipelines.storyboards.thumbnails import look_and_shrink
from reelmill.services import Services, attempt
from reelmill.storage.store import MissingObject

#: Bytes of a megabyte.
MB: Final = 1_000_000

#: Seconds that a look at one picture may take, and at one video of 1080p.
PICTURE_LIMIT_S, VIDEO_LIMIT_S = 60.0, 600.0

T = TypeVar("T")

log = structlog.get_logger()


class Brought(NamedTuple):
    """A file that is what it should be."""

    path: Path
    """In the folder of the step."""

    head: bytes
    """Its first bytes, which tell what it is."""


class BroughtPicture(NamedTuple):
    """A picture that was decoded."""

    path: Path
    """In the folder of the step."""

    head: bytes
    """Its first bytes, which tell what it is."""

    small: Path
    """A small copy of it, beside it."""

    size: Size
    """Of it."""


def bring_picture(here: Services, entry: Entry, folder: Path) -> BroughtPicture:
    """Bring the picture that was bought, decoded, with a small copy of it.

    Raises:
        OutputLost: it is no longer to be had.
        DownloadBroken, BadMedia: it cannot be had now, or is no picture.
    """
    path, small = folder / "picture", folder / "thumbnail.jpg"

    def bring(url: str) -> Size:
        _bringer(here).picture(url, path)
        return here.in_child(look_and_shrink, PICTURE_LIMIT_S, path, small)

    size = _until_sound(here, entry, bring)
    return BroughtPicture(path, _head(path), small, size)


def bring_film(
    here: Services, entry: Entry, folder: Path, *, look_limit_s: float = VIDEO_LIMIT_S
) -> tuple[Brought, Played]:
    """Bring the video that was bought, decoded from start to end.

    Args:
        here: What it reaches.
        entry: The purchase.
        folder: Where it is put.
        look_limit_s: Seconds that decoding it may take.

    Raises:
        OutputLost: it is no longer to be had.
        DownloadBroken, BadMedia: it cannot be had now, or is no video.
    """
    path = folder / "video"

    def bring(url: str) -> Played:
        _bringer(here).video(url, path)
        return here.in_child(play, look_limit_s, path)

    played = _until_sound(here, entry, bring)
    return Brought(path, _head(path)), played


def _until_sound(here: Services, entry: Entry, bring: Callable[[str], T]) -> T:
    """Bring it, again and again as the settings say, from wherever the provider has it by now."""
    urls = entry.outputs
    for wait_s in (*settings_of(here).waits.download_retry_s, None):
        try:
            return _first(urls, bring)
        except OutputLost:
            urls = _elsewhere(here, entry, urls)
        except (DownloadBroken, BadMedia) as error:
            if wait_s is None:
                raise
            log.warning("download is tried again", entry=entry.id, error=error.message)
        if attempt().canceled.wait(wait_s or 0.0):
            raise Canceled
    raise OutputLost(entry_id=entry.id)


def _first(urls: tuple[str, ...], bring: Callable[[str], T]) -> T:
    if not urls:
        raise OutputLost(problem="the provider names no output")
    try:
        return bring(urls[0])
    except MissingObject as error:
        raise OutputLost(**error.facts) from error


def _elsewhere(here: Services, entry: Entry, urls: tuple[str, ...]) -> tuple[str, ...]:
    """Where the provider says that it is now.

    Raises:
        OutputLost: still there, where it is not; this is written down, so that it may be bought
            anew when somebody asks for it again.
    """
    bank = Purchases(here=here, provider=provider_of(here, entry.provider))
    try:
        # What is used again was no prediction: where it was is all that there is.
        now = bank.look(entry).output_urls if entry.prediction_id else urls
    except (*TROUBLE, RequestRefused):
        return urls
    if now == urls:
        with here.catalog.begin() as conn:
            ledger.change(conn, entry.id, lost_at=here.clock())
        raise OutputLost(entry_id=entry.id)
    with here.catalog.begin() as conn:
        ledger.change(conn, entry.id, outputs=list(now))
    return now


def _bringer(here: Services) -> Bringer:
    chosen = settings_of(here)
    return Bringer(
        store=here.store,
        http=here.http,
        limit_s=chosen.waits.video_limit_s,
        max_video_bytes=int(chosen.max_video_mb * MB),
    )


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAGIC_BYTES)
