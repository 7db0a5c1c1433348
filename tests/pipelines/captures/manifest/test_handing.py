"""Frames are handed on in the forms that trainers read: by the real reader where it is here."""

import io
import json
import os
import tarfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image
from tests.pipelines.captures.manifest.library import fill, made, put, small, sound

from reelmill.pipelines.captures.manifest.handing import Handed, key_of
from reelmill.pipelines.captures.manifest.huggingface import write_dataset
from reelmill.pipelines.captures.manifest.query import matching
from reelmill.pipelines.captures.manifest.webdataset import write_shards
from reelmill.storage.folder import FolderStore
from reelmill.storage.memory import MemoryStore
from reelmill.storage.objects import open_store
from reelmill.units import StoreKey

#: Captures of `fill` that have frames, and how many each has: 15 and one.
SAMPLES, FRAMES = 7, 16


def _library() -> tuple[pa.Table, MemoryStore]:
    store = MemoryStore()
    fill(store)
    return made(store).table, store


def _ignore(_done: int, _total: int) -> None:
    pass


def _members(shards: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for path in sorted(shards.glob("*.tar")):
        with tarfile.open(path) as shard:
            for member in shard:
                file = shard.extractfile(member)
                assert file is not None
                found[member.name] = file.read()
    return found


def test_shards_hold_every_frame_and_the_row_of_every_capture(tmp_path: Path) -> None:
    table, store = _library()
    handed = write_shards(table, store, FolderStore(tmp_path), _ignore)
    assert (handed.samples, handed.frames, handed.left_out) == (SAMPLES, SAMPLES * FRAMES, [])
    found = _members(tmp_path)
    assert len(found) == SAMPLES * (FRAMES + 1)
    row = json.loads(found["day__6.json"])
    assert row["is_video_mostly_dark"] is True
    assert row["extracted_at"].startswith("2026-01-01T00:00:00")
    picture = np.asarray(Image.open(io.BytesIO(found["day__0.stride-3.009.jpg"])))
    drawn = small(15, 0)[2].transpose(1, 2, 0)
    assert np.abs(picture.astype(int) - drawn).mean() < 6


def test_files_of_a_sample_follow_each_other_and_share_what_is_before_the_first_dot(
    tmp_path: Path,
) -> None:
    table, store = _library()
    write_shards(table, store, FolderStore(tmp_path), _ignore)
    keys = [name.split(".", 1)[0] for name in _members(tmp_path)]
    assert [key for place, key in enumerate(keys) if key not in keys[:place]] == sorted(set(keys))
    assert all(keys[keys.index(key) : keys.index(key) + FRAMES + 1] == [key] * 17 for key in keys)


def test_a_full_shard_is_followed_by_another_and_no_sample_is_torn(tmp_path: Path) -> None:
    table, store = _library()
    handed = write_shards(table, store, FolderStore(tmp_path), _ignore, shard_bytes=1)
    assert handed.files == [f"captures-{number:06d}.tar" for number in range(SAMPLES)]
    for path in tmp_path.glob("*.tar"):
        with tarfile.open(path) as shard:
            assert len({name.split(".", 1)[0] for name in shard.getnames()}) == 1


def test_the_same_samples_are_the_same_bytes_wherever_they_go(tmp_path: Path, s3_url: str) -> None:
    table, store = _library()
    bucket = open_store(s3_url)
    for write in (write_shards, write_dataset):
        handed = write(table, store, FolderStore(tmp_path / write.__name__), _ignore)
        assert write(table, store, bucket, _ignore).files == handed.files
        for key in handed.files:
            assert bucket.read(StoreKey(key)) == (tmp_path / write.__name__ / key).read_bytes()


def test_only_rows_that_are_asked_for_are_handed_on(tmp_path: Path) -> None:
    table, store = _library()
    chosen = matching(table, "NOT is_video_mostly_dark")
    assert write_shards(chosen, store, FolderStore(tmp_path), _ignore).samples == SAMPLES - 1


def test_a_record_that_is_gone_is_left_out_and_told(tmp_path: Path) -> None:
    table, store = _library()
    store.delete(StoreKey("day/2.pt"))
    store.put_bytes(StoreKey("day/3.pt"), b"damaged")
    handed = write_dataset(table, store, FolderStore(tmp_path), _ignore)
    assert handed.samples == SAMPLES - 2
    assert [key for key, _ in handed.left_out] == ["day/2.pt", "day/3.pt"]


def test_keys_of_samples_have_neither_dots_nor_slashes() -> None:
    assert key_of("a/b.tar/000001.pt") == "a__b-tar__000001"
    assert key_of("Ünïcode and <b>.pt") == "Ünïcode-and--b-"


def test_a_dataset_is_parquet_with_pictures_and_says_so_itself(tmp_path: Path) -> None:
    table, store = _library()
    handed = write_dataset(table, store, FolderStore(tmp_path), _ignore, file_bytes=60_000)
    assert len(handed.files) > 1
    frames = pa.concat_tables(pq.read_table(tmp_path / key) for key in handed.files)
    assert frames.num_rows == SAMPLES * FRAMES
    features = json.loads(frames.schema.metadata[b"huggingface"])["info"]["features"]
    assert features["image"] == {"_type": "Image"}
    assert set(features) == set(frames.schema.names)
    assert "112 frames of 7 recordings" in (tmp_path / "README.md").read_text()


def test_of_no_rows_there_is_a_card_alone(tmp_path: Path) -> None:
    table, store = _library()
    handed: Handed = write_dataset(table.slice(0, 0), store, FolderStore(tmp_path), _ignore)
    assert (handed.samples, handed.files) == (0, [])


def _witness() -> Any:
    if find_spec("datasets") is None:
        reason = "the reader of Hugging Face is not here: pip install --group witness"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    os.environ["HF_HUB_OFFLINE"] = "1"
    import datasets  # noqa: PLC0415 - large, and not always here

    return datasets


@pytest.mark.filterwarnings("ignore")
def test_the_real_reader_of_hugging_face_reads_the_folder(tmp_path: Path) -> None:
    datasets = _witness()
    table, store = _library()
    put(store, sound("more/1.tar", 31))
    table = made(store).table
    write_dataset(table, store, FolderStore(tmp_path / "set"), _ignore, file_bytes=60_000)
    read = datasets.load_dataset(
        str(tmp_path / "set"), split="train", cache_dir=str(tmp_path / "cache")
    )
    assert len(read) == (SAMPLES + 1) * FRAMES
    first = read[0]
    assert first["image"].size == (107, 60)
    assert (first["series"], first["at_s"], first["s3_key"]) == ("stride-3", 3, "day/0.tar")
    assert first["is_video_mostly_dark"] is False
    dark = read.filter(lambda frame: frame["is_video_mostly_dark"], load_from_cache_file=False)
    assert {frame["s3_key"] for frame in dark} == {"day/6.tar"}


@pytest.mark.filterwarnings("ignore")
def test_the_real_reader_of_hugging_face_reads_the_shards(tmp_path: Path) -> None:
    datasets = _witness()
    table, store = _library()
    write_shards(table, store, FolderStore(tmp_path / "set"), _ignore)
    read = datasets.load_dataset(
        "webdataset",
        data_files={"train": str(tmp_path / "set" / "*.tar")},
        split="train",
        cache_dir=str(tmp_path / "cache"),
    )
    assert [sample["__key__"] for sample in read] == [f"day__{number}" for number in range(SAMPLES)]
    assert read[0]["stride-3.009.jpg"].size == (107, 60)
    assert read[0]["json"]["s3_key"] == "day/0.tar"
