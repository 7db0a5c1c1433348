"""Lines are cut from a file of any length, in memory that does not grow with it."""

import io
import tracemalloc

import pytest

from reelmill.pipelines.captures.extract.lines import CHUNK_BYTES, lines


@pytest.mark.parametrize(
    ("data", "cut"),
    [
        pytest.param(b"", [], id="nothing"),
        pytest.param(b"a\nb\n", [b"a", b"b"], id="an end behind the last"),
        pytest.param(b"a\nb", [b"a", b"b"], id="no end behind the last"),
        pytest.param(b"\n\na\r\n", [b"", b"", b"a\r"], id="blank ones are the reader's"),
    ],
)
def test_lines_are_cut(data: bytes, cut: list[bytes]) -> None:
    assert list(lines(io.BytesIO(data), 100)) == cut


def test_a_line_across_two_reads_is_whole() -> None:
    data = b"a" * (CHUNK_BYTES - 3) + b"\n" + b"bcdefgh\nlast"
    assert list(lines(io.BytesIO(data), 2 * CHUNK_BYTES))[1:] == [b"bcdefgh", b"last"]


class Endless:
    """A line that does not end for a long while, and then one that does."""

    def __init__(self, chunks: int) -> None:
        self._chunks = chunks

    def read(self, size: int, /) -> bytes:
        self._chunks -= 1
        if self._chunks > 0:
            return b"x" * size
        return b"\nshort\n" if self._chunks == 0 else b""


def test_a_line_without_an_end_is_not_kept() -> None:
    tracemalloc.start()
    long, short = lines(Endless(200), 1000)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(long) > 1000
    assert short == b"short"
    assert peak_bytes < 6 * CHUNK_BYTES
