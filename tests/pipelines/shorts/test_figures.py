"""Exports that ended -> how long people wait, and what of that is whose."""

from datetime import UTC, datetime, timedelta

import pytest

from reelmill.catalog.job import JobState
from reelmill.pipelines.shorts.figures import (
    Ended,
    Figure,
    Row,
    figures_of,
    quantile,
    share_made,
    table_of,
)
from reelmill.pipelines.shorts.records import Kind

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def ended(
    wait_s: float, work_s: float, *, state: JobState = JobState.COMPLETED, kind: Kind = Kind.EXPORT
) -> Ended:
    """An export of ten seconds."""
    began_at = NOON + timedelta(seconds=wait_s)
    return Ended(
        kind=kind,
        state=state,
        asked_at=NOON,
        began_at=began_at,
        ended_at=began_at + timedelta(seconds=work_s),
        duration_s=10.0 if state is JobState.COMPLETED else None,
        steps={"encode": work_s - 1, "publish": 1.0},
    )


def told(figures: list[Figure], name: str, **labels: str) -> list[float]:
    return [
        figure.value
        for figure in figures
        if figure.name == name and labels.items() <= figure.labels.items()
    ]


def test_the_usual_export_and_the_slow_one_are_told_apart() -> None:
    figures = list(figures_of([ended(1, 5) for _ in range(19)] + [ended(3, 40), ended(2, 30)]))
    assert told(figures, "ended", kind="export", state="completed") == [21]
    assert told(figures, "latency_seconds") == [6, 32]
    assert told(figures, "wait_seconds", quantile="0.95") == [2]
    assert told(figures, "real_time_factor") == [0.5, 3]
    assert told(figures, "stage_seconds", stage="encode") == [4, 29]
    assert told(figures, "stage_seconds", stage="publish", quantile="0.95") == [1]


def test_what_came_to_nothing_counts_as_that_alone() -> None:
    figures = list(figures_of([ended(1, 5, state=JobState.FAILED), ended(1, 9)]))
    assert told(figures, "ended", state="failed") == [1]
    assert told(figures, "latency_seconds") == [10, 10]


def test_shorts_and_reels_have_numbers_of_their_own() -> None:
    figures = list(figures_of([ended(0, 5), ended(0, 50, kind=Kind.REEL)]))
    assert told(figures, "latency_seconds", kind="export", quantile="0.5") == [5]
    assert told(figures, "latency_seconds", kind="reel", quantile="0.5") == [50]


def test_nothing_that_ended_has_no_numbers() -> None:
    assert list(figures_of([])) == []


@pytest.mark.parametrize(("share", "found"), [(0.01, 1), (0.5, 2), (0.75, 3), (1.0, 4)])
def test_quantiles(share: float, found: int) -> None:
    assert quantile([4, 1, 3, 2], share) == found


def test_a_table_has_a_row_for_each_figure_of_a_kind() -> None:
    figures = list(figures_of([ended(0, 5), ended(1, 9), ended(0, 50, kind=Kind.REEL)]))
    assert table_of(figures, Kind.EXPORT) == [
        Row("latency_seconds", "", 5, 10),
        Row("wait_seconds", "", 0, 1),
        Row("real_time_factor", "", 0.5, 0.9),
        Row("stage_seconds", "encode", 4, 8),
        Row("stage_seconds", "publish", 1, 1),
    ]
    assert [row.usual for row in table_of(figures, Kind.REEL)] == [50, 0, 5, 49, 1]


def test_what_was_canceled_is_nobodys_failure() -> None:
    states = [JobState.COMPLETED] * 3 + [JobState.FAILED, JobState.CANCELED]
    assert share_made([ended(0, 1, state=state) for state in states]) == 0.75
    assert share_made([ended(0, 1, state=JobState.CANCELED)]) is None
