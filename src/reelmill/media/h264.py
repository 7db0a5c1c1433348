"""H.264 bit by bit: take apart what the encoder wrote, write slices that repeat a picture. Pure.

Section numbers are those of ITU-T H.264 (08/2021).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reelmill.errors import Refused
from reelmill.media.geometry import Size

#: NAL unit types, table 7-1.
SLICE, IDR_SLICE, SPS, PPS = 1, 5, 7, 8

#: First byte of a slice that is no IDR and is referred to: nal_ref_idc 2, type 1.
REFERENCE_SLICE = 0x41

#: slice_type of a picture whose slices are all P, table 7-6.
ALL_P = 5

#: Profiles from here on carry the chroma fields in their SPS, 7.3.2.1.1.
HIGH_PROFILE = 100

#: pic_order_cnt_type of streams whose pictures are shown in the order in which they are decoded.
OUTPUT_AS_DECODED = 2

#: Two zeros before a byte that would make, or undo, a start code, 7.4.1.
FORBIDDEN = re.compile(rb"\0\0(?=[\0-\3])")

#: Bytes of a slice that surely hold its frame_num.
HEAD_BYTES = 12


class UnsuitableStream(Refused):
    """The encoder writes streams of a form to which repeated pictures cannot be added."""


@dataclass(frozen=True, kw_only=True)
class SliceForm:
    """What the parameter sets say about how slices are written."""

    frame_num_bits: int
    """Width of frame_num, 4 to 16."""

    deblocking_control: bool
    """Whether each slice says how it is deblocked."""


class BitWriter:
    """Bits, first to last, most significant first.

    >>> BitWriter().u(1, 1).ue(3).payload().hex()
    '92'
    """

    def __init__(self) -> None:
        self._bits: list[str] = []

    def u(self, width: int, value: int) -> "BitWriter":
        """Append an unsigned number of `width` bits, `u(n)` of 7.2."""
        self._bits.append(f"{value:0{width}b}")
        return self

    def ue(self, value: int) -> "BitWriter":
        """Append an Exp-Golomb number, 9.1."""
        code = f"{value + 1:b}"
        self._bits.append("0" * (len(code) - 1) + code)
        return self

    def payload(self) -> bytes:
        """Everything written, closed by the stop bit and zeros to a whole byte, 7.3.2.11."""
        bits = "".join(self._bits) + "1"
        bits += "0" * (-len(bits) % 8)
        return int(bits, 2).to_bytes(len(bits) // 8, "big")


class BitReader:
    """Reads what `BitWriter` writes.

    >>> reader = BitReader(bytes([0x92]))
    >>> reader.u(1), reader.ue()
    (1, 3)
    """

    def __init__(self, payload: bytes) -> None:
        self._bits = "".join(f"{byte:08b}" for byte in payload)
        self.position = 0

    def u(self, width: int) -> int:
        """Read an unsigned number of `width` bits; 0 where `width` is."""
        bits = self._bits[self.position : self.position + width]
        self.position += width
        return int(bits or "0", 2)

    def ue(self) -> int:
        """Read an Exp-Golomb number."""
        one = self._bits.index("1", self.position)
        zeros = one - self.position
        self.position = one
        return self.u(zeros + 1) - 1


def escaped(payload: bytes) -> bytes:
    """Put in the bytes that keep a payload from looking like a start code, 7.4.1.

    >>> escaped(bytes([0, 0, 1])).hex()
    '00000301'
    """
    return FORBIDDEN.sub(b"\0\0\3", payload)


def unescaped(body: bytes) -> bytes:
    """Take out what `escaped` put in.

    >>> unescaped(bytes.fromhex("00000301")).hex()
    '000001'
    """
    return body.replace(b"\0\0\3", b"\0\0")


def nal_units(annex_b: bytes) -> Iterator[bytes]:
    """Cut a byte stream at its start codes, annex B.

    >>> [unit.hex() for unit in nal_units(bytes.fromhex("00000001670000016841"))]
    ['67', '6841']
    """
    for part in annex_b.split(b"\0\0\1"):
        if unit := part.rstrip(b"\0"):
            yield unit


def kind_of(nal: bytes) -> int:
    """Type of a NAL unit, table 7-1.

    >>> kind_of(bytes([0x67])) == SPS
    True
    """
    return nal[0] & 0x1F


def framed(nal: bytes) -> bytes:
    """A NAL unit as MP4 holds it: its length, then itself.

    >>> framed(bytes([0x41, 0x9A])).hex()
    '00000002419a'
    """
    return len(nal).to_bytes(4, "big") + nal


def slice_form(sps: bytes, pps: bytes) -> SliceForm:
    """Read from the parameter sets what a repeating slice must know.

    Raises:
        UnsuitableStream: CABAC, pictures shown out of order, several references or slice
            groups, weights: none of it can be repeated by the slices written here.
    """
    frame_num_bits = _frame_num_bits(sps)
    reader = BitReader(unescaped(pps[1:]))
    reader.ue()
    reader.ue()
    cabac, _order_present, groups = reader.u(1), reader.u(1), reader.ue()
    references, _other = reader.ue(), reader.ue()
    weighted, _weighted_b = reader.u(1), reader.u(2)
    for _quantiser in range(3):
        reader.ue()
    deblocking_control = reader.u(1)
    _constrained_intra, redundant = reader.u(1), reader.u(1)
    if cabac or groups or references or weighted or redundant:
        raise UnsuitableStream(pps=pps.hex())
    return SliceForm(frame_num_bits=frame_num_bits, deblocking_control=bool(deblocking_control))


def _frame_num_bits(sps: bytes) -> int:
    reader = BitReader(unescaped(sps[1:]))
    profile, _constraints, _level, _id = reader.u(8), reader.u(8), reader.u(8), reader.ue()
    if profile >= HIGH_PROFILE:
        raise UnsuitableStream(sps=sps.hex())
    bits = reader.ue() + 4
    order, references = reader.ue(), reader.ue()
    if order != OUTPUT_AS_DECODED or references != 1:
        raise UnsuitableStream(sps=sps.hex())
    return bits


def repeating_slice(form: SliceForm, size: Size, frame_num: int) -> bytes:
    """A whole picture of skipped macroblocks: the picture before it, bit for bit, 7.3.3 and 7.3.4.

    The header overrides, reorders and marks nothing (three zero bits) and keeps the quantiser.
    No vector is coded and all neighbours are still, so every inferred vector is zero (8.4.1.1);
    nothing is coded, so there is nothing to deblock, and the slice says so where it can.
    """
    macroblocks = -(-size.width // 16) * -(-size.height // 16)
    bits = BitWriter().ue(0).ue(ALL_P).ue(0).u(form.frame_num_bits, frame_num).u(3, 0).ue(0)
    if form.deblocking_control:
        bits.ue(1)
    return bytes([REFERENCE_SLICE]) + escaped(bits.ue(macroblocks).payload())


def renumbered(nal: bytes, form: SliceForm, frame_num: int) -> bytes:
    """The same slice with another frame_num.

    The encoder counts only the pictures it was shown; between them lie those that repeat.
    """
    cut = min(HEAD_BYTES, len(nal))
    # A cut behind a zero or an escape would lose or miss an escape at the seam.
    while cut < len(nal) and nal[cut - 1] in (0, 3):
        cut += 1
    head = unescaped(nal[1:cut])
    reader = BitReader(head)
    _first, _kind, _set = reader.ue(), reader.ue(), reader.ue()
    shift = len(head) * 8 - reader.position - form.frame_num_bits
    mask = ((1 << form.frame_num_bits) - 1) << shift
    bits = int.from_bytes(head, "big") & ~mask | frame_num << shift
    return nal[:1] + escaped(bits.to_bytes(len(head), "big")) + nal[cut:]
