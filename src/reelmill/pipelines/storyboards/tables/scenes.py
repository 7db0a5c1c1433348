"""All that is ever asked of the table of scenes. One function a question, the connection first."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from reelmill.pipelines.storyboards.records import Picture, SceneRow
from reelmill.pipelines.storyboards.spec import PictureStatus, Transition
from reelmill.pipelines.storyboards.tables.definitions import scenes

_COLUMNS = tuple(scenes.c)
_NAMES = tuple(column.name for column in _COLUMNS)

#: Parts of a second that durations are counted in.
_HUNDREDTHS = 100

_OF_BOARD = (
    sa.select(*_COLUMNS)
    .where(scenes.c.board_id == sa.bindparam("board"))
    .order_by(scenes.c.number, scenes.c.id)
)


def of_board(conn: sa.Connection, board_id: str) -> list[SceneRow]:
    """The scenes of a board, in order."""
    return [_scene(tuple(row)) for row in conn.execute(_OF_BOARD, {"board": board_id})]


def of_boards(conn: sa.Connection, board_ids: Sequence[str]) -> dict[str, list[SceneRow]]:
    """The scenes of some boards, in order, by board; a board without scenes has none."""
    found: dict[str, list[SceneRow]] = {board_id: [] for board_id in board_ids}
    statement = (
        sa.select(*_COLUMNS)
        .where(scenes.c.board_id.in_(board_ids))
        .order_by(scenes.c.number, scenes.c.id)
    )
    for row in conn.execute(statement):
        scene = _scene(tuple(row))
        found[scene.board_id].append(scene)
    return found


def replace(conn: sa.Connection, board_id: str, rows: Sequence[SceneRow]) -> None:
    """Put these scenes in the place of all that a board has."""
    conn.execute(sa.delete(scenes).where(scenes.c.board_id == board_id))
    if rows:
        conn.execute(sa.insert(scenes), [_values(row) for row in rows])


def renumber(conn: sa.Connection, numbers: Mapping[str, int]) -> None:
    """Give scenes other places, by their ids."""
    for scene_id, number in numbers.items():
        conn.execute(sa.update(scenes).where(scenes.c.id == scene_id).values(number=number))


def rewrite(conn: sa.Connection, row: SceneRow) -> None:
    """Give a scene other values."""
    values = _values(row)
    conn.execute(sa.update(scenes).where(scenes.c.id == values.pop("id")).values(values))


def set_picture(
    conn: sa.Connection,
    scene_id: str,
    status: PictureStatus,
    *,
    picture: Picture | None = None,
    error: str = "",
) -> None:
    """Say where the picture of a scene is; without another, the one that it has stays."""
    told: dict[str, Any] = {"picture_status": status, "error": error}
    if picture is not None:
        told |= picture.as_first
    conn.execute(sa.update(scenes).where(scenes.c.id == scene_id).values(told))


def _values(row: SceneRow) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in _NAMES if name != "duration_cs"}
    return {**told, "duration_cs": int(row.duration * _HUNDREDTHS)}


def _scene(values: tuple[Any, ...]) -> SceneRow:
    told: dict[str, Any] = dict(zip(_NAMES, values, strict=True))
    typed = {
        "duration": Decimal(told.pop("duration_cs")) / _HUNDREDTHS,
        "transition": Transition(told["transition"]),
        "picture_status": PictureStatus(told["picture_status"]),
    }
    return SceneRow(**{**told, **typed})
