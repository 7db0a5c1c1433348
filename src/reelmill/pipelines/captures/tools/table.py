"""Controls of every frame -> a table with a column for each thing, as Parquet or CSV."""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from reelmill.foreground import written_whole
from reelmill.pipelines.captures.tools.controls import Controls

#: Rows that are made before they are written.
BATCH: Final = 20_000

_CODES: Final = pa.list_(pa.uint16())

#: Columns of every table, in order; those of triggers and axes follow.
COLUMNS: Final[tuple[tuple[str, pa.DataType], ...]] = (
    ("frame", pa.uint32()),
    ("time_s", pa.float64()),
    ("mouse_dx", pa.float32()),
    ("mouse_dy", pa.float32()),
    ("scroll", pa.float32()),
    ("keys", _CODES),
    ("mouse_buttons", _CODES),
    ("pad_buttons", _CODES),
)


def schema_of(every: Sequence[Controls]) -> pa.Schema:
    """Columns of a table: `trigger_<n>` and `axis_<n>` for those that were ever used."""
    triggers = sorted({number for one in every for number, _ in one.triggers})
    axes = sorted({number for one in every for number, _ in one.axes})
    names = [f"trigger_{number}" for number in triggers] + [f"axis_{number}" for number in axes]
    return pa.schema([*COLUMNS, *((name, pa.float32()) for name in names)])


def write_table(every: Sequence[Controls], fps: float, path: Path) -> None:
    """Write a table, whole or not at all: `.csv`, else Parquet.

    Raises:
        CannotWriteThere: the disk does not take it.
    """
    schema = schema_of(every)
    with written_whole(path) as draft:
        if path.suffix.lower() == ".csv":
            draft.write_text(_csv(every, fps, schema), encoding="utf-8")
            return
        with pq.ParquetWriter(draft, schema, compression="zstd") as file:
            for rows in _batches(every, fps):
                file.write_table(pa.Table.from_pylist(rows, schema=schema))


def _batches(every: Sequence[Controls], fps: float) -> Iterator[list[dict[str, Any]]]:
    rows = (_row(one, fps) for one in every)
    while batch := list(islice(rows, BATCH)):
        yield batch


def _row(one: Controls, fps: float) -> dict[str, Any]:
    return {
        "frame": one.frame,
        "time_s": one.frame / fps,
        "mouse_dx": one.mouse_dx,
        "mouse_dy": one.mouse_dy,
        "scroll": one.scroll,
        "keys": one.keys,
        "mouse_buttons": one.mouse_buttons,
        "pad_buttons": one.pad_buttons,
        **{f"trigger_{number}": value for number, value in one.triggers},
        **{f"axis_{number}": value for number, value in one.axes},
    }


def _csv(every: Sequence[Controls], fps: float, schema: pa.Schema) -> str:
    """Codes are apart by spaces; what is not known yet is empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, schema.names, lineterminator="\n")
    writer.writeheader()
    for one in every:
        writer.writerow({name: _cell(value) for name, value in _row(one, fps).items()})
    return text.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return f"{value:.6g}" if isinstance(value, float) else str(value)
