"""All that is ever asked of the table `jobs`. One function a question, the connection first."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, Unpack

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from reelmill.catalog.job import (
    PRIORITY,
    UNFINISHED,
    Changed,
    Changes,
    Ended,
    Job,
    JobState,
    NewJob,
    Place,
    Standing,
    UnknownJob,
)
from reelmill.catalog.paging import newest
from reelmill.catalog.tables import jobs
from reelmill.units import JobId

__all__ = [
    "PRIORITY",
    "UNFINISHED",
    "Changed",
    "Changes",
    "Ended",
    "Job",
    "JobState",
    "NewJob",
    "Place",
    "Standing",
    "UnknownJob",
    "add",
    "begin_attempt",
    "change",
    "change_held",
    "changed_since",
    "counts",
    "ended_among",
    "ended_since",
    "find",
    "for_update",
    "last_change",
    "listed",
    "set_progress",
    "several",
    "standings",
    "unfinished",
]

#: Ids that go into one statement; databases limit its parameters.
IDS_AT_ONCE = 500

_COLUMNS = [column for column in jobs.c if column is not jobs.c.change_no]
_NAMES = [column.name for column in _COLUMNS]


def _as_number(transaction_id: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    # xid8 casts to text alone.
    return sa.cast(sa.cast(transaction_id, sa.Text), sa.BigInteger)


def _one_more_than_highest() -> sa.ScalarSelect[int]:
    highest = jobs.alias("every_job").c.change_no
    return sa.select(sa.func.coalesce(sa.func.max(highest), 0) + 1).scalar_subquery()


# Statements are built once: building one takes longer than SQLite takes to run it.

#: A number for a change that no reader has passed yet. A sequence would not do on Postgres, where
#: a smaller number may be committed after a greater one was read; the id of the transaction can be
#: held against those that still run.
_NEXT_CHANGE: dict[str, sa.ColumnElement[int]] = {
    "postgresql": _as_number(sa.func.pg_current_xact_id()),
    "sqlite": _one_more_than_highest(),
}

_LAST_CHANGE = {
    "postgresql": sa.select(_as_number(sa.func.pg_snapshot_xmin(sa.func.pg_current_snapshot()))),
    "sqlite": sa.select(_one_more_than_highest()),
}

_ADD = {
    name: insert(jobs)
    .values(change_no=_NEXT_CHANGE[name])
    .on_conflict_do_nothing()
    .returning(*_COLUMNS)
    for name, insert in (("postgresql", postgresql.insert), ("sqlite", sqlite.insert))
}

_FIND = sa.select(*_COLUMNS).where(jobs.c.id == sa.bindparam("wanted"))

_HOLD = _FIND.with_for_update()

_SEVERAL = sa.select(*_COLUMNS).where(jobs.c.id.in_(sa.bindparam("wanted", expanding=True)))

_STANDINGS = sa.select(jobs.c.id, jobs.c.state, jobs.c.run, jobs.c.attempts).where(
    jobs.c.id.in_(sa.bindparam("wanted", expanding=True))
)

_ENDED_AMONG = _SEVERAL.where(jobs.c.state.not_in(sorted(UNFINISHED)))

_SINCE = (
    sa.select(*_COLUMNS, jobs.c.change_no)
    .where(jobs.c.change_no >= sa.bindparam("since"))
    .order_by(jobs.c.change_no, jobs.c.id)
)

_CHANGE = {
    name: sa.update(jobs)
    .where(jobs.c.id == sa.bindparam("wanted"))
    .values(revision=jobs.c.revision + 1, change_no=number)
    .returning(*_COLUMNS)
    for name, number in _NEXT_CHANGE.items()
}

_BEGIN = {
    name: change.where(
        jobs.c.run == sa.bindparam("of_run"), jobs.c.state.in_(sorted(UNFINISHED))
    ).values(attempts=jobs.c.attempts + 1)
    for name, change in _CHANGE.items()
}

_SET_PROGRESS = {
    name: sa.update(jobs)
    .where(
        jobs.c.id == sa.bindparam("wanted"),
        jobs.c.state == JobState.IN_PROGRESS,
        jobs.c.run == sa.func.coalesce(sa.bindparam("of_run", type_=sa.Integer), jobs.c.run),
    )
    .values(revision=jobs.c.revision + 1, change_no=number)
    for name, number in _NEXT_CHANGE.items()
}

_CHANGE_HELD = {
    name: change.where(
        jobs.c.run == sa.bindparam("of_run"),
        jobs.c.attempts == sa.bindparam("of_attempt"),
        jobs.c.state == JobState.IN_PROGRESS,
    )
    for name, change in _CHANGE.items()
}

_BLANK = {
    "state": JobState.PENDING,
    "run": 1,
    "attempts": 0,
    "stage": "",
    "done": 0,
    "total": 0,
    "message": "",
    "error_code": "",
    "error_message": "",
    "error_hint": "",
    "error_facts": {},
    "cost_usd": 0.0,
    "worker": "",
    "revision": 1,
}


def add(conn: sa.Connection, new: NewJob) -> Job | None:
    """Record a job as pending, in its first run.

    Returns:
        The job; None when one of this id exists, which is left as it is.
    """
    asked = {field.name: getattr(new, field.name) for field in fields(new)}
    row = {**_BLANK, **asked, "updated_at": new.created_at}
    added = conn.execute(_ADD[conn.dialect.name], row).one_or_none()
    return None if added is None else _job(added)


def find(conn: sa.Connection, job_id: JobId) -> Job | None:
    """The job of this id."""
    row = conn.execute(_FIND, {"wanted": job_id}).one_or_none()
    return None if row is None else _job(row)


def for_update(conn: sa.Connection, job_id: JobId) -> Job | None:
    """The job of this id, held against others until the transaction ends."""
    row = conn.execute(_HOLD, {"wanted": job_id}).one_or_none()
    return None if row is None else _job(row)


def several(conn: sa.Connection, job_ids: Iterable[JobId]) -> dict[JobId, Job]:
    """The jobs of these ids, as far as there are any."""
    found: dict[JobId, Job] = {}
    for some in _in_parts(job_ids):
        rows = conn.execute(_SEVERAL, {"wanted": some})
        found.update({job.id: job for job in map(_job, rows)})
    return found


def ended_among(conn: sa.Connection, job_ids: Iterable[JobId]) -> list[Job]:
    """Those of these jobs that have ended, in no promised order."""
    return [
        _job(row)
        for some in _in_parts(job_ids)
        for row in conn.execute(_ENDED_AMONG, {"wanted": some})
    ]


def standings(conn: sa.Connection, job_ids: Iterable[JobId]) -> dict[JobId, Standing]:
    """Which attempts the jobs of these ids are at, as far as there are any."""
    found: dict[JobId, Standing] = {}
    for some in _in_parts(job_ids):
        for job_id, state, run, attempts in conn.execute(_STANDINGS, {"wanted": some}):
            found[JobId(job_id)] = Standing(JobState(state), run, attempts)
    return found


def listed(  # noqa: PLR0913 - each is one column of the same form
    conn: sa.Connection,
    *,
    pipeline: str | None = None,
    state: JobState | None = None,
    owner: str | None = None,
    text: str = "",
    limit: int = 50,
    before: Place | None = None,
) -> list[Job]:
    """A page of jobs, the newest first.

    Args:
        conn: Any connection.
        pipeline: Only of this one.
        state: Only in this one.
        owner: Only of this one.
        text: Found in the id or the error, in either case of letters.
        limit: Most jobs to return.
        before: The last job of the page before this one.
    """
    only = {"pipeline": pipeline, "state": state, "owner": owner}
    statement = newest(sa.select(*_COLUMNS), jobs, limit=limit, before=before, **only)
    if text:
        statement = statement.where(
            jobs.c.id.icontains(text, autoescape=True)
            | jobs.c.error_code.icontains(text, autoescape=True)
            | jobs.c.error_message.icontains(text, autoescape=True)
        )
    return [_job(row) for row in conn.execute(statement)]


def counts(conn: sa.Connection, *, owner: str | None = None) -> dict[tuple[str, JobState], int]:
    """How many jobs there are of each pipeline in each state; what there is none of is left out."""
    statement = sa.select(jobs.c.pipeline, jobs.c.state, sa.func.count()).group_by(
        jobs.c.pipeline, jobs.c.state
    )
    if owner is not None:
        statement = statement.where(jobs.c.owner == owner)
    return {(row[0], JobState(row[1])): row[2] for row in conn.execute(statement)}


def change(conn: sa.Connection, job_id: JobId, **columns: Unpack[Changes]) -> Job:
    """Change some columns; `revision` counts it.

    Args:
        conn: Inside a transaction that may write.
        job_id: The job.
        columns: What is new; `updated_at` is now unless given.

    Raises:
        UnknownJob: there is none of this id.
    """
    columns.setdefault("updated_at", datetime.now(UTC))
    statement = _CHANGE[conn.dialect.name]
    row = conn.execute(statement, {**columns, "wanted": job_id}).one_or_none()
    if row is None:
        raise UnknownJob(job_id=job_id)
    return _job(row)


def begin_attempt(
    conn: sa.Connection, job_id: JobId, of_run: int, **columns: Unpack[Changes]
) -> Job | None:
    """Change some columns of a job whose run has not ended, and count one attempt more.

    Returns:
        None when nothing was changed: the run is over, another one began, there is no such job.
    """
    statement = _BEGIN[conn.dialect.name]
    row = conn.execute(statement, {**columns, "wanted": job_id, "of_run": of_run}).one_or_none()
    return None if row is None else _job(row)


def change_held(conn: sa.Connection, mine: Job, **columns: Unpack[Changes]) -> Job | None:
    """Change some columns of a job while the attempt that began as `mine` is still at work on it.

    Returns:
        None when nothing was changed: the attempt is over.
    """
    held = {"wanted": mine.id, "of_run": mine.run, "of_attempt": mine.attempts}
    row = conn.execute(_CHANGE_HELD[conn.dialect.name], {**columns, **held}).one_or_none()
    return None if row is None else _job(row)


def set_progress(
    conn: sa.Connection,
    job_id: JobId,
    progress: tuple[str, int, int, str],
    *,
    run: int | None = None,
) -> bool:
    """Say how far a job is, if it is still in progress.

    Args:
        conn: Inside a transaction that may write.
        job_id: The job.
        progress: Stage, done, total, message.
        run: The run that reports; None for whichever it is.

    Returns:
        False when nothing was changed: the job has ended, or another run has begun.
    """
    columns = dict(zip(("stage", "done", "total", "message"), progress, strict=True))
    values = {**columns, "updated_at": datetime.now(UTC), "wanted": job_id, "of_run": run}
    return conn.execute(_SET_PROGRESS[conn.dialect.name], values).rowcount == 1


def unfinished(conn: sa.Connection) -> list[Job]:
    """All jobs that are pending or in progress, the oldest first."""
    statement = (
        sa.select(*_COLUMNS)
        .where(jobs.c.state.in_(UNFINISHED))
        .order_by(jobs.c.created_at, jobs.c.id)
    )
    return [_job(row) for row in conn.execute(statement)]


def ended_since(conn: sa.Connection, moment: datetime, *, owner: str | None = None) -> list[Ended]:
    """When jobs ended since a moment, and how; in no promised order."""
    statement = sa.select(jobs.c.finished_at, jobs.c.state).where(jobs.c.finished_at >= moment)
    if owner is not None:
        statement = statement.where(jobs.c.owner == owner)
    return [Ended(row.finished_at, JobState(row.state)) for row in conn.execute(statement)]


def last_change(conn: sa.Connection) -> int:
    """The number from which `changed_since` tells only what is yet to come."""
    return int(conn.execute(_LAST_CHANGE[conn.dialect.name]).scalar_one())


def changed_since(conn: sa.Connection, since: int) -> Changed:
    """The jobs that changed at or after a number that `last_change` or this function gave.

    None is ever left out. Postgres may tell a change twice, when it was committed while an
    older transaction still ran: compare `revision`.
    """
    upto = last_change(conn)
    rows = conn.execute(_SINCE, {"since": since}).all()
    return Changed([_job(row) for row in rows], upto)


def _in_parts(job_ids: Iterable[JobId]) -> list[list[JobId]]:
    every = list(job_ids)
    return [every[at : at + IDS_AT_ONCE] for at in range(0, len(every), IDS_AT_ONCE)]


def _job(row: sa.Row[*tuple[Any, ...]]) -> Job:
    # A row of `changed_since` has one column more.
    values = dict(zip(_NAMES, row, strict=False))
    # RETURNING of SQLite gives a whole number back without its point.
    cost_usd = float(values["cost_usd"])
    return Job(**{**values, "state": JobState(values["state"]), "cost_usd": cost_usd})
