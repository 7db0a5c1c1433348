"""Keys, ranges and types: decisions that every store shares."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from reelmill.storage.store import BadKey, BadRange, checked, checked_prefix, clipped, type_of
from reelmill.units import StoreKey


@given(some.text())
def test_a_key_that_passes_stays_under_the_root(key: str) -> None:
    try:
        passed = checked(key)
    except BadKey:
        return
    assert passed == key
    parts = key.split("/")
    assert all(parts)
    assert not {".", ".."} & set(parts)
    assert "\0" not in key


@pytest.mark.parametrize("prefix", ["", "/"])
def test_no_prefix_is_all(prefix: str) -> None:
    assert checked_prefix(prefix) == ""


@pytest.mark.parametrize("prefix", ["../", "//", "/a", "a//", ".partial"])
def test_a_prefix_is_checked_like_a_key(prefix: str) -> None:
    with pytest.raises(BadKey):
        checked_prefix(prefix)


@given(size=some.integers(0, 50), start=some.integers(-5, 60), length=some.integers(-5, 60))
def test_a_range_is_what_slicing_gives(size: int, start: int, length: int) -> None:
    data = bytes(range(size))
    try:
        first, end = clipped(StoreKey("a"), size, start, length)
    except BadRange:
        assert start < 0 or start > size or length < 0
        return
    assert data[first:end] == data[start : start + length]


@pytest.mark.parametrize(
    ("key", "content_type"),
    [
        ("a/b.mp4", "video/mp4"),
        ("a/b.MP4", "video/mp4"),
        ("a/b.jpg", "image/jpeg"),
        ("a/b.png", "image/png"),
        ("a/b.json", "application/json"),
        ("a/b.parquet", "application/vnd.apache.parquet"),
        ("a.mp4/b", "application/octet-stream"),
        ("a/b.unheard-of", "application/octet-stream"),
    ],
)
def test_the_ending_tells_the_type(key: str, content_type: str) -> None:
    assert type_of(key) == content_type
