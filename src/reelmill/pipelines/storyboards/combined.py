"""Videos of several boards: what is recorded of one, and what can be wrong with it. Pure."""

from dataclasses import dataclass
from datetime import datetime

from reelmill.catalog.job import JobState
from reelmill.engine.words import VideoMade
from reelmill.errors import NotFound, Refused
from reelmill.pipelines.storyboards.refusals import InOldWords
from reelmill.pipelines.storyboards.spec import Transition, VideoFormat
from reelmill.units import JobId


@dataclass(frozen=True, kw_only=True)
class NewCombination:
    """A video of several boards that was asked for."""

    id: str
    """32 hexadecimal digits: the same for the same request of the same user."""

    owner: str
    """Whose it is."""

    job_id: JobId
    """The job that makes it."""

    board_ids: tuple[str, ...]
    """Whose videos it shows, in their order."""

    transition: Transition
    """How each follows the one before."""

    format: VideoFormat
    """What it is packed in."""

    created_at: datetime
    """When it was asked for."""


@dataclass(frozen=True, kw_only=True)
class Combination(NewCombination):
    """A video of several boards as it is known."""

    video: VideoMade | None
    """What was made; None before it is."""

    job_state: JobState
    """Where its job stands."""

    done: int
    """Units of its job that are done."""

    total: int
    """Units of its job, 0 when unknown."""

    job_message: str
    """What its job says, for people."""

    error_message: str
    """Why its job failed; empty otherwise."""


class TooFewToCombine(InOldWords, Refused):
    """A combination is of two videos at least."""

    words = "At least 2 videos are required to combine"


class TooManyToCombine(InOldWords, Refused):
    """More videos, or more seconds, than are combined into one.

    Args:
        limit: Videos that may be combined.
        limit_s: Seconds that may come of it.
    """

    words = "At most {limit} videos of {limit_s} seconds together can be combined"


class NotCombinable(InOldWords, Refused):
    """A board has no finished video to be combined.

    Args:
        board_id: The board.
        status: Where it is.
    """

    words = "Job {board_id} has no finished video to combine. Current status: {status}"


class CombinationNotFound(InOldWords, NotFound):
    """There is no such combination, or it is somebody else's."""

    words = "Combination {combination_id} not found"
