"""What a node takes from the queues: by limits of its own, in looks that cost little.

DBOS looks into each queue several times a second, with four statements that it builds anew each
time. Most looks find nothing: the queue is empty, or the node is full. Then one prepared
statement is enough, or none.
"""

from functools import cache
from typing import Any, Protocol

import sqlalchemy as sa

from reelmill.catalog.database import Catalog

_RUNS = ("queue_name", "queue_partition_key", "status")


class Active(Protocol):
    """What DBOS knows of the runs that this process carries out."""

    def count_for_queue(self, queue_name: str) -> int:
        """Runs of a queue."""

    def count_for_partition(self, queue_name: str, queue_partition_key: str | None) -> int:
        """Runs of an owner in a queue."""


class Claims:
    """Limits of one node, and what is left of them.

    DBOS keeps one set of limits a queue in the database, that of the node which started last, and
    reads it before each look: a node of two cores would be given the jobs of one of sixteen.

    Args:
        catalog: Where the runs are.
        active: What runs here.
        of_owner: Most runs of one queue and one owner.
        of_queue: Most runs of one queue.
    """

    def __init__(self, catalog: Catalog, active: Active, *, of_owner: int, of_queue: int) -> None:
        self._catalog = catalog
        self._active = active
        self._of_owner = of_owner
        self._of_queue = of_queue
        self._queues: dict[str, Any] = {}

    def keep(self, records: Any) -> None:
        """Stand between DBOS and what it keeps of queues; pinned by contract tests."""
        read = records.get_queue

        def queue(name: str, **how: Any) -> Any:
            if self._queues.get(name) is None:
                self._queues[name] = self._limited(read(name, **how))
            return self._queues[name]

        records.get_queue = queue
        records.get_queue_partitions = self.owners_waiting

    def owners_waiting(self, queue: str) -> list[str]:
        """Owners with a run that waits in a queue and that this node has room for."""
        if self._active.count_for_queue(queue) >= self._of_queue:
            return []
        with self._catalog.read() as conn:
            owners = conn.execute(_waiting(self._catalog.dialect), {"queue": queue}).scalars()
            return [owner for owner in owners if self._has_room(queue, owner)]

    def _has_room(self, queue: str, owner: str) -> bool:
        return self._active.count_for_partition(queue, owner) < self._of_owner

    def _limited(self, queue: Any) -> Any:
        if queue is not None:
            queue._worker_concurrency = self._of_queue  # noqa: SLF001
            queue._partition_worker_concurrency = self._of_owner  # noqa: SLF001
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
