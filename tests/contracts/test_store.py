"""What every store does: memory, folder, and S3 over real HTTP."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reelmill.errors import Refused
from reelmill.storage.memory import MemoryStore
from reelmill.storage.objects import PART_BYTES, open_store
from reelmill.storage.store import (
    BadKey,
    BadRange,
    MissingObject,
    Store,
    StoreUnavailable,
    TooLarge,
)
from reelmill.units import StoreKey

KEY = StoreKey("replays/0a1b.mp4")
OTHER = StoreKey("drafts/7f/0a1b.mp4")


@pytest.fixture(params=["memory", "folder", pytest.param("s3", marks=pytest.mark.s3)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    match request.param:
        case "memory":
            return MemoryStore()
        case "folder":
            return open_store((tmp_path / "store").as_uri())
        case _:
            return open_store(request.getfixturevalue("s3_url"))


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A file of more than two parts, no two parts alike."""
    path = tmp_path / "large.bin"
    path.write_bytes(b"".join(hashlib.sha256(bytes([n])).digest() * 2**14 for n in range(40)))
    assert path.stat().st_size > 2 * PART_BYTES
    return path


def test_what_was_put_is_read_again(store: Store) -> None:
    stored = store.put_bytes(KEY, b"a film")
    assert store.read(KEY) == b"a film"
    assert stored.size_bytes == 6
    assert stored.sha256 == hashlib.sha256(b"a film").hexdigest()


def test_a_large_file_goes_in_and_comes_out_whole(
    store: Store, large: Path, tmp_path: Path
) -> None:
    stored = store.put(KEY, large)
    fetched = store.fetch(KEY, tmp_path / "copy.bin")
    assert (tmp_path / "copy.bin").read_bytes() == large.read_bytes()
    assert fetched == stored
    assert stored.sha256 == hashlib.sha256(large.read_bytes()).hexdigest()
    assert large.exists()


def test_a_file_that_is_given_away_is_put_whole(store: Store, large: Path) -> None:
    content = large.read_bytes()
    store.put_bytes(KEY, b"before")
    stored = store.take(KEY, large)
    assert stored.size_bytes == len(content)
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert b"".join(store.stream(KEY)) == content
    assert [stat.key for stat in store.list()] == [KEY]


def test_a_file_that_is_given_away_does_not_go_under_an_object(store: Store, large: Path) -> None:
    with pytest.raises(BadKey):
        store.take(StoreKey("../outside.bin"), large)
    assert large.exists()
    assert list(store.list()) == []


def test_a_large_file_streams_in_several_parts(store: Store, large: Path) -> None:
    store.put(KEY, large)
    parts = list(store.stream(KEY))
    assert len(parts) > 1
    assert b"".join(parts) == large.read_bytes()


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        pytest.param(0, 4, b"0123", id="the beginning"),
        pytest.param(4, 3, b"456", id="the middle"),
        pytest.param(8, 99, b"89", id="beyond the end gives what there is"),
        pytest.param(10, 1, b"", id="at the end is empty"),
        pytest.param(3, 0, b"", id="nothing asked, nothing given"),
    ],
)
def test_a_range_is(store: Store, start: int, length: int, expected: bytes) -> None:
    store.put_bytes(KEY, b"0123456789")
    assert store.read_range(KEY, start, length) == expected
    assert b"".join(store.stream(KEY, start, length)) == expected


def test_a_stream_without_length_goes_to_the_end(store: Store) -> None:
    store.put_bytes(KEY, b"0123456789")
    assert b"".join(store.stream(KEY, 7)) == b"789"


@pytest.mark.parametrize("ask", [(11, 1), (-1, 2), (0, -1)])
def test_a_range_outside_is_refused(store: Store, ask: tuple[int, int]) -> None:
    store.put_bytes(KEY, b"0123456789")
    with pytest.raises(BadRange):
        store.read_range(KEY, *ask)
    with pytest.raises(BadRange):
        store.stream(KEY, *ask)


def test_an_empty_object_is_an_object(store: Store, tmp_path: Path) -> None:
    store.put_bytes(KEY, b"")
    assert store.read(KEY) == b""
    assert b"".join(store.stream(KEY)) == b""
    assert store.stat(KEY).size_bytes == 0
    assert store.fetch(KEY, tmp_path / "empty").size_bytes == 0


def test_the_last_put_counts(store: Store) -> None:
    store.put_bytes(KEY, b"first")
    before = store.stat(KEY)
    store.put_bytes(KEY, b"second")
    assert store.read(KEY) == b"second"
    assert store.stat(KEY).etag != before.etag
    assert store.stat(KEY).etag == store.stat(KEY).etag


def test_stat_tells_size_and_time(store: Store) -> None:
    store.put_bytes(KEY, b"a film")
    stat = store.stat(KEY)
    assert (stat.key, stat.size_bytes) == (KEY, 6)
    assert abs(datetime.now(UTC) - stat.modified) < timedelta(minutes=1)
    assert '"' not in stat.etag


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda store, _to: store.read(KEY), id="read"),
        pytest.param(lambda store, _to: store.read_range(KEY, 0, 1), id="read_range"),
        pytest.param(lambda store, _to: store.stream(KEY), id="stream, before the first part"),
        pytest.param(lambda store, to: store.fetch(KEY, to), id="fetch"),
        pytest.param(lambda store, _to: store.stat(KEY), id="stat"),
        pytest.param(lambda store, _to: store.move(KEY, OTHER), id="move"),
    ],
)
def test_what_is_not_there_is_missing(
    store: Store, ask: Callable[[Store, Path], object], tmp_path: Path
) -> None:
    with pytest.raises(MissingObject):
        ask(store, tmp_path / "fetched")
    assert not (tmp_path / "fetched").exists()
    assert not store.exists(KEY)


def test_a_folder_of_objects_is_no_object(store: Store) -> None:
    store.put_bytes(KEY, b"a film")
    assert not store.exists(StoreKey("replays"))
    with pytest.raises(MissingObject):
        store.read(StoreKey("replays"))


def test_too_large_to_read_at_once(store: Store) -> None:
    store.put_bytes(KEY, b"0123456789")
    assert store.read(KEY, 10) == b"0123456789"
    with pytest.raises(TooLarge):
        store.read(KEY, 9)


def test_a_list_covers_whole_parts_of_the_prefix(store: Store) -> None:
    keys = ["replays/a.mp4", "replays/b/c.mp4", "replays-bad/a.mp4", "top.txt"]
    for key in keys:
        store.put_bytes(StoreKey(key), key.encode())
    assert sorted(stat.key for stat in store.list()) == sorted(keys)
    assert sorted(stat.key for stat in store.list("replays")) == keys[:2]
    assert sorted(stat.key for stat in store.list("replays/")) == keys[:2]
    assert list(store.list("rep")) == []
    assert {stat.size_bytes for stat in store.list("replays-bad")} == {17}


def test_a_move_publishes_and_leaves_nothing_behind(store: Store) -> None:
    store.put_bytes(OTHER, b"draft")
    store.put_bytes(KEY, b"what was published before")
    store.move(OTHER, KEY)
    assert store.read(KEY) == b"draft"
    assert [stat.key for stat in store.list()] == [KEY]


def test_a_move_to_its_own_key_changes_nothing(store: Store) -> None:
    store.put_bytes(KEY, b"a film")
    store.move(KEY, KEY)
    assert store.read(KEY) == b"a film"


def test_a_key_may_stand_for_another_object(store: Store) -> None:
    store.put_bytes(KEY, b"a film")
    linked = StoreKey("tasks/1/voice.mp3")
    if not store.link(linked, KEY):
        assert [stat.key for stat in store.list()] == [KEY]
        return
    assert store.read(linked) == b"a film"
    assert {stat.key for stat in store.list()} == {KEY, linked}
    assert store.link(linked, KEY)
    moved = StoreKey("processing/1/voice.mp3")
    store.move(linked, moved)
    assert store.read(moved) == b"a film"
    store.put_bytes(KEY, b"another film")
    assert store.read(moved) == b"another film"
    store.delete(moved)
    assert [stat.key for stat in store.list()] == [KEY]


def test_what_is_put_in_place_of_a_link_leaves_what_it_led_to(store: Store) -> None:
    store.put_bytes(KEY, b"a film")
    linked = StoreKey("tasks/1/voice.mp3")
    store.link(linked, KEY)
    store.put_bytes(linked, b"of its own")
    assert (store.read(linked), store.read(KEY)) == (b"of its own", b"a film")


def test_nothing_stands_for_what_is_not_there(store: Store) -> None:
    with pytest.raises(MissingObject):
        store.link(OTHER, KEY)
    assert list(store.list()) == []


def test_deleting_twice_is_deleting_once(store: Store) -> None:
    store.put_bytes(KEY, b"a film")
    store.delete(KEY)
    store.delete(KEY)
    assert not store.exists(KEY)


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("../secret", id="climbs out"),
        pytest.param("a/../../secret", id="climbs out later"),
        pytest.param("/etc/passwd", id="absolute"),
        pytest.param("a//b", id="an empty part"),
        pytest.param("a/", id="ends with a slash"),
        pytest.param("", id="empty"),
        pytest.param("a/./b", id="a dot"),
        pytest.param("a\0b", id="NUL"),
        pytest.param("a\nb", id="a line end"),
        pytest.param("..\\secret", id="a backslash"),
        pytest.param("\ud800", id="half a letter"),
        pytest.param("x" * 256, id="a part too long for a file name"),
        pytest.param("/".join(["x" * 200] * 6), id="too long"),
        pytest.param(".partial/x", id="where drafts live"),
    ],
)
def test_a_key_is_refused_when_it(store: Store, key: str, tmp_path: Path) -> None:
    bad = StoreKey(key)
    for ask in (
        lambda: store.put_bytes(bad, b""),
        lambda: store.read(bad),
        lambda: store.stream(bad),
        lambda: store.fetch(bad, tmp_path / "fetched"),
        lambda: store.stat(bad),
        lambda: store.exists(bad),
        lambda: store.move(bad, KEY),
        lambda: store.delete(bad),
        lambda: store.link(bad, KEY),
        lambda: store.presign(bad, 60),
        lambda: store.local_path(bad),
    ):
        with pytest.raises(BadKey):
            ask()
    store.put_bytes(KEY, b"a film")
    with pytest.raises(BadKey):
        store.move(KEY, bad)
    assert store.read(KEY) == b"a film"


@pytest.mark.parametrize(
    "key",
    ["a b/c+d%20e.mp4", "Größe/змея/蛇/🐍.mp4", "a?b&c=d#e.txt", "'quoted' \"twice\".txt", "~x/*"],
)
def test_any_printable_name_is_kept_as_it_is(store: Store, key: str) -> None:
    store.put_bytes(StoreKey(key), b"x")
    store.move(StoreKey(key), StoreKey(f"moved/{key}"))
    assert [stat.key for stat in store.list()] == [f"moved/{key}"]
    assert store.read(StoreKey(f"moved/{key}")) == b"x"


def test_a_sweep_touches_no_object(store: Store) -> None:
    store.put_bytes(KEY, b"a film")
    assert store.sweep() == 0
    assert store.read(KEY) == b"a film"


def test_a_store_that_answers_passes_its_check(store: Store) -> None:
    store.check()
    assert list(store.list()) == []


def test_a_fetch_that_cannot_write_leaves_nothing(store: Store, tmp_path: Path) -> None:
    store.put_bytes(KEY, b"a film")
    with pytest.raises((OSError, Refused)):
        store.fetch(KEY, tmp_path / "no such folder" / "copy.mp4")


def test_a_part_is_read_of_what_was_described(store: Store, large: Path) -> None:
    store.put(KEY, large)
    known, content = store.stat(KEY), large.read_bytes()
    assert store.read_part(known, 0, 3) == content[:3]
    assert store.read_part(known, 5, PART_BYTES + 7) == content[5 : PART_BYTES + 12]
    assert store.read_part(known, len(content) - 2, 50) == content[-2:]
    assert store.read_part(known, len(content), 1) == b""
    with pytest.raises(BadRange):
        store.read_part(known, len(content) + 1, 1)


def test_a_part_of_what_was_replaced_is_not_to_be_had(store: Store) -> None:
    store.put_bytes(KEY, b"a film")
    known = store.stat(KEY)
    store.put_bytes(KEY, b"another film")
    with pytest.raises(StoreUnavailable, match="replaced"):
        store.read_part(known, 0, 3)
    store.delete(KEY)
    with pytest.raises(MissingObject):
        store.read_part(known, 0, 3)
