"""Checks -> the schemas of the tables that hold their figures and their verdicts."""

from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa

from reelmill.pipelines.captures.checks.check import Check

#: What a figure or a verdict is in a table; what is not known is null.
TYPES: Final[dict[Any, pa.DataType]] = {
    bool: pa.bool_(),
    int: pa.int64(),
    float: pa.float64(),
    str: pa.string(),
    tuple[str, ...]: pa.list_(pa.string()),
    tuple[float, ...]: pa.list_(pa.float64()),
}

MOMENT: Final = pa.timestamp("us", tz="UTC")

#: What is known of an object of the store that was looked into.
HEADS: Final = pa.schema(
    [
        pa.field("record_key", pa.string(), nullable=False),
        pa.field("etag", pa.string(), nullable=False),
        pa.field("content_hash", pa.string()),
        pa.field("s3_key", pa.string()),
        pa.field("video_id", pa.string()),
        pa.field("video_metadata", pa.string()),
        pa.field("session_metadata", pa.string()),
        pa.field("extracted_at", MOMENT),
        pa.field("code_version", pa.string()),
        pa.field("error", pa.string()),
        pa.field("error_traceback", pa.string()),
    ]
)

#: Columns of the manifest that every row has, in the order of the documented pipeline.
DOCUMENTED: Final = pa.schema(
    [
        pa.field("s3_key", pa.string(), nullable=False),
        pa.field("video_id", pa.string()),
        pa.field("video_metadata", pa.string()),
        pa.field("session_metadata", pa.string()),
        # Null in every row, and yet of a type: a table without rows of its own must not set it.
        pa.field("sampled_frames", pa.string()),
        pa.field("is_video_mostly_dark", pa.bool_()),
        pa.field("is_dpi_scale_issue", pa.bool_()),
        pa.field("video_menu_percent", pa.float64()),
        pa.field("is_video_mostly_menu", pa.bool_()),
        pa.field("error", pa.string()),
        pa.field("error_traceback", pa.string()),
        pa.field("processed_time", MOMENT),
        pa.field("commit_hash", pa.string(), nullable=False),
    ]
)

#: Columns that tell where a row comes from.
LINEAGE: Final = pa.schema(
    [
        pa.field("record_key", pa.string(), nullable=False),
        pa.field("content_hash", pa.string()),
        pa.field("extracted_at", MOMENT),
        pa.field("code_version", pa.string()),
        pa.field("check_versions", pa.string(), nullable=False),
    ]
)


def figure_fields(check: Check) -> list[pa.Field]:
    """Columns that keep the figures of a check: whether there are any, each, or why not.

    >>> from reelmill.pipelines.captures.checks.dark import DARK
    >>> [field.name for field in figure_fields(DARK)][:2]
    ['dark@1', 'dark@1/dark_mean']
    """
    return [
        pa.field(check.id, pa.bool_()),
        *(pa.field(f"{check.id}/{each.name}", TYPES[each.kind]) for each in check.measured),
        pa.field(f"{check.id}/error", pa.string()),
        pa.field(f"{check.id}/traceback", pa.string()),
    ]


def figures_schema(checks: Sequence[Check]) -> pa.Schema:
    """The schema of a table of figures."""
    fields = [field for check in checks for field in figure_fields(check)]
    return pa.schema([pa.field("content_hash", pa.string()), *fields])


def manifest_schema(checks: Sequence[Check]) -> pa.Schema:
    """The schema of the manifest: documented columns, then what checks add, then lineage."""
    known = set(DOCUMENTED.names)
    own = [
        pa.field(each.name, TYPES[each.kind])
        for check in checks
        for each in (*check.measured, *check.judged)
        if each.name not in known
    ]
    return pa.schema([*DOCUMENTED, *own, *LINEAGE])
