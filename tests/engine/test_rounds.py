"""Chores: by one node at a time, whatever becomes of nodes."""

import itertools
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import household
import pytest
import workshop
from household import HOUSEHOLD, put_lid_on, take_lid_off, times_of
from structlog.testing import capture_logs
from workshop import Desk

from reelmill.catalog.jobs import JobState
from reelmill.units import JobId

StartNode = Callable[..., "subprocess.Popen[str]"]

#: Seconds in which things happen on a busy machine.
SOON_S = 120


def until(happened: Callable[[], object], what: str) -> None:
    give_up_s = time.monotonic() + SOON_S
    while not happened():
        assert time.monotonic() < give_up_s, what
        time.sleep(0.05)


@pytest.fixture
def house(tmp_path: Path, opened_desks: Callable[..., Desk]) -> Desk:
    """A household on SQLite, and no node."""
    opened = opened_desks(tmp_path / "home", "", HOUSEHOLD)
    household.open_household(opened)
    return opened


@pytest.fixture
def village(tmp_path: Path, postgres_url: str, opened_desks: Callable[..., Desk]) -> Desk:
    """A household on Postgres, and no node."""
    opened = opened_desks(tmp_path / "home", postgres_url, HOUSEHOLD)
    household.open_household(opened)
    return opened


def done(shop: Desk, name: str) -> int:
    return sum(1 for each in times_of(shop, name) if each.done_at is not None)


def test_a_chore_is_done_again_and_again(house: Desk) -> None:
    with workshop.node(house):
        until(lambda: done(house, "sweep") >= 3, "swept three times")


def test_a_chore_may_ask_for_a_job(house: Desk) -> None:
    ordered = JobId("bench/ordered")
    with workshop.node(house):
        until(house.jobs.listed, "ordered")
        assert house.jobs.wait([ordered], timeout_s=SOON_S)[ordered].state is JobState.COMPLETED


def test_a_chore_that_fails_is_logged_and_tried_at_its_next_time(house: Desk) -> None:
    with capture_logs() as heard, workshop.node(house):
        until(lambda: done(house, "stumble") >= 2, "stumbled twice")
        assert done(house, "sweep")
    told = [event for event in heard if event["event"] == "chore failed"]
    assert {event["log_level"] for event in told} == {"error"}
    assert len(told) >= 2


def test_a_restart_does_not_repeat_what_is_not_due(house: Desk) -> None:
    with workshop.node(house):
        until(lambda: done(house, "wind up"), "wound up at the first start")
    before = done(house, "sweep")
    with workshop.node(house):
        until(lambda: done(house, "sweep") > before, "swept after the restart")
    assert done(house, "wind up") == 1


def test_a_shorter_period_holds_from_the_next_start(
    house: Desk, opened_desks: Callable[..., Desk]
) -> None:
    with workshop.node(house):
        until(lambda: done(house, "wind up"), "wound up")
    often = tuple(replace(chore, every_s=0.2) for chore in HOUSEHOLD.chores)
    hasty = opened_desks(house.settings.home, "", replace(HOUSEHOLD, chores=often))
    with workshop.node(hasty):
        until(lambda: done(house, "wind up") >= 3, "wound up often")


def test_a_graceful_stop_waits_for_a_chore(house: Desk) -> None:
    put_lid_on(house)
    house.jobs.start()
    until(lambda: times_of(house, "soak"), "soaking")
    stopping = threading.Thread(target=house.jobs.stop, args=(SOON_S,))
    stopping.start()
    assert not done(house, "soak")
    take_lid_off(house)
    stopping.join()
    assert done(house, "soak") == len(times_of(house, "soak")) == 1


def test_a_stop_that_may_not_wait_abandons_a_chore_to_others(
    house: Desk, start_node: StartNode
) -> None:
    put_lid_on(house)
    house.jobs.start()
    until(lambda: times_of(house, "soak"), "soaking")
    with capture_logs() as heard:
        house.jobs.stop(0)
    assert {"event": "chore abandoned", "chore": "bench.soak", "log_level": "warning"} in heard
    other = start_node(house.settings.home, "", 0, "household:HOUSEHOLD")
    until(lambda: other.pid in {each.pid for each in times_of(house, "soak")}, "soaked by another")
    take_lid_off(house)
    until(lambda: times_of(house, "soak")[0].done_at, "the abandoned comes to its end")


def test_two_nodes_never_do_a_chore_at_once(
    village: Desk, tmp_path: Path, start_node: StartNode
) -> None:
    for machine in ("machine 1", "machine 2"):
        start_node(tmp_path / machine, village.settings.database_url, 10, "household:HOUSEHOLD")
    until(lambda: done(village, "sweep") >= 12, "swept")
    swept = [each for each in times_of(village, "sweep") if each.done_at is not None]
    for one, other in itertools.pairwise(swept):
        assert one.done_at <= other.began_at
    assert len(times_of(village, "wind up")) == 1


@pytest.mark.kill
def test_the_chore_of_a_dead_node_is_done_by_a_live_one(
    village: Desk, tmp_path: Path, start_node: StartNode
) -> None:
    """Two machines: they share the database and nothing else."""
    put_lid_on(village)
    url = village.settings.database_url
    victim = start_node(tmp_path / "machine 1", url, 10, "household:HOUSEHOLD")
    until(lambda: times_of(village, "soak"), "soaking")
    other = start_node(tmp_path / "machine 2", url, 0, "household:HOUSEHOLD")
    victim.kill()
    victim.wait()
    until(lambda: len(times_of(village, "soak")) == 2, "begun by the other")
    assert [each.pid for each in times_of(village, "soak")] == [victim.pid, other.pid]
    take_lid_off(village)
    until(lambda: done(village, "soak"), "done by the other")


@pytest.mark.kill
def test_a_chore_cut_short_is_done_by_the_next_start(house: Desk, start_node: StartNode) -> None:
    put_lid_on(house)
    victim = start_node(house.settings.home, "", 10, "household:HOUSEHOLD")
    until(lambda: times_of(house, "soak"), "soaking")
    victim.kill()
    victim.wait()
    take_lid_off(house)
    with workshop.node(house):
        until(lambda: done(house, "soak"), "done after the restart")
