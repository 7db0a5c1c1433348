"""Steps on one line of time."""

from datetime import UTC, datetime, timedelta

import pytest

from reelmill.catalog.steps import Command, Step, StepOutcome
from reelmill.units import JobId
from reelmill.web.steps import StepShown, shown

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def step(name: str, start_s: float, took_s: float, *, run: int = 1, attempt: int = 1) -> Step:
    return Step(
        job_id=JobId("reels/a"),
        run=run,
        attempt=attempt,
        position=0,
        name=f"reels.{name}",
        started_at=NOON + timedelta(seconds=start_s),
        took_s=took_s,
        outcome=StepOutcome.OK,
        commands=(Command(("ffmpeg", "-i", "a b"), took_s),),
    )


def bars(told: list[StepShown]) -> list[tuple[str, float, float]]:
    return [(one.name, one.x, one.width) for one in told]


def test_steps_follow_each_other_on_one_line() -> None:
    told = shown([step("shoot", 0, 3), step("print", 3, 1)])
    assert bars(told) == [("shoot", 0, 75), ("print", 75, 25)]
    assert told[0].commands[0].line == "ffmpeg -i 'a b'"


def test_each_attempt_has_its_own_line() -> None:
    told = shown(
        [step("shoot", 0, 9), step("shoot", 60, 2, attempt=2), step("shoot", 90, 1, run=2)]
    )
    assert bars(told) == [("shoot", 0, 100)] * 3
    assert [one.again for one in told] == ["", "attempt 2", "run 2"]


@pytest.mark.parametrize("took_s", [0.0, 1e-9])
def test_a_step_that_took_no_time_is_still_seen(took_s: float) -> None:
    told = shown([step("shoot", 0, 100), step("print", 100, took_s)])
    assert told[1].width > 0.5
    assert told[1].x + told[1].width <= 100


def test_a_lone_step_of_no_time_divides_by_nothing() -> None:
    assert bars(shown([step("shoot", 0, 0)]))[0][1] == 0


def test_no_steps_are_no_bars() -> None:
    assert shown([]) == []
