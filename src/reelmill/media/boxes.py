"""An MP4's bytes -> its outermost boxes, before any decoder is trusted with them."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from reelmill.errors import BadMedia

#: Bytes of a box's own header: length and kind. Source: ISO/IEC 14496-12, 4.2.
HEADER_BYTES = 8

#: More outermost boxes than this are no video of ours or of anyone who means well.
MAX_BOXES = 10_000


class BadBoxes(BadMedia):
    """The file is no chain of MP4 boxes from its first byte to its last."""


class Box(NamedTuple):
    """One outermost box."""

    kind: str
    """Four characters: `ftyp`, `moov`, `mdat`."""

    size_bytes: int
    """Its whole length, header included."""


def boxes(path: Path) -> tuple[Box, ...]:
    """List the outermost boxes in their order.

    Raises:
        BadBoxes: cut off, followed by something else, or no MP4 at all.
    """
    with path.open("rb") as file:
        return tuple(_chain(file, path.stat().st_size))


def _chain(file: BinaryIO, size_bytes: int) -> Iterator[Box]:
    start = 0
    for _ in range(MAX_BOXES):
        if start == size_bytes:
            return
        file.seek(start)
        header = file.read(2 * HEADER_BYTES)
        length = _length(header, size_bytes - start)
        kind = header[4:8]
        if length < HEADER_BYTES or start + length > size_bytes or not kind.isascii():
            raise BadBoxes(at_byte=start, length=length, size_bytes=size_bytes)
        yield Box(kind=kind.decode("ascii"), size_bytes=length)
        start += length
    raise BadBoxes(boxes=MAX_BOXES)


def _length(header: bytes, rest: int) -> int:
    length = int.from_bytes(header[:4], "big")
    if length == 1:
        return int.from_bytes(header[8:16], "big")
    return rest if length == 0 and len(header) >= HEADER_BYTES else length
