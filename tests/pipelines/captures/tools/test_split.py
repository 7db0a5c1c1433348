"""Bundles divided into TARs of one recording each."""

import tarfile
from pathlib import Path

import pytest

from reelmill.pipelines.captures.tools.opened import Opened, opened
from reelmill.pipelines.captures.tools.places import object_at
from reelmill.pipelines.captures.tools.split import split
from reelmill.storage.memory import MemoryStore
from reelmill.storage.objects import open_store
from reelmill.units import StoreKey

pytestmark = pytest.mark.ffmpeg


def at(path: Path) -> Opened:
    return opened(*object_at(str(path)))


def test_every_recording_of_a_bundle_gets_a_tar_of_todays_form(
    shelf: dict[str, Path], tmp_path: Path
) -> None:
    store, bundle = MemoryStore(), at(shelf["bundle"])
    keys = list(split(bundle, store))
    stem = shelf["bundle"].stem
    assert keys == [f"{stem}-00000{number}.tar" for number in range(3)]
    store.fetch(keys[1], tmp_path / "one.tar")
    with tarfile.open(tmp_path / "one.tar") as one, tarfile.open(shelf["bundle"]) as whole:
        assert one.getnames() == ["000001.mp4", "inputs.csv", "metadata.json"]
        for name, before in zip(one.getnames(), ("mp4", "csv", "json"), strict=True):
            mine, theirs = one.extractfile(name), whole.extractfile(f"000001.{before}")
            assert mine is not None
            assert theirs is not None
            assert mine.read() == theirs.read()
    again = at(tmp_path / "one.tar").group()
    assert (again.video_id, again.base) == ("000001", "")


def test_the_same_bundle_gives_the_same_bytes_in_a_folder_and_in_a_bucket(
    shelf: dict[str, Path], s3_url: str
) -> None:
    bucket, memory = open_store(s3_url), MemoryStore()
    keys = list(split(at(shelf["bundle"]), bucket))
    assert keys == list(split(at(shelf["bundle"]), memory))
    assert [bucket.read(key) for key in keys] == [memory.read(key) for key in keys]
    through = opened(bucket, StoreKey(keys[0]))
    assert [member.name for member in through.members][1:] == ["inputs.csv", "metadata.json"]


def test_a_tar_of_one_recording_is_left_alone(shelf: dict[str, Path]) -> None:
    store = MemoryStore()
    assert list(split(at(shelf["keyboard"]), store)) == []
    assert list(store.list()) == []
