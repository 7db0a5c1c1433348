"""One user's thousand jobs and another's one; nodes of different size."""

import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
import workshop
from workshop import Desk, Order

from reelmill.catalog.jobs import Job, JobState
from reelmill.engine.durable import JOBS_PER_CHILD
from reelmill.engine.on_dbos import KEPT_FREE, POLL_S
from reelmill.engine.reconcile import run_id
from reelmill.units import JobId

StartNode = Callable[..., "subprocess.Popen[str]"]

#: Seconds in which things happen on a busy machine.
SOON_S = 120

#: Jobs of one owner that a desk of the tests, with its two children, takes at once.
SHARE = JOBS_PER_CHILD * 2


def until(happened: Callable[[], object], what: str) -> None:
    give_up_s = time.monotonic() + SOON_S
    while not happened():
        assert time.monotonic() < give_up_s, what
        time.sleep(0.05)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    (tmp_path / "go").touch()


@pytest.fixture(params=["sqlite", "postgres"])
def any_shop(request: pytest.FixtureRequest, folder: Path) -> Desk:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    opened = request.getfixturevalue("opened_desks")(folder / "home", url)
    assert isinstance(opened, Desk)
    return opened


def ask(shop: Desk, name: str, owner: str, folder: Path, act: str = "hold", **how: int) -> JobId:
    order = Order(name=name, folder=str(folder), act=act)
    return shop.jobs.submit("bench", order, owner=owner, **how).id


def running(shop: Desk) -> list[Job]:
    return shop.jobs.listed(state=JobState.IN_PROGRESS, limit=500)


def test_one_job_does_not_wait_for_two_hundred_of_another_owner(
    any_shop: Desk, folder: Path
) -> None:
    """Those of the first never end here, so the one of the second can only pass by them."""
    for number in range(200):
        ask(any_shop, f"ann{number}", "ann", folder)
    bobs = ask(any_shop, "bob", "bob", folder, act="nothing")
    with workshop.node(any_shop):
        assert any_shop.jobs.wait([bobs], timeout_s=SOON_S)[bobs].state is JobState.COMPLETED
        until(lambda: len(running(any_shop)) == SHARE, "one owner uses every core")
        later = ask(any_shop, "later", "cem", folder, act="nothing")
        assert any_shop.jobs.wait([later], timeout_s=SOON_S)[later].state is JobState.COMPLETED
        assert {job.owner for job in running(any_shop)} == {"ann"}
        assert any_shop.jobs.counts()["bench", JobState.PENDING] == 200 - SHARE
        (folder / "go").touch()


def test_many_owners_together_get_no_more_than_the_node_has(any_shop: Desk, folder: Path) -> None:
    for number in range(40):
        ask(any_shop, f"job{number}", f"owner{number % 10}", folder)
    most = SHARE + KEPT_FREE
    with workshop.node(any_shop):
        until(lambda: len(running(any_shop)) == most, "the node is full")
        for _ in range(10):
            time.sleep(POLL_S)
            assert len(running(any_shop)) == most
        (folder / "go").touch()
        ended = any_shop.jobs.wait([job.id for job in any_shop.jobs.listed()], timeout_s=SOON_S)
    assert Counter(job.state for job in ended.values()) == {JobState.COMPLETED: 40}


def test_urgent_jobs_of_an_owner_go_before_its_others(any_shop: Desk, folder: Path) -> None:
    late = [ask(any_shop, f"late{number}", "ann", folder, priority=9) for number in range(8)]
    urgent = [ask(any_shop, f"urgent{number}", "ann", folder, priority=1) for number in range(4)]
    with workshop.node(any_shop):
        until(lambda: len(running(any_shop)) == SHARE, "the share is full")
        assert {job.id for job in running(any_shop)} == set(urgent)
        (folder / "go").touch()
        any_shop.jobs.wait(late + urgent, timeout_s=SOON_S)


def test_a_job_of_an_earlier_release_is_done(any_shop: Desk) -> None:
    """They were written without a share."""
    job = any_shop.jobs.submit("bench", Order(name="old"), owner="ann")
    schema = "dbos." if any_shop.catalog.dialect == "postgresql" else ""
    with any_shop.catalog.begin() as conn:
        changed = conn.execute(
            sa.text(
                f"UPDATE {schema}workflow_status SET queue_partition_key = NULL"
                " WHERE workflow_uuid = :run AND queue_partition_key = 'ann'"
            ),
            {"run": run_id(job)},
        )
        assert changed.rowcount == 1
    with workshop.node(any_shop):
        ended = any_shop.jobs.wait([job.id], timeout_s=SOON_S)[job.id]
    assert ended.state is JobState.COMPLETED


@pytest.mark.parametrize(
    ("says", "taken"),
    [
        pytest.param({"at_once": 3}, 3, id="in all"),
        pytest.param({"per_child": 3}, 6, id="for each of two children"),
    ],
)
def test_a_pipeline_may_say_how_many_of_its_jobs_a_node_takes(
    says: dict[str, int], taken: int, folder: Path, opened_desks: Callable[..., Desk]
) -> None:
    own = opened_desks(folder / "home", "", replace(workshop.BENCH, **says))
    waiting = [ask(own, f"job{number}", "ann", folder) for number in range(9)]
    with workshop.node(own):
        until(lambda: len(running(own)) == taken, f"{taken} at work")
        time.sleep(3 * POLL_S)
        assert len(running(own)) == taken
        (folder / "go").touch()
        ended = own.jobs.wait(waiting, timeout_s=SOON_S)
    assert {job.state for job in ended.values()} == {JobState.COMPLETED}


def test_each_node_takes_what_it_has_children_for(
    folder: Path,
    postgres_url: str,
    start_node: StartNode,
    opened_desks: Callable[..., Desk],
) -> None:
    """The sizes are kept although DBOS keeps one for all: in both orders of starting."""
    shop = opened_desks(folder / "home", postgres_url)
    for number in range(40):
        ask(shop, f"job{number}", "ann", folder)
    sizes = {"machine 1": 1, "machine 2": 3, "machine 3": 1}
    for machine, size in sizes.items():
        start_node(folder / machine, postgres_url, 10, "workshop:BENCH", size)
    shares = sorted(JOBS_PER_CHILD * size for size in sizes.values())
    until(lambda: len(running(shop)) == sum(shares), "all are full")
    assert sorted(Counter(job.worker for job in running(shop)).values()) == shares
    (folder / "go").touch()
    ended = shop.jobs.wait([job.id for job in shop.jobs.listed()], timeout_s=SOON_S)
    assert {job.state for job in ended.values()} == {JobState.COMPLETED}
