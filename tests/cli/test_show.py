"""Jobs and what they did, in words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reelmill.catalog.jobs import Job, JobState
from reelmill.catalog.steps import Command, Step, StepOutcome
from reelmill.cli import show
from reelmill.engine.explain import explanation
from reelmill.units import JobId

NOON = datetime(2025, 12, 1, 12, tzinfo=UTC)

DONE = Job(
    id=JobId("replays/0a"),
    pipeline="replays",
    key="0a",
    state=JobState.COMPLETED,
    spec={},
    owner="local",
    priority=5,
    run=1,
    attempts=1,
    stage="publish",
    done=3,
    total=3,
    message="publishing",
    error_code="",
    error_message="",
    error_hint="",
    error_facts={},
    result={"frames": 90, "artifacts": []},
    cost_usd=0.0,
    worker="here:0",
    created_at=NOON,
    updated_at=NOON,
    started_at=NOON,
    finished_at=NOON + timedelta(seconds=1.5),
    revision=4,
)
RUNNING = replace(
    DONE, state=JobState.IN_PROGRESS, done=1, total=3, stage="render", finished_at=None
)
FAILED = replace(
    DONE,
    state=JobState.FAILED,
    error_code="child_died",
    error_message="It died.",
    result=None,
    cost_usd=0.25,
)


@pytest.mark.parametrize(
    ("job", "row"),
    [
        pytest.param(
            DONE,
            ("replays/0a", "completed", "-", "1.50 s", "2025-12-01 12:00:00", ""),
            id="a completed job has no message left",
        ),
        pytest.param(
            RUNNING,
            ("replays/0a", "in_progress", "33 %", "-", "2025-12-01 12:00:00", "publishing"),
            id="a running one says how far it is",
        ),
        pytest.param(
            FAILED,
            ("replays/0a", "failed", "-", "1.50 s", "2025-12-01 12:00:00", "It died."),
            id="a failed one says why",
        ),
    ],
)
def test_a_job_in_a_list(job: Job, row: tuple[str, ...]) -> None:
    assert show.row(job) == row
    assert len(row) == len(show.TITLES)


@pytest.mark.parametrize(
    ("job", "said"),
    [
        pytest.param(DONE, {"state": "completed", "frames": "90", "took": "1.50 s"}, id="done"),
        pytest.param(RUNNING, {"progress": "render 1/3 publishing", "took": "-"}, id="running"),
        pytest.param(FAILED, {"error": "child_died: It died.", "cost": "0.2500 USD"}, id="failed"),
    ],
)
def test_a_job_in_full(job: Job, said: dict[str, str]) -> None:
    lines = dict(show.lines(job))
    assert {name: lines[name] for name in said} == said
    assert "artifacts" not in lines


def test_json_has_times_as_text() -> None:
    facts: dict[str, Any] = show.facts(DONE)
    assert facts["created_at"] == "2025-12-01T12:00:00+00:00"
    assert facts["state"] == "completed"


def test_a_story_names_steps_commands_reason_and_what_to_do() -> None:
    step = Step(
        job_id=FAILED.id,
        run=1,
        attempt=2,
        position=0,
        name="replays.draw",
        started_at=NOON,
        took_s=1.25,
        outcome=StepOutcome.FAILED,
        commands=(Command(("ffmpeg", "-i", "a b"), 1.0),),
        error_code="child_died",
        error_message="It died.",
    )
    story = explanation(FAILED, [step], [])
    assert [line for line, _ in show.told(story)][:4] == [
        "replays/0a failed after 1.50 s",
        "  run 1, attempt 2: replays.draw failed in 1.25 s: child_died: It died.",
        "      ran 1.00 s: ffmpeg -i 'a b'",
        "  why: child_died: It died.",
    ]
    assert "reelmill jobs retry replays/0a" in [line for line, _ in show.told(story)][-1]
    assert show.story_facts(story)["steps"][0]["outcome"] == "failed"
