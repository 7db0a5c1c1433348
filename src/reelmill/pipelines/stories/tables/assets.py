"""All that is ever asked of the table of assets. One function a question, the connection first."""

from collections.abc import Collection
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from reelmill.catalog.paging import newest
from reelmill.pipelines.stories.keys import Kind
from reelmill.pipelines.stories.records import Asset, AssetState, Facts
from reelmill.pipelines.stories.spec import Part
from reelmill.pipelines.stories.tables.definitions import assets, uses
from reelmill.units import StoreKey

#: Advisory lock on Postgres of those who choose keys and numbers.
LOCK = 0x73746F72696573

_FACTS = tuple(field.name for field in fields(Facts))

_USES = (
    sa.select(sa.func.count())
    .where(uses.c.asset_id == assets.c.id)
    .correlate(assets)
    .scalar_subquery()
    .label("uses")
)

_ALL = sa.select(*assets.c, _USES)

_NAMES = (*(column.name for column in assets.c), "uses")


class Counted(NamedTuple):
    """How many assets of a kind a category has."""

    category: str
    """Folder under the kind."""

    kind: Kind
    """What they are."""

    ready: int
    """How many of them may be used."""


def hold(conn: sa.Connection) -> None:
    """Let nobody else choose keys and numbers until the transaction ends.

    On SQLite the transaction holds the one write lock already.
    """
    if conn.dialect.name == "postgresql":
        conn.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))


def add(conn: sa.Connection, asset: Asset) -> None:
    """Record an asset."""
    conn.execute(sa.insert(assets), _row(asset))


def rewrite(conn: sa.Connection, asset: Asset) -> None:
    """Record an asset anew, under the id that it has."""
    row = _row(asset)
    conn.execute(sa.update(assets).where(assets.c.id == row.pop("id")).values(**row))


def find(conn: sa.Connection, asset_id: str) -> Asset | None:
    """The asset of this id."""
    row = conn.execute(_ALL.where(assets.c.id == asset_id)).one_or_none()
    return None if row is None else _asset(row)


def owner_of(conn: sa.Connection, key: StoreKey) -> str | None:
    """The asset that lies under a key, or will."""
    return conn.execute(sa.select(assets.c.id).where(assets.c.key == key)).scalar_one_or_none()


def stand(
    conn: sa.Connection, asset_ids: Collection[str], state: AssetState, *, now: datetime
) -> None:
    """Assets stand somewhere else now."""
    if asset_ids:
        conn.execute(
            sa.update(assets)
            .where(assets.c.id.in_(asset_ids), assets.c.state != state)
            .values(state=state, updated_at=now)
        )


def forget(conn: sa.Connection, asset_id: str) -> None:
    """Remove an asset that did not come to be taken."""
    conn.execute(
        sa.delete(assets).where(assets.c.id == asset_id, assets.c.state == AssetState.TAKING)
    )


def in_state(conn: sa.Connection, *states: AssetState) -> list[Asset]:
    """Assets that stand somewhere, the first taken first."""
    statement = _ALL.where(assets.c.state.in_(states)).order_by(assets.c.created_at, assets.c.id)
    return _assets(conn, statement)


def pool(conn: sa.Connection, category: str, *kinds: Kind) -> list[Asset]:
    """Ready assets of a category, by their content."""
    statement = _ALL.where(
        assets.c.category == category,
        assets.c.kind.in_(kinds),
        assets.c.state == AssetState.READY,
    ).order_by(assets.c.sha256)
    return _assets(conn, statement)


def of_story(conn: sa.Connection, category: str, story: str) -> list[Asset]:
    """Voices and links of a story, chapter by chapter, the first taken first."""
    statement = _ALL.where(assets.c.category == category, assets.c.story == story).order_by(
        assets.c.kind, assets.c.chapter, assets.c.created_at, assets.c.id
    )
    return _assets(conn, statement)


def next_chapter(conn: sa.Connection, category: str, story: str) -> int:
    """The number behind the last chapter of a story."""
    last = sa.select(sa.func.max(assets.c.chapter)).where(
        assets.c.category == category, assets.c.story == story
    )
    return int(conn.execute(last).scalar_one() or 0) + 1


def counts(conn: sa.Connection) -> list[Counted]:
    """How many ready assets there are, by category and kind."""
    statement = (
        sa.select(assets.c.category, assets.c.kind, sa.func.count())
        .where(assets.c.state == AssetState.READY)
        .group_by(assets.c.category, assets.c.kind)
        .order_by(assets.c.category, assets.c.kind)
    )
    return [Counted(row[0], Kind(row[1]), row[2]) for row in conn.execute(statement)]


def page(
    conn: sa.Connection,
    *,
    limit: int,
    kind: Kind | None = None,
    category: str | None = None,
    before: tuple[datetime, str] | None = None,
) -> list[Asset]:
    """Assets that were taken, the newest first.

    Args:
        conn: Any connection.
        limit: Most that are given.
        kind: These alone.
        category: These alone.
        before: Moment and id of the last of the page before.
    """
    taken = _ALL.where(assets.c.state != AssetState.TAKING)
    only = {"kind": kind, "category": category}
    return _assets(conn, newest(taken, assets, limit=limit, before=before, **only))


def _assets(conn: sa.Connection, statement: sa.Select[Any]) -> list[Asset]:
    return [_asset(row) for row in conn.execute(statement)]


def _row(asset: Asset) -> dict[str, Any]:
    row = asdict(asset)
    facts = row.pop("facts")
    del row["uses"]
    return {**row, **facts}


def _asset(row: sa.Row[*tuple[Any, ...]]) -> Asset:
    told: dict[str, Any] = dict(zip(_NAMES, tuple(row), strict=True))
    facts = {name: told.pop(name) for name in _FACTS}
    facts["part"] = None if facts["part"] is None else Part(facts["part"])
    read = {"kind": Kind(told["kind"]), "state": AssetState(told["state"]), "facts": Facts(**facts)}
    return Asset(**{**told, **read})
