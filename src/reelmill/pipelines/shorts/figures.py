"""Exports that ended -> how long people wait for one, and what of that is whose. Pure."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

from reelmill.catalog.job import JobState
from reelmill.pipelines.shorts.records import Kind

#: The usual export, and one that took longer than all but one in twenty.
QUANTILES: Final = (0.5, 0.95)

#: What each figure is, with its unit. Source: admin metrics of the system before this one.
ABOUT: Final = {
    "ended": "Exports that ended in the last 24 hours",
    "latency_seconds": "From the request until the short was ready, of the last 24 hours",
    "wait_seconds": "From the request until a node began, of the last 24 hours",
    "real_time_factor": "Seconds of work for each second of the short, of the last 24 hours",
    "stage_seconds": "Work of one step, of the last 24 hours",
}


@dataclass(frozen=True, kw_only=True)
class Ended:
    """An export that ended."""

    kind: Kind
    """A short or a reel."""

    state: JobState
    """How it ended."""

    asked_at: datetime
    """When it was asked for; of a retry, when it was asked for again."""

    began_at: datetime | None
    """When a node began it; None when none did."""

    ended_at: datetime
    """When it ended."""

    duration_s: float | None
    """Seconds of what was made."""

    steps: Mapping[str, float] = field(default_factory=dict)
    """Seconds of each step, without the pipeline's name."""


class Figure(NamedTuple):
    """One number of all that ended lately."""

    name: str
    """One of `ABOUT`."""

    value: float
    """The number."""

    labels: dict[str, str]
    """What it is the number of."""


class Row(NamedTuple):
    """One figure of exports of one kind, as a table has it."""

    name: str
    """One of `ABOUT`."""

    stage: str
    """Of which step; empty but for `stage_seconds`."""

    usual: float
    """Of the usual export."""

    slow: float
    """Of the slowest but one in twenty."""


def table_of(figures: Iterable[Figure], kind: Kind) -> list[Row]:
    """The figures that have quantiles, a row each, in the order in which they come."""
    rows: dict[tuple[str, str], list[float]] = defaultdict(list)
    for name, value, labels in figures:
        if "quantile" in labels and labels["kind"] == kind:
            rows[name, labels.get("stage", "")].append(value)
    return [Row(name, stage, *values) for (name, stage), values in rows.items()]


def share_made(ended: Sequence[Ended]) -> float | None:
    """Share of exports that were made, of those that were not canceled; None where none ended."""
    made = sum(one.state is JobState.COMPLETED for one in ended)
    failed = sum(one.state is JobState.FAILED for one in ended)
    return made / (made + failed) if made + failed else None


def figures_of(ended: Sequence[Ended]) -> Iterator[Figure]:
    """All figures; none where nothing was made."""
    for (kind, state), count in sorted(Counter((one.kind, one.state) for one in ended).items()):
        yield Figure("ended", count, {"kind": kind, "state": state})
    for kind in Kind:
        made = [one for one in ended if one.kind is kind and one.state is JobState.COMPLETED]
        yield from _of_made(made, {"kind": kind})


def _of_made(made: Sequence[Ended], labels: dict[str, str]) -> Iterator[Figure]:
    spans: dict[str, list[float]] = defaultdict(list)
    stages: dict[str, list[float]] = defaultdict(list)
    for one in made:
        spans["latency_seconds"].append((one.ended_at - one.asked_at).total_seconds())
        if one.began_at is not None:
            spans["wait_seconds"].append((one.began_at - one.asked_at).total_seconds())
        if one.began_at is not None and one.duration_s:
            work_s = (one.ended_at - one.began_at).total_seconds()
            spans["real_time_factor"].append(work_s / one.duration_s)
        for stage, took_s in one.steps.items():
            stages[stage].append(took_s)
    for name, values in spans.items():
        yield from _quantiles(name, values, labels)
    for stage, values in sorted(stages.items()):
        yield from _quantiles("stage_seconds", values, labels | {"stage": stage})


def _quantiles(name: str, values: Sequence[float], labels: dict[str, str]) -> Iterator[Figure]:
    for share in QUANTILES:
        yield Figure(name, quantile(values, share), labels | {"quantile": f"{share:g}"})


def quantile(values: Iterable[float], share: float) -> float:
    """The least value that so large a share of all does not exceed; there is one at least.

    >>> quantile([5, 1, 4, 2, 3], 0.5), quantile([5, 1, 4, 2, 3], 0.95)
    (3, 5)
    """
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
