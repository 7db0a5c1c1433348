from dataclasses import replace

import pytest
import sqlalchemy as sa
import workshop
from workshop import Desk, Order

from reelmill.catalog.jobs import Job, JobState, change
from reelmill.catalog.tables import jobs as rows
from reelmill.engine.reconcile import Repair, RunState, orphans, repair_of, run_id
from reelmill.units import JobId


@pytest.mark.parametrize(
    ("run_state", "repair"),
    [
        pytest.param(None, Repair.ENQUEUE, id="a row without a run is enqueued"),
        pytest.param(RunState.ENQUEUED, Repair.NOTHING, id="a waiting run is left alone"),
        pytest.param(RunState.DELAYED, Repair.NOTHING, id="a delayed run is left alone"),
        pytest.param(RunState.PENDING, Repair.NOTHING, id="a running run is left alone"),
        pytest.param(RunState.SUCCESS, Repair.NEXT_RUN, id="a run that left no trace runs again"),
        pytest.param(RunState.CANCELLED, Repair.CANCEL, id="a canceled run cancels its job"),
        pytest.param(RunState.GIVEN_UP, Repair.FAIL_CRASHING, id="a run given up fails its job"),
        pytest.param(RunState.ERROR, Repair.FAIL_LOST, id="a run that broke fails its job"),
    ],
)
def test_what_an_unfinished_job_needs(run_state: RunState | None, repair: Repair) -> None:
    assert repair_of(run_state) is repair


def submitted(shop: Desk, name: str) -> Job:
    return shop.jobs.submit("bench", Order(name=name))


def test_runs_that_nobody_waits_for(shop: Desk) -> None:
    job = submitted(shop, "a")
    states = {
        "present": job,
        "done again": replace(job, run=2),
        "canceled": replace(job, state=JobState.CANCELED),
        "completed": replace(job, state=JobState.COMPLETED),
    }
    lost = {name: bool(orphans(["bench/a#1"], {job.id: row})) for name, row in states.items()}
    assert lost == {"present": False, "done again": True, "canceled": True, "completed": False}
    assert orphans(["bench/gone#1"], {}) == ["bench/gone#1"]


def test_a_row_that_lost_its_run_gets_another(shop: Desk) -> None:
    job = submitted(shop, "lost")
    with shop.catalog.begin() as conn:
        conn.execute(
            sa.text("DELETE FROM workflow_status WHERE workflow_uuid = :run"), {"run": run_id(job)}
        )
    assert shop.durable.engine.open_runs() == []
    shop.jobs.reconcile()
    assert shop.durable.engine.open_runs() == [run_id(job)]


def test_a_run_that_lost_its_row_never_starts(shop: Desk) -> None:
    job = submitted(shop, "row")
    with shop.catalog.begin() as conn:
        conn.execute(sa.delete(rows).where(rows.c.id == job.id))
    shop.jobs.reconcile()
    assert shop.durable.engine.open_runs() == []
    assert shop.durable.engine.states([run_id(job)]) == {run_id(job): RunState.CANCELLED}


def test_a_cancel_cut_short_is_finished(shop: Desk) -> None:
    job = submitted(shop, "half canceled")
    with shop.catalog.begin() as conn:
        change(conn, job.id, state=JobState.CANCELED)
    shop.jobs.reconcile()
    assert shop.durable.engine.open_runs() == []


def test_a_run_canceled_in_the_engine_cancels_its_job(shop: Desk) -> None:
    job = submitted(shop, "engine")
    shop.durable.engine.cancel([run_id(job)])
    shop.jobs.reconcile()
    assert shop.jobs.find(job.id).state is JobState.CANCELED


def test_a_row_that_says_running_after_its_run_ended_is_done_again(shop: Desk) -> None:
    with workshop.node(shop):
        job = submitted(shop, "restored")
        shop.jobs.wait([job.id], timeout_s=120)
    with shop.catalog.begin() as conn:
        change(conn, job.id, state=JobState.IN_PROGRESS)
    shop.jobs.reconcile()
    again = shop.jobs.find(job.id)
    assert (again.state, again.run) == (JobState.PENDING, 2)
    with workshop.node(shop):
        assert shop.jobs.wait([job.id], timeout_s=120)[job.id].state is JobState.COMPLETED


def test_jobs_of_a_pipeline_that_is_broken_here_are_left_alone(shop: Desk) -> None:
    job = submitted(shop, "other")
    with shop.catalog.begin() as conn:
        conn.execute(sa.update(rows).values(pipeline="elsewhere"))
    shop.durable.engine.cancel([run_id(job)])
    shop.jobs.reconcile()
    assert shop.jobs.find(JobId("bench/other")).state is JobState.PENDING


def test_reconciling_what_agrees_changes_nothing(shop: Desk) -> None:
    job = submitted(shop, "fine")
    for _ in range(3):
        shop.jobs.reconcile()
    assert shop.jobs.find(job.id) == job
