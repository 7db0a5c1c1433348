"""All that is ever asked of the table of refinements. The connection first."""

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from reelmill.pipelines.storyboards.refinement import Refinement
from reelmill.pipelines.storyboards.tables.definitions import refinements

_NAMES = tuple(column.name for column in refinements.c)


def add(conn: sa.Connection, new: Refinement) -> None:
    """Record a refinement."""
    conn.execute(sa.insert(refinements), asdict(new))


def of_board(conn: sa.Connection, board_id: str) -> list[Refinement]:
    """The refinements of a board, the first first."""
    statement = (
        sa.select(*refinements.c)
        .where(refinements.c.board_id == board_id)
        .order_by(refinements.c.made_at, refinements.c.id)
    )
    rows: list[tuple[Any, ...]] = [tuple(row) for row in conn.execute(statement)]
    return [Refinement(**dict(zip(_NAMES, row, strict=True))) for row in rows]
