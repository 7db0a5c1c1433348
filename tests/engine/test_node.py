"""One node in this process, started by each test."""

import time
from pathlib import Path

import workshop
from workshop import Desk, Order, notes

from reelmill.catalog.jobs import JobState


def test_a_waiting_job_that_is_canceled_never_starts(shop: Desk, tmp_path: Path) -> None:
    job = shop.jobs.submit("bench", Order(name="waiting", folder=str(tmp_path)))
    assert shop.jobs.cancel(job.id).state is JobState.CANCELED
    with workshop.node(shop):
        other = shop.jobs.submit("bench", Order(name="another"))
        shop.jobs.wait([other.id], timeout_s=120)
    assert notes(tmp_path, "waiting") == []
    assert shop.jobs.find(job.id).state is JobState.CANCELED


def test_a_node_is_listed_while_it_works(shop: Desk) -> None:
    assert shop.jobs.nodes() == []
    with workshop.node(shop):
        assert [node.id for node in shop.jobs.nodes()] == [shop.durable.node_id]
    assert shop.jobs.nodes() == []


def test_urgent_jobs_go_first(shop: Desk) -> None:
    """Of seven jobs and four places, the urgent one gets a place although it came last."""
    late = [shop.jobs.submit("bench", Order(name=f"late{n}"), priority=9) for n in range(6)]
    urgent = shop.jobs.submit("bench", Order(name="urgent"), priority=1)
    with workshop.node(shop):
        ended = shop.jobs.wait([urgent.id, *(job.id for job in late)], timeout_s=120)
    began = {job_id: job.started_at for job_id, job in ended.items() if job.started_at}
    assert began[urgent.id] < max(began[job.id] for job in late)


def test_a_node_may_start_again_in_the_same_process(shop: Desk) -> None:
    for name in ("before", "after"):
        with workshop.node(shop):
            job = shop.jobs.submit("bench", Order(name=name))
            assert shop.jobs.wait([job.id], timeout_s=120)[job.id].state is JobState.COMPLETED


def test_old_runs_are_forgotten_and_their_jobs_stay(shop: Desk) -> None:
    with workshop.node(shop):
        job = shop.jobs.submit("bench", Order(name="old"))
        shop.jobs.wait([job.id], timeout_s=120)
        time.sleep(0.5)
    engine = shop.durable.engine
    soon = shop.services.clock().replace(year=2999)
    assert engine.forget_ended(soon) == 1
    assert engine.states([f"{job.id}#1"]) == {}
    assert shop.jobs.find(job.id).state is JobState.COMPLETED
