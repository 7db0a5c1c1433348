"""An object, or a range of it -> a file to be read from anywhere, no more of it than is needed."""

from io import SEEK_CUR, SEEK_END, SEEK_SET, RawIOBase, UnsupportedOperation
from typing import NamedTuple

from reelmill.storage.store import BadRange, Stat, Store, StoreUnavailable

#: Most bytes of one read.
MOST_BYTES = 2 * 1024 * 1024

#: Reads that are kept: a demuxer goes to and fro between an index, sound and picture.
KEPT = 6


class Pace(NamedTuple):
    """How much is read at once, when less is asked for."""

    first_bytes: int = 64 * 1024
    """Where somebody has just gone to; each read on from there is twice as long."""

    most_bytes: int = MOST_BYTES
    """Where it is read on and on; at most `MOST_BYTES`."""


#: For most files: few requests, and little that nobody wants.
USUAL = Pace()

#: Where bytes count more than requests do.
SPARING = Pace(4 * 1024, 32 * 1024)


class _Read(NamedTuple):
    """Some bytes of the range, and where they begin in it."""

    start: int
    data: bytes

    @property
    def end(self) -> int:
        return self.start + len(self.data)


class Ranged(RawIOBase):
    """A file over a range of one object, in memory of at most `KEPT * MOST_BYTES`.

    Args:
        store: That has the object.
        known: The object, as the store described it.
        start: First byte of the range.
        length: Bytes of the range; None for all that follow.
        pace: How much is read at once.

    Raises:
        BadRange: the object has no such range.
    """

    def __init__(
        self,
        store: Store,
        known: Stat,
        start: int = 0,
        length: int | None = None,
        pace: Pace = USUAL,
    ) -> None:
        super().__init__()
        rest = known.size_bytes - start
        if start < 0 or rest < (length or 0) or (length or 0) < 0:
            raise BadRange(key=known.key, start=start, length=length, size_bytes=known.size_bytes)
        self.size_bytes = rest if length is None else length
        self.fetched_bytes = 0
        """Bytes that came from the store until now."""
        self._store, self._known, self._start = store, known, start
        self._pace, self._next_bytes = pace, pace.first_bytes
        self._at = 0
        self._kept: list[_Read] = []

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Where the next read begins."""
        return self._at

    def seek(self, offset: int, whence: int = SEEK_SET, /) -> int:
        """Go somewhere; nothing is read yet."""
        base = {SEEK_SET: 0, SEEK_CUR: self._at, SEEK_END: self.size_bytes}[whence]
        if base + offset < 0:
            raise UnsupportedOperation("before the beginning")
        self._at = base + offset
        return self._at

    def read(self, size: int | None = -1, /) -> bytes:
        """Bytes from here on, as many as asked for; fewer only at the end."""
        left = max(0, self.size_bytes - self._at)
        wanted = left if size is None or size < 0 else min(size, left)
        end, parts = self._at + wanted, []
        while self._at < end:
            known = self._read_with(self._at, end - self._at)
            part = known.data[self._at - known.start : end - known.start]
            parts.append(part)
            self._at += len(part)
        return b"".join(parts)

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        """As `read`, into memory of the caller."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _read_with(self, at: int, wanted: int) -> _Read:
        """What was read, or is now, with the byte at a place in it."""
        for number, known in enumerate(self._kept):
            if known.start <= at < known.end:
                self._kept.append(self._kept.pop(number))
                return known
        if any(known.end == at for known in self._kept):
            self._next_bytes = min(2 * self._next_bytes, self._pace.most_bytes)
        else:
            self._next_bytes = self._pace.first_bytes
        length = min(max(self._next_bytes, min(wanted, MOST_BYTES)), self.size_bytes - at)
        data = self._store.read_part(self._known, self._start + at, length)
        if not data:
            raise StoreUnavailable(key=self._known.key, problem="shorter than it was said to be")
        self.fetched_bytes += len(data)
        self._kept = [*self._kept[-KEPT + 1 :], _Read(at, data)]
        return self._kept[-1]
