"""What people type for a store, an object and a file."""

from pathlib import Path

import pytest

from reelmill.pipelines.captures.tools.places import (
    NotAnObject,
    object_at,
    source_at,
    target_at,
    url_of,
)
from reelmill.storage.folder import MissingFolder
from reelmill.storage.store import BadKey
from reelmill.units import StoreKey


def test_a_path_is_a_store_and_stays_one_with_spaces(tmp_path: Path) -> None:
    folder = tmp_path / "my captures"
    target_at(str(folder)).put_bytes(StoreKey("2025-09-17 a.tar"), b"x")
    assert url_of(str(folder)).startswith("file:///")
    assert source_at(str(folder)).read(StoreKey("2025-09-17 a.tar")) == b"x"
    store, key = object_at(str(folder / "2025-09-17 a.tar"))
    assert (store.read(key), key) == (b"x", "2025-09-17 a.tar")


def test_a_folder_to_read_from_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(MissingFolder):
        source_at(str(tmp_path / "none"))
    with pytest.raises(MissingFolder):
        object_at(str(tmp_path / "none" / "a.tar"))
    assert list(tmp_path.iterdir()) == []


def test_an_object_has_a_name(tmp_path: Path) -> None:
    with pytest.raises(NotAnObject):
        object_at("s3://bucket")
    with pytest.raises((NotAnObject, BadKey)):
        object_at(f"{tmp_path.as_uri()}/")


@pytest.mark.s3
def test_an_object_of_a_bucket_is_named_by_its_url(s3_url: str) -> None:
    target_at(s3_url).put_bytes(StoreKey("a.tar"), b"x")
    store, key = object_at(f"{s3_url}/a.tar")
    assert (store.read(key), key) == (b"x", "a.tar")
