"""URLs -> stores, and what is particular to S3: links, types, outages."""

import socket
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from reelmill.storage.folder import FolderStore
from reelmill.storage.memory import MemoryStore
from reelmill.storage.objects import PART_BYTES, BadStoreUrl, open_store
from reelmill.storage.store import StoreDenies, StoreUnavailable
from reelmill.units import StoreKey

KEY = StoreKey("replays/a film, 100%.mp4")


def test_a_folder_is_opened_by_path(tmp_path: Path) -> None:
    odd = tmp_path / "a b%20c ä"
    store = open_store(odd.as_uri())
    assert isinstance(store, FolderStore)
    store.put_bytes(KEY, b"x")
    assert (odd / KEY).exists()


def test_memory_is_opened_by_name() -> None:
    assert isinstance(open_store("memory:"), MemoryStore)


@pytest.mark.parametrize("url", ["ftp://host/x", "replays", "", "s3://", "http://host/x"])
def test_a_url_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(BadStoreUrl):
        open_store(url)


def test_objects_lie_under_the_prefix_of_the_url(s3_url: str) -> None:
    store = open_store(s3_url)
    store.put_bytes(KEY, b"x")
    bucket = open_store(s3_url.rpartition("/")[0])
    assert [stat.key for stat in bucket.list()] == [f"films/{KEY}"]
    assert store.url == s3_url


def test_a_link_works_without_us_and_tells_the_type(s3_url: str) -> None:
    store = open_store(s3_url)
    store.put_bytes(KEY, b"a film")
    link = store.presign(KEY, 60)
    assert link is not None
    answer = httpx.get(link, headers={"Range": "bytes=2-3"})
    assert (answer.status_code, answer.content) == (206, b"fi")
    assert answer.headers["content-type"] == "video/mp4"


def test_a_link_can_name_the_download(s3_url: str) -> None:
    store = open_store(s3_url)
    store.put_bytes(KEY, b"a film")
    link = store.presign(KEY, 60, 'Змея "1".mp4')
    assert link is not None
    answer = httpx.get(link)
    assert answer.content == b"a film"
    assert answer.headers["content-disposition"] == (
        "attachment; filename*=UTF-8''%D0%97%D0%BC%D0%B5%D1%8F%20%221%22.mp4"
    )


def test_a_given_type_is_kept(s3_url: str, tmp_path: Path) -> None:
    store = open_store(s3_url)
    large = tmp_path / "large"
    large.write_bytes(b"x" * (PART_BYTES + 1))
    store.put(StoreKey("large"), large, content_type="video/webm")
    store.put_bytes(StoreKey("small"), b"x", content_type="video/webm")
    for key in ("large", "small"):
        link = store.presign(StoreKey(key), 60)
        assert link is not None
        assert httpx.get(link).headers["content-type"] == "video/webm"


def test_an_object_that_is_replaced_while_it_is_read_is_not_mixed(s3_url: str) -> None:
    store = open_store(s3_url)
    store.put_bytes(KEY, b"1" * (PART_BYTES + 1))
    parts = store.stream(KEY)
    assert set(next(parts)) == {ord("1")}
    store.put_bytes(KEY, b"2" * (PART_BYTES + 1))
    with pytest.raises(StoreUnavailable, match="replaced"):
        next(parts)


def test_the_time_of_an_object_has_a_zone(s3_url: str) -> None:
    store = open_store(s3_url)
    store.put_bytes(KEY, b"x")
    assert store.stat(KEY).modified <= datetime.now(UTC)


def test_an_outage_is_told_within_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    store = open_store("s3://bucket/films")
    began_at = time.monotonic()
    for ask in (store.check, lambda: store.read(KEY), lambda: store.put_bytes(KEY, b"x")):
        with pytest.raises(StoreUnavailable) as caught:
            ask()
        assert caught.value.retryable
        assert len(caught.value.message) < 700
    assert time.monotonic() - began_at < 60


def test_a_bucket_that_is_not_there_is_no_missing_object(
    s3_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    del s3_url
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    store = open_store("s3://no-such-bucket-anywhere/films")
    for ask in (store.check, lambda: store.put_bytes(KEY, b"x"), lambda: store.read(KEY)):
        with pytest.raises(StoreDenies, match="NoSuchBucket") as caught:
            ask()
        assert not caught.value.retryable
