"""All that is ever asked of the table `nodes`: who is alive, by the clock of the database."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from reelmill.catalog.tables import Moment, nodes


@dataclass(frozen=True, kw_only=True)
class Node:
    """A process that works on jobs."""

    id: str
    """`<host>:<slot>`."""

    host: str
    """The machine."""

    pid: int
    """The process on it."""

    started_at: datetime
    """Its first beat."""

    seen_at: datetime
    """Its last beat."""


def clock(dialect: str) -> sa.ColumnElement[datetime]:
    """What time the database has, as a part of a statement: the clock that all nodes share."""
    if dialect == "postgresql":
        return sa.func.clock_timestamp(type_=Moment)
    # %f gives milliseconds; stored times have microseconds.
    text = sa.func.strftime("%Y-%m-%d %H:%M:%f000", "now")
    return sa.type_coerce(text, Moment)


def now(conn: sa.Connection) -> datetime:
    """What time the database has."""
    return conn.execute(sa.select(clock(conn.dialect.name))).scalar_one()


def beat(conn: sa.Connection, node_id: str, *, host: str, pid: int) -> None:
    """Say that a node is alive; another process under the same id starts anew."""
    kind = postgresql if conn.dialect.name == "postgresql" else sqlite
    present = now(conn)
    statement = kind.insert(nodes).values(
        id=node_id, host=host, pid=pid, started_at=present, seen_at=present
    )
    same = nodes.c.pid == pid
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=["id"],
            set_={
                "host": host,
                "pid": pid,
                "seen_at": present,
                "started_at": sa.case(
                    (same, nodes.c.started_at), else_=statement.excluded.started_at
                ),
            },
        )
    )


def known(conn: sa.Connection) -> list[Node]:
    """All nodes that have beaten and were not forgotten, by id."""
    rows = conn.execute(sa.select(nodes).order_by(nodes.c.id))
    return [Node(**row._mapping) for row in rows]  # noqa: SLF001


def alive(conn: sa.Connection, ttl_s: float) -> list[Node]:
    """The nodes whose last beat is at most `ttl_s` seconds old, by id."""
    since = now(conn) - timedelta(seconds=ttl_s)
    return [node for node in known(conn) if node.seen_at >= since]


def forget(conn: sa.Connection, node_id: str) -> None:
    """Take a node off the list: it stopped, or its jobs were taken over."""
    conn.execute(sa.delete(nodes).where(nodes.c.id == node_id))
