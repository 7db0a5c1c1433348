import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmill.media.geometry import Size
from reelmill.media.h264 import (
    BitReader,
    BitWriter,
    SliceForm,
    UnsuitableStream,
    escaped,
    nal_units,
    renumbered,
    repeating_slice,
    slice_form,
    unescaped,
)

#: What libx264 writes for 1280x720 at 30 frames a second with the settings of `x264.py`.
SPS_OF_X264 = bytes.fromhex("6742c01fda014016e90808080a000003000200000300791e306540")
PPS_OF_X264 = bytes.fromhex("68ce06f2")

#: A PPS like that one whose slices refer to two pictures.
TWO_REFERENCES = b"\x68" + (
    BitWriter().ue(0).ue(0).u(2, 0).ue(0).ue(1).ue(0).u(3, 0).ue(0).ue(0).ue(0).u(3, 4).payload()
)

FORM = SliceForm(frame_num_bits=4, deblocking_control=True)


@given(numbers=st.lists(st.integers(0, 100_000), max_size=20))
def test_numbers_are_read_as_they_were_written(numbers: list[int]) -> None:
    writer = BitWriter()
    for number in numbers:
        writer.ue(number).u(17, number)
    reader = BitReader(writer.payload())
    assert [(reader.ue(), reader.u(17)) for _ in numbers] == [(n, n) for n in numbers]


@given(payload=st.lists(st.sampled_from([0, 1, 2, 3, 4, 255]), max_size=60).map(bytes))
def test_an_escaped_payload_holds_no_start_code_and_comes_back(payload: bytes) -> None:
    body = escaped(payload)
    assert not any(code in body for code in (b"\0\0\0", b"\0\0\1", b"\0\0\2"))
    assert unescaped(body) == payload


def test_the_headers_that_libx264_writes_are_understood() -> None:
    assert slice_form(SPS_OF_X264, PPS_OF_X264) == FORM


@pytest.mark.parametrize(
    ("sps", "pps"),
    [
        pytest.param(b"\x67\x64" + SPS_OF_X264[2:], PPS_OF_X264, id="high profile"),
        pytest.param(b"\x67\x42\xc0\x1f\xff" + SPS_OF_X264[5:], PPS_OF_X264, id="shown reordered"),
        pytest.param(SPS_OF_X264, b"\x68\xee\x06\xf2", id="CABAC"),
        pytest.param(SPS_OF_X264, TWO_REFERENCES, id="several references"),
    ],
)
def test_what_cannot_be_repeated_is_refused(sps: bytes, pps: bytes) -> None:
    with pytest.raises(UnsuitableStream):
        slice_form(sps, pps)


@pytest.mark.parametrize(
    ("size", "macroblocks"),
    [
        pytest.param(Size(1280, 720), 3600, id="whole macroblocks"),
        pytest.param(Size(1920, 1080), 8160, id="a cropped last row"),
        pytest.param(Size(1080, 1920), 8160, id="a cropped last column"),
        pytest.param(Size(2, 2), 1, id="less than a macroblock"),
    ],
)
def test_a_repeating_slice_skips_every_macroblock(size: Size, macroblocks: int) -> None:
    reader = BitReader(unescaped(repeating_slice(FORM, size, 9)[1:]))
    first, kind, parameters, number = reader.ue(), reader.ue(), reader.ue(), reader.u(4)
    assert (first, kind, parameters, number) == (0, 5, 0, 9)
    flags, quantiser, no_deblocking, skipped = reader.u(3), reader.ue(), reader.ue(), reader.ue()
    assert (flags, quantiser, no_deblocking, skipped) == (0, 0, 1, macroblocks)
    assert reader.u(1) == 1


@given(
    bits=st.sampled_from([4, 7, 16]),
    before=st.integers(0, 65_535),
    after=st.integers(0, 65_535),
    rest=st.lists(st.sampled_from([0, 0, 0, 1, 3, 128]), min_size=1, max_size=40).map(bytes),
)
def test_a_slice_is_renumbered_and_nothing_else(
    bits: int, before: int, after: int, rest: bytes
) -> None:
    form = SliceForm(frame_num_bits=bits, deblocking_control=True)
    before, after = before % (1 << bits), after % (1 << bits)

    def slice_numbered(number: int) -> bytes:
        head = BitWriter().ue(0).ue(5).ue(0).u(bits, number)
        for byte in rest:
            head.u(8, byte)
        return b"\x41" + escaped(head.payload())

    assert renumbered(slice_numbered(before), form, after) == slice_numbered(after)


def test_a_stream_is_cut_at_its_start_codes_of_either_length() -> None:
    stream = b"\0\0\0\1\x67\x42\0\0\1\x68\xce\0\0\0\1\x65\x88"
    assert list(nal_units(stream)) == [b"\x67\x42", b"\x68\xce", b"\x65\x88"]


def test_renumbering_a_large_slice_takes_no_time_that_grows_with_it() -> None:
    body = np.random.default_rng(1).integers(4, 255, 200_000, np.uint8).tobytes()
    nal = b"\x41" + escaped(BitWriter().ue(0).ue(5).ue(0).u(4, 3).u(8, 200).payload()) + body
    assert renumbered(nal, FORM, 11)[20:] == nal[20:]
