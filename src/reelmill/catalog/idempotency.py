"""All that is ever asked of the table `idempotency_keys`: which request came with which key."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from reelmill.catalog.tables import idempotency_keys as keys
from reelmill.errors import Conflict
from reelmill.units import JobId


class KeyReused(Conflict):
    """This idempotency key came with another request before."""


def claim(conn: sa.Connection, owner: str, key: str, *, digest: str, job_id: JobId) -> JobId | None:
    """Take a key for a request, or learn which job the same request made before.

    Of two requests at once, the second waits for the first one's transaction.

    Args:
        conn: Inside the transaction that records the job.
        owner: Whose key it is; two owners may use the same.
        key: As the request brought it.
        digest: Tells this request from others.
        job_id: The job that this request makes.

    Returns:
        The job of the first request with this key, or None when this is the first.

    Raises:
        KeyReused: the first request with this key was another one.
    """
    kind = postgresql if conn.dialect.name == "postgresql" else sqlite
    statement = kind.insert(keys).values(
        owner=owner, key=key, digest=digest, job_id=job_id, created_at=datetime.now(UTC)
    )
    taken = statement.on_conflict_do_nothing().returning(keys.c.key)
    if conn.execute(taken).one_or_none() is not None:
        return None
    first = conn.execute(
        sa.select(keys.c.digest, keys.c.job_id).where(keys.c.owner == owner, keys.c.key == key)
    ).one()
    if first.digest != digest:
        raise KeyReused(key=key, hint="Take a new key for a new request.")
    return JobId(first.job_id)


def forget_before(conn: sa.Connection, moment: datetime) -> int:
    """Let go of keys that were taken before a moment.

    Returns:
        How many there were.
    """
    return conn.execute(sa.delete(keys).where(keys.c.created_at < moment)).rowcount
