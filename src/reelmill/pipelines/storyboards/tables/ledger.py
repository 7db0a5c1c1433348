"""All that is ever asked of the ledger. One function a question, the connection first.

Sums are of what an entry has cost, or holds while that is not known.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from reelmill.catalog.tables import Moment
from reelmill.pipelines.storyboards.records import (
    STRAY,
    Costs,
    Entry,
    EntryState,
    NewEntry,
    Sum,
)
from reelmill.pipelines.storyboards.tables.definitions import MICROS, ledger

#: The advisory lock of ours on Postgres under which money is reserved: "stor", "bank".
LOCK = (0x73746F72, 0x62616E6B)

_OPEN = sorted(state.value for state in EntryState if state.is_open)

_COLUMNS = tuple(column for column in ledger.c if column is not ledger.c.day)
_NAMES = tuple(column.name for column in _COLUMNS)

_ALL = sa.select(*_COLUMNS)

#: What an entry counts for, in millionths of a dollar.
_COUNTS = sa.type_coerce(
    sa.case((ledger.c.state.in_(_OPEN), ledger.c.held), else_=ledger.c.actual), sa.BigInteger
)

#: What entries count for together.
_SPENT = sa.select(sa.func.coalesce(sa.func.sum(_COUNTS), 0))

#: What is known of no prediction and succeeded was not bought, but used again.
_IS_REUSE = (ledger.c.state == EntryState.SUCCEEDED) & ledger.c.prediction_id.is_(None)

_KIND = sa.case(
    (_IS_REUSE, sa.literal_column("'reuse'")),
    *(
        (ledger.c.purpose.startswith(f"{kind}-"), sa.literal_column(f"'{kind}'"))
        for kind in ("picture", "film", "stray")
    ),
    else_=sa.literal_column("'other'"),
).label("kind")


def hold(conn: sa.Connection) -> None:
    """Let nobody else reserve money until the transaction ends.

    On SQLite the transaction holds the one write lock already.
    """
    if conn.dialect.name == "postgresql":
        conn.execute(sa.select(sa.func.pg_advisory_xact_lock(*LOCK)))


def spent_on(conn: sa.Connection, moment: datetime, *, owner: str | None = None) -> Decimal:
    """What counts for the day of a moment, of an owner or of everybody, dollars."""
    statement = _SPENT.where(ledger.c.day == day_of(moment))
    if owner is not None:
        statement = statement.where(ledger.c.owner == owner)
    return _dollars(conn.execute(statement).scalar_one())


def spent_where(conn: sa.Connection, board_ids: sa.Select[tuple[str]]) -> Decimal:
    """What counts for all boards that a question names, dollars."""
    statement = _SPENT.where(ledger.c.board_id.in_(board_ids))
    return _dollars(conn.execute(statement).scalar_one())


def add(conn: sa.Connection, new: NewEntry) -> None:
    """Record a purchase that is about to be made."""
    blank = {"state": EntryState.RESERVED, "outputs": [], "error": ""}
    conn.execute(sa.insert(ledger), {**asdict(new), **blank, "day": day_of(new.reserved_at)})


def find(conn: sa.Connection, entry_id: str) -> Entry | None:
    """The entry of this id."""
    row = conn.execute(_ALL.where(ledger.c.id == entry_id)).one_or_none()
    return None if row is None else _entry(tuple(row))


def change(conn: sa.Connection, entry_id: str, **columns: Any) -> None:
    """Give some columns of an entry other values."""
    conn.execute(sa.update(ledger).where(ledger.c.id == entry_id).values(**columns))


def settle(conn: sa.Connection, entry_id: str, **columns: Any) -> bool:
    """The same, while the entry is open.

    Returns:
        False when it was settled before, and was left as it is.
    """
    statement = sa.update(ledger).where(ledger.c.id == entry_id, ledger.c.state.in_(_OPEN))
    return conn.execute(statement.values(**columns)).rowcount == 1


def void(conn: sa.Connection, entry_id: str, *, why: str, now: datetime) -> bool:
    """Say that nothing was bought, unless a prediction is known by now.

    Returns:
        False when one is, or when it was settled before.
    """
    unknown = (EntryState.RESERVED, EntryState.UNDECIDED)
    statement = (
        sa.update(ledger)
        .where(ledger.c.id == entry_id, ledger.c.state.in_(unknown))
        .values(state=EntryState.VOID, actual=Decimal(0), error=why, settled_at=now)
    )
    return conn.execute(statement).rowcount == 1


def let_leave(conn: sa.Connection, entry_id: str, *, now: datetime, until: datetime) -> bool:
    """Write down that a request may leave, until a moment.

    Returns:
        False when it must not: it is known by now what became of the entry.
    """
    statement = sa.update(ledger).where(
        ledger.c.id == entry_id, ledger.c.state == EntryState.RESERVED
    )
    first = sa.func.coalesce(ledger.c.posted_at, sa.literal(now, Moment()))
    return conn.execute(statement.values(posted_at=first, leaves_until=until)).rowcount == 1


def hold_more(conn: sa.Connection, like: Entry, times: Decimal) -> None:
    """Hold so many times as much for what else is open of a model at the same terms."""
    is_like = (ledger.c.model == like.model) & (ledger.c.terms == like.terms)
    others = _ALL.where(is_like, ledger.c.provider == like.provider, ledger.c.state.in_(_OPEN))
    for entry in _entries(conn, others):
        change(conn, entry.id, held=entry.held * times)


def overcharged(conn: sa.Connection, provider: str, model: str) -> list[Entry]:
    """Purchases of a model that cost more than was held for them."""
    wanted = (ledger.c.provider == provider) & (ledger.c.model == model)
    return _entries(conn, _ALL.where(wanted, ledger.c.actual > ledger.c.held))


def posted_since(conn: sa.Connection, provider: str, moment: datetime) -> list[Entry]:
    """Purchases that a provider was asked for since a moment, the first first."""
    asked = (ledger.c.provider == provider) & (ledger.c.posted_at >= moment)
    return _entries(conn, _ALL.where(asked))


def made_before(conn: sa.Connection, owner: str, digest: str, since: datetime) -> list[Entry]:
    """What an owner bought of the same since a moment and still has, the last first."""
    wanted = (ledger.c.owner == owner) & (ledger.c.digest == digest)
    is_there = (
        (ledger.c.state == EntryState.SUCCEEDED)
        & ledger.c.collected_at.is_not(None)
        & ledger.c.lost_at.is_(None)
    )
    return _entries(conn, _ALL.where(wanted, is_there, ledger.c.settled_at >= since))[::-1]


def of_purpose(conn: sa.Connection, purpose: str) -> list[Entry]:
    """The attempts at one thing, the first first."""
    return _entries(conn, _ALL.where(ledger.c.purpose == purpose))


def of_board(conn: sa.Connection, board_id: str) -> list[Entry]:
    """All purchases for a board, the first first."""
    return _entries(conn, _ALL.where(ledger.c.board_id == board_id))


def open_entries(conn: sa.Connection) -> list[Entry]:
    """Purchases of which it is not known what they cost, the first first."""
    return _entries(conn, _ALL.where(ledger.c.state.in_(_OPEN)))


def everything(conn: sa.Connection) -> list[Entry]:
    """The whole ledger, the first entry first."""
    return _entries(conn, _ALL)


def of_prediction(conn: sa.Connection, provider: str, prediction_id: str) -> Entry | None:
    """The purchase that a provider knows by a name."""
    wanted = (ledger.c.provider == provider) & (ledger.c.prediction_id == prediction_id)
    found = _entries(conn, _ALL.where(wanted))
    return found[0] if found else None


def costs(conn: sa.Connection, board_ids: Sequence[str]) -> dict[str, Costs]:
    """What some boards have cost, by board."""
    is_open = ledger.c.state.in_(_OPEN)
    is_stray = ledger.c.purpose.startswith(STRAY, autoescape=True)
    statement = (
        sa.select(
            ledger.c.board_id,
            sa.func.coalesce(sa.func.sum(sa.case((is_open, 0), else_=_COUNTS)), 0),
            sa.func.coalesce(sa.func.sum(sa.case((is_open, _COUNTS), else_=0)), 0),
            sa.func.sum(sa.case((is_stray, 1), else_=0)),
            sa.func.coalesce(sa.func.sum(sa.case((is_stray, _COUNTS), else_=0)), 0),
        )
        .where(ledger.c.board_id.in_(board_ids))
        .group_by(ledger.c.board_id)
    )
    found = {
        board_id: Costs(
            actual=_dollars(actual),
            held=_dollars(held),
            strays=int(count),
            strays_usd=_dollars(late),
        )
        for board_id, actual, held, count, late in conn.execute(statement)
    }
    return {board_id: found.get(board_id, Costs()) for board_id in board_ids}


def spent_by(conn: sa.Connection, job_id: str) -> Decimal:
    """What the purchases of a job have cost, dollars."""
    is_known = ledger.c.state.not_in(_OPEN)
    statement = _SPENT.where(ledger.c.job_id == job_id, is_known)
    return _dollars(conn.execute(statement).scalar_one())


def sums_on(conn: sa.Connection, moment: datetime) -> list[Sum]:
    """What was bought on the day of a moment, by kind and by state."""
    statement = (
        sa.select(_KIND, ledger.c.state, sa.func.count(), sa.func.sum(_COUNTS))
        .where(ledger.c.day == day_of(moment))
        # By its name: its parameters would make it another expression to Postgres.
        .group_by(sa.text(_KIND.name), ledger.c.state)
        .order_by(sa.text(_KIND.name), ledger.c.state)
    )
    return [
        Sum(kind, state, count, _dollars(micros))
        for kind, state, count, micros in conn.execute(statement)
    ]


def day_of(moment: datetime) -> str:
    """The day whose budget a moment is of.

    >>> day_of(datetime(2026, 11, 30, 23, 59, tzinfo=UTC))
    '2026-11-30'
    """
    return moment.astimezone(UTC).date().isoformat()


def _entries(conn: sa.Connection, statement: sa.Select[*tuple[Any, ...]]) -> list[Entry]:
    ordered = statement.order_by(ledger.c.reserved_at, ledger.c.attempt, ledger.c.id)
    return [_entry(tuple(row)) for row in conn.execute(ordered)]


def _entry(values: tuple[Any, ...]) -> Entry:
    told: dict[str, Any] = dict(zip(_NAMES, values, strict=True))
    typed = {"state": EntryState(told["state"]), "outputs": tuple(told["outputs"])}
    return Entry(**{**told, **typed})


def _dollars(micros: int | Decimal) -> Decimal:
    # A sum of numbers of eight bytes is a decimal number to Postgres.
    return Decimal(int(micros)) / MICROS
