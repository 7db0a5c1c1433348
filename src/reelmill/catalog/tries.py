"""All that is ever asked of the table `tries`: how often something was done in a while.

Every process counts in it, so that many are no way around a limit.
"""

import hashlib
import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import sqlalchemy as sa

from reelmill.catalog.tables import tries

#: First half of the advisory lock on Postgres that holds a kind; the other is the kind's hash.
LOCK: Final = 0x74726965

#: After so long a try counts for nobody.
KEPT: Final = timedelta(hours=1)


class Limit(NamedTuple):
    """How often something may be done."""

    kind: str
    """What counts together; from `kind_of`."""

    most: int
    """So often..."""

    window: timedelta
    """...within so long; `KEPT` at most."""


def kind_of(*parts: str) -> str:
    """What counts together: a digest, for what people type is no matter of the database.

    >>> kind_of("name", "ann")[:12]
    '11e1db4c3bce'
    """
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def begin(conn: sa.Connection, limits: Sequence[Limit], now: datetime) -> float:
    """Count a try under every limit, unless one of them is reached.

    Args:
        conn: Inside a transaction that may write.
        limits: At least one.
        now: With a zone; of one clock for each kind.

    Returns:
        Seconds until it may be done again, 0 when it was counted.
    """
    _hold(conn, {limit.kind for limit in limits})
    waits_s = [_wait_s(conn, limit, now) for limit in limits]
    if any(waits_s):
        return max(waits_s)
    conn.execute(sa.delete(tries).where(tries.c.at <= now - KEPT))
    conn.execute(sa.insert(tries), [{"kind": limit.kind, "at": now} for limit in limits])
    return 0.0


def take_back(conn: sa.Connection, kinds: Collection[str], at: datetime) -> None:
    """What was counted at a moment does not count; one try under each kind."""
    for kind in kinds:
        one = sa.select(tries.c.id).where(tries.c.kind == kind, tries.c.at == at).limit(1)
        conn.execute(sa.delete(tries).where(tries.c.id.in_(one)))


def forget(conn: sa.Connection, kind: str) -> None:
    """Nothing of a kind counts any more."""
    conn.execute(sa.delete(tries).where(tries.c.kind == kind))


def _hold(conn: sa.Connection, kinds: Collection[str]) -> None:
    """Let nobody else count these until the transaction ends; always in the same order.

    On SQLite the transaction holds the one write lock already.
    """
    if conn.dialect.name == "postgresql":
        for kind in sorted(kinds):
            lock = sa.func.pg_advisory_xact_lock(LOCK, sa.func.hashtext(kind))
            conn.execute(sa.select(lock))


def _wait_s(conn: sa.Connection, limit: Limit, now: datetime) -> float:
    """Seconds until the try falls out of the window that fills it."""
    filling = (
        sa.select(tries.c.at)
        .where(tries.c.kind == limit.kind, tries.c.at > now - limit.window)
        .order_by(tries.c.at.desc())
        .offset(limit.most - 1)
        .limit(1)
    )
    at = conn.execute(filling).scalar_one_or_none()
    return 0.0 if at is None else (at + limit.window - now).total_seconds()
