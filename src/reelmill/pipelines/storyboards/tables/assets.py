"""All that is ever asked of the table of assets. One function a question, the connection first."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from reelmill.catalog.paging import newest
from reelmill.pipelines.storyboards.records import Asset, AssetKind
from reelmill.pipelines.storyboards.tables.definitions import assets

_NAMES = tuple(column.name for column in assets.c)


def add(conn: sa.Connection, new: Asset) -> None:
    """Record an upload."""
    conn.execute(sa.insert(assets), {**asdict(new), "tags": list(new.tags)})


def find(conn: sa.Connection, asset_id: str) -> Asset | None:
    """The asset of this id."""
    row = conn.execute(sa.select(*assets.c).where(assets.c.id == asset_id)).one_or_none()
    return None if row is None else _asset(tuple(row))


def page(
    conn: sa.Connection,
    *,
    owner: str | None,
    limit: int,
    kind: AssetKind | None = None,
    before: tuple[datetime, str] | None = None,
) -> list[Asset]:
    """Assets of an owner, or of everybody, the newest first, behind a place in that order."""
    only = {"owner": owner, "kind": kind}
    statement = newest(sa.select(*assets.c), assets, limit=limit, before=before, **only)
    return [_asset(tuple(row)) for row in conn.execute(statement)]


def delete(conn: sa.Connection, asset_id: str) -> None:
    """Forget an asset."""
    conn.execute(sa.delete(assets).where(assets.c.id == asset_id))


def _asset(values: tuple[Any, ...]) -> Asset:
    told: dict[str, Any] = dict(zip(_NAMES, values, strict=True))
    return Asset(**{**told, "kind": AssetKind(told["kind"]), "tags": tuple(told["tags"])})
