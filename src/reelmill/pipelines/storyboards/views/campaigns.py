"""Campaigns, told."""

from datetime import datetime
from typing import Self

from reelmill.pipelines.storyboards.bank import CampaignCosts
from reelmill.pipelines.storyboards.campaign import CampaignStatus
from reelmill.pipelines.storyboards.views.common import Dollars, Said


class CampaignOut(Said):
    """A campaign, and what is spent on it."""

    campaign_id: str
    """What its owner calls it."""

    owner: str
    """Whose it is."""

    client_id: str | None
    """Whom it is for."""

    status: CampaignStatus
    """Whether it goes on."""

    spent: Dollars
    """Spent or held for all its boards, US dollars."""

    soft_limit: Dollars | None
    """Above it, a warning; null for none."""

    hard_limit: Dollars | None
    """Never more; null for no limit of its own."""

    created_at: datetime
    """When it was first set up."""

    updated_at: datetime
    """When it was changed last."""

    @classmethod
    def of(cls, told: CampaignCosts) -> Self:
        """A campaign, told."""
        campaign = told.campaign
        plain = ("owner", "client_id", "status", "created_at", "updated_at")
        return cls(
            campaign_id=campaign.id,
            spent=told.spent,
            soft_limit=campaign.soft,
            hard_limit=campaign.hard,
            **{name: getattr(campaign, name) for name in plain},
        )
