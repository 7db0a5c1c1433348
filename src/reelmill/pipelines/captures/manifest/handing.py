"""Rows of a manifest and the records behind them -> samples for those who train models."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from reelmill.errors import ReelmillError, Unavailable
from reelmill.pipelines.captures.keys import RECORD
from reelmill.pipelines.captures.manifest.measuring import opened
from reelmill.pipelines.captures.manifest.parquet import Table
from reelmill.pipelines.captures.pt.records import read_record
from reelmill.pipelines.captures.record import STRIDES
from reelmill.storage.store import Store
from reelmill.units import StoreKey

#: Quality of frames that models look at, 1 to 95.
QUALITY: Final = 95

#: Rows that are turned into Python values at a time.
ROWS_AT_ONCE: Final = 200

#: Columns that say nothing without the store that they come from, or are empty by design.
OURS_ALONE: Final = frozenset({"sampled_frames", "error", "error_traceback"})

#: Told how many rows of how many are done.
Tell = Callable[[int, int], None]


class Frame(NamedTuple):
    """One frame of a sample."""

    series: str
    """`stride-3`, `stride-30` or `stride-60`."""

    at_s: int
    """Seconds from the start of the video."""

    jpeg: bytes
    """The picture."""


class Sample(NamedTuple):
    """One capture, as it is handed on."""

    key: str
    """Names it: letters that any file may have, without a dot or a slash."""

    row: dict[str, Any]
    """What the manifest says of it."""

    frames: tuple[Frame, ...]
    """All its frames, a moment that is in several series in each of them."""


@dataclass(kw_only=True)
class Handed:
    """What was handed on."""

    samples: int = 0
    """Captures."""

    frames: int = 0
    """Their frames."""

    left_out: list[tuple[str, str]] = field(default_factory=list)
    """Records that cannot be read, and why."""

    files: list[str] = field(default_factory=list)
    """Keys of the files that were written."""


def samples(table: Table, store: Store, handed: Handed, tell: Tell) -> Iterator[Sample]:
    """Samples of all rows that have frames, one in memory at a time.

    Args:
        table: Rows of a manifest; those with an error are left out.
        store: The store of their records.
        handed: Counts samples, frames, and what is left out.
        tell: Told after each row.
    """
    done = 0
    for start in range(0, table.num_rows, ROWS_AT_ONCE):
        for row in table.slice(start, ROWS_AT_ONCE).to_pylist():
            sample = _sample(row, store, handed)
            done += 1
            if sample is not None:
                handed.samples += 1
                handed.frames += len(sample.frames)
                yield sample
            tell(done, table.num_rows)


def key_of(record_key: str) -> str:
    """A name for a sample: no slash, and no dot, which would end it in a WebDataset.

    >>> key_of("2024/01/0a.tar/000001.pt")
    '2024__01__0a-tar__000001'
    """
    bare = record_key.removesuffix(RECORD).replace("/", "__").replace(".", "-")
    return "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in bare)


def plain(value: Any) -> Any:
    """A value as JSON can hold it: a moment as text."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _sample(row: Mapping[str, Any], store: Store, handed: Handed) -> Sample | None:
    if row["error"] or not row.get("sampled_frame_count"):
        return None
    try:
        frames = tuple(_frames(store, StoreKey(row["record_key"])))
    except Unavailable:
        raise
    except ReelmillError as error:
        handed.left_out.append((row["record_key"], error.message))
        return None
    told = {name: value for name, value in row.items() if name not in OURS_ALONE}
    return Sample(key_of(row["record_key"]), told, frames)


def _frames(store: Store, record_key: StoreKey) -> Iterator[Frame]:
    with opened(store, record_key) as file:
        record = read_record(file)
        for series, stride in STRIDES.items():
            for place, frame in enumerate(record.frames(series)):
                yield Frame(series.removesuffix("_chw"), (place + 1) * stride, _jpeg(frame))


def _jpeg(frame: NDArray[np.uint8]) -> bytes:
    file = BytesIO()
    Image.fromarray(np.ascontiguousarray(frame.transpose(1, 2, 0))).save(
        file, "JPEG", quality=QUALITY, subsampling=0
    )
    return file.getvalue()
