"""All that is ever asked of the table of conformed clips. The connection first."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from reelmill.pipelines.stories.tables.definitions import mezzanines


class Mezzanine(NamedTuple):
    """A conformed clip in the store."""

    name: str
    """Tells all that its bytes depend on."""

    size_bytes: int
    """Of the file."""

    used_at: datetime
    """When a task wanted it last."""


def use(conn: sa.Connection, one: Mezzanine) -> None:
    """Record that it is there, and wanted now; two nodes may do so at once."""
    kind = postgresql if conn.dialect.name == "postgresql" else sqlite
    new = kind.insert(mezzanines).values(one._asdict())
    wanted = {"used_at": one.used_at}
    conn.execute(new.on_conflict_do_update(index_elements=["name"], set_=wanted))


def latest_first(conn: sa.Connection) -> list[Mezzanine]:
    """All of them, the one wanted last first."""
    statement = sa.select(mezzanines).order_by(mezzanines.c.used_at.desc(), mezzanines.c.name)
    return [Mezzanine(*row) for row in conn.execute(statement)]


def forget(conn: sa.Connection, one: Mezzanine) -> bool:
    """It goes from the store; False where it was wanted since, and stays."""
    as_known = mezzanines.c.name == one.name, mezzanines.c.used_at == one.used_at
    return conn.execute(sa.delete(mezzanines).where(*as_known)).rowcount == 1
