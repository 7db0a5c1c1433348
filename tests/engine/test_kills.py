"""Nodes as processes of their own, ended in every way there is."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
import workshop
from workshop import Desk, Order, desk, notes

from reelmill.catalog.jobs import Job, JobState
from reelmill.engine.on_dbos import MOST_RECOVERIES
from reelmill.engine.reconcile import run_id
from reelmill.units import JobId

pytestmark = pytest.mark.kill

StartNode = Callable[..., "subprocess.Popen[str]"]

#: Seconds in which things happen on a busy machine.
SOON_S = 120


def until(happened: Callable[[], object], what: str) -> None:
    give_up_s = time.monotonic() + SOON_S
    while not happened():
        assert time.monotonic() < give_up_s, what
        time.sleep(0.05)


def said(folder: Path, name: str) -> list[str]:
    """First words of what a job noted."""
    return [line.split()[0] for line in notes(folder, name)]


def kill(process: "subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


def children_of(process: "subprocess.Popen[str]") -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def wait_for(shop: Desk, job_id: JobId) -> Job:
    return shop.jobs.wait([job_id], timeout_s=SOON_S)[job_id]


def test_a_killed_node_is_taken_over_by_the_next_start(
    shop: Desk, tmp_path: Path, start_node: StartNode
) -> None:
    job = shop.jobs.submit("bench", Order(name="a", folder=str(tmp_path), act="hold"))
    victim = start_node(shop.settings.home)
    until(lambda: "work" in said(tmp_path, "a"), "the job begins")
    kill(victim)
    (tmp_path / "go").touch()
    start_node(shop.settings.home)
    ended = wait_for(shop, job.id)
    assert (ended.state, ended.run, ended.attempts) == (JobState.COMPLETED, 1, 2)
    assert said(tmp_path, "a") == ["first", "work", "work", "publish"]


def test_children_die_with_a_killed_node(shop: Desk, tmp_path: Path, start_node: StartNode) -> None:
    order = Order(name="a", folder=str(tmp_path), act="child", pause_s=60)
    shop.jobs.submit("bench", order)
    victim = start_node(shop.settings.home)
    until(lambda: "child" in said(tmp_path, "a"), "the child works")
    children = children_of(victim)
    assert children
    kill(victim)
    gone, alive = psutil.wait_procs(children, timeout=SOON_S)
    assert gone
    assert not alive


def test_a_whole_group_killed_leaves_one_result(
    shop: Desk, tmp_path: Path, start_node: StartNode
) -> None:
    orders = [Order(name=f"job{n}", folder=str(tmp_path), act="child") for n in range(12)]
    ids = [shop.jobs.submit("bench", order).id for order in orders]
    for _ in range(2):
        victim = start_node(shop.settings.home)
        time.sleep(0.4)
        os.killpg(victim.pid, signal.SIGKILL)
        victim.wait()
    start_node(shop.settings.home)
    ended = shop.jobs.wait(ids, timeout_s=SOON_S)
    assert {job.state for job in ended.values()} == {JobState.COMPLETED}
    assert all(said(tmp_path, order.name)[-1] == "publish" for order in orders)


def test_no_row_without_a_run_and_no_run_without_a_row(tmp_path: Path) -> None:
    """Killed after both were written, before the commit: neither is there."""
    script = (
        "import os, signal, sys; sys.path.insert(0, sys.argv[1]); import workshop;"
        "from pathlib import Path;"
        "d = workshop.Desk(workshop.settings_for(Path(sys.argv[2])));"
        "write = d.durable.enqueue;"
        "die = lambda: os.kill(os.getpid(), signal.SIGKILL);"
        "d.durable.enqueue = lambda *a, **k: (write(*a, **k), die());"
        "d.jobs.submit('bench', workshop.Order(name='half'))"
    )
    here = str(Path(workshop.__file__).parent)
    home = tmp_path / "home"
    died = subprocess.run([sys.executable, "-c", script, here, str(home)], check=False)
    assert died.returncode == -signal.SIGKILL
    with desk(home) as shop:
        assert shop.jobs.counts() == {}
        assert shop.durable.engine.open_runs() == []


def test_a_job_that_kills_its_node_each_time_is_given_up(
    shop: Desk, tmp_path: Path, start_node: StartNode
) -> None:
    job = shop.jobs.submit("bench", Order(name="poison", folder=str(tmp_path), act="poison"))
    for _ in range(MOST_RECOVERIES + 1):
        assert start_node(shop.settings.home).wait(SOON_S) == 7
    good = shop.jobs.submit("bench", Order(name="good"))
    start_node(shop.settings.home)
    assert wait_for(shop, good.id).state is JobState.COMPLETED
    states = shop.durable.engine.states
    until(
        lambda: states([run_id(job)])[run_id(job)] == "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "given up"
    )
    shop.jobs.reconcile()
    ended = shop.jobs.find(job.id)
    assert (ended.state, ended.error_code) == (JobState.FAILED, "keeps_crashing")
    assert said(tmp_path, "poison") == ["first", *["work"] * (MOST_RECOVERIES + 1)]


def test_sigterm_lets_running_jobs_finish(
    shop: Desk, tmp_path: Path, start_node: StartNode
) -> None:
    order = Order(name="a", folder=str(tmp_path), act="child", pause_s=1.5)
    job = shop.jobs.submit("bench", order)
    node = start_node(shop.settings.home)
    until(lambda: "child" in said(tmp_path, "a"), "the child works")
    node.terminate()
    assert node.wait(SOON_S) == 0
    assert shop.jobs.find(job.id).state is JobState.COMPLETED
    assert shop.jobs.nodes() == []


def test_jobs_that_outlast_the_drain_are_left_to_the_next_node(
    shop: Desk, tmp_path: Path, start_node: StartNode
) -> None:
    order = Order(name="a", folder=str(tmp_path), act="child", pause_s=60)
    job = shop.jobs.submit("bench", order)
    node = start_node(shop.settings.home, drain_s=0.5)
    until(lambda: "child" in said(tmp_path, "a"), "the child works")
    node.terminate()
    assert node.wait(SOON_S) == 0
    left = shop.jobs.find(job.id)
    assert (left.state, left.attempts) == (JobState.IN_PROGRESS, 1)
    start_node(shop.settings.home)
    until(lambda: shop.jobs.find(job.id).attempts == 2, "taken over")
    assert said(tmp_path, "a").count("first") == 1


def test_a_neighbour_on_the_same_machine_takes_over(
    shop: Desk, tmp_path: Path, start_node: StartNode
) -> None:
    order = Order(name="a", folder=str(tmp_path), act="hold")
    job = shop.jobs.submit("bench", order)
    victim = start_node(shop.settings.home)
    until(lambda: "work" in said(tmp_path, "a"), "the job begins")
    start_node(shop.settings.home)
    kill(victim)
    (tmp_path / "go").touch()
    ended = wait_for(shop, job.id)
    assert (ended.state, ended.attempts) == (JobState.COMPLETED, 2)
    assert ended.worker.endswith(":1")


def test_a_dead_node_is_taken_over_by_a_live_one(
    tmp_path: Path, postgres_url: str, start_node: StartNode
) -> None:
    """Two machines: they share the database and nothing else."""
    with desk(tmp_path / "home", postgres_url) as shop:
        order = Order(name="a", folder=str(tmp_path), act="hold")
        job = shop.jobs.submit("bench", order)
        victim = start_node(tmp_path / "machine 1", postgres_url)
        until(lambda: "work" in said(tmp_path, "a"), "the job begins")
        first_worker = shop.jobs.find(job.id).worker
        start_node(tmp_path / "machine 2", postgres_url)
        kill(victim)
        (tmp_path / "go").touch()
        ended = wait_for(shop, job.id)
        assert (ended.state, ended.attempts) == (JobState.COMPLETED, 2)
        assert ended.worker != first_worker
        assert said(tmp_path, "a") == ["first", "work", "work", "publish"]


def test_a_node_that_froze_finds_its_job_taken_and_its_result_refused(
    tmp_path: Path, postgres_url: str, start_node: StartNode
) -> None:
    with desk(tmp_path / "home", postgres_url) as shop:
        order = Order(name="a", folder=str(tmp_path), act="hold")
        job = shop.jobs.submit("bench", order)
        frozen = start_node(tmp_path / "machine 1", postgres_url)
        until(lambda: "work" in said(tmp_path, "a"), "the job begins")
        start_node(tmp_path / "machine 2", postgres_url)
        frozen.send_signal(signal.SIGSTOP)
        until(lambda: said(tmp_path, "a").count("work") == 2, "the other begins")
        (tmp_path / "go").touch()
        ended = wait_for(shop, job.id)
        frozen.send_signal(signal.SIGCONT)
        until(lambda: len(shop.jobs.nodes()) == 2, "both beat")
        time.sleep(1)
        assert shop.jobs.find(job.id) == ended
        assert ended.attempts == 2
        assert said(tmp_path, "a").count("publish") == 1
        assert frozen.poll() is None
