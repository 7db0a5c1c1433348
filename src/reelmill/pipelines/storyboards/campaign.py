"""A campaign of boards, as it is read back. Pure."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class CampaignStatus(StrEnum):
    """Whether a campaign goes on. Source: campaigns of the API before this one."""

    DRAFT = "draft"
    """It is planned; boards may be drafted for it."""

    ACTIVE = "active"
    """It goes on."""

    ARCHIVED = "archived"
    """It is over: nothing new is bought for it."""


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """A campaign, and what may be spent on it in all."""

    owner: str
    """Whose it is; another's of the same name is another."""

    id: str
    """What its owner calls it."""

    client_id: str | None
    """Whom it is for."""

    status: CampaignStatus
    """Whether it goes on."""

    soft: Decimal | None
    """Above it, a warning, dollars; None for none."""

    hard: Decimal | None
    """Never more, dollars; None for no limit of its own."""

    created_at: datetime
    """When it was first set up."""

    updated_at: datetime
    """When it was changed last."""
