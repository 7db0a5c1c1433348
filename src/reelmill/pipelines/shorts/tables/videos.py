"""All that is ever asked of the table of videos. One function a question, the connection first."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from reelmill.catalog.job import JobState
from reelmill.catalog.paging import newest
from reelmill.catalog.tables import jobs
from reelmill.pipelines.shorts.records import NewVideo, Video
from reelmill.pipelines.shorts.results import VideoFacts
from reelmill.pipelines.shorts.tables.definitions import videos
from reelmill.units import JobId

_COLUMNS = (
    *(column for column in videos.c if column is not videos.c.deleted_at),
    jobs.c.state,
    jobs.c.stage,
    jobs.c.done,
    jobs.c.total,
    jobs.c.error_code,
    jobs.c.error_message,
)
_NAMES = tuple(column.name for column in _COLUMNS)

_PRESENT = (
    sa.select(*_COLUMNS)
    .join_from(videos, jobs, jobs.c.id == videos.c.job_id)
    .where(videos.c.deleted_at.is_(None))
)

_FIND = _PRESENT.where(videos.c.id == sa.bindparam("wanted"))


def add(conn: sa.Connection, new: NewVideo) -> None:
    """Record a video that was handed in."""
    conn.execute(sa.insert(videos), asdict(new))


def find(conn: sa.Connection, video_id: str) -> Video | None:
    """The video of this id, unless it was deleted."""
    row = conn.execute(_FIND, {"wanted": video_id}).one_or_none()
    return None if row is None else video_of(tuple(row))


def several(conn: sa.Connection, video_ids: Collection[str]) -> dict[str, Video]:
    """The videos of these ids, as far as there are any."""
    rows = conn.execute(_PRESENT.where(videos.c.id.in_(video_ids)))
    found = (video_of(tuple(row)) for row in rows)
    return {video.id: video for video in found}


def page(
    conn: sa.Connection,
    *,
    owner: str | None,
    limit: int,
    before: tuple[datetime, str] | None = None,
) -> list[Video]:
    """Videos of an owner, or of everybody, the newest first, behind a place in that order."""
    statement = newest(_PRESENT, videos, limit=limit, before=before, owner=owner)
    return [video_of(tuple(row)) for row in conn.execute(statement)]


def learn(conn: sa.Connection, video_id: str, facts: VideoFacts) -> None:
    """Record what a video is."""
    conn.execute(sa.update(videos).where(videos.c.id == video_id).values(facts.model_dump()))


def delete(conn: sa.Connection, video_id: str, *, now: datetime) -> bool:
    """Delete a video for everybody's eyes; its row stays until its files are gone.

    Returns:
        False when there is none any more.
    """
    statement = (
        sa.update(videos)
        .where(videos.c.id == video_id, videos.c.deleted_at.is_(None))
        .values(deleted_at=now)
    )
    return conn.execute(statement).rowcount == 1


def give_up(conn: sa.Connection, ended_before: datetime, *, now: datetime) -> int:
    """Delete the videos whose first look failed or was stopped before a moment; how many."""
    ended = sa.select(jobs.c.id).where(
        jobs.c.state.in_((JobState.FAILED, JobState.CANCELED)), jobs.c.finished_at < ended_before
    )
    statement = (
        sa.update(videos)
        .where(
            videos.c.deleted_at.is_(None),
            videos.c.duration_s.is_(None),
            videos.c.job_id.in_(ended),
        )
        .values(deleted_at=now)
    )
    return conn.execute(statement).rowcount


def known(conn: sa.Connection, video_ids: Collection[str]) -> set[str]:
    """Those of these ids that have a row, deleted or not."""
    return set(conn.execute(sa.select(videos.c.id).where(videos.c.id.in_(video_ids))).scalars())


def deleted_before(conn: sa.Connection, moment: datetime) -> list[tuple[str, JobId]]:
    """Videos that were deleted before a moment, each with the job that looked into it."""
    statement = (
        sa.select(videos.c.id, videos.c.job_id)
        .where(videos.c.deleted_at < moment)
        .order_by(videos.c.deleted_at)
    )
    return [(row.id, JobId(row.job_id)) for row in conn.execute(statement)]


def forget(conn: sa.Connection, video_id: str) -> None:
    """Remove the row of a deleted video, and its scenes."""
    conn.execute(sa.delete(videos).where(videos.c.id == video_id, videos.c.deleted_at.is_not(None)))


def video_of(values: tuple[Any, ...]) -> Video:
    """A row, in the order of `video_columns`, as a record."""
    told = dict(zip(_NAMES, values, strict=True))
    return Video(**{**told, "state": JobState(told["state"])})


def video_columns() -> tuple[sa.ColumnElement[Any], ...]:
    """What `video_of` reads, for statements that join videos and their jobs."""
    return _COLUMNS
