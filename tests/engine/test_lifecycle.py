import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import workshop
from workshop import Desk, Order, notes

from reelmill.catalog.jobs import Job, JobState, UnknownJob
from reelmill.catalog.steps import StepOutcome
from reelmill.engine.lifecycle import AlreadyEnded, NotEnded, UnknownPipeline
from reelmill.errors import Refused
from reelmill.services import draft_key
from reelmill.units import JobId

#: Seconds in which a job of the bench ends on a busy machine.
SOON_S = 120


def done(shop: Desk, order: Order, **how: object) -> Job:
    job = shop.jobs.submit("bench", order, **how)  # type: ignore[arg-type]
    return ended(shop, job.id)


def ended(shop: Desk, job_id: JobId) -> Job:
    return shop.jobs.wait([job_id], timeout_s=SOON_S)[job_id]


def begun(shop: Desk, folder: Path, name: str, line: str) -> None:
    """Wait until the job has noted a line that starts so."""
    give_up_s = time.monotonic() + SOON_S
    while not any(said.startswith(line) for said in notes(folder, name)):
        assert time.monotonic() < give_up_s, shop.jobs.find(JobId(f"bench/{name}"))
        time.sleep(0.02)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    (tmp_path / "go").touch()


def test_a_job_is_done_and_its_row_tells_how(busy_shop: Desk) -> None:
    job = done(busy_shop, Order(name="plain"), owner="ann")
    assert job.state is JobState.COMPLETED
    assert (job.run, job.attempts, job.owner) == (1, 1, "ann")
    assert job.worker == busy_shop.durable.node_id
    assert job.result is not None
    assert job.result["name"] == "plain"
    assert job.cost_usd == 0.25
    assert job.started_at is not None
    assert job.finished_at is not None
    assert job.created_at <= job.started_at <= job.finished_at


def test_files_of_a_job_are_recorded_with_its_end(busy_shop: Desk) -> None:
    job = done(busy_shop, Order(name="files"))
    (made,) = busy_shop.jobs.explain(job.id).artifacts
    assert (made.kind, made.key, made.size_bytes) == ("text", "bench/files", 4)


def test_asking_twice_is_asking_once(busy_shop: Desk, folder: Path) -> None:
    order = Order(name="twice", folder=str(folder))
    first = done(busy_shop, order)
    assert done(busy_shop, order) == first
    assert len(notes(folder, "twice")) == 3


def test_asking_fifty_times_at_once_is_asking_once(busy_shop: Desk, folder: Path) -> None:
    order = Order(name="fifty", folder=str(folder))
    start = threading.Barrier(50)

    def ask(_number: int) -> JobId:
        start.wait()
        return busy_shop.jobs.submit("bench", order).id

    with ThreadPoolExecutor(50) as people:
        ids = set(people.map(ask, range(50)))
    assert len(ids) == 1
    assert ended(busy_shop, ids.pop()).attempts == 1
    assert len(notes(folder, "fifty")) == 3


def test_a_failure_by_design_says_what_and_what_to_do(busy_shop: Desk) -> None:
    job = done(busy_shop, Order(name="refused", act="refuse"))
    assert job.state is JobState.FAILED
    assert job.error_code == "too_big"
    assert job.error_message == "The thing is too big. (size_px=9)"
    assert job.error_facts == {"size_px": 9}
    assert "Make it smaller." in busy_shop.jobs.explain(job.id).advice


def test_a_bug_fails_its_job_and_nothing_else(busy_shop: Desk) -> None:
    job = done(busy_shop, Order(name="buggy", act="bug"))
    assert (job.state, job.error_code) == (JobState.FAILED, "bug")
    assert job.error_message == "ZeroDivisionError: nobody thought of this"
    assert done(busy_shop, Order(name="after the bug")).state is JobState.COMPLETED


def test_an_outage_is_tried_three_times(busy_shop: Desk, folder: Path) -> None:
    job = done(busy_shop, Order(name="outage", folder=str(folder), act="outage"))
    assert job.state is JobState.COMPLETED
    tries = [s.outcome for s in busy_shop.jobs.explain(job.id).steps if s.name == "bench.work"]
    assert tries == [StepOutcome.FAILED, StepOutcome.FAILED, StepOutcome.OK]


def test_an_outage_that_lasts_fails_the_job(busy_shop: Desk) -> None:
    job = done(busy_shop, Order(name="long outage", act="always down"))
    assert (job.state, job.error_code) == (JobState.FAILED, "neighbour_down")
    assert len(busy_shop.jobs.explain(job.id).steps) == 4


def test_a_refusal_is_not_tried_again(busy_shop: Desk, folder: Path) -> None:
    done(busy_shop, Order(name="refusal", folder=str(folder), act="refuse"))
    assert [line.split()[0] for line in notes(folder, "refusal")] == ["first", "work"]


def test_explain_tells_the_steps_with_their_commands(busy_shop: Desk) -> None:
    job = done(busy_shop, Order(name="commands", act="commands"))
    told = busy_shop.jobs.explain(job.id)
    assert [step.name for step in told.steps] == ["bench.first", "bench.work", "bench.publish"]
    assert [step.position for step in told.steps] == [1, 2, 3]
    assert all(step.outcome is StepOutcome.OK for step in told.steps)
    assert told.steps[1].commands == ((("ffmpeg", "-i", "in.mp4"), 1.5),)
    assert told.steps[2].commands == ()


def test_progress_of_a_long_job_reaches_its_row(busy_shop: Desk) -> None:
    seen: list[Job] = []
    job = busy_shop.jobs.submit("bench", Order(name="progress", act="progress"))
    busy_shop.jobs.wait([job.id], on_change=seen.append, timeout_s=SOON_S)
    reported = [each for each in seen if each.stage == "count"]
    assert reported
    assert (reported[0].total, reported[0].message) == (10, "counting")
    assert seen[-1].state is JobState.COMPLETED


def test_a_crashed_child_fails_its_job_alone(busy_shop: Desk) -> None:
    job = done(busy_shop, Order(name="crash", act="child crash"))
    assert (job.state, job.error_code) == (JobState.FAILED, "child_died")
    assert job.error_facts == {"exit_code": 3}
    assert len([s for s in busy_shop.jobs.explain(job.id).steps if s.name == "bench.work"]) == 3


def test_work_whose_child_crashed_is_done_by_the_next(busy_shop: Desk, folder: Path) -> None:
    job = done(busy_shop, Order(name="fragile", folder=str(folder), act="fragile child"))
    assert job.state is JobState.COMPLETED


def test_cancel_kills_the_child_within_seconds(busy_shop: Desk, folder: Path) -> None:
    order = Order(name="long", folder=str(folder), act="child", pause_s=60)
    job = busy_shop.jobs.submit("bench", order)
    begun(busy_shop, folder, "long", "child")
    child = int(notes(folder, "long")[-1].split()[1])
    give_up_s = time.monotonic() + order.pause_s / 2
    assert busy_shop.jobs.cancel(job.id).state is JobState.CANCELED
    while not gone(child):
        assert time.monotonic() < give_up_s
        time.sleep(0.05)
    time.sleep(0.5)
    assert busy_shop.jobs.find(job.id).state is JobState.CANCELED
    outcomes = [step.outcome for step in busy_shop.jobs.explain(job.id).steps]
    assert outcomes == [StepOutcome.OK, StepOutcome.CANCELED]


def test_a_canceled_job_can_be_tried_again(busy_shop: Desk, folder: Path) -> None:
    job = busy_shop.jobs.submit("bench", Order(name="held", folder=str(folder), act="hold"))
    begun(busy_shop, folder, "held", "work")
    busy_shop.jobs.cancel(job.id)
    (folder / "go").touch()
    assert busy_shop.jobs.retry(job.id).run == 2
    assert ended(busy_shop, job.id).state is JobState.COMPLETED


def test_what_has_ended_cannot_be_canceled(busy_shop: Desk) -> None:
    job = done(busy_shop, Order(name="over"))
    with pytest.raises(AlreadyEnded):
        busy_shop.jobs.cancel(job.id)


def test_what_has_not_ended_cannot_be_tried_again(shop: Desk) -> None:
    job = shop.jobs.submit("bench", Order(name="fresh"))
    with pytest.raises(NotEnded):
        shop.jobs.retry(job.id)


def test_a_failed_job_is_done_again_as_another_run(busy_shop: Desk, folder: Path) -> None:
    order = Order(name="again", folder=str(folder), act="refuse")
    job = done(busy_shop, order)
    assert busy_shop.jobs.retry(job.id).error_code == ""
    again = ended(busy_shop, job.id)
    assert (again.run, again.attempts, again.state) == (2, 1, JobState.FAILED)
    assert len(notes(folder, "again")) == 4


def test_force_does_a_completed_job_again(busy_shop: Desk, folder: Path) -> None:
    order = Order(name="force", folder=str(folder))
    done(busy_shop, order)
    again = done(busy_shop, order, force=True)
    assert (again.run, again.state) == (2, JobState.COMPLETED)
    assert len(notes(folder, "force")) == 6


def test_force_leaves_a_waiting_job_as_it_is(shop: Desk) -> None:
    order = Order(name="patient")
    job = shop.jobs.submit("bench", order)
    assert shop.jobs.submit("bench", order, force=True) == job


@pytest.mark.parametrize("act", ["draft", "refuse"])
def test_drafts_go_when_a_job_ends(busy_shop: Desk, act: str) -> None:
    job_id = JobId(f"bench/drafts {act}")
    busy_shop.store.put_bytes(draft_key(job_id, "old.mp4"), b"old")
    done(busy_shop, Order(name=f"drafts {act}", act=act))
    _wait_for_no_drafts(busy_shop, job_id)


def test_drafts_go_when_a_running_job_is_canceled(busy_shop: Desk, folder: Path) -> None:
    order = Order(name="drafting", folder=str(folder), act="draft", pause_s=1)
    job = busy_shop.jobs.submit("bench", order)
    begun(busy_shop, folder, "drafting", "work")
    busy_shop.jobs.cancel(job.id)
    (folder / "go").touch()
    _wait_for_no_drafts(busy_shop, job.id)


def _wait_for_no_drafts(shop: Desk, job_id: JobId) -> None:
    """Drafts go after the end is told."""
    give_up_s = time.monotonic() + SOON_S
    while list(shop.store.list(f"drafts/{job_id}/")):
        assert time.monotonic() < give_up_s
        time.sleep(0.05)


def test_a_pipeline_that_does_not_exist_is_named(shop: Desk) -> None:
    with pytest.raises(UnknownPipeline, match="films"):
        shop.jobs.submit("films", Order(name="x"))


def test_a_spec_of_another_pipeline_is_refused(shop: Desk) -> None:
    with pytest.raises(Refused, match="Delivered"):
        shop.jobs.submit("bench", workshop.Delivered(name="x"))


@pytest.mark.parametrize("verb", ["find", "cancel", "retry", "explain"])
def test_a_job_that_does_not_exist_is_named(shop: Desk, verb: str) -> None:
    with pytest.raises(UnknownJob, match="bench/nobody"):
        getattr(shop.jobs, verb)(JobId("bench/nobody"))


def test_waiting_ends_with_the_time_limit(shop: Desk) -> None:
    job = shop.jobs.submit("bench", Order(name="nobody works"))
    assert shop.jobs.wait([job.id], timeout_s=0.1)[job.id].state is JobState.PENDING
