"""Where replays are looked for."""

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from reelmill.http import AddressGone, Fetcher
from reelmill.pipelines.replays.batch.sources import BadIndex, Finds, NothingThere, Unreadable, find
from reelmill.pipelines.replays.intake import MAX_REPLAY_BYTES
from reelmill.storage.memory import MemoryStore
from reelmill.storage.store import Store
from reelmill.units import StoreKey


def no_store(_url: str) -> Store:
    raise AssertionError("no store is needed")


def names_of(finds: Finds) -> list[str]:
    return [found.name for found in finds.files]


def look(where: str, http: Fetcher | None = None) -> Finds:
    fetcher = http or Fetcher()
    try:
        return find(where, open_store=no_store, http=fetcher)
    finally:
        if http is None:
            fetcher.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (
        "snake_game_10.json",
        "snake_game_9.json",
        "deep/er/snake_game_1.json",
        "game_index.json",
        "deep/stats_simple.json",
        "stats.json",
        "notes.txt",
        "LOUD.JSON",
        ".hidden.json",
        ".git/snake_game_2.json",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path


def test_a_folder_is_searched_to_its_depth_in_natural_order(folder: Path) -> None:
    finds = look(str(folder))
    assert names_of(finds) == [
        "LOUD.JSON",
        "deep/er/snake_game_1.json",
        "snake_game_9.json",
        "snake_game_10.json",
    ]
    assert finds.siblings == ("deep/stats_simple.json", "game_index.json", "stats.json")
    assert finds.files[1].read() == b"deep/er/snake_game_1.json"


def test_a_single_file_is_a_batch_of_one(folder: Path) -> None:
    assert names_of(look(str(folder / "snake_game_9.json"))) == ["snake_game_9.json"]


def test_a_folder_that_links_to_itself_ends(folder: Path) -> None:
    (folder / "again").symlink_to(folder)
    assert len(look(str(folder)).files) == 4


def test_no_such_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(NothingThere):
        look(str(tmp_path / "nowhere"))


def test_a_file_that_is_gone_fails_alone(folder: Path) -> None:
    finds = look(str(folder))
    (folder / "snake_game_9.json").unlink()
    with pytest.raises(Unreadable):
        finds.files[2].read()
    assert finds.files[3].read()


def test_a_file_larger_than_any_replay_is_refused(folder: Path) -> None:
    with (folder / "LOUD.JSON").open("wb") as file:
        file.truncate(MAX_REPLAY_BYTES + 1)
    with pytest.raises(Unreadable, match="larger than any replay"):
        look(str(folder)).files[0].read()


def test_a_bucket_is_listed_and_read() -> None:
    store = MemoryStore()
    for key in ("games/snake_game_10.json", "games/snake_game_9.json", "games/game_index.json"):
        store.put_bytes(StoreKey(key), key.encode())
    http = Fetcher()
    finds = find("s3://bucket/prefix", open_store=lambda _url: store, http=http)
    http.close()
    assert names_of(finds) == ["games/snake_game_9.json", "games/snake_game_10.json"]
    assert finds.siblings == ("games/game_index.json",)
    assert finds.files[0].read() == b"games/snake_game_9.json"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def site(folder: Path) -> Iterator[str]:
    """The folder over real HTTP."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def http() -> Iterator[Fetcher]:
    fetcher = Fetcher(["127.0.0.0/8"])
    yield fetcher
    fetcher.close()


def test_an_index_names_the_replays_beside_it(site: str, folder: Path, http: Fetcher) -> None:
    entries = [
        {"game_id": "10", "filename": "snake_game_10.json"},
        {"game_id": "9"},
        {"game_id": "10", "filename": "snake_game_10.json"},
        {"game_id": "0", "filename": "gone.json"},
        "not an entry",
    ]
    (folder / "game_index.json").write_text(json.dumps(entries))
    finds = look(f"{site}/game_index.json", http)
    assert [name.rpartition("/")[2] for name in names_of(finds)] == [
        "snake_game_10.json",
        "snake_game_9.json",
        "gone.json",
    ]
    assert finds.files[1].read() == b"snake_game_9.json"
    with pytest.raises(AddressGone):
        finds.files[2].read()


def test_the_address_of_a_replay_is_a_batch_of_one(site: str, folder: Path, http: Fetcher) -> None:
    (folder / "snake_game_9.json").write_text('{"game": {}}')
    finds = look(f"{site}/snake_game_9.json", http)
    assert names_of(finds) == [f"{site}/snake_game_9.json"]
    assert finds.files[0].read() == b'{"game": {}}'


def test_an_index_that_names_no_file_is_refused(site: str, folder: Path, http: Fetcher) -> None:
    (folder / "game_index.json").write_text("[1, 2]")
    with pytest.raises(BadIndex):
        look(f"{site}/game_index.json", http)
