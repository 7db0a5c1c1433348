"""All that is ever asked of the table of conformed clips. The connection first."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from reelmill.pipelines.stories.tables.definitions import mezzanines


class Mezzanine(NamedTuple):
    """A conformed clip in the store."""

    name: str
    """Tells all that its bytes depend on."""

    size_bytes: int
    """Of the file."""

    used_at: datetime
    """When a task wanted it last."""


def use(conn: sa.Connection, some: Iterable[Mezzanine]) -> None:
    """Record that they are there, and wanted now."""
    for one in some:
        statement = sa.update(mezzanines).where(mezzanines.c.name == one.name)
        if not conn.execute(statement.values(used_at=one.used_at)).rowcount:
            conn.execute(sa.insert(mezzanines), one._asdict())


def latest_first(conn: sa.Connection) -> list[Mezzanine]:
    """All of them, the one wanted last first."""
    statement = sa.select(mezzanines).order_by(mezzanines.c.used_at.desc(), mezzanines.c.name)
    return [Mezzanine(*row) for row in conn.execute(statement)]


def forget(conn: sa.Connection, name: str) -> None:
    """It is not in the store any more."""
    conn.execute(sa.delete(mezzanines).where(mezzanines.c.name == name))
