"""All that is ever asked of the table of combinations. The connection first."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from reelmill.catalog.job import JobState
from reelmill.catalog.paging import newest
from reelmill.catalog.tables import jobs
from reelmill.engine.words import VideoMade
from reelmill.pipelines.storyboards.combined import Combination, NewCombination
from reelmill.pipelines.storyboards.spec import Transition, VideoFormat
from reelmill.pipelines.storyboards.tables.definitions import combinations
from reelmill.units import JobId

_COLUMNS = (
    *(column for column in combinations.c if column.name not in {"deleted_at", "cleared_at"}),
    jobs.c.state.label("job_state"),
    jobs.c.done,
    jobs.c.total,
    jobs.c.message.label("job_message"),
    jobs.c.error_message,
)
_NAMES = tuple(column.name for column in _COLUMNS)

_PRESENT = (
    sa.select(*_COLUMNS)
    .join_from(combinations, jobs, jobs.c.id == combinations.c.job_id)
    .where(combinations.c.deleted_at.is_(None))
)


def put(conn: sa.Connection, new: NewCombination) -> None:
    """Record one that was asked for, in the place of what was deleted or failed."""
    conn.execute(sa.delete(combinations).where(combinations.c.id == new.id))
    conn.execute(sa.insert(combinations), {**asdict(new), "board_ids": list(new.board_ids)})


def find(conn: sa.Connection, combination_id: str) -> Combination | None:
    """The combination of this id, unless it was deleted."""
    statement = _PRESENT.where(combinations.c.id == combination_id)
    row = conn.execute(statement).one_or_none()
    return None if row is None else _combination(tuple(row))


def page(
    conn: sa.Connection,
    *,
    owner: str | None,
    limit: int,
    before: tuple[datetime, str] | None = None,
) -> list[Combination]:
    """Those of an owner, or of everybody, the newest first, behind a place in that order."""
    statement = newest(_PRESENT, combinations, limit=limit, before=before, owner=owner)
    return [_combination(tuple(row)) for row in conn.execute(statement)]


def give_video(conn: sa.Connection, combination_id: str, video: VideoMade) -> None:
    """Record what was made."""
    told = {"video": video.model_dump(mode="json")}
    conn.execute(sa.update(combinations).where(combinations.c.id == combination_id).values(told))


def delete(conn: sa.Connection, combination_id: str, *, now: datetime) -> None:
    """Delete one for everybody's eyes."""
    conn.execute(
        sa.update(combinations).where(combinations.c.id == combination_id).values(deleted_at=now)
    )


def uncleared(conn: sa.Connection, deleted_before: datetime) -> list[str]:
    """Ids of those that were deleted before a moment, and whose files may still be there."""
    statement = (
        sa.select(combinations.c.id)
        .where(combinations.c.deleted_at < deleted_before, combinations.c.cleared_at.is_(None))
        .order_by(combinations.c.deleted_at, combinations.c.id)
    )
    return list(conn.execute(statement).scalars())


def hold_uncleared(conn: sa.Connection, combination_id: str) -> JobId | None:
    """The job of a deleted one on which nobody works, held until the transaction ends.

    None where it was asked for anew, is still worked on, or is cleared.
    """
    statement = (
        sa.select(combinations.c.job_id)
        .join_from(combinations, jobs, jobs.c.id == combinations.c.job_id)
        .where(
            combinations.c.id == combination_id,
            combinations.c.deleted_at.is_not(None),
            combinations.c.cleared_at.is_(None),
            jobs.c.state.in_([state for state in JobState if state.ended]),
        )
        .with_for_update(of=combinations)
    )
    return conn.execute(statement).scalar_one_or_none()


def clear(conn: sa.Connection, combination_id: str, *, now: datetime) -> None:
    """Record that the files of a deleted one are gone."""
    conn.execute(
        sa.update(combinations).where(combinations.c.id == combination_id).values(cleared_at=now)
    )


def are_made_with(conn: sa.Connection, board_id: str) -> bool:
    """Whether a job that has not ended shows the video of a board."""
    named = sa.cast(combinations.c.board_ids, sa.Text).contains(board_id, autoescape=True)
    statement = (
        sa.select(combinations.c.id)
        .join_from(combinations, jobs, jobs.c.id == combinations.c.job_id)
        .where(named, jobs.c.state.in_([state for state in JobState if not state.ended]))
        .limit(1)
    )
    return conn.execute(statement).first() is not None


def _combination(values: tuple[Any, ...]) -> Combination:
    told: dict[str, Any] = dict(zip(_NAMES, values, strict=True))
    typed = {
        "board_ids": tuple(told["board_ids"]),
        "transition": Transition(told["transition"]),
        "format": VideoFormat(told["format"]),
        "video": told["video"] and VideoMade.model_validate(told["video"]),
        "job_state": JobState(told["job_state"]),
        "error_message": told["error_message"] or "",
    }
    return Combination(**{**told, **typed})
