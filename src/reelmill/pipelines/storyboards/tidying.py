"""The chores that remove files: of boards that were deleted, and what was made here long ago."""

from datetime import timedelta
from typing import Final

import structlog

from reelmill.catalog import artifacts, jobs
from reelmill.engine.recipe import Asks
from reelmill.errors import ReelmillError
from reelmill.pipeline import Chore
from reelmill.pipelines.storyboards.keys import board_prefix
from reelmill.pipelines.storyboards.providers.local import tidy
from reelmill.pipelines.storyboards.tables import boards
from reelmill.services import Services

#: Seconds from one look to the next: for what was made here, for boards that were deleted.
EVERY_S, CLEARED_EVERY_S = 3600.0, 300.0

#: What is at work when its board is deleted may write for so long, at most.
GRACE: Final = timedelta(minutes=10)

log = structlog.get_logger()


def clear(here: Services, _asks: Asks) -> None:
    """Remove what was made here and of which boards have copies; say how much that was."""
    if files := tidy(here):
        log.info("made files removed", files=files)


def clear_deleted(here: Services, _asks: Asks) -> None:
    """Remove the files of boards that were deleted."""
    if cleared := clear_boards(here):
        log.info("files of deleted boards removed", boards=cleared)


def clear_boards(here: Services) -> int:
    """Remove every file of the boards that were deleted a while ago; of how many boards.

    One whose files cannot be removed stops no other, and is looked at again.
    """
    with here.catalog.read() as conn:
        deleted = boards.uncleared(conn, here.clock() - GRACE)
    return sum(_cleared(here, board_id) for board_id in deleted)


def _cleared(here: Services, board_id: str) -> bool:
    with here.catalog.read() as conn:
        job_ids = boards.jobs_of(conn, board_id)
        known = jobs.several(conn, job_ids)
    if not all(job.state.ended for job in known.values()):
        return False
    try:
        with here.catalog.begin() as conn:
            # Before the files: no record names what is not there.
            for job_id in job_ids:
                artifacts.replace(conn, job_id, [])
        for stat in list(here.store.list(board_prefix(board_id))):
            here.store.delete(stat.key)
    except ReelmillError as error:
        log.warning("board is not cleared", board=board_id, error=error.message)
        return False
    with here.catalog.begin() as conn:
        boards.change(conn, board_id, now=here.clock(), cleared_at=here.clock())
    return True


TIDYING: Final = Chore(name="storyboards.tidy", every_s=EVERY_S, run=clear)

CLEARING: Final = Chore(name="storyboards.clear", every_s=CLEARED_EVERY_S, run=clear_deleted)
