"""The engine, as the rest of the house sees it: runs of jobs, written, watched and carried out.

DBOS is loaded when it is first needed: a command that lists jobs or renders one file need not
wait for it.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
import structlog

from reelmill.catalog import idempotency, nodes, webhooks
from reelmill.catalog.database import Catalog
from reelmill.catalog.jobs import Job
from reelmill.catalog.nodes import Node
from reelmill.config import Settings
from reelmill.engine.liveness import Liveness, Slots
from reelmill.engine.recipe import Errand
from reelmill.engine.reconcile import RunState, run_id
from reelmill.engine.rounds import Rounds
from reelmill.engine.steps import Remember

#: Carries out a run of a job: the id of the run, and how its steps are remembered.
CarryOut = Callable[[str, Remember], None]

#: Jobs of one owner that a node takes for each child, so that none waits for the next poll.
JOBS_PER_CHILD = 2

#: Seconds that killed jobs get to leave after the drain.
LEAVE_S = 10.0

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Queue:
    """What a node takes runs from."""

    name: str
    """That of the pipeline."""

    workflow: str
    """Name of the workflow of its runs."""

    at_once: int | None = None
    """Most runs that a node carries out at the same time; None goes by its children."""

    per_child: int = JOBS_PER_CHILD
    """Runs of one owner that a node takes for each of its children."""

    has_room: Callable[[], bool] = lambda: True
    """Asked before another run is taken."""


class Engine(Protocol):
    """What is asked of DBOS."""

    def enqueue(self, conn: sa.Connection, job: Job, *, workflow: str) -> None:
        """Write the run of a job, in the caller's transaction."""

    def cancel(self, run_ids: Collection[str]) -> None:
        """End runs; those that have ended stay as they are."""

    def states(self, run_ids: Collection[str]) -> dict[str, RunState]:
        """Where runs stand, as far as there are any."""

    def open_runs(self) -> list[str]:
        """Runs that wait or are being carried out."""

    def owners(self) -> set[str]:
        """Nodes that are carrying out runs, by what the engine knows."""

    def forget_ended(self, before: datetime) -> int:
        """Delete the records of runs that ended before; returns how many."""

    def launch(
        self, node_id: str, carry_out: CarryOut, queues: Sequence[Queue], *, children: int
    ) -> None:
        """Take runs from the queues and carry them out."""

    def recover(self, node_ids: list[str]) -> int:
        """Put the runs of dead nodes back into their queues; returns how many."""

    def stop(self, timeout_s: float) -> None:
        """Take no more runs, and wait for those at work."""

    def close(self) -> None:
        """Let go of the database."""


class Durable:
    """Runs of jobs in DBOS. Any process may write and cancel them; a node carries them out.

    Args:
        settings: Heartbeat, children, days to keep, and where this machine keeps its files.
        catalog: The database that holds the engine's tables too.
    """

    def __init__(self, settings: Settings, catalog: Catalog) -> None:
        self._settings = settings
        self._catalog = catalog
        self._slots: Slots | None = None
        self._liveness: Liveness | None = None
        self._rounds: Rounds | None = None
        self.node_id = ""

    @cached_property
    def engine(self) -> Engine:
        """DBOS, its tables brought up to date."""
        made: Engine = import_module("reelmill.engine.on_dbos").OnDbos(self._catalog)
        return made

    def load(self) -> None:
        """Load the engine now; it writes its tables, for which no transaction may be open."""
        assert self.engine

    def enqueue(self, conn: sa.Connection, job: Job, *, workflow: str) -> None:
        """Write the present run of a job, in the transaction that writes its row.

        The engine must be loaded.
        """
        self.engine.enqueue(conn, job, workflow=workflow)

    def cancel(self, job: Job) -> None:
        """End the present run of a job."""
        self.engine.cancel([run_id(job)])

    def start(
        self,
        carry_out: CarryOut,
        queues: Sequence[Queue],
        *,
        chores: Callable[[], None],
    ) -> None:
        """Become a node: beat, take over from the dead of this machine, take runs.

        Args:
            carry_out: Does the work of one run.
            queues: Those to take from.
            chores: Called about once a minute.
        """
        settings = self._settings
        self._slots = Slots(settings.home / "nodes" / _digest(self._catalog.shown_url))
        self.node_id = self._slots.take()
        self._liveness = Liveness(
            self._catalog,
            self._slots,
            self.node_id,
            beat_s=settings.beat_s,
            ttl_s=settings.node_ttl_s,
        )
        try:
            self._liveness.beat()
            self.engine.launch(self.node_id, carry_out, queues, children=settings.children)
        except BaseException:
            self._slots.give_back(self.node_id)
            raise
        self._liveness.start(
            owners=self.engine.owners,
            recover=self.engine.recover,
            chores=lambda: self._do_chores(chores),
        )
        log.info("node started", node=self.node_id, queues=sorted(queue.name for queue in queues))

    def go_round(self, errands: Sequence[Errand], do: Callable[[Errand], None]) -> None:
        """Do chores too, until this node stops.

        Args:
            errands: The chores.
            do: Does one, and raises nothing.
        """
        ttl_s = self._settings.node_ttl_s
        self._rounds = Rounds(self._catalog, self.node_id, ttl_s=ttl_s, errands=errands, do=do)
        self._rounds.start()

    def stop(self, drain_s: float, *, is_idle: bool, leave: Callable[[], None]) -> None:
        """Take no more runs, begin no more chores, and let those at work finish.

        Args:
            drain_s: Seconds that they get.
            is_idle: None is at work; one that begins in this moment is left to other nodes.
            leave: Kills those that have not finished by then; other nodes take them over.
        """
        if self._liveness is None or self._slots is None:
            return
        drained_s = time.monotonic() + drain_s
        if self._rounds is not None:
            self._rounds.stop()
        timer = threading.Timer(drain_s, leave)
        timer.daemon = True
        timer.start()
        self.engine.stop(0 if is_idle else drain_s + LEAVE_S)
        timer.cancel()
        if self._rounds is not None:
            # Before the beat ends: then others take chores for free.
            self._rounds.wait(drained_s - time.monotonic())
        self._liveness.stop()
        self._slots.give_back(self.node_id)
        self._liveness = self._rounds = None
        log.info("node stopped", node=self.node_id)

    def close(self) -> None:
        """Let go of the engine."""
        if "engine" in self.__dict__:
            self.engine.close()

    def nodes(self) -> list[Node]:
        """Nodes that are alive."""
        with self._catalog.read() as conn:
            return nodes.alive(conn, self._settings.node_ttl_s)

    def _do_chores(self, more: Callable[[], None]) -> None:
        more()
        before = datetime.now(UTC) - timedelta(days=self._settings.keep_days)
        with self._catalog.begin() as conn:
            idempotency.forget_before(conn, before)
            webhooks.forget_before(conn, before)
        forgotten = self.engine.forget_ended(before)
        if forgotten:
            log.info("old runs forgotten", runs=forgotten)


def _digest(text: str) -> Path:
    return Path(hashlib.sha256(text.encode()).hexdigest()[:12])
