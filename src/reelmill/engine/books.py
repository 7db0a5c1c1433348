"""What happens to a job -> its row. The only place where the state of a job changes.

An attempt writes only while the row is still its own: same run, same attempt, in progress.
A node that froze and came back finds its attempt overtaken, and writes nothing.
"""

import threading
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import sqlalchemy as sa
import structlog
from pydantic import BaseModel

from reelmill.catalog import artifacts, jobs, steps
from reelmill.catalog.artifacts import NewArtifact
from reelmill.catalog.database import Catalog
from reelmill.catalog.jobs import Job, JobState, NewJob, Standing
from reelmill.catalog.steps import Command, Step, StepOutcome
from reelmill.engine.steps import StepRun, Stopped
from reelmill.errors import Canceled, ReelmillError, Unavailable
from reelmill.services import Progress
from reelmill.units import JobId

T = TypeVar("T")

Enqueue = Callable[[sa.Connection, Job], None]

#: Told of the end of a run in the transaction that writes it, with the result if it has one.
Ended = Callable[[sa.Connection, Job, Any], None]

#: Seconds between two tries to write what must be written while the database is away.
OUTAGE_WAIT_S = 1.0

log = structlog.get_logger()


class Books:
    """Reads and writes the rows of jobs.

    Args:
        catalog: Where they are.
        clock: The time, with a zone.
        ended: Told of each end.

    Attributes:
        leaving: Set when this process leaves its work to others; it waits for nothing then.
    """

    def __init__(self, catalog: Catalog, clock: Callable[[], datetime], *, ended: Ended) -> None:
        self.catalog = catalog
        self.clock = clock
        self._ended = ended
        self.leaving = threading.Event()

    def enter(self, new: NewJob, *, force: bool, enqueue: Enqueue) -> tuple[Job, bool]:
        """Write the row of a job and its run, unless there is one.

        Returns:
            The job as it is now, and whether it was enqueued.
        """
        with self.catalog.begin() as conn:
            return self._enter(conn, new, force=force, enqueue=enqueue)

    def enter_together(self, new: Sequence[NewJob], *, enqueue: Enqueue) -> list[tuple[Job, bool]]:
        """The same for several jobs: all are written, or none is."""
        with self.catalog.begin() as conn:
            return [self._enter(conn, each, force=False, enqueue=enqueue) for each in new]

    def _enter(
        self, conn: sa.Connection, new: NewJob, *, force: bool, enqueue: Enqueue
    ) -> tuple[Job, bool]:
        job = jobs.add(conn, new)
        if job is None:
            job = jobs.for_update(conn, new.id)
            assert job is not None, "rows of jobs are never deleted"
            if not (force and job.state.ended):
                return job, False
            job = self.again(conn, job, spec=new.spec, priority=new.priority)
        enqueue(conn, job)
        return job, True

    def again(self, conn: sa.Connection, job: Job, **changes: Any) -> Job:
        """Open the next run of a job that has ended."""
        blank = {**_no_error(), **_no_progress(), "result": None}
        fresh = {"state": JobState.PENDING, "run": job.run + 1, "attempts": 0}
        times = {"started_at": None, "finished_at": None, "updated_at": self.clock()}
        return jobs.change(conn, job.id, **{**blank, **fresh, **times, **changes})

    def begin(self, job_id: JobId, run: int, *, worker: str) -> Job | None:
        """Begin an attempt; None when this run is over or was never written."""

        def write(conn: sa.Connection) -> Job | None:
            now = self.clock()
            return jobs.begin_attempt(
                conn,
                job_id,
                run,
                state=JobState.IN_PROGRESS,
                worker=worker,
                **_no_progress(),
                started_at=now,
                updated_at=now,
            )

        return self._surely(write)

    def complete(
        self, job: Job, result: BaseModel, made: Sequence[NewArtifact], did: list[StepRun]
    ) -> None:
        """Record what came of an attempt: files, result and state at once.

        Raises:
            Stopped: the attempt was overtaken, and nothing was written.
        """
        gave = result.model_dump(mode="json")

        def write(conn: sa.Connection) -> None:
            done = self._end_held(
                conn,
                job,
                JobState.COMPLETED,
                did,
                **_no_error(),
                **_no_progress(),
                result=gave,
                cost_usd=float(gave.get("cost_usd") or 0.0),
            )
            artifacts.replace(conn, job.id, made, now=done.finished_at)
            self._ended(conn, done, result)

        self._surely(write)

    def fail(self, job: Job, why: dict[str, Any], did: list[StepRun]) -> None:
        """Record why an attempt failed, as `reason` or `bug` put it.

        Raises:
            Stopped: the attempt was overtaken, and nothing was written.
        """

        def write(conn: sa.Connection) -> None:
            self._ended(conn, self._end_held(conn, job, JobState.FAILED, did, **why), None)

        self._surely(write)

    def end(self, conn: sa.Connection, job_id: JobId, state: JobState, **why: Any) -> Job:
        """End a job without a result."""
        now = self.clock()
        job = jobs.change(conn, job_id, state=state, finished_at=now, updated_at=now, **why)
        self._ended(conn, job, None)
        return job

    def note(self, reports: Sequence[tuple[Job, Progress | None, list[StepRun]]]) -> None:
        """Write down how far attempts are and what they did, in one transaction."""
        with self.catalog.begin() as conn:
            for job, progress, did in reports:
                if progress is not None:
                    jobs.set_progress(conn, job.id, progress, run=job.run)
                self._note_steps(conn, job, did)

    def look_up(self, job_ids: Collection[JobId]) -> dict[JobId, Job]:
        """The jobs of these ids, as far as there are any."""
        if not job_ids:
            return {}
        with self.catalog.read() as conn:
            return jobs.several(conn, job_ids)

    def standings(self, job_ids: Collection[JobId]) -> dict[JobId, Standing]:
        """Which attempts the jobs of these ids are at, as far as there are any."""
        with self.catalog.read() as conn:
            return jobs.standings(conn, job_ids)

    def _end_held(
        self, conn: sa.Connection, mine: Job, state: JobState, did: list[StepRun], **columns: Any
    ) -> Job:
        """End a job by the attempt that works on it, and note what the attempt did."""
        now = self.clock()
        job = jobs.change_held(conn, mine, state=state, finished_at=now, updated_at=now, **columns)
        if job is None:
            raise Stopped
        self._note_steps(conn, job, did)
        return job

    @staticmethod
    def _note_steps(conn: sa.Connection, job: Job, did: list[StepRun]) -> None:
        steps.add_steps(conn, [_step(job, one) for one in did])

    def _surely(self, write: Callable[[sa.Connection], T]) -> T:
        """Write although the database may be away for a while: the work was done already."""
        while True:
            try:
                with self.catalog.begin() as conn:
                    return write(conn)
            except Unavailable as error:
                if self.leaving.is_set():
                    raise Stopped from error
                log.warning("waiting for the database", error=error.message)
                self.leaving.wait(OUTAGE_WAIT_S)


def owns(mine: Job, now: Standing | None) -> bool:
    """Whether an attempt that began with `mine` is still the one that works on the job."""
    return now == Standing(JobState.IN_PROGRESS, mine.run, mine.attempts)


def reason(error: ReelmillError) -> dict[str, Any]:
    """The columns of an error that is known by design."""
    return {
        "error_code": error.code,
        "error_message": error.message,
        "error_hint": error.hint,
        "error_facts": error.facts,
    }


def bug(error: Exception) -> dict[str, Any]:
    """The columns of an error that nobody foresaw."""
    last_line = f"{type(error).__name__}: {error}".strip().splitlines()[0]
    return {
        "error_code": "bug",
        "error_message": last_line,
        "error_hint": "This is a fault of the program; its log has the traceback.",
        "error_facts": {},
    }


def _no_progress() -> dict[str, Any]:
    return {"stage": "", "done": 0, "total": 0, "message": ""}


def _no_error() -> dict[str, Any]:
    return {"error_code": "", "error_message": "", "error_hint": "", "error_facts": {}}


def _step(job: Job, one: StepRun) -> Step:
    return Step(
        job_id=job.id,
        run=job.run,
        attempt=job.attempts,
        position=one.position,
        name=one.name,
        started_at=datetime.fromtimestamp(one.started_s, UTC),
        took_s=one.took_s,
        outcome=_outcome(one.error),
        commands=tuple(Command(argv, took_s) for argv, took_s in one.commands),
        **_failure(one.error),
    )


def _failure(error: BaseException | None) -> dict[str, str]:
    match error:
        case None:
            return {"error_code": "", "error_message": ""}
        case ReelmillError():
            return {"error_code": error.code, "error_message": error.message}
        case _:
            return {"error_code": "bug", "error_message": f"{type(error).__name__}: {error}"}


def _outcome(error: BaseException | None) -> StepOutcome:
    if error is None:
        return StepOutcome.OK
    return StepOutcome.CANCELED if isinstance(error, Canceled) else StepOutcome.FAILED
