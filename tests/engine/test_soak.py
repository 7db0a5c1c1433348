"""Nodes killed at random for as long as there is work. Long: `make campaign` runs it."""

import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from workshop import Desk, Order, notes

from reelmill.catalog.jobs import JobState

pytestmark = [pytest.mark.kill, pytest.mark.campaign]

StartNode = Callable[..., "subprocess.Popen[str]"]

JOBS = 60

#: Seconds in which all of it must be done.
LIMIT_S = 240


@pytest.fixture(params=["sqlite", "postgres"])
def any_shop(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    opened = request.getfixturevalue("opened_desks")(tmp_path / "home", url)
    assert isinstance(opened, Desk)
    return opened


@pytest.mark.parametrize("seed", range(3))
def test_every_job_is_done_once_however_nodes_die(
    any_shop: Desk, tmp_path: Path, start_node: StartNode, seed: int
) -> None:
    dice = random.Random(seed)
    orders = [
        Order(name=f"job{n}", folder=str(tmp_path), act="child", pause_s=dice.uniform(0, 0.5))
        for n in range(JOBS)
    ]
    ids = [any_shop.jobs.submit("bench", order).id for order in orders]
    home, url = any_shop.settings.home, any_shop.settings.database_url
    homes = [home, home] if not url else [tmp_path / "machine1", tmp_path / "machine2"]
    nodes = [start_node(each, url) for each in homes]
    give_up_s = time.monotonic() + LIMIT_S
    kills = 0
    while not all(job.state.ended for job in any_shop.jobs.wait(ids, timeout_s=0).values()):
        assert time.monotonic() < give_up_s
        time.sleep(dice.uniform(0.5, 2.5))
        victim = dice.randrange(2)
        nodes[victim].kill()
        nodes[victim].wait()
        kills += 1
        nodes[victim] = start_node(homes[victim], url)
    jobs = any_shop.jobs.wait(ids, timeout_s=0)
    assert kills >= 2
    assert Counter(job.state for job in jobs.values()) == {JobState.COMPLETED: JOBS}
    assert {job.run for job in jobs.values()} == {1}
    for order in orders:
        assert [line.split()[0] for line in notes(tmp_path, order.name)][-1] == "publish"
