"""The port to where files live: what every store does, with its data and its errors."""

import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from reelmill.errors import NotFound, Refused, Unavailable
from reelmill.units import StoreKey

#: Longest key, UTF-8. Source: S3, object key names.
MAX_KEY_BYTES = 1024

#: Longest part of a key between slashes, UTF-8. Source: file names on Linux and macOS.
MAX_PART_BYTES = 255

#: First part of keys that a folder keeps for files that are not whole yet.
PARTIAL = ".partial"

#: Most bytes that `read` returns unless told otherwise.
READ_MAX_BYTES = 64 * 1024 * 1024

#: Why an object is not read to its end.
REPLACED = "replaced while it was read"

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

#: Types by name ending, the same on every machine.
_TYPES = mimetypes.MimeTypes(filenames=())
_TYPES.add_type("application/vnd.apache.parquet", ".parquet")


class BadKey(Refused):
    """That cannot be the name of an object."""


class BadRange(Refused):
    """The object has no such range of bytes."""


class TooLarge(Refused):
    """The object is larger than what may be read at once."""


class MissingObject(NotFound):
    """There is no such object in the store."""


class StoreUnavailable(Unavailable):
    """The store does not answer."""


class StoreDenies(Unavailable):
    """The store does not let us; its settings want a look."""

    retryable = False


@dataclass(frozen=True, kw_only=True)
class Stored:
    """An object that was written or fetched, as it was on its way."""

    key: StoreKey
    """Where it lies."""

    size_bytes: int
    """Counted while it passed."""

    sha256: str
    """Of what passed, hexadecimal."""


@dataclass(frozen=True, kw_only=True)
class Stat:
    """An object as the store describes it."""

    key: StoreKey
    """Where it lies."""

    size_bytes: int
    """Its size."""

    etag: str
    """Another one when the content is another; without quotes."""

    modified: datetime
    """When it was written, with a zone."""


class Store(Protocol):
    """Where files live.

    Keys are checked by every method: `BadKey`. An outage is `StoreUnavailable`, everywhere.
    A reader sees an object whole or not at all, whenever a writer dies.
    """

    @property
    def url(self) -> str:
        """Where this is, for people; holds no secret."""
        ...

    def put(self, key: StoreKey, source: Path, *, content_type: str = "") -> Stored:
        """Write a file under a key, in place of what is there.

        Args:
            key: Where to.
            source: Stays the caller's.
            content_type: Of what the ending says unless given.
        """
        ...

    def take(self, key: StoreKey, source: Path, *, content_type: str = "") -> Stored:
        """As `put`, of a plain file that nobody needs any more: it may be gone afterwards."""
        ...

    def put_bytes(self, key: StoreKey, data: bytes, *, content_type: str = "") -> Stored:
        """Write bytes under a key, in place of what is there."""
        ...

    def read(self, key: StoreKey, max_bytes: int = READ_MAX_BYTES) -> bytes:
        """All of a small object.

        Raises:
            MissingObject: there is none.
            TooLarge: it has more than `max_bytes`.
        """
        ...

    def read_range(self, key: StoreKey, start: int, length: int) -> bytes:
        """Some bytes of an object; fewer when it ends before.

        Raises:
            MissingObject: there is none.
            BadRange: it ends before `start`.
        """
        ...

    def read_part(self, known: Stat, start: int, length: int) -> bytes:
        """Some bytes of an object as it was when it was described; fewer when it ends before.

        For many small reads of one object: it is not asked again how large that is.

        Raises:
            MissingObject: there is none any more.
            BadRange: it ends before `start`.
            StoreUnavailable: also when it was replaced meanwhile.
        """
        ...

    def stream(self, key: StoreKey, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """An object, or a range of it, in parts that fit in memory.

        Raises:
            MissingObject: there is none; known before the first part is asked for.
            BadRange: it ends before `start`.
            StoreUnavailable: also when it was replaced while it was read.
        """
        ...

    def fetch(self, key: StoreKey, to: Path) -> Stored:
        """Write an object to a local file; nothing is left of it when that fails.

        Raises:
            MissingObject: there is none.
        """
        ...

    def stat(self, key: StoreKey) -> Stat:
        """What the store knows of an object.

        Raises:
            MissingObject: there is none.
        """
        ...

    def exists(self, key: StoreKey) -> bool:
        """Whether there is such an object."""
        ...

    def list(self, prefix: str = "") -> Iterator[Stat]:
        """All objects under a prefix of whole parts, in no promised order.

        `replays` covers `replays/a.mp4`, and not `replays-bad/a.mp4`.
        """
        ...

    def move(self, source: StoreKey, to: StoreKey) -> None:
        """Publish: give an object its final key, in place of what is there.

        Raises:
            MissingObject: there is no `source`.
        """
        ...

    def link(self, key: StoreKey, target: StoreKey) -> bool:
        """Let a key stand for another object, in place of what is there.

        What is read under `key` is `target` then; a move or a removal of `key` leaves `target`.

        Returns:
            False where objects cannot stand for others; then nothing was done.

        Raises:
            MissingObject: there is no `target`.
        """
        ...

    def delete(self, key: StoreKey) -> None:
        """Remove an object; that there is none is as good."""
        ...

    def presign(self, key: StoreKey, seconds: int, filename: str = "") -> str | None:
        """A link to an object that works without us for a while.

        Args:
            key: The object; not asked whether it exists.
            seconds: How long the link works.
            filename: What the browser shall call the download.

        Returns:
            None when the store cannot sign, or not with such a name.
        """
        ...

    def local_path(self, key: StoreKey) -> Path | None:
        """The file of an object, to be read only; None when the store has no files.

        Raises:
            MissingObject: the store has files, and none for this key.
        """
        ...

    def sweep(self) -> int:
        """Remove what writers that died have left behind.

        Returns:
            How many files; 0 where the store does that itself.
        """
        ...

    def check(self) -> None:
        """See that the store answers and may be written to.

        Raises:
            StoreUnavailable: no answer.
            StoreDenies: no permission.
        """
        ...


def checked(key: str) -> StoreKey:
    """The key, when it can be one in any store.

    >>> checked("replays/0a1b.mp4")
    'replays/0a1b.mp4'

    Raises:
        BadKey: it climbs, is absolute, too long, or has a part that is empty or unprintable.
    """
    parts = key.split("/")
    if problem := _problem(key, parts):
        raise BadKey(key=key[:MAX_PART_BYTES], problem=problem)
    return StoreKey(key)


def _problem(key: str, parts: list[str]) -> str:
    try:
        sizes = [len(part.encode()) for part in parts]
    except UnicodeEncodeError:
        return "not UTF-8"
    if sum(sizes) + len(parts) - 1 > MAX_KEY_BYTES or max(sizes) > MAX_PART_BYTES:
        return "too long"
    if not all(parts):
        return "an empty part"
    if {".", ".."} & set(parts) or "\\" in key:
        return "climbs"
    if _CONTROL.search(key):
        return "a control character"
    return "reserved" if parts[0] == PARTIAL else ""


def checked_prefix(prefix: str) -> str:
    """The prefix without the slash at its end, when there can be keys under it.

    >>> checked_prefix("replays/")
    'replays'

    Raises:
        BadKey: no key begins like this.
    """
    bare = prefix.removesuffix("/")
    return checked(bare) if bare else ""


def clipped(key: StoreKey, size_bytes: int, start: int, length: int | None) -> tuple[int, int]:
    """The part of a range that an object has.

    >>> clipped(StoreKey("a"), 10, 4, None)
    (4, 10)

    Returns:
        First byte, and the byte behind the last.

    Raises:
        BadRange: the object ends before `start`, or a number is negative.
    """
    if not 0 <= start <= size_bytes or (length is not None and length < 0):
        raise BadRange(key=key, start=start, length=length, size_bytes=size_bytes)
    return start, size_bytes if length is None else min(start + length, size_bytes)


def type_of(key: str) -> str:
    """The content type that the ending of a key says.

    >>> type_of("replays/0a1b.mp4")
    'video/mp4'
    """
    return _TYPES.guess_type(key, strict=False)[0] or "application/octet-stream"
