"""The one module that speaks to DBOS.

DBOS keeps its tables in our database, through our SQLAlchemy engine: on SQLite that makes all
its transactions begin with the write lock, without which its limits do not hold between
processes; and it lets a job's row and its run be written in one transaction.
"""

import gc
import logging
import math
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import structlog
from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions
from dbos import error as dbos_error
from sqlalchemy.exc import SQLAlchemyError

from reelmill.catalog.database import Catalog
from reelmill.catalog.jobs import Job
from reelmill.engine.claims import Claims, Share
from reelmill.engine.durable import CarryOut, Queue
from reelmill.engine.reconcile import RunState, run_id
from reelmill.engine.steps import Kept, Stopped
from reelmill.errors import Unavailable

#: Stored with each run. A node carries out only runs of its own version, so this is a constant
#: that changes when the steps of a workflow can no longer follow what was remembered.
VERSION = "reelmill-1"

#: Owner of our runs in a database that other applications of DBOS share.
APPLICATION = "reelmill"

#: Times that a run is begun again after its node died; then it is given up.
MOST_RECOVERIES = 5

#: Seconds between two looks into a queue; DBOS has no other way to notice a new run. A look that
#: finds one takes 5 ms of processor time.
POLL_S = 0.25

#: Runs of a queue for which one owner alone leaves room, so that another need not wait at all.
KEPT_FREE = 1

#: Seconds between two looks for messages, which nobody sends here; leaving waits for one look.
LISTEN_S = 0.25

#: Connections of DBOS's own; it uses ours, but asks for a number.
POOL = 5

#: New objects after which young ones are looked through, and how often older ones are.
COLLECT_AFTER = (20_000, 20, 50)

#: Ids in one question.
IDS_AT_ONCE = 500

#: Ended runs that are deleted in one transaction.
FORGET_AT_ONCE = 500

_OPEN = [RunState.ENQUEUED.value, RunState.PENDING.value, RunState.DELAYED.value]
_ENDED = [RunState.SUCCESS.value, RunState.ERROR.value, RunState.CANCELLED.value]

#: What DBOS says to a run that was canceled, or begun again by another node.
_NOT_OURS = (dbos_error.DBOSWorkflowCancelledError, dbos_error.DBOSWorkflowConflictIDError)


class EngineUnavailable(Unavailable):
    """The engine's records cannot be read or written."""


@contextmanager
def _outages_translated() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, dbos_error.DBOSException) as error:
        raise EngineUnavailable(problem=str(error).split("\n", 1)[0]) from error


class _Voice(logging.Handler):
    """What DBOS has to say, as events of ours."""

    def emit(self, record: logging.LogRecord) -> None:
        """Pass one record on."""
        event = structlog.get_logger().bind(text=record.getMessage())
        event.log(record.levelno, "engine speaks", exc_info=record.exc_info or False)


def _listen() -> None:
    """Hear warnings only; DBOS adds no console of its own where there is a handler."""
    logger = logging.getLogger("dbos")
    logger.setLevel(logging.WARNING)
    logger.propagate = False
    if not any(isinstance(handler, _Voice) for handler in logger.handlers):
        logger.handlers[:] = [_Voice()]


class OnDbos:
    """Runs of jobs as workflows of DBOS.

    Args:
        catalog: The database; the tables of DBOS are brought up to date at once.
    """

    def __init__(self, catalog: Catalog) -> None:
        _listen()
        self._catalog = catalog
        with _outages_translated():
            DBOS.migrate(_plain(catalog.url))
        self._client = DBOSClient(
            system_database_engine=catalog.engine,
            application_name=APPLICATION,
            serializer=DBOSPortableJSONSerializer(),
            lazy=True,
        )
        self._launched = False

    def enqueue(self, conn: sa.Connection, job: Job, *, workflow: str) -> None:
        """Write the run of a job, in the caller's transaction."""
        options: EnqueueOptions = {
            "workflow_name": workflow,
            "queue_name": job.pipeline,
            "workflow_id": run_id(job),
            "app_version": VERSION,
            "priority": job.priority,
            "queue_partition_key": job.owner,
            "authenticated_user": job.owner,
        }
        self._client.enqueue_in_transaction(conn, options, run_id(job))

    def cancel(self, run_ids: Collection[str]) -> None:
        """End runs; those that have ended stay as they are."""
        if run_ids:
            with _outages_translated():
                self._client.cancel_workflows(list(run_ids))

    def states(self, run_ids: Collection[str]) -> dict[str, RunState]:
        """Where runs stand, as far as there are any."""
        wanted = list(run_ids)
        found: dict[str, RunState] = {}
        for at in range(0, len(wanted), IDS_AT_ONCE):
            runs = self._listed(workflow_ids=wanted[at : at + IDS_AT_ONCE])
            found.update({run.workflow_id: RunState(run.status) for run in runs})
        return found

    def open_runs(self) -> list[str]:
        """Runs that wait or are being carried out."""
        return [run.workflow_id for run in self._listed(status=_OPEN)]

    def owners(self) -> set[str]:
        """Nodes that are carrying out runs, by what DBOS knows."""
        runs = self._listed(status=RunState.PENDING.value)
        return {run.executor_id for run in runs if run.executor_id}

    def forget_ended(self, before: datetime) -> int:
        """Delete the records of runs that ended before; returns how many."""
        forgotten = 0
        while runs := self._listed(
            status=_ENDED, completed_before=before.isoformat(), limit=FORGET_AT_ONCE
        ):
            with _outages_translated():
                self._client.delete_workflows([run.workflow_id for run in runs])
            forgotten += len(runs)
        return forgotten

    def launch(
        self, node_id: str, carry_out: CarryOut, queues: Sequence[Queue], *, children: int
    ) -> None:
        """Take runs from the queues and carry them out.

        Args:
            node_id: Unique among all live nodes: DBOS takes the runs of this id for its own.
            carry_out: Does the work of a run.
            queues: Those that this node takes from.
            children: How many of them do heavy work at the same time.
        """
        shares = {queue.name: _share(queue, children) for queue in queues}
        for name, share in shares.items():
            self._client.register_queue(
                name,
                worker_concurrency=share.of_queue,
                partition_worker_concurrency=share.of_owner,
                polling_interval_sec=POLL_S,
            )
        self._name_owners(list(shares))
        dbos = DBOS(config=self._config(node_id))
        for queue in queues:
            _register(queue.workflow, carry_out)
        DBOS.listen_queues(list(shares))
        DBOS.launch()
        claims = Claims(
            self._catalog,
            dbos._active_workflows_set,  # noqa: SLF001 - pinned by contract tests
            shares,
        )
        claims.keep(dbos._sys_db)  # noqa: SLF001 - pinned by contract tests
        _collect_seldom()
        self._launched = True

    def recover(self, node_ids: list[str]) -> int:
        """Put the runs of dead nodes back into their queues; returns how many."""
        known_way: Callable[[list[str]], list[Any]] | None
        known_way = getattr(DBOS, "_recover_pending_workflows", None)
        if known_way is None:
            return self.resume(node_ids)
        with _outages_translated():
            return len(known_way(node_ids))

    def resume(self, node_ids: list[str]) -> int:
        """The documented way to recover: it forgets how often a run was begun before."""
        runs = self._listed(status=RunState.PENDING.value, executor_id=node_ids)
        for queue in {run.queue_name for run in runs if run.queue_name}:
            ids = [run.workflow_id for run in runs if run.queue_name == queue]
            with _outages_translated():
                self._client.resume_workflows(ids, queue_name=queue)
        return len(runs)

    def stop(self, timeout_s: float) -> None:
        """Take no more runs, and wait for those at work."""
        if self._launched:
            self._launched = False
            gc.unfreeze()
            # Without a timeout DBOS throws away what a running step is about to return.
            DBOS.destroy(
                destroy_registry=True, workflow_completion_timeout_sec=math.ceil(timeout_s)
            )

    def close(self) -> None:
        """Let go of the database."""
        self.stop(0)
        self._client.destroy()

    def _name_owners(self, queues: list[str]) -> None:
        """Put open runs that an earlier release wrote into the share of their owner.

        DBOS never looks at a run without a share in a queue that has shares.
        """
        runs = sa.table(
            "workflow_status",
            *map(sa.column, ("queue_name", "queue_partition_key", "authenticated_user", "status")),
            schema=None if self._catalog.dialect == "sqlite" else "dbos",
        )
        shareless = runs.c.queue_partition_key.is_(None) & runs.c.status.in_(_OPEN)
        with self._catalog.begin() as conn:
            conn.execute(
                sa.update(runs)
                .where(runs.c.queue_name.in_(queues), shareless)
                .values(queue_partition_key=runs.c.authenticated_user)
            )

    def _listed(self, **wanted: Any) -> list[Any]:
        with _outages_translated():
            return self._client.list_workflows(
                **wanted, application_name=APPLICATION, load_input=False, load_output=False
            )

    def _config(self, node_id: str) -> DBOSConfig:
        return DBOSConfig(
            name=APPLICATION,
            system_database_url=_plain(self._catalog.url),
            system_database_engine=self._catalog.engine,
            run_migrations=False,
            application_version=VERSION,
            executor_id=node_id,
            serializer=DBOSPortableJSONSerializer(),
            sys_db_pool_size=POOL,
            use_listen_notify=False,
            notification_listener_polling_interval_sec=LISTEN_S,
            log_level="WARNING",
        )


def _share(queue: Queue, children: int) -> Share:
    if queue.at_once is not None:
        return Share(queue.at_once, queue.at_once, queue.has_room)
    at_once = queue.per_child * children
    return Share(at_once, at_once + KEPT_FREE, queue.has_room)


def _collect_seldom() -> None:
    """Look for circles among new objects only, and not after each 700 of them.

    A statement makes thousands of objects that are gone with it; looking through them, and through
    all that DBOS and SQLAlchemy keep, took a fifth of what a job costs.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def _plain(url: str) -> str:
    """A URL as DBOS wants it: it chooses the driver itself."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def _register(workflow: str, carry_out: CarryOut) -> None:
    def carry_out_run(run: str) -> None:
        carry_out(run, _remember)

    DBOS.workflow(name=workflow, max_recovery_attempts=MOST_RECOVERIES)(carry_out_run)


def _remember(step: str, call: Callable[[], Kept]) -> Kept:
    try:
        return DBOS.run_step({"name": step}, call)
    except _NOT_OURS as error:
        raise Stopped from error
