"""What a caller asks of the ledger: what is left today, and a person's word where none knows."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from reelmill.accounts.caller import Caller
from reelmill.catalog.database import Transaction
from reelmill.pipelines.storyboards import budgets
from reelmill.pipelines.storyboards.bodies import CampaignWish
from reelmill.pipelines.storyboards.budgets import Budget
from reelmill.pipelines.storyboards.campaign import Campaign
from reelmill.pipelines.storyboards.opening import provider_of
from reelmill.pipelines.storyboards.providers.provider import PredictionId
from reelmill.pipelines.storyboards.purchases import Purchases
from reelmill.pipelines.storyboards.records import Entry, EntryState
from reelmill.pipelines.storyboards.refusals import CampaignNotFound, EntryNotFound, NothingToDecide
from reelmill.pipelines.storyboards.tables import campaigns, ledger
from reelmill.services import Services


class CampaignCosts(NamedTuple):
    """A campaign, and what it costs."""

    campaign: Campaign
    """The campaign."""

    spent: Decimal
    """Spent or held for all its boards, dollars."""


@dataclass(frozen=True, kw_only=True)
class Bank:
    """Where one caller asks about money."""

    here: Services
    """Catalog and clock."""

    caller: Caller
    """Who asks."""

    def today(self) -> tuple[Budget, Budget]:
        """The caller's budget, and that of everybody together."""
        with self.here.catalog.read() as conn:
            return budgets.today(conn, self.here, self.caller.user_id)

    def campaigns(self) -> list[CampaignCosts]:
        """Campaigns of the caller, by name."""
        with self.here.catalog.read() as conn:
            found = campaigns.of_owner(conn, self.caller.sees_only)
            return [CampaignCosts(one, campaigns.spent(conn, one.owner, one.id)) for one in found]

    def known_campaign(self, campaign_id: str) -> Campaign | None:
        """A campaign of the caller's own, if it was set up."""
        with self.here.catalog.read() as conn:
            return campaigns.find(conn, self.caller.user_id, campaign_id)

    def campaign(self, campaign_id: str) -> CampaignCosts:
        """A campaign of the caller's own, with what it costs.

        Raises:
            CampaignNotFound: none, or somebody else's.
        """
        with self.here.catalog.read() as conn:
            found = self._own(conn, campaign_id)
            return CampaignCosts(found, campaigns.spent(conn, found.owner, found.id))

    def put_campaign(self, campaign_id: str, wish: CampaignWish) -> CampaignCosts:
        """Set a campaign up, or give it other limits: what is held by then stays held."""
        now = self.here.clock()
        told = Campaign(
            owner=self.caller.user_id,
            id=campaign_id,
            client_id=wish.client_id,
            status=wish.status,
            soft=wish.soft_limit,
            hard=wish.hard_limit,
            created_at=now,
            updated_at=now,
        )
        with self.here.catalog.begin() as conn:
            ledger.hold(conn)
            campaigns.put(conn, told)
        return self.campaign(campaign_id)

    def forget_campaign(self, campaign_id: str) -> None:
        """Forget a campaign and its limits; its boards and what they cost stay.

        Raises:
            CampaignNotFound: none, or somebody else's.
        """
        with self.here.catalog.begin() as conn:
            self._own(conn, campaign_id)
            campaigns.delete(conn, self.caller.user_id, campaign_id)

    def _own(self, conn: Transaction, campaign_id: str) -> Campaign:
        found = campaigns.find(conn, self.caller.user_id, campaign_id)
        if found is None:
            raise CampaignNotFound(campaign_id=campaign_id)
        return found

    def undecided(self) -> list[Entry]:
        """Purchases of the caller that a person must decide about."""
        with self.here.catalog.read() as conn:
            found = ledger.open_entries(conn)
        return [
            entry
            for entry in found
            if entry.state is EntryState.UNDECIDED and self.caller.owns(entry.owner)
        ]

    def decide(self, entry_id: str, prediction_id: str | None) -> Entry:
        """Take the caller's word for whether something was bought, and as what.

        Raises:
            EntryNotFound: none, or somebody else's.
            NothingToDecide: it is known.
        """
        with self.here.catalog.read() as conn:
            entry = ledger.find(conn, entry_id)
        if entry is None or not self.caller.owns(entry.owner):
            raise EntryNotFound(entry_id=entry_id)
        if entry.state is not EntryState.UNDECIDED:
            raise NothingToDecide(state=entry.state.value)
        bought = PredictionId(prediction_id) if prediction_id else None
        buying = Purchases(here=self.here, provider=provider_of(self.here, entry.provider))
        return buying.decide(entry, bought)
