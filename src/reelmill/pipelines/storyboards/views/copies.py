"""Copies of videos, told."""

from collections.abc import Sequence
from typing import Self

from reelmill.pipelines.storyboards.bodies import ExportWish
from reelmill.pipelines.storyboards.exports import Answered, Exported
from reelmill.pipelines.storyboards.spec import Quality, VideoFormat
from reelmill.pipelines.storyboards.views.common import Said, address, links_to


class ExportOut(Said):
    """A copy of a video that is being made."""

    job_id: str
    """The job that makes it."""

    status: str
    """Where that job is."""

    url: str
    """Where the copy is fetched when it is made; asking there before tells the same."""

    links: dict[str, str]
    """The job and its events."""

    @classmethod
    def of(cls, exported: Exported, url: str) -> Self:
        """A copy, told."""
        job = exported.job
        return cls(job_id=job.id, status=job.state.value, url=url, links=links_to(url, job.id))


class CopyOut(Said):
    """One of several copies of a video."""

    format: VideoFormat
    """What it is packed in."""

    quality: Quality
    """How good it is."""

    status: str
    """`ready`, `refused`, or where the job is that makes it."""

    url: str
    """Where it is fetched when it is ready."""

    job_id: str | None
    """The job that makes it; null where it was refused."""

    problem: str | None
    """Why it was refused or failed."""

    @classmethod
    def of(cls, answered: Answered, board_id: str) -> Self:
        """What came of one wish, told."""
        wish, exported, problem = answered
        job = exported.job if exported else None
        is_ready = exported is not None and exported.key is not None
        status = job.state.value if job else "refused"
        return cls(
            format=wish.format,
            quality=wish.quality,
            status="ready" if is_ready else status,
            url=export_address(board_id, wish),
            job_id=job.id if job else None,
            problem=problem.message if problem else (job and job.error_message) or None,
        )


class CopiesOut(Said):
    """Several copies of a video."""

    exports: list[CopyOut]
    """Each that was asked for."""

    @classmethod
    def of(cls, answers: Sequence[Answered], board_id: str) -> Self:
        """What came of several wishes, told."""
        return cls(exports=[CopyOut.of(one, board_id) for one in answers])


def export_address(board_id: str, wish: ExportWish) -> str:
    """Where a copy is asked for and fetched."""
    return f"{address(board_id)}/export?format={wish.format}&quality={wish.quality}"
