"""A small store of records for the tests of the second stage, and whoever does its batches."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
from tests.pipelines.captures.checks.sights import Frames, facts, inputs, series, world

from reelmill.pipelines.captures.checks.check import Check
from reelmill.pipelines.captures.checks.registry import CHECKS
from reelmill.pipelines.captures.manifest.asked import BatchSpec
from reelmill.pipelines.captures.manifest.build import Built, Order, build
from reelmill.pipelines.captures.manifest.measuring import measure_batch
from reelmill.pipelines.captures.manifest.parquet import table_bytes
from reelmill.pipelines.captures.pt.records import record_bytes
from reelmill.pipelines.captures.record import Record, content_hash
from reelmill.storage.memory import MemoryStore
from reelmill.storage.store import Stat, Store
from reelmill.units import StoreKey

SESSION = {"session_id": "s", "game_exe": "cs2.exe", "game_resolution": [1920, 1080]}


class WatchedStore(MemoryStore):
    """A store that counts what is read of its records."""

    def __init__(self) -> None:
        super().__init__()
        self.read_bytes = 0

    def read_part(self, known: Stat, start: int, length: int) -> bytes:
        """As any store does it."""
        data = super().read_part(known, start, length)
        self.read_bytes += len(data) if known.key.endswith(".pt") else 0
        return data


def small(count: int, seed: int, light: float = 1.0) -> Frames:
    """Frames that are quick to look at, with a share of their light."""
    return (_drawn(count, seed) * light).astype(np.uint8)


@lru_cache(maxsize=256)
def _drawn(count: int, seed: int) -> Frames:
    return np.ascontiguousarray(world(count, seed)[:, :, ::3, ::3])


def sound(s3_key: str, seed: int = 1, *, count: int = 15, light: float = 1.0) -> Record:
    """A record as the first stage makes it."""
    frames = series(small(count, seed, light))
    told = facts(inputs=inputs(), width_px=1280, height_px=720)
    own_hash = content_hash({}, SESSION, frames, {"seed": seed})
    return Record(
        s3_key=s3_key,
        video_id="recording",
        video_metadata={"format": {"duration": "60.0"}},
        session_metadata=SESSION,
        sampled_frames=frames,
        facts=told.model_copy(update={"content_hash": own_hash}),
    )


def foreign(s3_key: str, seed: int = 1) -> Record:
    """The same, as others have saved it: without facts."""
    return Record(**(vars(sound(s3_key, seed)) | {"facts": None}))


def put(store: Store, record: Record, key: str = "") -> StoreKey:
    """Keep a record where the first stage would."""
    at = StoreKey(key or record.s3_key.removesuffix(".tar") + ".pt")
    store.put_bytes(at, record_bytes(record))
    return at


def fill(store: Store) -> None:
    """Sound records, one of others, one dark, one without frames, and two that came to nothing."""
    for number in range(5):
        put(store, sound(f"day/{number}.tar", number))
    put(store, foreign("day/5.tar", 5))
    put(store, sound("day/6.tar", 6, light=0.05))
    put(store, sound("day/7.tar", 7, count=0))
    store.put_bytes(StoreKey("day/8.pt"), b"no record at all")
    failure = b'{"s3_key": "day/9.tar", "code": "no_video", "message": "The TAR holds no video."}'
    store.put_bytes(StoreKey("day/9.error.json"), failure)


#: Rows that `fill` leads to.
ROWS = 10

Worker = Callable[[Sequence[BatchSpec]], Mapping[str, str]]


def at_once(store: Store, checks: Sequence[Check] = CHECKS) -> Worker:
    """Does batches here and now."""

    def work(asked: Sequence[BatchSpec]) -> Mapping[str, str]:
        for spec in asked:
            measure_batch(store, spec, checks, lambda _done, _total: None)
        return {}

    return work


def nobody(_: Sequence[BatchSpec]) -> Mapping[str, str]:
    """Fails the test that needs any work."""
    raise AssertionError("something was looked into")


def made(
    store: Store, checks: tuple[Check, ...] = CHECKS, work: Worker | None = None, **order: Any
) -> Built:
    """The manifest of a store."""
    wanted = Order(checks=checks, batch=order.pop("batch", 4), **order)
    return build(store, wanted, work or at_once(store, checks))


def rows(built: Built | pa.Table) -> dict[str, dict[str, Any]]:
    """Rows by the key of their record."""
    table = built.table if isinstance(built, Built) else built
    return {row["record_key"]: row for row in table.to_pylist()}


def bytes_of(built: Built) -> bytes:
    """The file of a manifest."""
    return table_bytes(built.table)
