"""Rows of a manifest -> what is hung on a contact sheet: the frame that tells most, and why."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from reelmill.errors import NotFound
from reelmill.pipelines.captures.checks.check import Check
from reelmill.pipelines.captures.checks.registry import CHECKS
from reelmill.pipelines.captures.checks.shots import shot
from reelmill.pipelines.captures.manifest.survey import flags_of, title_of

#: The frame of rows whose check looks at no frames: early, and yet past any opening picture.
ELSE_FRAME: Final = shot("stride-3_chw", 4)

#: The sheet of all rows, and that of rows with an error.
ALL, ERRORS = "all", "error"


class NoSuchFlag(NotFound):
    """The manifest has no such flag."""


class NoSuchRow(NotFound):
    """The manifest has no such row."""


class Exhibit(NamedTuple):
    """One row on a contact sheet."""

    s3_key: str
    """What it is of."""

    record_key: str
    """Where its record lies."""

    content_hash: str
    """What its record holds; empty when nobody could look."""

    frame: str
    """Name of the frame that is shown; empty when there is none."""

    says: tuple[tuple[str, str], ...]
    """Figures of the check, for people."""


def chosen(table: pa.Table, flag: str) -> pa.Table:
    """The rows of a sheet.

    Raises:
        NoSuchFlag: there is no sheet of that name.
    """
    if flag == ALL:
        return table
    if flag == ERRORS:
        return table.filter(pc.is_valid(table["error"]))
    if flag not in flags_of() or flag not in table.column_names:
        raise NoSuchFlag(flag=flag)
    return table.filter(pc.fill_null(table[flag], fill_value=False))


def exhibits(
    table: pa.Table, flag: str, start: int, count: int, checks: Sequence[Check] = CHECKS
) -> list[Exhibit]:
    """Some rows of a sheet.

    Args:
        table: As `chosen` gives it.
        flag: The sheet.
        start: The first row, from 0.
        count: How many at most.
        checks: What may be in the manifest.
    """
    check = flags_of(checks).get(flag)
    return [_exhibit(row, check) for row in table.slice(start, count).to_pylist()]


def row_at(table: pa.Table, record_key: str) -> Mapping[str, Any]:
    """One row, by the key of its record.

    Raises:
        NoSuchRow: there is none.
    """
    found = table.filter(pc.equal(table["record_key"], record_key))
    if not found.num_rows:
        raise NoSuchRow(record_key=record_key)
    row: dict[str, Any] = found.slice(0, 1).to_pylist()[0]
    return row


def _exhibit(row: Mapping[str, Any], check: Check | None) -> Exhibit:
    has_frames = bool(row.get("sampled_frame_count"))
    named = row.get(check.frame) if check and check.frame else None
    error = row["error"]
    says = [] if check is None else _figures(row, check)
    if error:
        says.append(("Error", error))
    return Exhibit(
        row["s3_key"],
        row["record_key"],
        row["content_hash"] or "",
        (named or _else_frame(row)) if has_frames else "",
        tuple(says),
    )


def _else_frame(row: Mapping[str, Any]) -> str:
    """A frame that is there."""
    there = len(row.get("menu_stride_3") or ())
    return ELSE_FRAME if there > 4 else shot("stride-3_chw", max(0, there - 1))  # noqa: PLR2004 - its place


def _figures(row: Mapping[str, Any], check: Check) -> list[tuple[str, str]]:
    names = [
        column.name
        for column in check.measured
        if column.name != check.frame and column.kind != tuple[str, ...]
    ]
    return [
        (title_of(name), said(row[name])) for name in names if row.get(name) not in (None, [], "")
    ]


def said(value: Any) -> str:
    """A value for people.

    >>> said(0.123456), said([1.0, 2.5]), said(True), said(None)
    ('0.123', '1, 2.5', 'yes', '-')
    """
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"  # noqa: PLR2004 - digits
        case list():
            return ", ".join(said(one) for one in value)
    return str(value)
