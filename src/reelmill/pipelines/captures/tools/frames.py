"""Records in a store -> a picture of the frames of each."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from reelmill.errors import ReelmillError
from reelmill.foreground import write_whole
from reelmill.media.frames import png_of
from reelmill.pipelines.captures.keys import RECORD
from reelmill.pipelines.captures.pt.records import read_record
from reelmill.pipelines.captures.tools.grid import Form, grid
from reelmill.pipelines.captures.tools.places import beginning
from reelmill.storage.ranged import Ranged
from reelmill.storage.store import Store, checked
from reelmill.units import StoreKey


class Shown(NamedTuple):
    """What came of one record."""

    key: StoreKey
    """The record."""

    picture: Path | None
    """Its picture; None: there is none."""

    why: ReelmillError | None = None
    """Why there is none."""


def records(store: Store, prefix: str = "", limit: int | None = None) -> list[StoreKey]:
    """Keys of records that begin so, in order."""
    found = (stat.key for stat in beginning(store, prefix) if stat.key.endswith(RECORD))
    return list(islice(sorted(found), limit))


def draw(store: Store, keys: Sequence[str], folder: Path, form: Form) -> Iterator[Shown]:
    """Write the picture of each record to `<folder>/<key>.png`; a bad one stops nothing."""
    for key in keys:
        try:
            yield Shown(checked(key), _drawn(store, checked(key), folder, form))
        except ReelmillError as error:
            yield Shown(StoreKey(key), None, error)


def _drawn(store: Store, key: StoreKey, folder: Path, form: Form) -> Path:
    record = read_record(Ranged(store, store.stat(key)))
    path = folder / f"{key.removesuffix(RECORD)}.png"
    write_whole(path, png_of(grid(record, form)))
    return path
