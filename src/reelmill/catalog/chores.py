"""All that is ever asked of the table `chores`: whose turn it is, by the clock of the database."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from reelmill.catalog.nodes import now
from reelmill.catalog.tables import chores, nodes

#: Node of a chore that nobody is doing.
NOBODY = ""


def know(conn: sa.Connection, name: str, *, every_s: float) -> None:
    """Have a row for a chore: a new one is due now, a known one within `every_s` seconds."""
    kind = postgresql if conn.dialect.name == "postgresql" else sqlite
    present = now(conn)
    latest = present + timedelta(seconds=every_s)
    conn.execute(
        kind.insert(chores)
        .values(name=name, node=NOBODY, due_at=present, begun_at=None)
        .on_conflict_do_update(
            index_elements=["name"], set_={"due_at": latest}, where=chores.c.due_at > latest
        )
    )


def due_in_s(conn: sa.Connection, name: str) -> float:
    """Seconds until a known chore is due; 0 or less when it is."""
    wanted = sa.select(chores.c.due_at).where(chores.c.name == name)
    due_at: datetime = conn.execute(wanted).scalar_one()
    return (due_at - now(conn)).total_seconds()


def claim(
    conn: sa.Connection, name: str, *, node_id: str, every_s: float, ttl_s: float
) -> datetime | None:
    """Take a chore that is due, unless another node that is alive is doing it.

    Args:
        conn: Inside a transaction that may write.
        name: The chore.
        node_id: Who takes it; what it holds already is of a process that died.
        every_s: Seconds from now to the next time.
        ttl_s: A node whose last beat is older than so many seconds is dead.

    Returns:
        When it was taken, which names the claim; None when it is not to be had.
    """
    present = now(conn)
    since = present - timedelta(seconds=ttl_s)
    others = sa.select(nodes.c.id).where(nodes.c.seen_at >= since, nodes.c.id != node_id)
    taken = conn.execute(
        sa.update(chores)
        .where(chores.c.name == name, chores.c.due_at <= present)
        .where(chores.c.node.not_in(others))
        .values(node=node_id, begun_at=present, due_at=present + timedelta(seconds=every_s))
    )
    return present if taken.rowcount == 1 else None


def done(conn: sa.Connection, name: str, *, begun_at: datetime) -> None:
    """Give back a chore, unless it was claimed anew meanwhile."""
    mine = (chores.c.name == name) & (chores.c.begun_at == begun_at)
    conn.execute(sa.update(chores).where(mine).values(node=NOBODY))
