"""The fake that ships: its outage and its clock; the rest is in the contract of all stores."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reelmill.storage.memory import MemoryStore
from reelmill.storage.store import StoreUnavailable
from reelmill.units import StoreKey

KEY = StoreKey("replays/0a1b.mp4")


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda store, path: store.put(KEY, path), id="put"),
        pytest.param(lambda store, _: store.put_bytes(KEY, b""), id="put_bytes"),
        pytest.param(lambda store, _: store.read(KEY), id="read"),
        pytest.param(lambda store, _: store.read_range(KEY, 0, 1), id="read_range"),
        pytest.param(lambda store, _: store.stream(KEY), id="stream"),
        pytest.param(lambda store, path: store.fetch(KEY, path), id="fetch"),
        pytest.param(lambda store, _: store.stat(KEY), id="stat"),
        pytest.param(lambda store, _: store.exists(KEY), id="exists"),
        pytest.param(lambda store, _: store.list(), id="list"),
        pytest.param(lambda store, _: store.move(KEY, KEY), id="move"),
        pytest.param(lambda store, _: store.delete(KEY), id="delete"),
        pytest.param(lambda store, _: store.check(), id="check"),
    ],
)
def test_an_outage_shows_in(ask: Callable[[MemoryStore, Path], object], tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"a film")
    store = MemoryStore()
    store.put_bytes(KEY, b"a film")
    store.down = True
    with pytest.raises(StoreUnavailable):
        ask(store, tmp_path / "film.mp4")
    store.down = False
    assert store.read(KEY) == b"a film"


def test_the_time_is_that_of_the_given_clock() -> None:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    store = MemoryStore(clock=lambda: at)
    store.put_bytes(KEY, b"")
    assert store.stat(KEY).modified == at
