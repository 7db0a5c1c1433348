"""Range header and size -> the bytes to send. Decides; touches nothing. RFC 9110, section 14."""

import re
from typing import Final, NamedTuple

_ONE_RANGE: Final = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.IGNORECASE)


class Part(NamedTuple):
    """A stretch of a file."""

    start: int
    """First byte, counted from 0."""

    length: int
    """Bytes, at least 1."""

    def content_range(self, size_bytes: int) -> str:
        """The Content-Range header of this part.

        >>> Part(0, 2).content_range(10)
        'bytes 0-1/10'
        """
        return f"bytes {self.start}-{self.start + self.length - 1}/{size_bytes}"


class OutOfRange(ValueError):
    """No byte of the file lies in the range."""


def wanted(header: str | None, size_bytes: int) -> Part | None:
    """The part that is asked for; None for the whole file.

    A header that is no single range of bytes is ignored, as the standard allows.

    Raises:
        OutOfRange: well formed, but past the end.

    >>> wanted("bytes=0-99", 50)
    Part(start=0, length=50)
    >>> wanted("bytes=-10", 50)
    Part(start=40, length=10)
    >>> wanted("lines=1-2", 50) is None
    True
    """
    match = _ONE_RANGE.fullmatch(header or "")
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        return _suffix(int(last), size_bytes)
    start, end = int(first), int(last) if last else size_bytes - 1
    if last and end < start:
        return None
    if start >= size_bytes:
        raise OutOfRange
    return Part(start, min(end, size_bytes - 1) - start + 1)


def _suffix(length: int, size_bytes: int) -> Part:
    if length == 0 or size_bytes == 0:
        raise OutOfRange
    length = min(length, size_bytes)
    return Part(size_bytes - length, length)


def still_holds(if_range: str | None, *, etag: str, modified: str) -> bool:
    """Whether a Range may be honoured: the caller's copy is of this very file.

    >>> still_holds(None, etag='"a"', modified=""), still_holds('W/"a"', etag='"a"', modified="")
    (True, False)
    """
    return if_range is None or if_range in {etag, modified}
