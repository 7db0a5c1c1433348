"""Bytes on their way: counted, summed, and gone when they do not arrive."""

import hashlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from reelmill.storage.transfer import parts_of, write_file, write_parts


@given(data=some.binary(max_size=100), length=some.none() | some.integers(0, 120))
def test_parts_are_what_was_asked_for(data: bytes, length: int | None) -> None:
    parts = list(parts_of(BytesIO(data), length, part_bytes=7))
    assert b"".join(parts) == data[:length]
    assert all(0 < len(part) <= 7 for part in parts)


@given(some.lists(some.binary(max_size=20)))
def test_what_passes_is_counted_and_summed(parts: list[bytes]) -> None:
    to = BytesIO()
    passed = write_parts(parts, to)
    assert to.getvalue() == b"".join(parts)
    assert passed == (len(to.getvalue()), hashlib.sha256(to.getvalue()).hexdigest())


def test_a_file_that_is_not_whole_is_not_left(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise KeyError

    with pytest.raises(KeyError):
        write_file(broken(), tmp_path / "film.mp4")
    assert list(tmp_path.iterdir()) == []
