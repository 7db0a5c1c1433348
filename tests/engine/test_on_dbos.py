"""What we rely on in DBOS, so that a new release cannot change it unnoticed."""

import inspect
import logging
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import workshop
from dbos import DBOS, WorkflowStatusString
from structlog.testing import capture_logs
from workshop import Desk, Order, desk, notes

from reelmill.catalog.jobs import Job, JobState
from reelmill.engine.on_dbos import OnDbos
from reelmill.engine.reconcile import RunState, run_id
from reelmill.units import JobId

StartNode = Callable[..., "subprocess.Popen[str]"]


def engine_of(shop: Desk) -> OnDbos:
    engine = shop.durable.engine
    assert isinstance(engine, OnDbos)
    return engine


def test_the_private_way_to_recover_is_as_we_know_it() -> None:
    (ids,) = inspect.signature(DBOS._recover_pending_workflows).parameters
    assert ids == "executor_ids"


def test_states_of_runs_have_the_names_that_we_know() -> None:
    assert {state.value for state in WorkflowStatusString} == set(RunState)


@pytest.fixture(params=["sqlite", "postgres"])
def any_shop(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    opened = request.getfixturevalue("opened_desks")(tmp_path / "home", url)
    assert isinstance(opened, Desk)
    return opened


def enqueue_and_fail(shop: Desk, job: Job) -> None:
    with shop.catalog.begin() as conn:
        shop.durable.enqueue(conn, job, workflow="bench.run")
        raise KeyError


def test_a_run_is_written_in_our_transaction(any_shop: Desk) -> None:
    job = any_shop.jobs.submit("bench", Order(name="kept"))
    with pytest.raises(KeyError):
        enqueue_and_fail(any_shop, replace(job, id=JobId("bench/undone")))
    assert engine_of(any_shop).open_runs() == [run_id(job)]


def test_the_same_run_twice_is_one_run(any_shop: Desk) -> None:
    job = any_shop.jobs.submit("bench", Order(name="twice"))
    with any_shop.catalog.begin() as conn:
        any_shop.durable.enqueue(conn, job, workflow="bench.run")
    assert engine_of(any_shop).open_runs() == [run_id(job)]


def test_a_job_is_carried_out(any_shop: Desk) -> None:
    with workshop.node(any_shop):
        job = any_shop.jobs.submit("bench", Order(name="done"))
        assert any_shop.jobs.wait([job.id], timeout_s=120)[job.id].state is JobState.COMPLETED


def test_ten_desks_may_open_one_database_at_once(any_shop: Desk, tmp_path: Path) -> None:
    url = any_shop.settings.database_url
    home = tmp_path / ("fresh" if not url else "home")
    failed: list[BaseException] = []

    def open_and_submit(number: int) -> None:
        try:
            with desk(home, url) as opened:
                opened.jobs.submit("bench", Order(name=f"n{number}"))
        except BaseException as error:  # noqa: BLE001 - told by the thread that asserts
            failed.append(error)

    people = [threading.Thread(target=open_and_submit, args=(n,)) for n in range(10)]
    for each in people:
        each.start()
    for each in people:
        each.join()
    assert failed == []


@pytest.mark.kill
def test_the_documented_way_recovers_too(shop: Desk, tmp_path: Path, start_node: StartNode) -> None:
    job = shop.jobs.submit("bench", Order(name="a", folder=str(tmp_path), act="hold"))
    victim = start_node(shop.settings.home)
    while "work" not in "".join(notes(tmp_path, "a")):
        time.sleep(0.05)
    victim.kill()
    victim.wait()
    (tmp_path / "go").touch()
    engine = engine_of(shop)
    assert engine.resume(sorted(engine.owners())) == 1
    assert engine.states([run_id(job)]) == {run_id(job): RunState.ENQUEUED}
    start_node(shop.settings.home)
    assert shop.jobs.wait([job.id], timeout_s=120)[job.id].state is JobState.COMPLETED
    assert [line.split()[0] for line in notes(tmp_path, "a")].count("first") == 1


def test_dbos_is_heard_when_it_warns_and_not_before(shop: Desk) -> None:
    engine_of(shop)
    voice = logging.getLogger("dbos")
    with capture_logs() as heard:
        voice.info("chatter")
        voice.warning("mind the gap")
    assert [event["text"] for event in heard] == ["mind the gap"]
