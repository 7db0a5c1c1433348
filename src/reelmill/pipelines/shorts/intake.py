"""An upload or an address -> a video in the store, where every node can reach it."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from reelmill.errors import BadMedia
from reelmill.media.info import SNIFF_BYTES, sniff
from reelmill.pipelines.shorts.form import UploadForm
from reelmill.pipelines.shorts.keys import source_key
from reelmill.pipelines.shorts.source import NAME, on_this_disk
from reelmill.services import Services
from reelmill.storage.store import Stored
from reelmill.storage.transfer import Counted, Passed
from reelmill.units import StoreKey

#: Seconds that a fetch may take: ten gigabytes at 25 Mbit/s.
FETCH_LIMIT_S: Final = 3600.0

#: Longest title, in letters.
MAX_TITLE_LETTERS: Final = 200

#: Title of what has none.
UNTITLED: Final = "Untitled"

#: What is said of the bytes until a look into the video says more.
_CONTENT_TYPE: Final = "application/octet-stream"

#: An ending such as `.mp4`, no part of a title.
_ENDING: Final = re.compile(r"(?<=.)\.[A-Za-z0-9]{1,5}$")


class EmptyVideo(BadMedia):
    """The file is empty."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A video that lies in the store."""

    video_id: str
    """Made up here; nothing of the client's is in it."""

    source_key: StoreKey
    """Where it lies."""

    title: str
    """For people: the title that was given, or the name of the file, cleaned."""

    size_bytes: int
    """Counted while it passed."""

    sha256: str
    """Of what passed, hexadecimal."""


def keep_upload(
    body: Iterable[bytes], content_type: str, here: Services, *, max_bytes: int
) -> Kept:
    """Bring an upload into the store while it arrives; never more than a part is in memory.

    Nothing is left of it when it breaks off, in the store or elsewhere.

    Args:
        body: The body of the request in parts; what it raises is passed on.
        content_type: The header of that name, `multipart/form-data` with its boundary.
        here: Store and scratch folder.
        max_bytes: Largest file.

    Raises:
        BadUpload, UploadTooLarge: the form cannot be read, or holds too much.
        EmptyVideo, UnknownFormat: the file is of no format that is read here.
        NoRoom: the disk does not take it.
    """
    with here.scratch() as folder:
        path = folder / NAME
        with on_this_disk():
            file = path.open("wb")
        with file:
            form = UploadForm(content_type, file, max_bytes=max_bytes)
            for part in body:
                with on_this_disk():
                    form.take(part)
            with on_this_disk():
                file.flush()
        form.finish()
        video_id = uuid4().hex
        stored = _stored(path, source_key(video_id), here)
    return Kept(
        video_id=video_id,
        source_key=stored.key,
        title=clean_title(form.texts.get("title") or bare_name(form.file_name)),
        size_bytes=stored.size_bytes,
        sha256=stored.sha256,
    )


def fetch_video(url: str, to: StoreKey, here: Services, *, max_bytes: int) -> Stored:
    """Fetch a video through the guard, and put it into the store.

    Raises:
        ForbiddenAddress, TooLarge, AddressGone, FetchFailed: as the guarded fetcher says.
        EmptyVideo, UnknownFormat: it is of no format that is read here.
        NoRoom: the disk does not take it.
    """
    with here.scratch() as folder:
        path = folder / NAME
        with on_this_disk():
            here.http.save(url, path, max_bytes=max_bytes, timeout_s=FETCH_LIMIT_S)
        return _stored(path, to, here)


def weigh(key: StoreKey, here: Services) -> Passed:
    """Size and checksum of a video that lies in the store.

    Raises:
        MissingObject: there is none.
    """
    parts = Counted(here.store.stream(key))
    for _part in parts:
        pass
    return parts.passed


def clean_title(text: str) -> str:
    r"""A title that people can read and that does nothing else.

    >>> clean_title("  Talk\u202e4pm\x00.\n "), clean_title("\x00")
    ('Talk4pm .', 'Untitled')
    """
    spaced = "".join(_letter(letter) for letter in unicodedata.normalize("NFC", text))
    return " ".join(spaced.split())[:MAX_TITLE_LETTERS].rstrip() or UNTITLED


def bare_name(file_name: str) -> str:
    r"""A file name without folders and ending.

    >>> bare_name("C:\\videos\\talk.mp4"), bare_name("../../etc/passwd"), bare_name(".mp4")
    ('talk', 'passwd', '.mp4')
    """
    return _ENDING.sub("", re.split(r"[/\\]", file_name)[-1].strip())


def _letter(letter: str) -> str:
    """The letter, a space for one that steers, nothing for one that cannot be seen."""
    category = unicodedata.category(letter)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    return "" if category in {"Cf", "Cs", "Co", "Cn"} else letter


def _stored(path: Path, to: StoreKey, here: Services) -> Stored:
    """Put a file into the store that may be a video by its first bytes."""
    with path.open("rb") as file:
        beginning = file.read(SNIFF_BYTES)
    if not beginning:
        raise EmptyVideo
    sniff(beginning)
    return here.store.take(to, path, content_type=_CONTENT_TYPE)
