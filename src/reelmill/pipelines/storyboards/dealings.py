"""One provider, asked so that it is counted; one entry of the ledger, read and written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, TypeVar

import structlog

from reelmill.catalog.database import Transaction
from reelmill.pipelines.storyboards import strays
from reelmill.pipelines.storyboards.breaker import Breaker
from reelmill.pipelines.storyboards.house import settings_of
from reelmill.pipelines.storyboards.plan import is_over
from reelmill.pipelines.storyboards.providers.provider import (
    AnswerLost,
    CannotTell,
    Prediction,
    PredictionId,
    PredictionState,
    Provider,
    ProviderUnavailable,
    RateLimited,
    RequestRefused,
)
from reelmill.pipelines.storyboards.providers.replicate import wait_unless_canceled
from reelmill.pipelines.storyboards.records import Entry, EntryState
from reelmill.pipelines.storyboards.refusals import PersonMustDecide
from reelmill.pipelines.storyboards.tables import ledger
from reelmill.services import Services

R = TypeVar("R")

#: Times that the provider must not know of something before it may be asked for again.
MOST_LOOKUPS: Final = 2

#: What says that the provider is not well; another request may fare better.
TROUBLE: Final = (RateLimited, ProviderUnavailable)

#: What a person is told to do.
DECIDE: Final = "See `reelmill storyboards cost` and then `reelmill storyboards decide`."

_ENDS: Final = {
    PredictionState.SUCCEEDED: EntryState.SUCCEEDED,
    PredictionState.FAILED: EntryState.FAILED,
    PredictionState.CANCELED: EntryState.CANCELED,
}

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Dealings:
    """What all that is done with purchases has in common."""

    here: Services
    """Catalog and clock."""

    provider: Provider
    """Who is paid."""

    def entry(self, entry_id: str) -> Entry:
        """An entry as it is now."""
        with self.here.catalog.read() as conn:
            found = ledger.find(conn, entry_id)
        assert found is not None, "entries are never deleted"
        return found

    @property
    def breaker(self) -> Breaker:
        """Whether the provider is left alone."""
        return Breaker(here=self.here, provider=self.provider.name)

    def looked_up(self, entry: Entry) -> PredictionId | None:
        """What the provider knows of something that it was asked for; None when nothing.

        It is asked more than once before that is believed: what it lists may lag behind.
        """
        since = entry.reserved_at
        try:
            for number in range(MOST_LOOKUPS):
                if number:
                    wait_unless_canceled(settings_of(self.here).waits.poll_s)
                found = self.call(lambda: self.provider.find(entry.id, since))
                if found is not None:
                    return found
        except CannotTell as error:
            told = {"state": EntryState.UNDECIDED, "error": error.message}
            self.write(lambda conn: ledger.change(conn, entry.id, **told))
            raise PersonMustDecide(entry_id=entry.id, hint=DECIDE) from error
        return None

    def took(
        self, entry: Entry, prediction_id: PredictionId | None, made_at: datetime | None = None
    ) -> Entry:
        """Write down under which name the provider took it; what was bought is never forgotten.

        Where the entry has another name by now, or nobody wants it any more, the request left
        late: what it bought gets an entry of its own, and the provider is told to stop.
        """
        if prediction_id is not None:
            with self.here.catalog.begin() as conn:
                stray = strays.enter(conn, entry.id, prediction_id, made_at or self.here.clock())
            if stray is not None:
                log.warning("request left late", entry=entry.id, stray=stray.id)
                self.stop(stray)
        return self.entry(entry.id)

    def is_news(self, prediction_id: PredictionId) -> bool:
        """Whether no entry names something that the provider has."""
        with self.here.catalog.read() as conn:
            return ledger.of_prediction(conn, self.provider.name, prediction_id) is None

    def stop(self, entry: Entry) -> Entry:
        """Tell the provider to stop, and write what it cost if that is known by then."""
        try:
            seen = self.call(lambda: self.provider.cancel(prediction_of(entry)))
        except (*TROUBLE, RequestRefused) as error:
            log.warning("prediction is not stopped yet", entry=entry.id, error=error.message)
            return self.entry(entry.id)
        return self.settled(entry, seen) if seen.state.ended else self.entry(entry.id)

    def void(self, entry: Entry, why: str) -> Entry:
        """Write down that nothing was bought; what was bought all the same stays as it is."""
        now = self.here.clock()
        self.write(lambda conn: ledger.void(conn, entry.id, why=why, now=now))
        return self.entry(entry.id)

    def settled(self, entry: Entry, seen: Prediction) -> Entry:
        """Write down how it ended and what it cost, unless that was done before."""
        if is_over(seen.cost, entry.estimated):
            log.warning(
                "costs more than estimated",
                entry=entry.id,
                estimated_usd=str(entry.estimated),
                actual_usd=str(seen.cost),
            )
        told = {
            "state": _ENDS[seen.state],
            "actual": seen.cost,
            "outputs": list(seen.output_urls),
            "error": seen.error,
            "settled_at": self.here.clock(),
        }
        self.write(lambda conn: ledger.settle(conn, entry.id, **told))
        if seen.cost > entry.held:
            self._hold_more(entry, seen.cost)
        return self.entry(entry.id)

    def _hold_more(self, entry: Entry, cost: Decimal) -> None:
        """More was charged than was held: of what else the model is at, so much may come too."""
        log.warning("costs more than was held", entry=entry.id, model=entry.model)
        if entry.held:
            times = cost / entry.held
            self.write(lambda conn: ledger.hold_more(conn, entry, times))

    def call(self, ask: Callable[[], R]) -> R:
        """Ask the provider; whether it answered is counted."""
        try:
            gave = ask()
        except (*TROUBLE, AnswerLost):
            self.breaker.failed()
            raise
        self.breaker.answered()
        return gave

    def write(self, write: Callable[[Transaction], object]) -> None:
        """Write something in a transaction of its own."""
        with self.here.catalog.begin() as conn:
            write(conn)

    def look(self, entry: Entry) -> Prediction:
        """Ask anew what was made and where it is.

        Raises:
            RateLimited, ProviderUnavailable, RequestRefused: as the port says.
        """
        return self.call(lambda: self.provider.look(prediction_of(entry)))


def asked_at(entry: Entry) -> datetime:
    """When the provider was asked first, or its money set aside."""
    return entry.posted_at or entry.reserved_at


def prediction_of(entry: Entry) -> PredictionId:
    """The provider's name for what it took."""
    assert entry.prediction_id is not None, "it was submitted"
    return PredictionId(entry.prediction_id)
