"""All that is ever asked of the table of providers: which of them is left alone, and how long."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from reelmill.pipelines.storyboards.tables.definitions import providers


def _one_more(first: postgresql.Insert | sqlite.Insert) -> sa.Executable:
    return first.on_conflict_do_update(
        index_elements=["name"], set_={"failures": providers.c.failures + 1}
    ).returning(providers.c.failures)


_FAILED = {
    "postgresql": _one_more(postgresql.insert(providers)),
    "sqlite": _one_more(sqlite.insert(providers)),
}


def rests_until(conn: sa.Connection, name: str) -> datetime | None:
    """Until when a provider is left alone; None when it never was, or has answered since."""
    statement = sa.select(providers.c.rests_until).where(providers.c.name == name)
    return conn.execute(statement).scalar_one_or_none()


def failed(conn: sa.Connection, name: str) -> int:
    """Count one failure more; returns how many there were in a row."""
    statement = _FAILED[conn.dialect.name]
    return int(conn.execute(statement, {"name": name, "failures": 1}).scalar_one())


def rest(conn: sa.Connection, name: str, until: datetime) -> None:
    """Leave a provider alone until a moment; then one failure more is enough to do so again."""
    conn.execute(sa.update(providers).where(providers.c.name == name).values(rests_until=until))


def answered(conn: sa.Connection, name: str) -> None:
    """Forget its failures."""
    conn.execute(
        sa.update(providers)
        .where(providers.c.name == name, providers.c.failures > 0)
        .values(failures=0, rests_until=None)
    )


def is_well(conn: sa.Connection, name: str) -> bool:
    """Whether a provider has not failed since it answered last."""
    statement = sa.select(providers.c.failures).where(
        providers.c.name == name, providers.c.failures > 0
    )
    return conn.execute(statement).one_or_none() is None
