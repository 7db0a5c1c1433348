"""Rows and runs, side by side -> what a crash left half done, put right.

A row and its run are written together, so most of this never happens; it happens after a
restored backup, a cancel cut short, a job that crashed its node too often.
"""

from collections.abc import Callable, Collection, Mapping
from enum import StrEnum

import structlog

from reelmill.catalog import jobs
from reelmill.catalog.jobs import Job, JobState
from reelmill.engine.books import Books, Enqueue, reason
from reelmill.errors import Refused, Unavailable
from reelmill.units import JobId

log = structlog.get_logger()


class KeepsCrashing(Refused):
    """The job took its node down each time that it was begun."""


class RunLost(Unavailable):
    """The engine ended the run without an outcome."""


class RunState(StrEnum):
    """Where the engine's run of a job stands, in its words."""

    ENQUEUED = "ENQUEUED"
    DELAYED = "DELAYED"
    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
    ERROR = "ERROR"
    CANCELLED = "CANCELLED"
    GIVEN_UP = "MAX_RECOVERY_ATTEMPTS_EXCEEDED"


class Repair(StrEnum):
    """What is to be done about a job whose row and run do not agree."""

    NOTHING = "nothing"
    ENQUEUE = "enqueue"
    NEXT_RUN = "next run"
    CANCEL = "cancel"
    FAIL_CRASHING = "fail as crashing"
    FAIL_LOST = "fail as lost"


def repair_of(run_state: RunState | None) -> Repair:
    """What an unfinished job needs, from the state of its run; None when there is no run.

    >>> repair_of(RunState.PENDING), repair_of(None)
    (<Repair.NOTHING: 'nothing'>, <Repair.ENQUEUE: 'enqueue'>)
    """
    match run_state:
        case None:
            return Repair.ENQUEUE
        case RunState.SUCCESS:
            return Repair.NEXT_RUN
        case RunState.CANCELLED:
            return Repair.CANCEL
        case RunState.GIVEN_UP:
            return Repair.FAIL_CRASHING
        case RunState.ERROR:
            return Repair.FAIL_LOST
        case _:
            return Repair.NOTHING


def run_id(job: Job) -> str:
    """The engine's id of a job's present run.

    It names the run: a job that is done again is another workflow to the engine.
    """
    return f"{job.id}#{job.run}"


def orphans(open_runs: Collection[str], known: Mapping[JobId, Job]) -> list[str]:
    """Runs that nobody waits for: without a row, of an earlier run, or of a canceled job."""
    lost = []
    for run in open_runs:
        job_id, _, _ = run.rpartition("#")
        job = known.get(JobId(job_id))
        if job is None or run_id(job) != run or job.state is JobState.CANCELED:
            lost.append(run)
    return lost


def put_right(
    books: Books,
    *,
    pipelines: Collection[str],
    states_of: Callable[[Collection[str]], Mapping[str, RunState]],
    enqueue: Enqueue,
) -> None:
    """Compare every unfinished row with its run, and repair what does not agree.

    Args:
        books: The rows.
        pipelines: Names of those that are usable here; jobs of others are left alone.
        states_of: Where runs stand, by their ids.
        enqueue: Writes a run.
    """
    with books.catalog.read() as conn:
        unfinished = [job for job in jobs.unfinished(conn) if job.pipeline in pipelines]
    states = states_of([run_id(job) for job in unfinished])
    for job in unfinished:
        repair = repair_of(states.get(run_id(job)))
        if repair is not Repair.NOTHING:
            _apply(books, job, repair, states_of=states_of, enqueue=enqueue)


def _apply(
    books: Books,
    seen: Job,
    repair: Repair,
    *,
    states_of: Callable[[Collection[str]], Mapping[str, RunState]],
    enqueue: Enqueue,
) -> None:
    """Repair one job, unless it moved on since it was seen."""
    # Read before the transaction: the engine reads through a connection of its own.
    still = repair_of(states_of([run_id(seen)]).get(run_id(seen)))
    with books.catalog.begin() as conn:
        job = jobs.for_update(conn, seen.id)
        if job is None or job.state.ended or job.run != seen.run or still is not repair:
            return
        match repair:
            case Repair.ENQUEUE:
                enqueue(conn, job)
            case Repair.NEXT_RUN:
                enqueue(conn, books.again(conn, job))
            case Repair.CANCEL:
                books.end(conn, job.id, JobState.CANCELED)
            case Repair.FAIL_CRASHING:
                crashing = KeepsCrashing(attempts=job.attempts, worker=job.worker)
                books.end(conn, job.id, JobState.FAILED, **reason(crashing))
            case Repair.FAIL_LOST:
                books.end(conn, job.id, JobState.FAILED, **reason(RunLost()))
    log.warning("job repaired", job=seen.id, repair=repair.value)
