"""Lists and inventories of a store, written whole."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reelmill.pipelines.captures.spec import MissingTaskList
from reelmill.pipelines.captures.tools.choosing import Days
from reelmill.pipelines.captures.tools.lists import (
    Share,
    in_ranges,
    write_doomed,
    write_share,
    write_sizes,
    write_tasks,
)
from reelmill.pipelines.captures.tools.places import target_at
from reelmill.pipelines.captures.tools.sizes import MB, range_of
from reelmill.units import StoreKey

KEYS = ["a.tar", "b.tar", "d/c.tar", "d/e.tar"]


@pytest.fixture(params=["folder", pytest.param("bucket", marks=pytest.mark.s3)])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    where = str(tmp_path / "captures")
    if request.param == "bucket":
        where = request.getfixturevalue("s3_url")
    store = target_at(where)
    for size_mb, key in enumerate([*KEYS, "labels.json"]):
        store.put_bytes(StoreKey(key), bytes(size_mb * MB))
    return where


def test_a_task_list_names_the_captures_of_a_store(source: str, tmp_path: Path) -> None:
    out = tmp_path / "task_list.txt"
    keys = write_tasks(source, out, prefix="", between=Days(), share=Share())
    assert out.read_text().splitlines() == keys == KEYS
    for prefix, keys in (("d", KEYS[2:]), ("d/", KEYS[2:]), ("d/e", KEYS[3:]), ("x", [])):
        assert write_tasks(source, out, prefix=prefix, between=Days(), share=Share()) == keys


def test_nodes_share_a_task_list(source: str, tmp_path: Path) -> None:
    out, own = tmp_path / "all.txt", tmp_path / "own.txt"
    write_tasks(source, out, prefix="", between=Days(), share=Share())
    out.write_text("\n" + out.read_text() + "\n   \n")
    shares = [write_share(out, own, Share(nodes=3, rank=rank)) for rank in range(3)]
    assert shares == [["a.tar", "d/e.tar"], ["b.tar"], ["d/c.tar"]]
    assert own.read_text() == "d/c.tar\n"
    with pytest.raises(MissingTaskList, match=r"none\.txt"):
        write_share(tmp_path / "none.txt", own, Share())


def test_an_inventory_is_four_files(source: str, tmp_path: Path) -> None:
    found = write_sizes(source, tmp_path / "sizes", prefix="")
    written = json.loads((tmp_path / "sizes" / "sizes.json").read_text())
    assert (written["count"], written["zero"], written["max_mb"]) == (4, 1, 3.0)
    assert written["percentiles_mb"] == found.percentiles_mb
    assert (tmp_path / "sizes" / "sizes.csv").read_text().count("\n") == 5
    assert "(n = 4)" in (tmp_path / "sizes" / "sizes.svg").read_text()
    assert "(n = 3)" in (tmp_path / "sizes" / "sizes-log.svg").read_text()


def test_ranges_tell_which_captures_are_of_such_a_size(source: str) -> None:
    ((_, small), (_, large)) = in_ranges(source, [range_of("0,1"), range_of("2,")], prefix="")
    assert ([one.key for one in small], [one.key for one in large]) == (KEYS[:2], KEYS[2:])


def test_flags_of_a_manifest_condemn(tmp_path: Path) -> None:
    rows = [
        {"s3_key": "b.tar", "is_video_mostly_dark": True, "error": None},
        {"s3_key": "a.tar", "is_video_mostly_dark": None, "error": "no_video"},
    ]
    schema = pa.schema(
        [("s3_key", pa.string()), ("is_video_mostly_dark", pa.bool_()), ("error", pa.string())]
    )
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), tmp_path / "m.parquet")
    out = tmp_path / "to_delete.csv"
    assert write_doomed(str(tmp_path / "m.parquet"), out, ["dark", "error"], "") == [
        "error",
        "dark",
    ]
    assert out.read_text() == "dirpath,reason\na,error\nb,dark\n"
