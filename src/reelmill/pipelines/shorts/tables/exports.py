"""All that is ever asked of the table of exports. One function a question, the connection first."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from reelmill.catalog.job import UNFINISHED, JobState
from reelmill.catalog.paging import newest
from reelmill.catalog.tables import jobs
from reelmill.engine.words import VideoMade
from reelmill.pipelines.shorts.records import Export, Kind, NewExport
from reelmill.pipelines.shorts.rules import Taken
from reelmill.pipelines.shorts.tables.definitions import exports
from reelmill.units import JobId

#: Advisory locks of ours on Postgres: the first of two numbers, the second is the owner's.
LOCK = 0x73686F72

#: A job in one of these gives its slot back.
_FREES = (JobState.FAILED, JobState.CANCELED)

_COLUMNS = (
    *(column for column in exports.c if column is not exports.c.counted_at),
    jobs.c.state,
    jobs.c.stage,
    jobs.c.done,
    jobs.c.total,
    jobs.c.message,
    jobs.c.error_code,
    jobs.c.error_message,
)
_NAMES = tuple(column.name for column in _COLUMNS)

_ALL = sa.select(*_COLUMNS).join_from(exports, jobs, jobs.c.id == exports.c.job_id)

_FIND = _ALL.where(exports.c.id == sa.bindparam("wanted"))

_TAKEN = (
    sa.select(sa.func.count(), sa.func.min(exports.c.counted_at).label("oldest"))
    .join_from(exports, jobs, jobs.c.id == exports.c.job_id)
    .where(
        exports.c.owner == sa.bindparam("owner"),
        exports.c.counted_at > sa.bindparam("since"),
        exports.c.id != sa.bindparam("but_not"),
        jobs.c.state.not_in(_FREES),
    )
)

_TWIN = (
    _ALL.where(
        exports.c.owner == sa.bindparam("owner"),
        exports.c.digest == sa.bindparam("digest"),
        exports.c.id != sa.bindparam("but_not"),
        exports.c.expired_at.is_(None),
        exports.c.deleted_at.is_(None),
        sa.or_(
            jobs.c.state.in_(UNFINISHED),
            sa.and_(jobs.c.state == JobState.COMPLETED, exports.c.expires_at > sa.bindparam("now")),
        ),
    )
    .order_by(exports.c.created_at.desc())
    .limit(1)
)


def hold(conn: sa.Connection, owner: str) -> None:
    """Let nobody else count or add exports of this owner until the transaction ends.

    On SQLite the transaction holds the one write lock already.
    """
    if conn.dialect.name == "postgresql":
        key = sa.func.hashtext(owner)
        conn.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK, key)))


def taken_since(conn: sa.Connection, owner: str, since: datetime, *, but_not: str = "") -> Taken:
    """The slots of the limit that an owner has taken since a moment, and the oldest of them."""
    asked = {"owner": owner, "since": since, "but_not": but_not}
    count, oldest_at = conn.execute(_TAKEN, asked).one()
    return Taken(count, oldest_at)


def twin(
    conn: sa.Connection, owner: str, digest: str, *, now: datetime, but_not: str = ""
) -> Export | None:
    """The same request of the same owner, which waits, runs, or has not expired."""
    asked = {"owner": owner, "digest": digest, "now": now, "but_not": but_not}
    row = conn.execute(_TWIN, asked).one_or_none()
    return None if row is None else _export(row)


def add(conn: sa.Connection, new: NewExport) -> None:
    """Record an export, which takes a slot."""
    conn.execute(sa.insert(exports), {**asdict(new), "counted_at": new.created_at, "key": ""})


def renew(conn: sa.Connection, export_id: str, *, now: datetime, expires_at: datetime) -> None:
    """An export is made again, and takes a slot of its own for it."""
    blank = dict.fromkeys(
        ("completed_at", "expired_at", "deleted_at", "size_bytes", "duration_s", "width", "height")
    )
    conn.execute(
        sa.update(exports)
        .where(exports.c.id == export_id)
        .values(**blank, key="", counted_at=now, expires_at=expires_at)
    )


def find(conn: sa.Connection, export_id: str) -> Export | None:
    """The export of this id."""
    row = conn.execute(_FIND, {"wanted": export_id}).one_or_none()
    return None if row is None else _export(row)


def page(  # noqa: PLR0913 - each is one column of the same form
    conn: sa.Connection,
    *,
    owner: str | None,
    limit: int,
    now: datetime,
    before: tuple[datetime, str] | None = None,
    video_id: str | None = None,
    scene_id: str | None = None,
) -> list[Export]:
    """Exports of an owner, or of everybody, the newest first; without what is gone."""
    gone = sa.and_(exports.c.completed_at.is_not(None), exports.c.expires_at <= now)
    there = _ALL.where(exports.c.expired_at.is_(None), exports.c.deleted_at.is_(None), ~gone)
    only = {"owner": owner, "video_id": video_id, "scene_id": scene_id}
    statement = newest(there, exports, limit=limit, before=before, **only)
    return [_export(row) for row in conn.execute(statement)]


def end(
    conn: sa.Connection,
    export_id: str,
    *,
    at: datetime,
    expires_at: datetime,
    made: VideoMade | None,
) -> None:
    """Record how an export ended, with the file if there is one."""
    facts = made.model_dump(exclude={"frames"}) if made is not None else {}
    conn.execute(
        sa.update(exports)
        .where(exports.c.id == export_id)
        .values(**facts, completed_at=at, expires_at=expires_at)
    )


def specs_at_work(conn: sa.Connection) -> list[tuple[JobId, dict[str, Any]]]:
    """Jobs of exports that wait or run, each with what was asked."""
    statement = (
        sa.select(jobs.c.id, jobs.c.spec)
        .join_from(exports, jobs, jobs.c.id == exports.c.job_id)
        .where(jobs.c.state.in_(UNFINISHED))
    )
    return [(JobId(row.id), row.spec) for row in conn.execute(statement)]


def past(conn: sa.Connection, moment: datetime, *, deleted_before: datetime) -> list[Export]:
    """Ended exports whose time is over and whose files may still be there, the first first.

    Args:
        conn: Any connection.
        moment: Those that expire until then.
        deleted_before: And those that were deleted until then.
    """
    statement = _ALL.where(
        exports.c.expired_at.is_(None),
        sa.or_(exports.c.expires_at <= moment, exports.c.deleted_at <= deleted_before),
        jobs.c.state.not_in(UNFINISHED),
    ).order_by(exports.c.expires_at, exports.c.id)
    return [_export(row) for row in conn.execute(statement)]


def entomb(conn: sa.Connection, export_id: str, *, now: datetime) -> None:
    """The files of an export are gone; its row stays to tell so."""
    conn.execute(
        sa.update(exports)
        .where(exports.c.id == export_id, exports.c.expired_at.is_(None))
        .values(expired_at=now)
    )


def delete(conn: sa.Connection, export_id: str, *, now: datetime) -> bool:
    """Delete an export for its owner's eyes; the slot that it took stays taken.

    Returns:
        False when it was deleted before.
    """
    statement = (
        sa.update(exports)
        .where(exports.c.id == export_id, exports.c.deleted_at.is_(None))
        .values(deleted_at=now)
    )
    return conn.execute(statement).rowcount == 1


def forget_before(conn: sa.Connection, moment: datetime) -> int:
    """Remove the rows of exports whose files are gone since before a moment; returns how many."""
    return conn.execute(sa.delete(exports).where(exports.c.expired_at < moment)).rowcount


def _export(row: sa.Row[*tuple[Any, ...]]) -> Export:
    told: dict[str, Any] = dict(zip(_NAMES, tuple(row), strict=True))
    return Export(**{**told, "kind": Kind(told["kind"]), "state": JobState(told["state"])})
