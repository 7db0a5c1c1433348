"""Tasks in the catalog -> the four numbers, for all nodes and for each, and at `/metrics`."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.pipelines.stories.stage import Desk, clock_of, ready_asset, stage
from tests.pipelines.stories.studio import open_studio
from tests.web.reels import serving

from reelmill.catalog import jobs
from reelmill.catalog.job import JobState
from reelmill.pipelines.stories.figures import Figures
from reelmill.pipelines.stories.intake.prepare import prepare
from reelmill.pipelines.stories.keys import Kind
from reelmill.pipelines.stories.measures import ALL, measured
from reelmill.pipelines.stories.spec import StoryResult
from reelmill.pipelines.stories.tables import tasks
from reelmill.pipelines.stories.workflow import ended
from reelmill.services import Services
from reelmill.units import StoreKey

#: Seconds of download, render and upload.
Acts = tuple[float, float, float]


def result_of(acts: Acts) -> StoryResult:
    """What a task came to whose acts took so long."""
    download_s, render_s, upload_s = acts
    return StoryResult(
        video_key=StoreKey("stories/output/t/final.mp4"),
        frames=1,
        duration_s=1.0,
        size_bytes=1,
        loudness_lufs=-16.0,
        true_peak_dbtp=-2.0,
        joined=True,
        download_s=download_s,
        render_s=render_s,
        upload_s=upload_s,
        artifacts=(),
    )


def work(here: Services, node: str, acts: Acts, state: JobState = JobState.COMPLETED) -> None:
    """Have a node take the next voice, and be done with it when its acts took so long."""
    told = {"story": "tale", "chapter": 1, "duration_s": 5.0, "loudness_lufs": -20.0}
    ready_asset(here, Kind.VOICE, f"voice {here.clock()}", **told)
    (task_id,) = prepare(here, Desk(here))
    with here.catalog.begin() as transaction:
        tasks.begin(transaction, task_id, node=node, now=here.clock())
    clock_of(here).move(seconds=sum(acts))
    with here.catalog.begin() as transaction:
        job = jobs.change(transaction, tasks.job_id_of(task_id), state=state)
        done = result_of(acts) if state is JobState.COMPLETED else None
        ended(here, transaction, job, done)


def test_the_numbers_are_those_of_what_was_finished_lately(tmp_path: Path) -> None:
    with stage(tmp_path / "home", chosen={"needs_music": False}) as here:
        ready_asset(here, Kind.VIDEO, "clip", duration_s=4.0)
        assert [(told.node, told.tasks) for told in measured(here)] == [(ALL, 0)]
        work(here, "long ago", (1.0, 1.0, 1.0))
        clock_of(here).move(hours=25)
        work(here, "a", (200.0, 600.0, 200.0))
        work(here, "a", (100.0, 800.0, 100.0))
        work(here, "a", (0.0, 0.0, 5000.0), JobState.FAILED)
        clock_of(here).move(hours=1)
        work(here, "b", (300.0, 500.0, 200.0))
        told = {each.node: (each.tasks, each.figures) for each in measured(here)}
        assert sorted(told) == ["a", ALL, "b"]
        assert [told[node][0] for node in (ALL, "a", "b")] == [3, 2, 1]
        assert told["a"][1] == pytest.approx(Figures(70, 700, 3.6, 300), rel=1e-3)
        assert told["b"][1] == pytest.approx(Figures(50, 500, 3.6, 500), rel=1e-3)
        assert told[ALL][1] == pytest.approx(Figures(63.33, 633.33, 7.2, 366.67), rel=1e-3)
        (alone,) = (each for each in measured(here, timedelta(minutes=30)) if each.node != ALL)
        assert alone.node == "b"


def test_the_numbers_come_out_at_metrics(tmp_path: Path) -> None:
    with open_studio(tmp_path / "home") as app, serving(app) as site:
        told = site.http.get("/metrics").text
    for name in Figures._fields:
        assert f'reelmill_stories_{name}{{node="all"}} 0.0' in told
        assert f"# TYPE reelmill_stories_{name} gauge" in told
