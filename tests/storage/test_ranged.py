"""A range of an object is read as a file is, and no more of it than is needed."""

import io
from random import Random

import pytest

from reelmill.storage.memory import MemoryStore
from reelmill.storage.ranged import KEPT, MOST_BYTES, SPARING, USUAL, Pace, Ranged
from reelmill.storage.store import BadRange
from reelmill.units import StoreKey

KEY = StoreKey("a.tar")


def ranged(content: bytes, start: int = 0, length: int | None = None, pace: Pace = USUAL) -> Ranged:
    store = MemoryStore()
    store.put_bytes(KEY, content)
    return Ranged(store, store.stat(KEY), start, length, pace)


def test_it_reads_as_a_file_of_the_range_does() -> None:
    chance = Random("ranged")
    content = chance.randbytes(3 * MOST_BYTES)
    start, length = 1234, 2 * MOST_BYTES + 99
    file, peer = ranged(content, start, length), io.BytesIO(content[start : start + length])
    for _ in range(300):
        if chance.random() < 0.5:
            offset, whence = chance.choice(
                [(chance.randrange(length), 0), (-chance.randrange(length), 2), (0, 1)]
            )
            assert file.seek(offset, whence) == peer.seek(offset, whence)
        size = chance.choice([0, 1, 512, 100_000, 1_000_000, -1])
        assert file.read(size) == peer.read(size)
        assert file.tell() == peer.tell()


def test_a_look_at_a_place_reads_little() -> None:
    file = ranged(bytes(50 * MOST_BYTES))
    file.seek(20 * MOST_BYTES)
    file.read(10)
    assert file.fetched_bytes == USUAL.first_bytes


def test_a_sparing_look_reads_less() -> None:
    file = ranged(bytes(50 * MOST_BYTES), pace=SPARING)
    file.read(10)
    file.read(5_000)
    assert file.fetched_bytes == 3 * SPARING.first_bytes
    file.read(100_000)
    assert file.fetched_bytes < 120_000


def test_reading_on_takes_fewer_and_larger_reads() -> None:
    file = ranged(bytes(20 * MOST_BYTES))
    while file.read(4096):
        pass
    assert file.fetched_bytes == 20 * MOST_BYTES
    assert file._next_bytes == MOST_BYTES


def test_what_was_read_is_not_read_again_soon() -> None:
    file = ranged(bytes(50 * MOST_BYTES))
    for place in (0, 20, 40) * 5:
        file.seek(place * MOST_BYTES)
        file.read(100)
    assert file.fetched_bytes == 3 * USUAL.first_bytes


def test_it_keeps_little() -> None:
    file = ranged(bytes(30 * MOST_BYTES))
    while file.read(MOST_BYTES):
        assert sum(len(one.data) for one in file._kept) <= KEPT * MOST_BYTES


def test_it_ends_where_the_range_ends() -> None:
    file = ranged(b"0123456789", 2, 5)
    assert file.read() == b"23456"
    assert file.read() == b""
    file.seek(100)
    assert file.read(3) == b""


def test_a_range_that_the_object_has_not_is_refused() -> None:
    for start, length in ((11, None), (5, 6), (-1, 3), (0, -1)):
        with pytest.raises(BadRange):
            ranged(b"0123456789", start, length)
