"""A bench that keeps a ledger: a row for each run that was let in, and one for each end."""

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from workshop import BENCH, Desk

from reelmill.catalog.database import Transaction
from reelmill.catalog.jobs import Job
from reelmill.errors import LimitReached
from reelmill.services import Services

#: Runs of one owner that are let in.
MOST = 3

#: Ends with an act of this name cannot be written.
UNWRITABLE = "no end"

_metadata = sa.MetaData()

entries = sa.Table(
    "ledger_entries",
    _metadata,
    sa.Column("job_id", sa.Text, primary_key=True),
    sa.Column("run", sa.Integer, primary_key=True),
    sa.Column("owner", sa.Text, nullable=False),
)

ends = sa.Table(
    "ledger_ends",
    _metadata,
    sa.Column("job_id", sa.Text, primary_key=True),
    sa.Column("run", sa.Integer, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("cost_usd", sa.Double, nullable=True),
)


class LedgerFull(LimitReached):
    """The owner has no entry left."""


def entering(_services: Services, transaction: Transaction, job: Job) -> None:
    """Count under a lock of the owner; SQLite has one writer anyway."""
    if transaction.dialect.name == "postgresql":
        number = sa.func.hashtext(job.owner)
        transaction.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))
    mine = sa.select(sa.func.count()).where(entries.c.owner == job.owner)
    if transaction.execute(mine).scalar_one() >= MOST:
        raise LedgerFull(owner=job.owner, most=MOST)
    row = {"job_id": job.id, "run": job.run, "owner": job.owner}
    transaction.execute(sa.insert(entries).values(row))


def ended(_services: Services, transaction: Transaction, job: Job, result: Any) -> None:
    """Note the end; of a job named so, fail at it in the database itself."""
    row = {"job_id": job.id, "run": job.run, "state": job.state.value}
    cost_usd = None if result is None else result.cost_usd
    name = None if job.key.startswith(UNWRITABLE) else job.id
    transaction.execute(sa.insert(ends).values({**row, "job_id": name, "cost_usd": cost_usd}))


LEDGER = replace(BENCH, entering=entering, ended=ended)


def open_ledger(shop: Desk) -> None:
    with shop.catalog.begin() as conn:
        _metadata.create_all(conn)


def entered(shop: Desk) -> list[tuple[str, int]]:
    with shop.catalog.read() as conn:
        rows = conn.execute(sa.select(entries.c.job_id, entries.c.run).order_by(*entries.c))
        return [(row.job_id, row.run) for row in rows]


def ended_as(shop: Desk) -> dict[tuple[str, int], tuple[str, float | None]]:
    with shop.catalog.read() as conn:
        rows = conn.execute(sa.select(ends))
        return {(row.job_id, row.run): (row.state, row.cost_usd) for row in rows}
