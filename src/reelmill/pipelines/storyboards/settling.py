"""What crashes, cancels and silence left open -> purchases settled, boards told that they failed.

A job that is at work settles its own purchases; here is what no job looks after any more.
"""

from contextlib import suppress
from datetime import timedelta
from typing import Final

import structlog

from reelmill.catalog import jobs
from reelmill.catalog.job import Job, JobState
from reelmill.engine.recipe import Asks
from reelmill.errors import Conflict, ReelmillError
from reelmill.pipeline import Chore
from reelmill.pipelines.storyboards.house import settings_of
from reelmill.pipelines.storyboards.opening import provider_of
from reelmill.pipelines.storyboards.providers.provider import PredictionId
from reelmill.pipelines.storyboards.providers.replicate import Replicate
from reelmill.pipelines.storyboards.purchases import Purchases
from reelmill.pipelines.storyboards.records import FILM, Board, Entry, EntryState
from reelmill.pipelines.storyboards.spec import VideoStatus
from reelmill.pipelines.storyboards.tables import boards, ledger
from reelmill.services import Attempt, Services, working

#: Seconds from one look to the next.
EVERY_S: Final = 60.0

#: Seconds from one look into the provider's list to the next.
LISTED_EVERY_S: Final = 300.0

#: How far back the provider's list is read: it forgets what was asked an hour after the end.
LISTED: Final = timedelta(hours=2)

#: What was asked for so long ago at most may still be asked for by a node that wakes.
WAKES: Final = timedelta(days=7)

#: What a board says whose work stands still. Source: product document, stalled jobs.
STALLED: Final = "Job stalled: no progress for {minutes} minutes"

log = structlog.get_logger()


def sweep(here: Services, asks: Asks) -> None:
    """Settle what no job looks after, and give up what stands still."""
    settled = settle_open(here)
    stalled = give_up_stalled(here, asks)
    if settled or stalled:
        log.info("storyboards swept", settled=settled, stalled=stalled)


def settle_open(here: Services) -> int:
    """Come to the end of every open purchase whose job has ended; how many were settled."""
    with here.catalog.read() as conn:
        entries = [
            one for one in ledger.open_entries(conn) if one.state is not EntryState.UNDECIDED
        ]
        known = jobs.several(conn, {entry.job_id for entry in entries})
    return sum(_ended(here, entry, known.get(entry.job_id)) for entry in entries)


def settle_one(here: Services, provider: str, prediction_id: PredictionId) -> None:
    """Write what a purchase cost of which the provider says that it has ended."""
    with here.catalog.read() as conn:
        entry = ledger.of_prediction(conn, provider, prediction_id)
    if entry is None:
        find_strays(here)
        return
    if entry.state is not EntryState.SUBMITTED:
        return
    with working(here, Attempt(job_id=entry.job_id)):
        _bank(here, entry).end(entry, may_run_on=True, limit_s=_limit_s(here, entry))


def find_strays(here: Services, *, listed: timedelta = LISTED) -> int:
    """Hold what the provider lists against the ledger; how much of it no entry had named.

    A request that left late may have bought something beside what the ledger knows of.

    Args:
        here: Catalog and clock.
        listed: How far back the list is read.
    """
    now = here.clock()
    with here.catalog.read() as conn:
        asked = ledger.posted_since(conn, Replicate.name, now - WAKES)
    if not asked:
        return 0
    bank = _bank(here, asked[0])
    entries = {entry.id: entry for entry in asked}
    try:
        with working(here, Attempt(job_id=asked[0].job_id)):
            found = bank.call(lambda: bank.provider.recent(entries.keys(), now - listed))
            news = [one for one in found if bank.is_news(one.seen.id)]
            for one in news:
                bank.took(entries[one.key], one.seen.id, one.made_at)
    except ReelmillError as error:
        log.warning("provider's list is not held against the ledger", error=error.message)
        return 0
    return len(news)


def give_up_stalled(here: Services, asks: Asks) -> int:
    """Cancel jobs of which nothing was heard for long; how many there were."""
    silent = timedelta(seconds=settings_of(here).waits.stalled_s)
    with here.catalog.read() as conn:
        found = boards.stalled(conn, here.clock() - silent)
    for board in found:
        give_up(here, asks, board)
    return len(found)


def look_for_strays(here: Services, _asks: Asks) -> None:
    """Find what requests bought that left late."""
    find_strays(here)


def give_up(here: Services, asks: Asks, board: Board) -> None:
    """Cancel the job of a board that stands still, and let the board fail."""
    with suppress(Conflict):
        asks.cancel(board.job_id)
    told = STALLED.format(minutes=round(settings_of(here).waits.stalled_s / 60))
    _fail(here, board.id, told)
    log.warning("board stalled", board=board.id, job=board.job_id)


SWEEPING: Final = Chore(name="storyboards.sweep", every_s=EVERY_S, run=sweep)

LOOKING: Final = Chore(name="storyboards.strays", every_s=LISTED_EVERY_S, run=look_for_strays)


def _fail(here: Services, board_id: str, told: str) -> None:
    """Give a board up, unless somebody works on it again."""
    with here.catalog.begin() as conn:
        board = boards.hold(conn, board_id)
        if board is None or (board.status.is_working and not board.job_state.ended):
            return
        columns = {"status": VideoStatus.FAILED, "error_message": told, "message": told}
        boards.change(conn, board_id, now=here.clock(), **columns, eta_at=None)


def _ended(here: Services, entry: Entry, job: Job | None) -> bool:
    """Come to the end of a purchase, if no job looks after it; whether that was possible."""
    if not entry.is_stray and job is not None and not job.state.ended:
        return False
    if _may_still_come(here, entry):
        return False
    # What was canceled is not wanted any more; after a failure somebody may go on with it.
    is_canceled = job is None or job.state is JobState.CANCELED
    may_run_on = not is_canceled and not entry.is_stray
    try:
        with working(here, Attempt(job_id=entry.job_id)):
            limit_s = _limit_s(here, entry)
            now = _bank(here, entry).end(entry, may_run_on=may_run_on, limit_s=limit_s)
    except ReelmillError as error:
        log.warning("purchase is not settled", entry=entry.id, error=error.message)
        return False
    return not now.state.is_open


def _may_still_come(here: Services, entry: Entry) -> bool:
    """Whether the answer to what was asked may still be on its way to whoever asked."""
    if entry.state is not EntryState.RESERVED or entry.posted_at is None:
        return False
    patience = timedelta(seconds=settings_of(here).replicate.timeout_s)
    return here.clock() < (entry.leaves_until or entry.posted_at) + patience


def _limit_s(here: Services, entry: Entry) -> float:
    waits = settings_of(here).waits
    return waits.video_limit_s if entry.purpose.startswith(FILM) else waits.image_limit_s


def _bank(here: Services, entry: Entry) -> Purchases:
    return Purchases(here=here, provider=provider_of(here, entry.provider))
