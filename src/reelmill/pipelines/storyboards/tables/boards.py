"""All that is ever asked of the table of boards. One function a question, the connection first."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from reelmill.catalog.job import JobState
from reelmill.catalog.paging import newest
from reelmill.catalog.tables import jobs
from reelmill.pipelines.storyboards.looks import Looks
from reelmill.pipelines.storyboards.records import Board, Film, NewBoard
from reelmill.pipelines.storyboards.spec import (
    STORYBOARDS,
    AspectRatio,
    Platform,
    Tier,
    VideoStatus,
)
from reelmill.pipelines.storyboards.tables.definitions import boards
from reelmill.units import JobId

_FILM = "film_"

_COLUMNS = (
    *(column for column in boards.c if column.name not in {"deleted_at", "cleared_at"}),
    jobs.c.state.label("job_state"),
    jobs.c.stage,
    jobs.c.done,
    jobs.c.total,
    jobs.c.message.label("job_message"),
)
_NAMES = tuple(column.name for column in _COLUMNS)

_PRESENT = (
    sa.select(*_COLUMNS)
    .join_from(boards, jobs, jobs.c.id == boards.c.job_id)
    .where(boards.c.deleted_at.is_(None))
)

_FIND = _PRESENT.where(boards.c.id == sa.bindparam("wanted"))

_BLANK: dict[str, Any] = {
    "status": VideoStatus.PENDING,
    "message": "",
    "error_message": "",
    "edition": 1,
    "refinement_count": 0,
    "download_count": 0,
}


def add(conn: sa.Connection, new: NewBoard) -> None:
    """Record a board that was asked for."""
    told = {**asdict(new), "looks": _written(new.looks), "updated_at": new.created_at}
    conn.execute(sa.insert(boards), {**told, **_BLANK})


def find(conn: sa.Connection, board_id: str) -> Board | None:
    """The board of this id, unless it was deleted."""
    row = conn.execute(_FIND, {"wanted": board_id}).one_or_none()
    return None if row is None else _board(tuple(row))


def campaign_of(conn: sa.Connection, board_id: str) -> str | None:
    """The campaign whose budget a board spends, also when it was deleted."""
    statement = sa.select(boards.c.campaign_id).where(boards.c.id == board_id)
    return conn.execute(statement).scalar_one_or_none()


def hold(conn: sa.Connection, board_id: str) -> Board | None:
    """The same, held against others until the transaction ends."""
    statement = sa.select(boards.c.id).where(boards.c.id == board_id).with_for_update()
    conn.execute(statement)
    return find(conn, board_id)


class Wanted(NamedTuple):
    """Which boards are asked for; what is None may be any."""

    owner: str | None = None
    """Whose."""

    status: VideoStatus | None = None
    """In which status."""

    client_id: str | None = None
    """For whom."""

    campaign_id: str | None = None
    """Of which campaign."""

    group_id: str | None = None
    """Asked for together."""


def page(
    conn: sa.Connection,
    wanted: Wanted,
    *,
    limit: int,
    before: tuple[datetime, str] | None = None,
) -> list[Board]:
    """Boards, the newest first, behind a place in that order."""
    statement = newest(_PRESENT, boards, limit=limit, before=before, **wanted._asdict())
    return [_board(tuple(row)) for row in conn.execute(statement)]


def beginning_with(conn: sa.Connection, beginning: str, *, limit: int) -> list[str]:
    """Ids of boards that begin so, the newest first."""
    statement = (
        sa.select(boards.c.id)
        .where(boards.c.id.startswith(beginning, autoescape=True), boards.c.deleted_at.is_(None))
        .order_by(boards.c.created_at.desc())
        .limit(limit)
    )
    return list(conn.execute(statement).scalars())


def prompts_of(conn: sa.Connection, board_ids: Collection[str]) -> dict[str, str]:
    """The prompts of boards that were not deleted, by their ids."""
    statement = sa.select(boards.c.id, boards.c.prompt).where(
        boards.c.id.in_(board_ids), boards.c.deleted_at.is_(None)
    )
    return {row[0]: row[1] for row in conn.execute(statement)}


def change(conn: sa.Connection, board_id: str, *, now: datetime, **columns: Any) -> None:
    """Give some columns other values."""
    conn.execute(sa.update(boards).where(boards.c.id == board_id).values(**columns, updated_at=now))


def give_looks(conn: sa.Connection, board_id: str, looks: Looks) -> None:
    """Record how the video of a board is to look."""
    told = {"looks": _written(looks)}
    conn.execute(sa.update(boards).where(boards.c.id == board_id).values(told))


def give_film(conn: sa.Connection, board_id: str, film: Film) -> None:
    """Record the finished video of a board."""
    told = {f"{_FILM}{name}": value for name, value in asdict(film).items()}
    told["film_differs"] = list(film.differs)
    conn.execute(sa.update(boards).where(boards.c.id == board_id).values(told))


def count_download(conn: sa.Connection, board_id: str) -> None:
    """Count one download more; that is no change of the board."""
    more = boards.c.download_count + 1
    conn.execute(sa.update(boards).where(boards.c.id == board_id).values(download_count=more))


def delete(conn: sa.Connection, board_id: str, *, now: datetime) -> None:
    """Delete a board for everybody's eyes; its row and its money stay on record."""
    conn.execute(sa.update(boards).where(boards.c.id == board_id).values(deleted_at=now))


def uncleared(conn: sa.Connection, deleted_before: datetime) -> list[str]:
    """Ids of boards that were deleted before a moment, and whose files may still be there."""
    statement = (
        sa.select(boards.c.id)
        .where(boards.c.deleted_at < deleted_before, boards.c.cleared_at.is_(None))
        .order_by(boards.c.deleted_at, boards.c.id)
    )
    return list(conn.execute(statement).scalars())


def jobs_of(conn: sa.Connection, board_id: str) -> list[JobId]:
    """Every job that ever worked on a board."""
    statement = sa.select(jobs.c.id).where(
        jobs.c.pipeline == STORYBOARDS, jobs.c.id.contains(f"-{board_id}", autoescape=True)
    )
    return [JobId(job_id) for job_id in conn.execute(statement).scalars()]


def stalled(conn: sa.Connection, before: datetime) -> list[Board]:
    """Boards whose status says that somebody works on them, without news since a moment."""
    working = [status for status in VideoStatus if status.is_working]
    statement = _PRESENT.where(
        boards.c.status.in_(working),
        boards.c.updated_at < before,
        jobs.c.updated_at < before,
        # One that waits for its turn does not stand still.
        jobs.c.state != JobState.PENDING,
    ).order_by(boards.c.updated_at)
    return [_board(tuple(row)) for row in conn.execute(statement)]


def made_with(conn: sa.Connection, asset_id: str) -> list[str]:
    """Ids of boards that have an asset as voice, music or watermark, the first first."""
    watermark = boards.c.looks[("watermark", "asset_id")].as_string()
    statement = (
        sa.select(boards.c.id)
        .where(
            boards.c.deleted_at.is_(None),
            (boards.c.voice_asset_id == asset_id)
            | (boards.c.music_asset_id == asset_id)
            | (watermark == asset_id),
        )
        .order_by(boards.c.created_at, boards.c.id)
    )
    return list(conn.execute(statement).scalars())


def counts(conn: sa.Connection) -> dict[VideoStatus, int]:
    """How many boards there are in each status; what there is none of is left out."""
    statement = (
        sa.select(boards.c.status, sa.func.count())
        .where(boards.c.deleted_at.is_(None))
        .group_by(boards.c.status)
    )
    return {VideoStatus(row[0]): row[1] for row in conn.execute(statement)}


def _board(values: tuple[Any, ...]) -> Board:
    told: dict[str, Any] = dict(zip(_NAMES, values, strict=True))
    film = {name: told.pop(name) for name in _NAMES if name.startswith(_FILM)}
    typed = {
        "status": VideoStatus(told["status"]),
        "aspect_ratio": AspectRatio(told["aspect_ratio"]),
        "platform": None if told["platform"] is None else Platform(told["platform"]),
        "tier": Tier(told["tier"]),
        "job_state": JobState(told["job_state"]),
        "looks": Looks.model_validate(told["looks"]),
    }
    return Board(**{**told, **typed, "film": _film(film)})


def _written(looks: Looks) -> dict[str, Any]:
    return looks.model_dump(mode="json")


def _film(told: dict[str, Any]) -> Film | None:
    if told["film_key"] is None:
        return None
    bare = {name.removeprefix(_FILM): value for name, value in told.items()}
    return Film(**{**bare, "differs": tuple(bare["differs"] or ())})
