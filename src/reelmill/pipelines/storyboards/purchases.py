"""What is bought of a provider: money held before it is asked, what it cost written afterwards.

The ledger is the truth, not the memory of the process that buys: whoever goes on after a crash
finds there what was paid, and asks the provider before anything is asked for a second time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple, TypeVar
from uuid import uuid4

import structlog

from reelmill.catalog.database import Transaction
from reelmill.errors import Canceled, ReelmillError
from reelmill.pipelines.storyboards import budgets
from reelmill.pipelines.storyboards.breaker import Breaker
from reelmill.pipelines.storyboards.house import settings_of
from reelmill.pipelines.storyboards.plan import VARIANCE, is_over
from reelmill.pipelines.storyboards.providers.provider import (
    AnswerLost,
    CannotTell,
    Prediction,
    PredictionId,
    PredictionState,
    Provider,
    ProviderRequest,
    ProviderUnavailable,
    RateLimited,
    RequestRefused,
)
from reelmill.pipelines.storyboards.providers.replicate import wait_unless_canceled
from reelmill.pipelines.storyboards.records import Entry, EntryState, NewEntry
from reelmill.pipelines.storyboards.refusals import PersonMustDecide, RenderTimedOut
from reelmill.pipelines.storyboards.tables import ledger
from reelmill.services import Services, attempt
from reelmill.units import JobId

R = TypeVar("R")

#: Times that something is asked for whose answer was lost and that the provider never saw.
MOST_POSTS: Final = 3

#: Seconds between two looks into the ledger, where the provider calls when something has ended.
LISTEN_S: Final = 0.5

#: Times that the provider must not know of something before it may be asked for again.
MOST_LOOKUPS: Final = 2

#: What says that the provider is not well; another request may fare better.
TROUBLE: Final = (RateLimited, ProviderUnavailable)

_ENDS: Final = {
    PredictionState.SUCCEEDED: EntryState.SUCCEEDED,
    PredictionState.FAILED: EntryState.FAILED,
    PredictionState.CANCELED: EntryState.CANCELED,
}

log = structlog.get_logger()


class Order(NamedTuple):
    """What is to be bought, and who pays."""

    board_id: str
    """For which board."""

    owner: str
    """Who pays."""

    job_id: JobId
    """The job that buys."""

    purpose: str
    """What is bought: the same for every attempt at the same thing."""


@dataclass(frozen=True, kw_only=True)
class Purchases:
    """Buys of one provider."""

    here: Services
    """Catalog and clock."""

    provider: Provider
    """Who is paid."""

    def reserve(self, order: Order, request: ProviderRequest) -> Entry:
        """Hold the money for something, or find what was bought of it before.

        Returns:
            An entry that is open, or that has succeeded and can still be fetched.

        Raises:
            BudgetSpent: there is not enough for it.
            ProviderResting: the provider is left alone.
            PersonMustDecide: nobody can tell whether it was bought.
        """
        price = self.provider.price(request)
        with self.here.catalog.begin() as conn:
            ledger.hold(conn)
            before = ledger.of_purpose(conn, order.purpose)
            if before and (known := _to_go_on_with(before[-1])):
                return known
            self._breaker.admit(conn)
            held = price * VARIANCE
            budgets.admit(conn, self.here, order.owner, held)
            new = NewEntry(
                id=uuid4().hex,
                **order._asdict(),
                attempt=len(before) + 1,
                provider=self.provider.name,
                estimated=price,
                held=held,
                reserved_at=self.here.clock(),
            )
            ledger.add(conn, new)
        return self.entry(new.id)

    def submit(self, entry_id: str, request: ProviderRequest) -> Entry:
        """Ask the provider, unless it was asked before a restart and took it.

        Raises:
            RateLimited, ProviderUnavailable, RequestRefused: nothing was bought, and no money is
                held any more; or what was asked before cannot be looked up now, and it still is.
            PersonMustDecide: nobody can tell whether it was bought.
        """
        entry = self.entry(entry_id)
        for _ in range(MOST_POSTS):
            if entry.state is not EntryState.RESERVED:
                return entry
            found = self._looked_up(entry) if entry.posted_at else None
            entry = self._took(entry, found or self._posted(entry, request))
        if entry.state is EntryState.RESERVED:
            self._void(entry, "its answers were lost")
            raise ProviderUnavailable(problem="its answers were lost")
        return entry

    def watch(self, entry_id: str, limit_s: float, on_look: Callable[[Prediction], None]) -> Entry:
        """Look at something that was bought until it has ended, and write what it cost.

        Args:
            entry_id: It was submitted.
            limit_s: Seconds from its submission after which it is stopped.
            on_look: Told of each look.

        Raises:
            RenderTimedOut: it was stopped at its limit, or told to stop.
            Canceled: the job was; the provider is told to stop.
            PersonMustDecide: the provider does not know it any more.
        """
        entry, canceled = self.entry(entry_id), attempt().canceled
        while entry.state is EntryState.SUBMITTED:
            seen = self._seen(entry, on_look)
            if seen is not None and seen.state.ended:
                return self._settled(entry, seen)
            if canceled.is_set():
                self.stop(entry)
                raise Canceled
            if self.here.clock() >= _since(entry) + timedelta(seconds=limit_s):
                return self._stopped_late(entry)
            entry = self._rested(entry)
        return entry

    def stop(self, entry: Entry) -> Entry:
        """Tell the provider to stop, and write what it cost if that is known by then."""
        try:
            seen = self._call(lambda: self.provider.cancel(_prediction(entry)))
        except (*TROUBLE, RequestRefused) as error:
            log.warning("prediction is not stopped yet", entry=entry.id, error=error.message)
            return self.entry(entry.id)
        return self._settled(entry, seen) if seen.state.ended else self.entry(entry.id)

    def _rested(self, entry: Entry) -> Entry:
        """Wait for the next look; what a call of the provider has settled meanwhile ends it."""
        chosen, canceled = settings_of(self.here), attempt().canceled
        left_s = chosen.waits.poll_s
        is_called = bool(chosen.replicate.webhook_secret.get_secret_value())
        while left_s > 0 and not canceled.wait(min(left_s, LISTEN_S if is_called else left_s)):
            left_s -= LISTEN_S if is_called else left_s
            if is_called and self.entry(entry.id).state is not EntryState.SUBMITTED:
                break
        return self.entry(entry.id) if is_called else entry

    def _stopped_late(self, entry: Entry) -> Entry:
        """Stop something at its limit; what ended well in that moment is taken."""
        stopped = self.stop(entry)
        if stopped.state is not EntryState.SUCCEEDED:
            raise RenderTimedOut(entry_id=entry.id)
        return stopped

    def look(self, entry: Entry) -> Prediction:
        """Ask anew what was made and where it is.

        Raises:
            RateLimited, ProviderUnavailable, RequestRefused: as the port says.
        """
        return self._call(lambda: self.provider.look(_prediction(entry)))

    def end(self, entry: Entry, *, may_run_on: bool, limit_s: float) -> Entry:
        """Come to the end of an entry whose job has ended, as far as that is possible now.

        Args:
            entry: An open one.
            may_run_on: It was paid for and somebody may still want it: let it end by itself.
            limit_s: Seconds after which it is stopped all the same.

        Raises:
            RateLimited, ProviderUnavailable, PersonMustDecide: as `submit`.
        """
        if entry.state is EntryState.RESERVED:
            found = self._looked_up(entry) if entry.posted_at else None
            if found is None:
                return self._void(entry, entry.error or "never submitted")
            entry = self._took(entry, found)
        if entry.state is not EntryState.SUBMITTED:
            return entry
        seen = self.look(entry)
        if seen.state.ended:
            return self._settled(entry, seen)
        is_over_time = self.here.clock() >= _since(entry) + timedelta(seconds=limit_s)
        return self.stop(entry) if is_over_time or not may_run_on else entry

    def decide(self, entry: Entry, prediction_id: PredictionId | None) -> Entry:
        """Take a person's word for whether something was bought, and as what."""
        if prediction_id is None:
            return self._void(entry, "a person decided that it was not bought")
        return self._took(entry, prediction_id)

    def entry(self, entry_id: str) -> Entry:
        """An entry as it is now."""
        with self.here.catalog.read() as conn:
            found = ledger.find(conn, entry_id)
        assert found is not None, "entries are never deleted"
        return found

    @property
    def _breaker(self) -> Breaker:
        return Breaker(here=self.here, provider=self.provider.name)

    def _posted(self, entry: Entry, request: ProviderRequest) -> PredictionId | None:
        """Ask for it; None when the answer was lost. From here on it may have been bought."""
        self._write(lambda conn: ledger.change(conn, entry.id, posted_at=self.here.clock()))
        try:
            if not attempt().holds():
                raise Canceled
            return self._call(lambda: self.provider.submit(request, entry.id))
        except AnswerLost as error:
            log.warning("answer of the provider was lost", entry=entry.id, error=error.message)
            return None
        except ReelmillError as error:
            self._void(entry, error.message)
            raise

    def _looked_up(self, entry: Entry) -> PredictionId | None:
        """What the provider knows of something that it was asked for; None when nothing.

        It is asked more than once before that is believed: what it lists may lag behind.
        """
        asked_at = _since(entry)
        try:
            for number in range(MOST_LOOKUPS):
                if number:
                    wait_unless_canceled(settings_of(self.here).waits.poll_s)
                found = self._call(lambda: self.provider.find(entry.id, asked_at))
                if found is not None:
                    return found
        except CannotTell as error:
            told = {"state": EntryState.UNDECIDED, "error": error.message}
            self._write(lambda conn: ledger.change(conn, entry.id, **told))
            raise PersonMustDecide(entry_id=entry.id, hint=DECIDE) from error
        return None

    def _took(self, entry: Entry, prediction_id: PredictionId | None) -> Entry:
        """Write down under which name the provider took it.

        Whatever stands there: what was bought is never forgotten.
        """
        if prediction_id is not None:
            told = {"state": EntryState.SUBMITTED, "prediction_id": prediction_id, "error": ""}
            self._write(lambda conn: ledger.change(conn, entry.id, **told, settled_at=None))
        return self.entry(entry.id)

    def _void(self, entry: Entry, why: str) -> Entry:
        now = self.here.clock()
        self._write(lambda conn: ledger.void(conn, entry.id, why=why, now=now))
        return self.entry(entry.id)

    def _settled(self, entry: Entry, seen: Prediction) -> Entry:
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
        self._write(lambda conn: ledger.settle(conn, entry.id, **told))
        return self.entry(entry.id)

    def _seen(self, entry: Entry, on_look: Callable[[Prediction], None]) -> Prediction | None:
        """One look; None when the provider does not answer now."""
        try:
            seen = self.look(entry)
        except TROUBLE as error:
            log.warning("provider does not tell", entry=entry.id, error=error.message)
            return None
        except Canceled:
            return None
        except RequestRefused as error:
            told = {"state": EntryState.UNDECIDED, "error": error.message}
            self._write(lambda conn: ledger.change(conn, entry.id, **told))
            raise PersonMustDecide(entry_id=entry.id, hint=DECIDE) from error
        on_look(seen)
        return seen

    def _call(self, ask: Callable[[], R]) -> R:
        """Ask the provider; whether it answered is counted."""
        try:
            gave = ask()
        except (*TROUBLE, AnswerLost):
            self._breaker.failed()
            raise
        self._breaker.answered()
        return gave

    def _write(self, write: Callable[[Transaction], object]) -> None:
        with self.here.catalog.begin() as conn:
            write(conn)


#: What a person is told to do.
DECIDE: Final = "See `reelmill storyboards cost` and then `reelmill storyboards decide`."


def _to_go_on_with(last: Entry) -> Entry | None:
    """The last attempt, when it is under way or has succeeded; None when another may be made."""
    if last.state is EntryState.UNDECIDED:
        raise PersonMustDecide(entry_id=last.id, hint=DECIDE)
    has_output = last.state is EntryState.SUCCEEDED and last.lost_at is None
    return last if has_output or last.state.is_open else None


def _since(entry: Entry) -> datetime:
    return entry.posted_at or entry.reserved_at


def _prediction(entry: Entry) -> PredictionId:
    assert entry.prediction_id is not None, "it was submitted"
    return PredictionId(entry.prediction_id)
