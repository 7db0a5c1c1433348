"""Bytes on their way: in parts that fit in memory, counted and summed as they pass."""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

#: Bytes that are in memory at once.
PART_BYTES = 1024 * 1024


class Passed(NamedTuple):
    """What has passed."""

    size_bytes: int
    sha256: str


class Counted:
    """Parts that are counted and summed while somebody takes them.

    >>> parts = Counted([b"ab", b"c"])
    >>> b"".join(parts), parts.passed.size_bytes
    (b'abc', 3)
    """

    def __init__(self, parts: Iterable[bytes]) -> None:
        self._parts = parts
        self._sum = hashlib.sha256()
        self._size_bytes = 0

    def __iter__(self) -> Iterator[bytes]:
        for part in self._parts:
            self._sum.update(part)
            self._size_bytes += len(part)
            yield part

    @property
    def passed(self) -> Passed:
        """What has been taken so far."""
        return Passed(self._size_bytes, self._sum.hexdigest())


def parts_of(
    file: BinaryIO, length: int | None = None, part_bytes: int = PART_BYTES
) -> Iterator[bytes]:
    """What follows in an open file, up to `length` bytes; all of it when None."""
    left = length
    while left is None or left > 0:
        part = file.read(part_bytes if left is None else min(part_bytes, left))
        if not part:
            return
        left = None if left is None else left - len(part)
        yield part


def passed_by(parts: Iterable[bytes]) -> Passed:
    """Take all parts, and tell what passed.

    >>> passed_by([b"ab", b"c"]).size_bytes
    3
    """
    counted = Counted(parts)
    deque(counted, maxlen=0)
    return counted.passed


def write_parts(parts: Iterable[bytes], to: BinaryIO) -> Passed:
    """Write all parts, and tell what passed."""
    counted = Counted(parts)
    to.writelines(counted)
    return counted.passed


def write_file(parts: Iterable[bytes], to: Path) -> Passed:
    """Write all parts to a new local file, of which nothing is left when that fails."""
    try:
        with to.open("wb") as file:
            return write_parts(parts, file)
    except BaseException:
        to.unlink(missing_ok=True)
        raise
