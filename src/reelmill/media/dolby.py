"""A file's header -> the profile of its Dolby Vision, which libav keeps to itself. In a child."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from reelmill.errors import BadMedia
from reelmill.media.boxes import BadBoxes, boxes

#: Bytes of a header that are looked through; the index of twelve hours takes less.
MOST_HEADER_BYTES: Final = 64 * 1024 * 1024

#: Where Matroska says what its streams are, within so many bytes from the start.
TRACKS_WITHIN_BYTES: Final = 1024 * 1024

#: The boxes of an MP4, 32 bytes long, whose body is the record. Source: Dolby Vision Streams
#: Within the ISO Base Media File Format, 3.2.
IN_MP4: Final = (b"\0\0\0\x20dvcC", b"\0\0\0\x20dvvC")

#: What stands before the record in Matroska, at once or soon after: its kind, then its size.
#: Source: RFC 9559, 5.1.4.1.17.
IN_MATROSKA: Final = (b"\x41\xe7\x84dvcC", b"\x41\xe7\x84dvvC")
SIZE_IN_MATROSKA: Final = b"\x41\xed\x98"

#: Bytes behind such a sign among which the record is.
RECORD_WITHIN_BYTES: Final = 64

#: The profile whose pictures mean nothing to whoever does not read the data beside them.
ALONE: Final = 5


class DolbyVisionAlone(BadMedia):
    """The colours of the video are told in Dolby Vision alone, which is not read here."""


def admit_colours(path: Path, demuxer: str) -> None:
    """Let a video of HEVC pass, unless it is of a profile that players of HEVC cannot show.

    Profiles 7 and 8 are HDR10, HLG or SDR to whoever passes over what is beside them.

    Raises:
        DolbyVisionAlone: it would come out green and purple.
    """
    if profile_in(path, demuxer) == ALONE:
        raise DolbyVisionAlone(
            profile=ALONE, hint="Export it again as HDR10, HLG or SDR, or as profile 8."
        )


def profile_in(path: Path, demuxer: str) -> int | None:
    """The profile that the header names; None where there is none."""
    match demuxer:
        case "mov":
            records = (_behind(header, sign) for header in _indexes(path) for sign in IN_MP4)
        case "matroska":
            header = _beginning(path)
            kinds = (_behind(header, sign) for sign in IN_MATROSKA)
            records = (_behind(rest, SIZE_IN_MATROSKA) for rest in kinds)
        case _:
            return None
    # Two bytes of version, then seven bits of profile.
    return next((record[2] >> 1 for record in records if len(record) > 2), None)  # noqa: PLR2004


def _behind(header: bytes, sign: bytes) -> bytes:
    """What follows a sign, up to a record; nothing where it is not."""
    _, _, rest = header.partition(sign)
    return rest[:RECORD_WITHIN_BYTES]


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(TRACKS_WITHIN_BYTES)


def _indexes(path: Path) -> Iterator[bytes]:
    at = 0
    try:
        found = boxes(path)
    except BadBoxes:
        return
    with path.open("rb") as file:
        for box in found:
            if box.kind == "moov":
                file.seek(at)
                yield file.read(min(box.size_bytes, MOST_HEADER_BYTES))
            at += box.size_bytes
