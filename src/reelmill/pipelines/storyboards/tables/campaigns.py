"""All that is ever asked of the table of campaigns. One function a question, the connection first.

What is spent on a campaign is what the ledger holds of its boards, deleted ones included.
"""

from dataclasses import asdict
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from reelmill.pipelines.storyboards.campaign import Campaign, CampaignStatus
from reelmill.pipelines.storyboards.tables.definitions import boards, campaigns
from reelmill.pipelines.storyboards.tables.ledger import spent_where

_NAMES = tuple(column.name for column in campaigns.c)


def put(conn: sa.Connection, campaign: Campaign) -> None:
    """Record a campaign, or how it is to be from now on."""
    kind = postgresql if conn.dialect.name == "postgresql" else sqlite
    told = asdict(campaign)
    changes = {name: told[name] for name in _NAMES if name not in {"owner", "id", "created_at"}}
    statement = kind.insert(campaigns).values(told)
    keys = ["owner", "id"]
    conn.execute(statement.on_conflict_do_update(index_elements=keys, set_=changes))


def find(conn: sa.Connection, owner: str, campaign_id: str) -> Campaign | None:
    """The campaign of this name, of an owner."""
    wanted = (campaigns.c.owner == owner) & (campaigns.c.id == campaign_id)
    row = conn.execute(sa.select(*campaigns.c).where(wanted)).one_or_none()
    return None if row is None else _campaign(tuple(row))


def of_owner(conn: sa.Connection, owner: str | None) -> list[Campaign]:
    """Campaigns of an owner, or of everybody, by name."""
    statement = sa.select(*campaigns.c).order_by(campaigns.c.id, campaigns.c.owner)
    if owner is not None:
        statement = statement.where(campaigns.c.owner == owner)
    return [_campaign(tuple(row)) for row in conn.execute(statement)]


def spent(conn: sa.Connection, owner: str, campaign_id: str) -> Decimal:
    """What is spent or held for a campaign in all, dollars."""
    own = sa.select(boards.c.id).where(boards.c.owner == owner, boards.c.campaign_id == campaign_id)
    return spent_where(conn, own)


def delete(conn: sa.Connection, owner: str, campaign_id: str) -> None:
    """Forget a campaign; its boards stay, without a budget of their own."""
    wanted = (campaigns.c.owner == owner) & (campaigns.c.id == campaign_id)
    conn.execute(sa.delete(campaigns).where(wanted))


def _campaign(values: tuple[Any, ...]) -> Campaign:
    told: dict[str, Any] = dict(zip(_NAMES, values, strict=True))
    return Campaign(**{**told, "status": CampaignStatus(told["status"])})
