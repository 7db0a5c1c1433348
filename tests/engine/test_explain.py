from datetime import UTC, datetime
from typing import Any

import pytest

from reelmill.catalog.jobs import Job, JobState
from reelmill.engine.explain import advice
from reelmill.units import JobId


def job(**facts: Any) -> Job:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    blank: dict[str, Any] = dict.fromkeys(
        ("stage", "message", "error_code", "error_message", "error_hint", "worker"), ""
    )
    counts: dict[str, Any] = {
        "priority": 5, "run": 1, "attempts": 1, "done": 0, "total": 0, "cost_usd": 0.0,
        "revision": 1,
    }  # fmt: skip
    times: dict[str, Any] = {
        "created_at": now, "updated_at": now, "started_at": None, "finished_at": None,
    }  # fmt: skip
    own: dict[str, Any] = {
        "id": JobId("bench/a"), "pipeline": "bench", "key": "a", "spec": {}, "owner": "ann",
        "error_facts": {}, "result": None,
    }  # fmt: skip
    return Job(**{**blank, **counts, **times, **own, **facts})


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        pytest.param({"state": JobState.PENDING}, "reelmill work", id="waiting: start a node"),
        pytest.param({"state": JobState.IN_PROGRESS}, "another takes it over", id="running"),
        pytest.param({"state": JobState.COMPLETED}, "Nothing", id="done: nothing"),
        pytest.param({"state": JobState.CANCELED}, "jobs retry bench/a", id="canceled: retry"),
        pytest.param(
            {"state": JobState.FAILED, "error_hint": "Mend it."}, "Mend it. ", id="its own hint"
        ),
        pytest.param(
            {"state": JobState.FAILED, "error_code": "child_died"}, "fewer children", id="by code"
        ),
        pytest.param(
            {"state": JobState.FAILED, "error_code": "odd"}, "`reelmill jobs retry", id="or retry"
        ),
    ],
)
def test_advice_fits_the_state(facts: dict[str, Any], said: str) -> None:
    assert said in advice(job(**facts))
