"""A file of unknown length -> its lines, each short enough to be held in memory."""

from collections.abc import Iterator
from typing import Final, Protocol

#: Bytes of one read.
CHUNK_BYTES: Final = 1024 * 1024


class Readable(Protocol):
    """A file that is read from here on."""

    def read(self, size: int, /) -> bytes:
        """The next bytes; none at the end."""
        ...


def lines(file: Readable, longest_bytes: int) -> Iterator[bytes]:
    """Every line without its end; of one that is too long, somewhat more than may be.

    Args:
        file: Read to its end.
        longest_bytes: What a line may have; what follows in it is passed over.
    """
    rest = b""
    while chunk := file.read(CHUNK_BYTES):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
        # One byte more than allowed is enough to be seen as too long.
        rest = rest[: longest_bytes + 1]
    if rest:
        yield rest
