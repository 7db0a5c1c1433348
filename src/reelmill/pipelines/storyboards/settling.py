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
from reelmill.pipelines.storyboards.purchases import Purchases
from reelmill.pipelines.storyboards.records import Entry, EntryState
from reelmill.pipelines.storyboards.spec import VideoStatus
from reelmill.pipelines.storyboards.tables import boards, ledger
from reelmill.services import Attempt, Services, working

#: Seconds from one look to the next.
EVERY_S: Final = 60.0

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
    if entry is None or entry.state is not EntryState.SUBMITTED:
        return
    with working(here, Attempt(job_id=entry.job_id)):
        _bank(here, entry).end(entry, may_run_on=True, limit_s=_limit_s(here, entry))


def give_up_stalled(here: Services, asks: Asks) -> int:
    """Cancel jobs of which nothing was heard for long; how many there were."""
    silent = timedelta(seconds=settings_of(here).waits.stalled_s)
    with here.catalog.read() as conn:
        found = boards.stalled(conn, here.clock() - silent)
    for board in found:
        with suppress(Conflict):
            asks.cancel(board.job_id)
        told = STALLED.format(minutes=round(silent.total_seconds() / 60))
        _fail(here, board.id, told)
        log.warning("board stalled", board=board.id, job=board.job_id)
    return len(found)


SWEEPING: Final = Chore(name="storyboards.sweep", every_s=EVERY_S, run=sweep)


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
    if job is not None and not job.state.ended:
        return False
    if _may_still_come(here, entry):
        return False
    # What was canceled is not wanted any more; after a failure somebody may go on with it.
    may_run_on = job is not None and job.state is not JobState.CANCELED
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
    chosen = settings_of(here).replicate
    patience_s = (1 + len(chosen.call_waits_s)) * chosen.timeout_s + sum(chosen.call_waits_s)
    return here.clock() < entry.posted_at + timedelta(seconds=patience_s)


def _limit_s(here: Services, entry: Entry) -> float:
    waits = settings_of(here).waits
    return waits.video_limit_s if entry.purpose.startswith("film-") else waits.image_limit_s


def _bank(here: Services, entry: Entry) -> Purchases:
    return Purchases(here=here, provider=provider_of(here, entry.provider))
