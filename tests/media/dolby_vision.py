"""Writes the record of Dolby Vision into an MP4 of HEVC, as a muxer that knows it would."""

import struct
from typing import Final

#: Boxes that hold boxes, and the bytes before those.
OUTER: Final = {b"moov": 8, b"trak": 8, b"mdia": 8, b"minf": 8, b"stbl": 8, b"stsd": 16}

#: How the entry of a stream of HEVC is called.
ENTRY: Final = b"hvc1"


def with_profile(mp4: bytes, profile: int) -> bytes:
    """The same file, its `moov` last, with a record of that profile."""
    name = b"dvcC" if profile < 8 else b"dvvC"
    levels = profile << 9 | 6 << 3 | 0b101
    return _grown(mp4, struct.pack(">I4sBBHB19x", 32, name, 1, 0, levels, 0))


def _grown(data: bytes, record: bytes) -> bytes:
    grown, at = b"", 0
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        head = OUTER.get(kind, length if kind == ENTRY else 0)
        box = data[at : at + length]
        if head:
            inside = record if kind == ENTRY else _grown(box[head:], record)
            box = struct.pack(">I", head + len(inside)) + box[4:head] + inside
        grown, at = grown + box, at + length
    return grown
