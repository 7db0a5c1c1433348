"""Range headers as a table."""

import pytest

from reelmill.web.ranges import OutOfRange, Part, still_holds, wanted


@pytest.mark.parametrize(
    ("header", "part"),
    [
        pytest.param(None, None, id="no header is the whole file"),
        pytest.param("", None, id="an empty header is the whole file"),
        pytest.param("bytes=0-", Part(0, 100), id="from the start is a range all the same"),
        pytest.param("bytes=0-0", Part(0, 1), id="one byte"),
        pytest.param("bytes=10-19", Part(10, 10), id="both ends are included"),
        pytest.param("bytes=90-200", Part(90, 10), id="the end is cut to the file"),
        pytest.param("bytes=-10", Part(90, 10), id="the last bytes"),
        pytest.param("bytes=-500", Part(0, 100), id="more last bytes than there are"),
        pytest.param("BYTES = 1 - 2", Part(1, 2), id="letters and blanks do not matter"),
        pytest.param("bytes=5-3", None, id="backwards is no range"),
        pytest.param("bytes=-", None, id="without numbers is no range"),
        pytest.param("bytes=0-1,5-6", None, id="several ranges get the whole file"),
        pytest.param("bytes=a-b", None, id="letters are no range"),
        pytest.param("frames=0-1", None, id="another unit is no range"),
        pytest.param("bytes=" + "9" * 40 + "-", None, id="a number beyond reason is no range"),
    ],
)
def test_a_range_of_a_hundred_bytes(header: str | None, part: Part | None) -> None:
    assert wanted(header, 100) == part


@pytest.mark.parametrize(
    ("header", "size_bytes"),
    [
        pytest.param("bytes=100-", 100, id="past the end"),
        pytest.param("bytes=-0", 100, id="the last zero bytes"),
        pytest.param("bytes=0-", 0, id="anything of an empty file"),
        pytest.param("bytes=-1", 0, id="the end of an empty file"),
    ],
)
def test_what_no_byte_lies_in_is_out_of_range(header: str, size_bytes: int) -> None:
    with pytest.raises(OutOfRange):
        wanted(header, size_bytes)


@pytest.mark.parametrize(
    ("if_range", "holds"),
    [
        pytest.param(None, True, id="nothing was asked"),
        pytest.param('"abc"', True, id="the same tag"),
        pytest.param('"abd"', False, id="another tag"),
        pytest.param('W/"abc"', False, id="a weak tag promises too little"),
        pytest.param("Sat, 21 Nov 2026 09:00:00 GMT", True, id="the same moment"),
        pytest.param("Sat, 21 Nov 2026 09:00:01 GMT", False, id="another moment"),
    ],
)
def test_a_range_holds_while_the_file_is_the_same(if_range: str | None, *, holds: bool) -> None:
    modified = "Sat, 21 Nov 2026 09:00:00 GMT"
    assert still_holds(if_range, etag='"abc"', modified=modified) is holds
