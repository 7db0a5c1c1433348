"""What a node takes from the queues, held against what DBOS itself would find there."""

import inspect
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa
from dbos._core import ActiveWorkflowById
from dbos._sys_db import SystemDatabase
from workshop import Desk, Order

from reelmill.engine.claims import Claims, Share
from reelmill.engine.on_dbos import OnDbos


@dataclass
class Busy:
    """A node at work for some owners."""

    runs: dict[str, int] = field(default_factory=dict)

    def count_for_queue(self, queue_name: str) -> int:
        assert queue_name == "bench"
        return sum(self.runs.values())

    def count_for_partition(self, queue_name: str, queue_partition_key: str | None) -> int:
        assert queue_name == "bench"
        return self.runs.get(queue_partition_key or "", 0)


@pytest.fixture(params=["sqlite", "postgres"])
def any_shop(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    opened = request.getfixturevalue("opened_desks")(tmp_path / "home", url)
    assert isinstance(opened, Desk)
    return opened


def claims(shop: Desk, **runs: int) -> Claims:
    return Claims(shop.catalog, Busy(runs), {"bench": Share(of_owner=2, of_queue=3)})


def ask(shop: Desk, *owners: str) -> None:
    for number, owner in enumerate(owners):
        shop.jobs.submit("bench", Order(name=f"job{number}"), owner=owner)


def test_it_finds_the_owners_that_dbos_finds(any_shop: Desk) -> None:
    ask(any_shop, "cem", "ann", "bob", "ann", "ann")
    engine = any_shop.durable.engine
    assert isinstance(engine, OnDbos)
    theirs = engine._client._sys_db.get_queue_partitions("bench")
    assert claims(any_shop).owners_waiting("bench") == theirs == ["ann", "bob", "cem"]


def test_in_an_empty_queue_nobody_waits(any_shop: Desk) -> None:
    any_shop.durable.load()
    assert claims(any_shop).owners_waiting("bench") == []


def test_an_owner_whose_share_is_taken_is_passed_by(any_shop: Desk) -> None:
    ask(any_shop, "ann", "bob")
    assert claims(any_shop, ann=2).owners_waiting("bench") == ["bob"]


def test_a_full_node_looks_for_nobody(any_shop: Desk) -> None:
    ask(any_shop, "ann", "bob")
    assert claims(any_shop, cem=2, dan=1).owners_waiting("bench") == []


def test_a_node_without_room_takes_nothing_and_is_not_asked_where_nobody_waits(
    shop: Desk,
) -> None:
    asked: list[bool] = []

    def has_room() -> bool:
        asked.append(True)
        return len(asked) > 1

    shop.durable.load()
    some = Claims(shop.catalog, Busy(), {"bench": Share(2, 3, has_room)})
    assert some.owners_waiting("bench") == []
    assert not asked
    ask(shop, "ann")
    assert some.owners_waiting("bench") == []
    assert some.owners_waiting("bench") == ["ann"]


def test_a_long_queue_is_not_read_through(shop: Desk) -> None:
    """Every step of the search is a seek in an index, so a thousand runs cost what one costs."""
    ask(shop, "ann")
    asked: list[str] = []
    sa.event.listen(
        shop.catalog.engine,
        "before_cursor_execute",
        lambda _conn, _cursor, statement, *_rest: asked.append(statement),
    )
    claims(shop).owners_waiting("bench")
    with shop.catalog.read() as conn:
        plan = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[-1]}", ("bench", "bench")).all()
    looks = [row.detail for row in plan if "workflow_status" in row.detail]
    assert len(looks) == 2
    assert all("partition_dequeue" in look and "queue_partition_key>?" in look for look in looks)


def test_what_we_stand_between_is_as_we_know_it() -> None:
    known = {
        SystemDatabase.get_queue: ["self", "name", "client_system_database"],
        SystemDatabase.get_queue_partitions: ["self", "queue_name"],
        ActiveWorkflowById.count_for_queue: ["self", "queue_name"],
        ActiveWorkflowById.count_for_partition: ["self", "queue_name", "queue_partition_key"],
    }
    for call, parameters in known.items():
        assert list(inspect.signature(call).parameters) == parameters
