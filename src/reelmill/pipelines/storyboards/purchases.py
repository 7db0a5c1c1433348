"""What is bought of a provider: money held before it is asked, what it cost written afterwards.

The ledger is the truth, not the memory of the process that buys: whoever goes on after a crash
finds there what was paid, and asks the provider before anything is asked for a second time.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final, NamedTuple
from uuid import uuid4

import structlog

from reelmill.errors import Canceled, ReelmillError
from reelmill.pipelines.storyboards import budgets
from reelmill.pipelines.storyboards.budgets import Payer
from reelmill.pipelines.storyboards.dealings import (
    DECIDE,
    TROUBLE,
    Dealings,
    asked_at,
)
from reelmill.pipelines.storyboards.house import settings_of
from reelmill.pipelines.storyboards.providers.provider import (
    AnswerLost,
    Offer,
    Prediction,
    PredictionId,
    ProviderRequest,
    ProviderUnavailable,
    RequestRefused,
)
from reelmill.pipelines.storyboards.providers.replicate import wait_unless_canceled
from reelmill.pipelines.storyboards.records import Entry, EntryState, NewEntry
from reelmill.pipelines.storyboards.refusals import PersonMustDecide, RenderTimedOut
from reelmill.pipelines.storyboards.reuse import digest_of, used_again
from reelmill.pipelines.storyboards.tables import boards, ledger
from reelmill.services import attempt
from reelmill.units import JobId

#: Times that something is asked for whose answer was lost and that the provider never saw.
MOST_POSTS: Final = 3

#: Seconds between two looks into the ledger, where the provider calls when something has ended.
LISTEN_S: Final = 0.5

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

    may_reuse: bool = False
    """Whether the same that its owner bought a short while ago will do."""


class _Overtaken(Exception):
    """It is known by now what became of the entry: no request is to leave for it."""


class Purchases(Dealings):
    """Buys of one provider."""

    def reserve(self, order: Order, request: ProviderRequest) -> Entry:
        """Hold the money for something, or find what was bought of it before.

        Returns:
            An entry that is open, or that has succeeded and can still be fetched.

        Raises:
            BudgetSpent: there is not enough for it.
            ModelBarred: its model has charged more than it may.
            ProviderResting: the provider is left alone.
            PersonMustDecide: nobody can tell whether it was bought.
        """
        offer = self.provider.offer(request)
        with self.here.catalog.begin() as conn:
            ledger.hold(conn)
            before = ledger.of_purpose(conn, order.purpose)
            if before and (known := _to_go_on_with(before[-1])):
                return known
            new = self._entry_for(order, offer, request, len(before) + 1)
            if order.may_reuse and (again := used_again(conn, self.here, new)):
                return again
            self.breaker.admit(conn)
            budgets.admit_model(conn, self.provider.name, offer.model, offer.terms)
            payer = Payer(order.owner, boards.campaign_of(conn, order.board_id))
            budgets.admit(conn, self.here, payer, new.held)
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
            entry = self.took(entry, found or self._posted(entry, request))
        # The last request may have been taken like those before it.
        if entry.state is EntryState.RESERVED:
            entry = self.took(entry, self._looked_up(entry))
        if entry.state is EntryState.RESERVED:
            self.void(entry, "its answers were lost")
            raise ProviderUnavailable(problem="its answers were lost")
        return entry

    def _looked_up(self, entry: Entry) -> PredictionId | None:
        """What the provider knows of it, when no request for it can leave any more."""
        if entry.leaves_until is not None:
            left_s = (entry.leaves_until - self.here.clock()).total_seconds()
            wait_unless_canceled(max(0.0, left_s))
        return self.looked_up(entry)

    def _entry_for(
        self, order: Order, offer: Offer, request: ProviderRequest, number: int
    ) -> NewEntry:
        return NewEntry(
            id=uuid4().hex,
            board_id=order.board_id,
            owner=order.owner,
            job_id=order.job_id,
            purpose=order.purpose,
            attempt=number,
            provider=self.provider.name,
            model=offer.model,
            terms=offer.terms.model_dump_json(),
            digest=digest_of(offer, request),
            estimated=offer.usd,
            held=offer.most_usd,
            reserved_at=self.here.clock(),
        )

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
                return self.settled(entry, seen)
            if canceled.is_set():
                self.stop(entry)
                raise Canceled
            if self.here.clock() >= asked_at(entry) + timedelta(seconds=limit_s):
                return self._stopped_late(entry)
            entry = self._rested(entry)
        return entry

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
            found = self.looked_up(entry) if entry.posted_at else None
            if found is None:
                return self.void(entry, entry.error or "never submitted")
            entry = self.took(entry, found)
        if entry.state is not EntryState.SUBMITTED:
            return entry
        seen = self.look(entry)
        if seen.state.ended:
            return self.settled(entry, seen)
        is_over_time = self.here.clock() >= asked_at(entry) + timedelta(seconds=limit_s)
        return self.stop(entry) if is_over_time or not may_run_on else entry

    def decide(self, entry: Entry, prediction_id: PredictionId | None) -> Entry:
        """Take a person's word for whether something was bought, and as what."""
        if prediction_id is None:
            return self.void(entry, "a person decided that it was not bought")
        return self.took(entry, prediction_id)

    def _posted(self, entry: Entry, request: ProviderRequest) -> PredictionId | None:
        """Ask for it; None when the answer was lost, or somebody else knows of it by now."""

        def before_leaving() -> None:
            self._let_leave(entry)

        try:
            return self.call(lambda: self.provider.submit(request, entry.id, before_leaving))
        except _Overtaken:
            return None
        except AnswerLost as error:
            log.warning("answer of the provider was lost", entry=entry.id, error=error.message)
            self.write(lambda conn: ledger.change(conn, entry.id, leaves_until=None))
            return None
        except Canceled:
            # Left as it is: another attempt may be at it by now.
            raise
        except ReelmillError as error:
            self.void(entry, error.message)
            raise

    def _let_leave(self, entry: Entry) -> None:
        """Write down that it may have been bought from here on; last of all look whether it may.

        Raises:
            Canceled: the job is no longer this attempt's.
            ProviderUnavailable: so much time has passed since that another may be at it.
        """
        until = (now := self.here.clock()) + self._leaves_within
        with self.here.catalog.begin() as conn:
            may_leave = ledger.let_leave(conn, entry.id, now=now, until=until)
        if not may_leave:
            raise _Overtaken
        if not attempt().holds():
            raise Canceled
        if self.here.clock() >= until:
            raise ProviderUnavailable(problem="the request was late to leave")

    @property
    def _leaves_within(self) -> timedelta:
        return timedelta(seconds=settings_of(self.here).replicate.leaves_s)

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
            self.write(lambda conn: ledger.change(conn, entry.id, **told))
            raise PersonMustDecide(entry_id=entry.id, hint=DECIDE) from error
        on_look(seen)
        return seen


def _to_go_on_with(last: Entry) -> Entry | None:
    """The last attempt, when it is under way or has succeeded; None when another may be made."""
    if last.state is EntryState.UNDECIDED:
        raise PersonMustDecide(entry_id=last.id, hint=DECIDE)
    has_output = last.state is EntryState.SUCCEEDED and last.lost_at is None
    return last if has_output or last.state.is_open else None
