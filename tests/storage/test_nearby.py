"""Files of a store that has none, kept for the next time."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from reelmill.storage.folder import FolderStore
from reelmill.storage.memory import MemoryStore
from reelmill.storage.nearby import Nearby, file_of
from reelmill.storage.store import MissingObject, Stored
from reelmill.units import StoreKey

Bring = Callable[[str, str], Path]


class Counting(MemoryStore):
    """Knows what was fetched from it."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []

    def fetch(self, key: StoreKey, to: Path) -> Stored:
        self.fetched.append(key)
        return super().fetch(key, to)


@pytest.fixture
def store() -> Counting:
    return Counting()


@pytest.fixture
def bring(store: Counting, tmp_path: Path) -> Bring:
    nearby = Nearby(store, tmp_path / "kept", max_bytes=10)
    return lambda key, name: nearby.bring(StoreKey(key), tmp_path / name)


def test_a_store_of_files_lends_its_own(tmp_path: Path) -> None:
    folder = FolderStore(tmp_path / "store")
    folder.put_bytes(StoreKey("a"), b"clip")
    lent = file_of(folder, StoreKey("a"), tmp_path / "copy")
    assert lent == folder.local_path(StoreKey("a"))
    assert not (tmp_path / "copy").exists()


def test_of_another_store_a_copy_is_made(store: Counting, tmp_path: Path) -> None:
    store.put_bytes(StoreKey("a"), b"clip")
    assert file_of(store, StoreKey("a"), tmp_path / "copy") == tmp_path / "copy"
    assert (tmp_path / "copy").read_bytes() == b"clip"


def test_what_is_wanted_again_is_fetched_once(store: Counting, bring: Bring) -> None:
    store.put_bytes(StoreKey("a"), b"clip")
    assert [bring("a", "one").read_bytes(), bring("a", "two").read_bytes()] == [b"clip"] * 2
    assert store.fetched == ["a"]


def test_what_was_replaced_is_fetched_again(store: Counting, bring: Bring) -> None:
    store.put_bytes(StoreKey("a"), b"old")
    bring("a", "one")
    store.put_bytes(StoreKey("a"), b"new")
    assert bring("a", "two").read_bytes() == b"new"


def test_what_was_unused_for_longest_goes_first(
    store: Counting, bring: Bring, tmp_path: Path
) -> None:
    for hours_ago, key in ((3, "a"), (2, "b"), (1, "c")):
        store.put_bytes(StoreKey(key), b"four")
        used = bring(key, f"{key}-1")
        os.utime(used, ns=(used.stat().st_atime_ns, used.stat().st_mtime_ns - hours_ago * 10**13))
    assert len(list((tmp_path / "kept").iterdir())) == 2
    bring("b", "b-2")
    bring("c", "c-2")
    bring("a", "a-2")
    assert store.fetched == ["a", "b", "c", "a"]
    assert (tmp_path / "a-1").read_bytes() == b"four"


def test_what_is_larger_than_the_room_is_brought_and_not_kept(
    store: Counting, bring: Bring, tmp_path: Path
) -> None:
    store.put_bytes(StoreKey("a"), b"more than ten bytes")
    assert bring("a", "one").read_bytes() == b"more than ten bytes"
    assert list((tmp_path / "kept").iterdir()) == []


def test_what_cannot_be_kept_is_brought(store: Counting, bring: Bring, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("no folder can be made here")
    store.put_bytes(StoreKey("a"), b"clip")
    assert [bring("a", "one").read_bytes(), bring("a", "two").read_bytes()] == [b"clip"] * 2


def test_nothing_is_left_of_an_object_that_is_not_there(bring: Bring, tmp_path: Path) -> None:
    with pytest.raises(MissingObject):
        bring("a", "one")
    assert not (tmp_path / "one").exists()


def test_a_folder_is_not_copied(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "store")
    store.put_bytes(StoreKey("a"), b"clip")
    nearby = Nearby(store, tmp_path / "kept", max_bytes=10)
    assert nearby.bring(StoreKey("a"), tmp_path / "one").read_bytes() == b"clip"
    assert not (tmp_path / "kept").exists()
