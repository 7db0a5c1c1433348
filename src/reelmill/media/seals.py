"""A file of our own -> a last box that tells what its packets were when they were decoded.

With it, a file that was decoded once need not be decoded again: whoever joins its packets to
others shows that they are still the same. Readers of MP4 pass over the box.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from reelmill.errors import BadMedia
from reelmill.media.boxes import HEADER_BYTES, BadBoxes, boxes

#: Kind of boxes that anyone may add, and the name of ours. Source: ISO/IEC 14496-12, 4.2 and 11.1.
KIND: Final = b"uuid"
NAME: Final = bytes.fromhex("0d1f6a3c5b7e4c0f9a8e2b41c6d7e8f9")

#: Bytes of SHA-256 that are kept for a packet.
DIGEST_BYTES: Final = 16


class NotSealed(BadMedia):
    """The file carries no whole seal, so that nobody knows whether it was ever decoded."""


class Seal(NamedTuple):
    """What was decoded, as `digest_of` tells it."""

    headers: bytes
    """What the decoder was told before the first packet."""

    packets: tuple[bytes, ...]
    """Each packet, as they are stored."""


def digest_of(packet: bytes | memoryview) -> bytes:
    """What a packet is known by: 16 bytes.

    >>> len(digest_of(b"slice"))
    16
    """
    return hashlib.sha256(packet).digest()[:DIGEST_BYTES]


def add_seal(path: Path, headers: bytes, packets: Iterable[bytes]) -> None:
    """Add to an MP4 what was decoded of it: its headers, and what each packet is known by."""
    body = NAME + digest_of(headers) + b"".join(packets)
    with path.open("ab") as file:
        file.write((HEADER_BYTES + len(body)).to_bytes(4) + KIND + body)


def seal_of(path: Path) -> Seal:
    """What was decoded of a sealed MP4.

    Raises:
        NotSealed: it has no seal, or is cut off.
    """
    try:
        last = boxes(path)[-1:]
    except BadBoxes as error:
        raise NotSealed(file=path.name) from error
    if not last or last[0].kind != KIND.decode():
        raise NotSealed(file=path.name)
    with path.open("rb") as file:
        file.seek(HEADER_BYTES - last[0].size_bytes, 2)
        name, body = file.read(len(NAME)), file.read()
    if name != NAME or not body or len(body) % DIGEST_BYTES:
        raise NotSealed(file=path.name)
    headers, *packets = (body[at : at + DIGEST_BYTES] for at in range(0, len(body), DIGEST_BYTES))
    return Seal(headers, tuple(packets))
