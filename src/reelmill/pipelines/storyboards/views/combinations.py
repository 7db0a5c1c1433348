"""Videos of several boards, told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from reelmill.catalog.job import JobState
from reelmill.pipelines.storyboards.combined import Combination
from reelmill.pipelines.storyboards.spec import Transition, VideoFormat
from reelmill.pipelines.storyboards.views.common import Said, links_to


class CombinationOut(Said):
    """A video of several boards."""

    id: str
    """Names it: the same for the same request."""

    status: JobState
    """Where the job is that makes it."""

    message: str | None
    """One line for people."""

    board_ids: tuple[str, ...]
    """Whose videos it shows, in their order."""

    transition: Transition
    """How each follows the one before."""

    format: VideoFormat
    """What it is packed in."""

    video_url: str | None
    """Where it is watched; null before it is made."""

    thumbnail_url: str | None
    """A still of it; null before it is made."""

    width: int | None
    """Pixels: the shape is that of the first video, in which the others are shown whole."""

    height: int | None
    """Pixels."""

    duration: float | None
    """Seconds: the sum of all."""

    frames: int | None
    """Decoded frames."""

    size_bytes: int | None
    """Size of the file."""

    error_message: str | None
    """Why it failed."""

    created_at: datetime
    """When it was asked for."""

    links: dict[str, str]
    """Where it is, and its job with its events."""

    @classmethod
    def of(cls, found: Combination) -> Self:
        """A combination, told."""
        video = found.video if found.job_state is JobState.COMPLETED else None
        own = combination_address(found.id)
        return cls(
            id=found.id,
            status=found.job_state,
            message=found.job_message or None,
            board_ids=found.board_ids,
            transition=found.transition,
            format=found.format,
            video_url=f"{own}/video" if video else None,
            thumbnail_url=f"{own}/thumbnail" if video else None,
            width=video and video.width,
            height=video and video.height,
            duration=video and video.duration_s,
            frames=video and video.frames,
            size_bytes=video and video.size_bytes,
            error_message=found.error_message or None,
            created_at=found.created_at,
            links=links_to(own, found.job_id),
        )


class CombinationsOut(Said):
    """A page of videos of several boards."""

    combinations: list[CombinationOut]
    """The newest first."""

    next: str | None
    """Cursor of the following page; null on the last."""

    @classmethod
    def of(cls, found: Sequence[Combination], following: str | None) -> Self:
        """A page, told."""
        return cls(combinations=[CombinationOut.of(one) for one in found], next=following)


def combination_address(combination_id: str) -> str:
    """The path of a combination."""
    return f"/v1/storyboards/combinations/{combination_id}"
