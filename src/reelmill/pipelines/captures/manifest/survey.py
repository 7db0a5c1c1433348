"""A manifest -> what it says as a whole: how often each flag is true, how each figure is spread."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from reelmill.pipelines.captures.checks.check import Check, Column, thresholds_of
from reelmill.pipelines.captures.checks.registry import CHECKS
from reelmill.pipelines.captures.plots import Mark, histogram

#: Different texts of a figure that are counted one by one.
MOST_TEXTS: Final = 12

#: Numbers of which not more are drawn; of a million, a tenth tells the same.
MOST_NUMBERS: Final = 200_000

#: Units at the end of a column's name, and words that people write in another way.
UNITS: Final = frozenset({"s", "px"})
WORDS: Final = {
    "apm": "APM",
    "aug28": "until 27 August 2025",
    "csv": "CSV",
    "dpi": "DPI",
    "exe": "program",
    "fps": "FPS",
    "kbm": "by keyboard and mouse",
    "controller": "by gamepad",
    "wasd": "WASD",
}

#: Moments, which are counted by month instead of drawn.
MOMENTS: Final = frozenset({"recorded_at_s"})

#: Figures whose numbers say something on a scale of factors alone.
BY_FACTORS: Final = frozenset({"video_bits_per_s", "kbm_events", "gamepad_events", "csv_rows"})


class Flag(NamedTuple):
    """A verdict, and for how many rows it is true."""

    column: str
    """Its column."""

    title: str
    """The same for people."""

    about: str
    """What its check finds, one sentence."""

    finds_faults: bool
    """Whether it speaks against a recording."""

    yes: int
    """Rows for which it is true."""

    no: int
    """Rows for which it is not."""

    unknown: int
    """Rows of which nobody can say."""


class Plot(NamedTuple):
    """How the numbers of a figure are spread."""

    column: str
    """Its column."""

    svg: str
    """The plot, an SVG element that needs nothing beside it."""


class Tally(NamedTuple):
    """How often each text of a figure is there."""

    column: str
    """Its column."""

    title: str
    """The same for people."""

    counts: tuple[tuple[str, int], ...]
    """Texts with the number of rows, the most frequent first."""

    others: int
    """Rows with texts that are not among them."""

    @property
    def most(self) -> int:
        """The largest number."""
        return max((count for _, count in self.counts), default=1)


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What a manifest says as a whole."""

    rows: int
    """Rows."""

    faulty: int
    """Rows of which a flag that speaks against them is true."""

    errors: int
    """Rows with an error."""

    flags: tuple[Flag, ...]
    """Every verdict."""

    plots: tuple[Plot, ...]
    """Every figure that is a number."""

    tallies: tuple[Tally, ...]
    """Every figure that is a text, and the kinds of errors."""


def survey(table: pa.Table, checks: Sequence[Check] = CHECKS) -> Survey:
    """Look at a manifest as a whole.

    Args:
        table: The manifest; columns that it does not have are left out.
        checks: What may be in it.
    """
    flags = tuple(flag for check in checks for flag in _flags(table, check))
    against = [flag.column for flag in flags if flag.finds_faults]
    return Survey(
        rows=table.num_rows,
        faulty=_any_true(table, against),
        errors=table.num_rows - table["error"].null_count,
        flags=flags,
        plots=tuple(plot for check in checks for plot in _plots(table, check)),
        tallies=(
            *_tallies(table, checks),
            *(_months(table, name) for name in sorted(MOMENTS & set(table.column_names))),
            _kinds_of_errors(table),
        ),
    )


def flags_of(checks: Sequence[Check] = CHECKS) -> dict[str, Check]:
    """Columns of the verdicts that are true or not, each with its check."""
    return {
        column.name: check for check in checks for column in check.judged if column.kind is bool
    }


def title_of(column: str) -> str:
    """A column for people.

    >>> title_of("is_video_mostly_dark"), title_of("video_fps"), title_of("video_duration_s")
    ('Video mostly dark', 'Video FPS', 'Video duration, s')
    """
    words = column.removeprefix("is_").split("_")
    unit = words.pop() if words[-1] in UNITS and words[-2:-1] != ["per"] else ""
    text = " ".join(WORDS.get(word, word) for word in words)
    return text[:1].upper() + text[1:] + (f", {unit}" if unit else "")


def _flags(table: pa.Table, check: Check) -> list[Flag]:
    return [
        Flag(
            name,
            title_of(name),
            check.about,
            check.finds_faults,
            *_counted(table[name]),
        )
        for name, kind in check.judged
        if kind is bool and name in table.column_names
    ]


def _counted(column: pa.ChunkedArray) -> tuple[int, int, int]:
    yes = pc.sum(column).as_py() or 0
    return yes, len(column) - column.null_count - yes, column.null_count


def _any_true(table: pa.Table, columns: Sequence[str]) -> int:
    some = pa.array([False] * table.num_rows, pa.bool_())
    for name in columns:
        some = pc.or_(some, pc.fill_null(table[name], fill_value=False))
    return int(pc.sum(some).as_py() or 0)


def _plots(table: pa.Table, check: Check) -> list[Plot]:
    return [
        _plot(table, column, _marks(table, check, column.name))
        for column in check.measured
        if column.name in table.column_names
        and column.kind in (int, float, tuple[float, ...])
        and column.name not in MOMENTS
    ]


def _plot(table: pa.Table, column: Column, marks: Sequence[Mark]) -> Plot:
    values = table[column.name].combine_chunks()
    numbers = values.flatten() if pa.types.is_list(values.type) else values
    shown = numbers.drop_null()
    every = max(1, len(shown) // MOST_NUMBERS)
    drawn = shown.to_numpy(zero_copy_only=False)[::every]
    log = column.name in BY_FACTORS
    return Plot(column.name, histogram(drawn, title_of(column.name), log=log, marks=marks))


def _marks(table: pa.Table, check: Check, figure: str) -> list[Mark]:
    """The thresholds that a figure was held against when the manifest was made."""
    told = (table.schema.metadata or {}).get(b"reelmill.thresholds", b"{}")
    held = thresholds_of([check]) | json.loads(told)
    return [Mark(float(held[name]), f"{held[name]:g}") for name in check.marks.get(figure, ())]


def _tallies(table: pa.Table, checks: Sequence[Check]) -> list[Tally]:
    frames = {check.frame for check in checks}
    return [
        _tally(table, column.name)
        for check in checks
        for column in check.measured
        if column.kind is str and column.name in table.column_names and column.name not in frames
    ]


def _months(table: pa.Table, name: str) -> Tally:
    moments = (datetime.fromtimestamp(at_s, UTC) for at_s in table[name].drop_null().to_pylist())
    return _of(name, "Recorded in", Counter(f"{moment:%Y-%m}" for moment in moments))


def _tally(table: pa.Table, name: str) -> Tally:
    return _of(name, title_of(name), Counter(table[name].drop_null().to_pylist()))


def _kinds_of_errors(table: pa.Table) -> Tally:
    kinds = (error.partition(":")[0] for error in table["error"].drop_null().to_pylist())
    return _of("error", "Errors", Counter(kinds))


def _of(column: str, title: str, counted: Counter[str]) -> Tally:
    ranked = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    rest = sum(count for _, count in ranked[MOST_TEXTS:])
    return Tally(column, title, tuple(ranked[:MOST_TEXTS]), rest)
