"""All that is ever asked of the table of tasks. One function a question, the connection first."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from reelmill.catalog.job import JobState
from reelmill.catalog.paging import newest
from reelmill.catalog.tables import jobs
from reelmill.pipelines.stories.keys import Kind
from reelmill.pipelines.stories.records import AssetState, NewTask, Task
from reelmill.pipelines.stories.spec import StorySpec
from reelmill.pipelines.stories.tables.definitions import assets, tasks, uses
from reelmill.units import JobId

_OWN = ("id", "voice_id", "spec", "duration_s", "created_at")
_TIMES = ("node", "began_at", "ended_at", "download_s", "render_s", "upload_s")
_OF_JOB = ("state", "stage", "done", "total", "error_code", "error_message")
_NAMES = (*_OWN, *_TIMES, *_OF_JOB)

_ALL = sa.select(
    *(tasks.c[name] for name in (*_OWN, *_TIMES)), *(jobs.c[name] for name in _OF_JOB)
).join_from(tasks, jobs, jobs.c.id == tasks.c.job_id, isouter=True)

_IN_ORDER = (tasks.c.category, tasks.c.story, tasks.c.chapter, tasks.c.created_at, tasks.c.id)


def job_id_of(task_id: str) -> JobId:
    """The job of a task.

    >>> job_id_of("t1")
    'stories/t1'
    """
    return JobId(f"stories/{task_id}")


def add(conn: sa.Connection, new: NewTask, asset_ids: Collection[str]) -> None:
    """Record a task, and the assets that it uses.

    Args:
        conn: Inside a transaction.
        new: The task.
        asset_ids: Voice, music, clips and plate, each once.
    """
    row = {
        **{name: getattr(new, name) for name in _OWN},
        "spec": new.spec.model_dump(mode="json"),
        "job_id": job_id_of(new.id),
        "category": new.spec.category,
        "story": new.spec.story_name,
        "chapter": new.spec.chapter,
        "node": "",
    }
    conn.execute(sa.insert(tasks), row)
    used = [{"task_id": new.id, "asset_id": asset_id} for asset_id in asset_ids]
    conn.execute(sa.insert(uses), used)


def find(conn: sa.Connection, task_id: str) -> Task | None:
    """The task of this id."""
    row = conn.execute(_ALL.where(tasks.c.id == task_id)).one_or_none()
    return None if row is None else _task(row)


def voices_without(conn: sa.Connection) -> list[str]:
    """Ids of ready voices that have no task yet, chapter by chapter, the first taken first."""
    statement = (
        sa.select(assets.c.id)
        .join_from(assets, tasks, tasks.c.voice_id == assets.c.id, isouter=True)
        .where(
            assets.c.kind == Kind.VOICE,
            assets.c.state == AssetState.READY,
            tasks.c.id.is_(None),
        )
        .order_by(
            assets.c.category, assets.c.story, assets.c.chapter, assets.c.created_at, assets.c.id
        )
    )
    return list(conn.execute(statement).scalars())


def without_job(conn: sa.Connection) -> list[Task]:
    """Tasks that were not handed in: new ones, and those between which and their job it crashed."""
    return _tasks(conn, _ALL.where(jobs.c.id.is_(None)).order_by(*_IN_ORDER))


def page(
    conn: sa.Connection,
    *,
    limit: int,
    before: tuple[datetime, str] | None = None,
    state: JobState | None = None,
) -> list[Task]:
    """Tasks, the newest first.

    Args:
        conn: Any connection.
        limit: Most that are given.
        before: Moment and id of the last of the page before.
        state: Those whose job stands there alone.
    """
    wanted = _ALL if state is None else _ALL.where(jobs.c.state == state)
    return _tasks(conn, newest(wanted, tasks, limit=limit, before=before))


def begin(conn: sa.Connection, task_id: str, *, node: str, now: datetime) -> None:
    """A node begins with a task; what was measured before is of another attempt."""
    blank = dict.fromkeys(("ended_at", "download_s", "render_s", "upload_s"))
    _change(conn, task_id, **blank, node=node, began_at=now)


def measure(conn: sa.Connection, task_id: str, **seconds: float) -> None:
    """Record how long an act took: `download_s`, `render_s`, `upload_s`."""
    _change(conn, task_id, **seconds)


def end(conn: sa.Connection, task_id: str, *, now: datetime) -> None:
    """The node is done with a task, in whichever way."""
    _change(conn, task_id, ended_at=now)


def at_work(conn: sa.Connection) -> list[Task]:
    """Tasks that nodes are at."""
    statement = _ALL.where(
        tasks.c.began_at.is_not(None),
        tasks.c.ended_at.is_(None),
        jobs.c.state == JobState.IN_PROGRESS,
    )
    return _tasks(conn, statement.order_by(tasks.c.began_at, tasks.c.id))


def ended_since(conn: sa.Connection, moment: datetime) -> list[Task]:
    """Tasks that nodes were done with from a moment on, the first first."""
    statement = _ALL.where(tasks.c.ended_at >= moment).order_by(tasks.c.ended_at, tasks.c.id)
    return _tasks(conn, statement)


def _change(conn: sa.Connection, task_id: str, **values: Any) -> None:
    conn.execute(sa.update(tasks).where(tasks.c.id == task_id).values(**values))


def _tasks(conn: sa.Connection, statement: sa.Select[Any]) -> list[Task]:
    return [_task(row) for row in conn.execute(statement)]


def _task(row: sa.Row[*tuple[Any, ...]]) -> Task:
    told: dict[str, Any] = dict(zip(_NAMES, tuple(row), strict=True))
    told["spec"] = StorySpec.model_validate(told["spec"])
    if told["state"] is None:
        blank = {"stage": "", "done": 0, "total": 0, "error_code": "", "error_message": ""}
        return Task(**{**told, **blank})
    return Task(**{**told, "state": JobState(told["state"])})
