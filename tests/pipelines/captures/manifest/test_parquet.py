"""Manifests are written whole or not at all, to paths and to stores, and read back."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from reelmill.foreground import CannotWriteThere
from reelmill.pipelines.captures.manifest.parquet import (
    CannotPublish,
    NoManifest,
    NotAManifest,
    publish,
    read_manifest,
    table_bytes,
)

TABLE = pa.table({"a": [1, 2], "b": pa.array([None, "x"], pa.string())})


def test_a_bare_name_is_a_file_in_this_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    publish(TABLE, "manifest.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.parquet"]
    assert read_manifest("manifest.parquet").equals(TABLE)


def test_folders_on_the_way_are_made_and_what_was_there_is_replaced(tmp_path: Path) -> None:
    output = tmp_path / "a" / "b" / "m.parquet"
    publish(TABLE.slice(1), str(output))
    publish(TABLE, str(output))
    assert read_manifest(str(output)).num_rows == 2
    assert [path.name for path in output.parent.iterdir()] == ["m.parquet"]


def test_the_url_of_an_object_will_do(tmp_path: Path, s3_url: str) -> None:
    for output in (f"{s3_url}/m.parquet", f"file://{tmp_path}/m.parquet"):
        publish(TABLE, output)
        assert read_manifest(output).equals(TABLE)
    assert (tmp_path / "m.parquet").read_bytes() == table_bytes(TABLE)


@pytest.mark.parametrize("output", ["s3://", "s3://bucket", "s3://bucket/"])
def test_a_store_alone_is_no_place_for_a_manifest(output: str) -> None:
    with pytest.raises(CannotPublish):
        publish(TABLE, output)


def test_a_folder_is_no_place_either(tmp_path: Path) -> None:
    with pytest.raises(CannotWriteThere):
        publish(TABLE, str(tmp_path))
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWriteThere):
        publish(TABLE, str(tmp_path / "file" / "m.parquet"))


def test_what_is_not_there_and_what_is_no_table_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "m.parquet").write_text("no table")
    with pytest.raises(NotAManifest):
        read_manifest(str(tmp_path / "m.parquet"))
    for source in (str(tmp_path / "other"), f"file://{tmp_path}/other"):
        with pytest.raises(NoManifest):
            read_manifest(source)


def test_others_read_it(tmp_path: Path) -> None:
    publish(TABLE, str(tmp_path / "m.parquet"))
    found = duckdb.connect().execute(f"SELECT * FROM '{tmp_path}/m.parquet'").fetchall()
    assert found == [(1, None), (2, "x")]
