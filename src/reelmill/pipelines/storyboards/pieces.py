"""A board, its purchases and its copies -> the pieces of work that it is made of. Pure."""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from reelmill.catalog.job import Job, JobState
from reelmill.pipelines.storyboards.bench import Whole
from reelmill.pipelines.storyboards.records import FILM, PICTURE, Board, Entry, SceneRow
from reelmill.pipelines.storyboards.spec import PictureStatus, VideoStatus


class PieceKind(StrEnum):
    """What a piece of work makes."""

    PICTURE = "picture"
    VIDEO = "video"
    EXPORT = "export"


class PieceState(StrEnum):
    """Where a piece of work is. Source: `video_sub_jobs` of the API before this one."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


class Piece(NamedTuple):
    """A piece of work."""

    kind: PieceKind
    """What it makes."""

    name: str
    """For people."""

    state: PieceState
    """Where it is."""

    progress: float
    """How much is done, 0.0 to 1.0."""

    estimated: Decimal = Decimal(0)
    """What its last attempt should cost, dollars."""

    actual: Decimal = Decimal(0)
    """What all its attempts have cost, dollars."""

    retry_count: int = 0
    """Attempts after the first."""

    scene_id: str | None = None
    """The scene whose picture it is."""

    error: str = ""
    """Why it failed."""


_OF_PICTURE: Final = {
    PictureStatus.PENDING: PieceState.PENDING,
    PictureStatus.GENERATING: PieceState.PROCESSING,
    PictureStatus.COMPLETED: PieceState.COMPLETED,
    PictureStatus.FAILED: PieceState.FAILED,
}

_OF_JOB: Final = {
    JobState.PENDING: PieceState.PENDING,
    JobState.IN_PROGRESS: PieceState.PROCESSING,
    JobState.COMPLETED: PieceState.COMPLETED,
    JobState.FAILED: PieceState.FAILED,
    JobState.CANCELED: PieceState.FAILED,
}


def pieces_of(whole: Whole, bought: Sequence[Entry], exports: Sequence[Job]) -> list[Piece]:
    """All of them: a picture for each scene, the video, each copy."""
    pictures = [_picture(scene, bought) for scene in whole.scenes]
    return [*pictures, _video(whole.board, bought), *(_export(job) for job in exports)]


def _picture(scene: SceneRow, bought: Sequence[Entry]) -> Piece:
    state = _OF_PICTURE[scene.picture_status]
    return _priced(
        Piece(
            kind=PieceKind.PICTURE,
            name=f"Picture of scene {scene.number}",
            state=state,
            progress=float(state is PieceState.COMPLETED),
            scene_id=scene.id,
            error=scene.error,
        ),
        [entry for entry in bought if entry.purpose.startswith(f"{PICTURE}{scene.id}-")],
    )


def _video(board: Board, bought: Sequence[Entry]) -> Piece:
    state = _state_of_video(board)
    share = board.done / board.total if board.total else 0.0
    progress = {PieceState.COMPLETED: 1.0, PieceState.PROCESSING: min(1.0, share)}
    return _priced(
        Piece(
            kind=PieceKind.VIDEO,
            name="Video",
            state=state,
            progress=progress.get(state, 0.0),
            error=board.error_message if state is PieceState.FAILED else "",
        ),
        [entry for entry in bought if entry.purpose.startswith(FILM)],
    )


def _state_of_video(board: Board) -> PieceState:
    is_of_video = "/render-" in board.job_id
    match board.status:
        case VideoStatus.RENDERING:
            return PieceState.PROCESSING
        case VideoStatus.COMPLETED:
            return PieceState.COMPLETED
        case VideoStatus.FAILED | VideoStatus.CANCELED if is_of_video:
            return PieceState.FAILED
        case _:
            return PieceState.PENDING


def _export(job: Job) -> Piece:
    state = _OF_JOB[job.state]
    share = job.done / job.total if job.total else 0.0
    return Piece(
        kind=PieceKind.EXPORT,
        name=f"Copy: {' '.join(job.key.split('-')[3:])}",
        state=state,
        progress=1.0 if state is PieceState.COMPLETED else min(1.0, share),
        retry_count=job.run - 1,
        error=job.error_message or "",
    )


def _priced(piece: Piece, bought: Sequence[Entry]) -> Piece:
    """The same, with what was bought for it."""
    if not bought:
        return piece
    last = bought[-1]
    return piece._replace(
        estimated=last.estimated,
        actual=sum((entry.actual or Decimal(0) for entry in bought), Decimal(0)),
        retry_count=sum(entry.purpose == last.purpose for entry in bought) - 1,
    )
