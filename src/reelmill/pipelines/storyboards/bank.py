"""What a caller asks of the ledger: what is left today, and a person's word where none knows."""

from dataclasses import dataclass

from reelmill.accounts.caller import Caller
from reelmill.pipelines.storyboards import budgets
from reelmill.pipelines.storyboards.budgets import Budget
from reelmill.pipelines.storyboards.opening import provider_of
from reelmill.pipelines.storyboards.providers.provider import PredictionId
from reelmill.pipelines.storyboards.purchases import Purchases
from reelmill.pipelines.storyboards.records import Entry, EntryState
from reelmill.pipelines.storyboards.refusals import EntryNotFound, NothingToDecide
from reelmill.pipelines.storyboards.tables import ledger
from reelmill.services import Services


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
