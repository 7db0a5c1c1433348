"""The chores that remove files: of boards and combinations that were deleted, of what is old."""

from datetime import timedelta
from typing import Final

import structlog

from reelmill.catalog import artifacts, jobs
from reelmill.engine.recipe import Asks
from reelmill.errors import ReelmillError
from reelmill.pipeline import Chore
from reelmill.pipelines.storyboards.keys import board_prefix, combined_prefix
from reelmill.pipelines.storyboards.providers.local import tidy
from reelmill.pipelines.storyboards.tables import boards, combinations
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
    """Remove the files of boards and of combinations that were deleted."""
    cleared, combined = clear_boards(here), clear_combinations(here)
    if cleared or combined:
        log.info("files of deleted boards removed", boards=cleared, combinations=combined)


def clear_boards(here: Services) -> int:
    """Remove every file of the boards that were deleted a while ago; of how many boards.

    One whose files cannot be removed stops no other, and is looked at again.
    """
    with here.catalog.read() as conn:
        deleted = boards.uncleared(conn, here.clock() - GRACE)
    return sum(_cleared(here, board_id) for board_id in deleted)


def clear_combinations(here: Services) -> int:
    """Remove every file of the combinations that were deleted a while ago; of how many."""
    with here.catalog.read() as conn:
        deleted = combinations.uncleared(conn, here.clock() - GRACE)
    return sum(_combination_cleared(here, combination_id) for combination_id in deleted)


def _combination_cleared(here: Services, combination_id: str) -> bool:
    """Remove the files of one while it is held: made anew meanwhile, it is made afterwards."""
    try:
        with here.catalog.begin() as conn:
            if (job_id := combinations.hold_uncleared(conn, combination_id)) is None:
                return False
            # Before the files: no record names what is not there.
            artifacts.replace(conn, job_id, [])
        with here.catalog.begin() as conn:
            if combinations.hold_uncleared(conn, combination_id) is None:
                return False
            _remove_all(here, combined_prefix(combination_id))
            combinations.clear(conn, combination_id, now=here.clock())
    except ReelmillError as error:
        log.warning("combination is not cleared", combination=combination_id, error=error.message)
        return False
    return True


def _cleared(here: Services, board_id: str) -> bool:
    with here.catalog.read() as conn:
        job_ids = boards.jobs_of(conn, board_id)
        known = jobs.several(conn, job_ids)
        # What began before it was deleted is made of its video.
        is_shown = combinations.are_made_with(conn, board_id)
    if is_shown or not all(job.state.ended for job in known.values()):
        return False
    try:
        with here.catalog.begin() as conn:
            # Before the files: no record names what is not there.
            for job_id in job_ids:
                artifacts.replace(conn, job_id, [])
        _remove_all(here, board_prefix(board_id))
    except ReelmillError as error:
        log.warning("board is not cleared", board=board_id, error=error.message)
        return False
    with here.catalog.begin() as conn:
        boards.change(conn, board_id, now=here.clock(), cleared_at=here.clock())
    return True


def _remove_all(here: Services, prefix: str) -> None:
    for stat in list(here.store.list(prefix)):
        here.store.delete(stat.key)


TIDYING: Final = Chore(name="storyboards.tidy", every_s=EVERY_S, run=clear)

CLEARING: Final = Chore(name="storyboards.clear", every_s=CLEARED_EVERY_S, run=clear_deleted)
