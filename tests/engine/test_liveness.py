import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.tables import migrated

from reelmill.catalog import nodes, tables
from reelmill.catalog.database import Catalog
from reelmill.engine.liveness import Liveness, Slots

#: Seconds in which things happen on a busy machine.
SOON_S = 120

HOLD = """
import sys, time
from pathlib import Path
from reelmill.engine.liveness import Slots
slots = Slots(Path(sys.argv[1]))
print(slots.take(), flush=True)
time.sleep(60)
"""


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return migrated(f"sqlite:///{tmp_path / 'x.db'}")


def slot(node_id: str) -> int:
    return int(node_id.rpartition(":")[2])


def test_the_lowest_free_place_is_taken(tmp_path: Path) -> None:
    slots = Slots(tmp_path)
    taken = [slots.take() for _ in range(3)]
    assert [slot(node_id) for node_id in taken] == [0, 1, 2]
    slots.give_back(taken[1])
    assert slots.take() == taken[1]
    for node_id in taken:
        slots.give_back(node_id)


def test_a_place_is_free_again_when_its_process_was_killed(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    held = holder.stdout.readline().strip()
    slots = Slots(tmp_path)
    assert slot(held) == 0
    assert slots.deserted([held]) == set()
    mine = slots.take()
    assert slot(mine) == 1
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    assert slots.deserted([held, mine]) == {held}
    slots.give_back(mine)


def test_nothing_is_known_of_places_of_other_machines(tmp_path: Path) -> None:
    here, there = Slots(tmp_path / "a"), Slots(tmp_path / "b")
    other = there.take()
    there.give_back(other)
    assert here.deserted([other, "elsewhere:0"]) == set()


def test_two_folders_never_give_the_same_id(tmp_path: Path) -> None:
    folders = [Slots(tmp_path / str(number)) for number in range(5)]
    taken = [slots.take() for slots in folders]
    for slots, node_id in zip(folders, taken, strict=True):
        slots.give_back(node_id)
    assert len(set(taken)) > 1


def liveness(catalog: Catalog, tmp_path: Path, node_id: str, ttl_s: float = 30) -> Liveness:
    return Liveness(catalog, Slots(tmp_path / "slots"), node_id, beat_s=0.05, ttl_s=ttl_s)


def test_a_silent_node_is_dead_after_its_time(catalog: Catalog, tmp_path: Path) -> None:
    mine, other = (liveness(catalog, tmp_path, node, ttl_s=60) for node in ("a:0", "b:0"))
    mine.beat()
    other.beat()
    owners = {"a:0", "b:0"}
    assert mine.dead(owners) == []
    with catalog.begin() as conn:
        long_ago = nodes.now(conn) - timedelta(seconds=61)
        silent = sa.update(tables.nodes).where(tables.nodes.c.id == "b:0")
        conn.execute(silent.values(seen_at=long_ago))
    assert mine.dead(owners) == ["b:0"]
    other.beat()
    assert mine.dead(owners) == []


def test_an_owner_that_never_beat_is_dead(catalog: Catalog, tmp_path: Path) -> None:
    assert liveness(catalog, tmp_path, "a:0").dead({"a:0", "unheard:3"}) == ["unheard:3"]


def test_a_node_of_this_machine_is_dead_at_once(catalog: Catalog, tmp_path: Path) -> None:
    slots = Slots(tmp_path / "slots")
    neighbour, mine = slots.take(), slots.take()
    Liveness(catalog, slots, neighbour, beat_s=9, ttl_s=99).beat()
    me = Liveness(catalog, slots, mine, beat_s=9, ttl_s=99)
    assert me.dead({neighbour, mine}) == []
    slots.give_back(neighbour)
    assert me.dead({neighbour, mine}) == [neighbour]
    me.forget_dead()
    with catalog.read() as conn:
        assert nodes.known(conn) == []
    slots.give_back(mine)


def test_it_beats_takes_over_and_does_its_chores(catalog: Catalog, tmp_path: Path) -> None:
    did: list[object] = []
    mine = liveness(catalog, tmp_path, "a:0")
    mine.start(
        owners=lambda: {"a:0", "gone:1"},
        recover=lambda dead: did.append(tuple(dead)) or 1,  # type: ignore[func-returns-value]
        chores=lambda: did.append("chores"),
    )
    give_up_s = time.monotonic() + SOON_S
    while {("gone:1",), "chores"} - set(did):
        assert time.monotonic() < give_up_s
        time.sleep(0.05)
    with catalog.read() as conn:
        assert [node.pid for node in nodes.alive(conn, SOON_S)] == [os.getpid()]
    mine.stop()
    assert ("gone:1",) in did
    assert did.count("chores") == 1
    with catalog.read() as conn:
        assert nodes.known(conn) == []
