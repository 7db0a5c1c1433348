"""What a node takes from the queues: by limits of its own, in looks that cost little.

DBOS looks into each queue several times a second, with four statements that it builds anew each
time. Most looks find nothing: the queue is empty, or the node is full. Then one prepared
statement is enough, or none.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa

from reelmill.catalog.database import Catalog

_RUNS = ("queue_name", "queue_partition_key", "status")


class Active(Protocol):
    """What DBOS knows of the runs that this process carries out."""

    def count_for_queue(self, queue_name: str) -> int:
        """Runs of a queue."""

    def count_for_partition(self, queue_name: str, queue_partition_key: str | None) -> int:
        """Runs of an owner in a queue."""


class Share(NamedTuple):
    """How much of a queue one node takes."""

    of_owner: int
    """Most runs of one owner at once."""

    of_queue: int
    """Most runs at once."""

    has_room: Callable[[], bool] = lambda: True
    """Asked before another run is taken."""


class Claims:
    """Limits of one node, and what is left of them.

    DBOS keeps one set of limits a queue in the database, that of the node which started last, and
    reads it before each look: a node of two cores would be given the jobs of one of sixteen.

    Args:
        catalog: Where the runs are.
        active: What runs here.
        shares: What is taken of each queue, by its name.
    """

    def __init__(self, catalog: Catalog, active: Active, shares: Mapping[str, Share]) -> None:
        self._catalog = catalog
        self._active = active
        self._shares = shares
        self._queues: dict[str, Any] = {}

    def keep(self, records: Any) -> None:
        """Stand between DBOS and what it keeps of queues; pinned by contract tests."""
        read = records.get_queue

        def queue(name: str, **how: Any) -> Any:
            if self._queues.get(name) is None:
                self._queues[name] = _limited(read(name, **how), self._shares[name])
            return self._queues[name]

        records.get_queue = queue
        records.get_queue_partitions = self.owners_waiting

    def owners_waiting(self, queue: str) -> list[str]:
        """Owners with a run that waits in a queue and that this node has room for."""
        share = self._shares[queue]
        if self._active.count_for_queue(queue) >= share.of_queue:
            return []
        with self._catalog.read() as conn:
            owners = conn.execute(_waiting(self._catalog.dialect), {"queue": queue}).scalars()
            waiting = [owner for owner in owners if self._may_take(queue, owner, share)]
        # Asked last, and only where somebody waits: it may look at a disk.
        return waiting if waiting and share.has_room() else []

    def _may_take(self, queue: str, owner: str, share: Share) -> bool:
        return self._active.count_for_partition(queue, owner) < share.of_owner


def _limited(queue: Any, share: Share) -> Any:
    if queue is not None:
        queue._worker_concurrency = share.of_queue  # noqa: SLF001
        queue._partition_worker_concurrency = share.of_owner  # noqa: SLF001
    return queue


@cache
def _waiting(dialect: str) -> sa.Select[Any]:
    """Distinct owners, one seek in the index of DBOS for each, however many runs wait."""
    runs = sa.table(
        "workflow_status",
        *map(sa.column, _RUNS),
        schema=None if dialect == "sqlite" else "dbos",
    )
    # Written out, for SQLite uses an index of some rows only when it sees that they are those.
    waits: sa.ColumnElement[bool] = sa.literal_column(
        "status = 'ENQUEUED' AND status IN ('ENQUEUED', 'PENDING')"
    )
    owner = runs.c.queue_partition_key
    least = sa.select(sa.func.min(owner).label("owner")).where(
        runs.c.queue_name == sa.bindparam("queue"), waits
    )
    owners = least.where(owner.is_not(None)).cte("owners", recursive=True)
    following = least.where(owner > owners.c.owner).scalar_subquery()
    every = owners.union_all(sa.select(following).where(owners.c.owner.is_not(None)))
    return sa.select(every.c.owner).where(every.c.owner.is_not(None))
