"""Samples -> a folder that `datasets.load_dataset` reads: Parquet with pictures, and a card."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

import pyarrow as pa

from reelmill.pipelines.captures.checks.check import Check
from reelmill.pipelines.captures.checks.registry import CHECKS
from reelmill.pipelines.captures.manifest.columns import TYPES
from reelmill.pipelines.captures.manifest.handing import Handed, Sample, Tell, samples
from reelmill.pipelines.captures.manifest.parquet import Table, table_bytes
from reelmill.storage.store import Store
from reelmill.units import StoreKey

#: Bytes of pictures from which on a file is full. Source: the Hub's own, 500 MB.
FILE_BYTES: Final = 256 * 1024**2

#: Rows of a row group: with their pictures they take some ten megabytes.
PICTURES: Final = 100

#: The card, which tells where the data is.
CARD: Final = """---
pretty_name: Captures
task_categories:
- image-classification
configs:
- config_name: default
  data_files:
  - split: train
    path: data/train-*.parquet
---
# Captures

Frames of recorded gameplay, one a row, with what checks say of the recording that they are of.
{frames} frames of {samples} recordings.

```python
from datasets import load_dataset

frames = load_dataset("path/to/this/folder", split="train")
```
"""

#: Columns of the frame itself.
FRAME: Final = pa.schema(
    [
        pa.field("image", pa.struct([("bytes", pa.binary()), ("path", pa.string())])),
        pa.field("series", pa.string()),
        pa.field("at_s", pa.int32()),
        pa.field("s3_key", pa.string()),
        pa.field("video_id", pa.string()),
        pa.field("session_metadata", pa.string()),
    ]
)

#: Names of types as the library has them.
_NAMES: Final = {
    pa.string(): "string",
    pa.int32(): "int32",
    pa.int64(): "int64",
    pa.float64(): "float64",
    pa.bool_(): "bool",
}


def write_dataset(
    table: Table, records: Store, target: Store, tell: Tell, file_bytes: int = FILE_BYTES
) -> Handed:
    """Write `data/train-00000.parquet` and so on, and `README.md`; a row is a frame.

    Args:
        table: Rows of a manifest.
        records: The store of their records.
        target: Where the folder is, or becomes one.
        tell: Told how far it is.
        file_bytes: When a file is full.
    """
    handed, schema = Handed(), schema_of(CHECKS)
    for rows in _files(samples(table, records, handed, tell), file_bytes):
        columns = {name: [row.get(name) for row in rows] for name in schema.names}
        key = StoreKey(f"data/train-{len(handed.files):05d}.parquet")
        frames = pa.table(columns, schema=schema)
        target.put_bytes(key, table_bytes(frames, group_rows=PICTURES))
        handed.files.append(key)
    card = CARD.format(frames=handed.frames, samples=handed.samples)
    target.put_bytes(StoreKey("README.md"), card.encode(), content_type="text/markdown")
    return handed


def schema_of(checks: Sequence[Check]) -> pa.Schema:
    """Columns of a frame, of its recording, and every figure and verdict that is one value.

    The library finds in the metadata which column is a picture.
    """
    own = [
        pa.field(each.name, TYPES[each.kind])
        for check in checks
        for each in (*check.measured, *check.judged)
        if each.kind in (bool, int, float, str) and each.name != check.frame
    ]
    fields = [*FRAME, *own]
    features: dict[str, Any] = {
        field.name: {"dtype": _NAMES[field.type], "_type": "Value"}
        for field in fields
        if field.name != "image"
    }
    features["image"] = {"_type": "Image"}
    told = {"info": {"features": {field.name: features[field.name] for field in fields}}}
    return pa.schema(fields, metadata={"huggingface": json.dumps(told)})


def _files(coming: Iterator[Sample], file_bytes: int) -> Iterator[list[dict[str, Any]]]:
    """Rows, as many as one file takes at a time."""
    rows: list[dict[str, Any]] = []
    size_bytes = 0
    for sample in coming:
        for series, at_s, jpeg in sample.frames:
            picture = {"bytes": jpeg, "path": f"{sample.key}.{series}.{at_s:03d}.jpg"}
            rows.append(sample.row | {"image": picture, "series": series, "at_s": at_s})
            size_bytes += len(jpeg)
        if size_bytes >= file_bytes:
            yield rows
            rows, size_bytes = [], 0
    if rows:
        yield rows
