"""Chores and many nodes -> each chore done by one node at a time, whichever is alive.

A claim is a row with the database's clock in it: it outlives every process, and the chores of a
node that has died are free as soon as the node counts as dead.
"""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from reelmill.catalog import chores
from reelmill.catalog.database import Catalog
from reelmill.engine.recipe import Errand
from reelmill.errors import ReelmillError

#: Most seconds between two looks at a chore that is not due: its holder may die meanwhile.
LONGEST_LOOK_S: Final = 30.0

#: Seconds between two looks at a chore that is due while another node is at it.
HELD_LOOK_S: Final = 2.0

#: Least seconds between two looks.
SHORTEST_LOOK_S: Final = 0.05

log = structlog.get_logger()


class Rounds:
    """Does the chores of all pipelines when they are due and free, a thread for each.

    Args:
        catalog: Where it is written whose turn it is.
        node_id: This node; nobody else alive has the id.
        ttl_s: Seconds after which a silent node is dead.
        errands: What is to be done.
        do: Does it, and raises nothing.
    """

    def __init__(
        self,
        catalog: Catalog,
        node_id: str,
        *,
        ttl_s: float,
        errands: Sequence[Errand],
        do: Callable[[Errand], None],
    ) -> None:
        self._catalog = catalog
        self._id = node_id
        self._ttl_s = ttl_s
        self._do = do
        self._stopped = threading.Event()
        self._threads = [
            threading.Thread(target=self._keep_doing, args=(errand,), name=errand.name, daemon=True)
            for errand in errands
        ]

    def start(self) -> None:
        """Begin to look."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Begin no other chore."""
        self._stopped.set()

    def wait(self, timeout_s: float) -> None:
        """Wait for those at work; one that takes longer is abandoned, and is another node's."""
        give_up_s = time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(0.0, give_up_s - time.monotonic()))
            if thread.is_alive():
                log.warning("chore abandoned", chore=thread.name)

    def _keep_doing(self, errand: Errand) -> None:
        is_known = False
        while not self._stopped.is_set():
            try:
                if not is_known:
                    self._know(errand)
                    is_known = True
                wait_s = self._look(errand)
            except (ReelmillError, SQLAlchemyError) as error:
                log.warning("chore is not looked at", chore=errand.name, error=str(error))
                wait_s = LONGEST_LOOK_S
            self._stopped.wait(min(max(wait_s, SHORTEST_LOOK_S), LONGEST_LOOK_S))

    def _know(self, errand: Errand) -> None:
        with self._catalog.begin() as conn:
            chores.know(conn, errand.name, every_s=errand.every_s)

    def _look(self, errand: Errand) -> float:
        """Do the chore if it is due and free; seconds until it is due."""
        with self._catalog.read() as conn:
            wait_s = chores.due_in_s(conn, errand.name)
        if wait_s > 0:
            return wait_s
        begun_at = self._claim(errand)
        if begun_at is None:
            return HELD_LOOK_S
        self._do(errand)
        with self._catalog.begin() as conn:
            chores.done(conn, errand.name, begun_at=begun_at)
        return 0.0

    def _claim(self, errand: Errand) -> datetime | None:
        with self._catalog.begin() as conn:
            return chores.claim(
                conn, errand.name, node_id=self._id, every_s=errand.every_s, ttl_s=self._ttl_s
            )
