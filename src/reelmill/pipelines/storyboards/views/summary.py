"""A board, summed up: its scenes counted, its video, its cost."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from reelmill.pipelines.storyboards.bench import Whole
from reelmill.pipelines.storyboards.plan import rounded
from reelmill.pipelines.storyboards.records import Board, SceneRow
from reelmill.pipelines.storyboards.spec import PictureStatus, VideoStatus
from reelmill.pipelines.storyboards.views.common import Dollars, Said, address


class SceneDetail(Said):
    """A scene in the summary of a board."""

    scene_number: int
    """Its place."""

    description: str
    """What happens."""

    duration: float
    """Seconds."""

    status: PictureStatus
    """Where its picture is."""


class ScenesSummary(Said):
    """The scenes of a board, counted."""

    total: int
    """In all."""

    completed: int
    """With their picture."""

    failed: int
    """Whose picture failed."""

    details: list[SceneDetail]
    """Each of them."""


class VideoSummary(Said):
    """A finished video."""

    url: str
    """Where it is watched."""

    content_type: str
    """As HTTP writes it."""

    width: int
    """Pixels."""

    height: int
    """Pixels."""

    duration: float
    """Seconds, from decoded frames."""

    frames: int
    """Decoded frames."""

    size_bytes: int
    """Size of the file."""

    differs: list[str]
    """In what it is not as it was ordered, a sentence each."""


class Metadata(Said):
    """The summary of a board."""

    job_id: str
    """Names the board."""

    status: VideoStatus
    """Where it is."""

    prompt: str
    """What the video is about."""

    approved: bool
    """Whether somebody approved it as it is now."""

    created_at: datetime
    """When it was asked for."""

    updated_at: datetime
    """When anything of it changed."""

    scenes: ScenesSummary
    """Its scenes."""

    estimated_cost: Dollars
    """Expected in all, US dollars."""

    actual_cost: Dollars
    """Paid so far."""

    refinement_count: int
    """How often it was refined."""

    download_count: int
    """How often its video was fetched."""

    video: VideoSummary | None
    """Its video; null while there is none."""

    @classmethod
    def of(cls, whole: Whole) -> Self:
        """A board, summed up."""
        board, rows = whole.board, whole.scenes
        return cls(
            job_id=board.id,
            status=board.status,
            prompt=board.prompt,
            approved=board.is_approved,
            created_at=board.created_at,
            updated_at=board.updated_at,
            scenes=_summed_up(rows),
            estimated_cost=board.estimated,
            actual_cost=rounded(whole.costs.actual),
            refinement_count=board.refinement_count,
            download_count=board.download_count,
            video=_video_of(board),
        )


def _summed_up(rows: Sequence[SceneRow]) -> ScenesSummary:
    return ScenesSummary(
        total=len(rows),
        completed=sum(row.has_picture for row in rows),
        failed=sum(row.picture_status is PictureStatus.FAILED for row in rows),
        details=[
            SceneDetail(
                scene_number=row.number,
                description=row.description,
                duration=float(row.duration),
                status=row.picture_status,
            )
            for row in rows
        ],
    )


def _video_of(board: Board) -> VideoSummary | None:
    film = board.film
    if film is None or board.status is not VideoStatus.COMPLETED:
        return None
    return VideoSummary(
        url=f"{address(board.id)}/video",
        content_type=film.content_type,
        width=film.width,
        height=film.height,
        duration=film.duration_s,
        frames=film.frames,
        size_bytes=film.size_bytes,
        differs=list(film.differs),
    )
