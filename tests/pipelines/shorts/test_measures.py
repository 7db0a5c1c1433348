"""Exports in the catalog -> numbers at `/metrics`, on both databases."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.pipelines.shorts.theatre import Clock, end_job, export, open_theatre, ready_video
from tests.web.reels import Served, serving

from reelmill.catalog import jobs, steps
from reelmill.catalog.jobs import JobState
from reelmill.catalog.steps import Step, StepOutcome
from reelmill.engine.words import VideoMade
from reelmill.units import JobId, StoreKey

MADE = VideoMade(
    key=StoreKey("exports/a"), width=1080, height=1920, duration_s=2.0, frames=60, size_bytes=1
)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """A site on each database, whose clock stands at the time of the test."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    with open_theatre(tmp_path / "home", Clock(), database_url=url) as app, serving(app) as served:
        yield served


def begin(site: Served, job_id: str) -> None:
    """Have a node begin a job now, that fails at first and then needs four seconds."""
    now = site.app.services.clock()
    with site.app.services.catalog.begin() as conn:
        jobs.change(conn, JobId(job_id), state=JobState.IN_PROGRESS, started_at=now)
        tried = [(1, 90.0, StepOutcome.FAILED), (2, 4.0, StepOutcome.OK)]
        steps.add_steps(
            conn,
            [
                Step(
                    job_id=JobId(job_id),
                    run=1,
                    attempt=attempt,
                    position=1,
                    name="shorts.encode",
                    started_at=now,
                    took_s=took_s,
                    outcome=outcome,
                )
                for attempt, took_s, outcome in tried
            ],
        )


def lines(site: Served) -> dict[str, float]:
    """The shorts' own numbers."""
    told = [line for line in site.http.get("/metrics").text.splitlines() if "shorts_" in line]
    return {
        name.removeprefix("reelmill_shorts_"): float(value)
        for name, _, value in (line.rpartition(" ") for line in told if line[0] != "#")
    }


def test_what_was_made_lately_is_measured(site: Served) -> None:
    clock = site.app.services.clock
    assert isinstance(clock, Clock)
    _, (scene, other, _) = ready_video(site.app)
    made = export(site.http, scene).json()["job_id"]
    clock.move(seconds=3)
    begin(site, made)
    clock.move(seconds=5)
    end_job(site.app, made, JobState.COMPLETED, made=MADE)
    end_job(site.app, export(site.http, other).json()["job_id"], JobState.FAILED)
    told = lines(site)
    assert told['ended{kind="export",state="completed"}'] == 1
    assert told['ended{kind="export",state="failed"}'] == 1
    half = 'kind="export",quantile="0.5"'
    assert told[f"latency_seconds{{{half}}}"] == pytest.approx(8, abs=1.5)
    assert told[f"wait_seconds{{{half}}}"] == pytest.approx(3, abs=1)
    assert told[f"real_time_factor{{{half}}}"] == pytest.approx(2.5, abs=0.5)
    assert told[f'stage_seconds{{{half},stage="encode"}}'] == 4
    clock.ahead += timedelta(hours=25)
    assert lines(site) == {}
