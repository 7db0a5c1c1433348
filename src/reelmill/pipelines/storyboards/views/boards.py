"""Boards and scenes, told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from reelmill.pipelines.storyboards.bench import Whole
from reelmill.pipelines.storyboards.keys import group_ids
from reelmill.pipelines.storyboards.looks import Looks
from reelmill.pipelines.storyboards.plan import rounded
from reelmill.pipelines.storyboards.records import Board, SceneRow
from reelmill.pipelines.storyboards.refinement import Refinement
from reelmill.pipelines.storyboards.spec import (
    AspectRatio,
    PictureStatus,
    Platform,
    StoryboardEntry,
    Tier,
    VideoProgress,
    VideoStatus,
)
from reelmill.pipelines.storyboards.views.common import Dollars, Said, address, links_of
from reelmill.pipelines.storyboards.views.money import warnings_of
from reelmill.units import StoreKey


class JobResponse(Said):
    """A board as it is now."""

    job_id: str
    """Names the board."""

    status: VideoStatus
    """Where it is."""

    progress: VideoProgress
    """How far the work on it is."""

    storyboard: list[StoryboardEntry]
    """Its scenes, in order."""

    video_url: str | None
    """Where its video is watched; null while there is none of it as it is now."""

    estimated_cost: Dollars
    """What it is expected to cost in all, US dollars; each sum here is to the cent."""

    actual_cost: Dollars
    """Paid so far, failed and canceled attempts included; `costs` has it exact."""

    held_cost: Dollars
    """Kept back for what is under way."""

    cost_to_come: Dollars
    """Yet to be paid until it is a video."""

    created_at: datetime
    """When it was asked for."""

    updated_at: datetime
    """When anything of it changed."""

    approved: bool
    """Whether somebody approved it as it is now."""

    approved_at: datetime | None
    """When that was."""

    error_message: str | None
    """Why it failed."""

    prompt: str
    """What the video is about."""

    duration: float
    """Seconds of the video as its scenes are now; as asked for before there are any."""

    style: str | None
    """Style of the pictures."""

    aspect_ratio: AspectRatio
    """Shape of pictures and video."""

    client_id: str | None
    """Whom it is for."""

    campaign_id: str | None
    """The campaign that it is of."""

    platform: Platform | None
    """Where it will be shown."""

    tier: Tier
    """How good it is to be, where somebody is paid for it."""

    group_id: str | None
    """Names the boards that were asked for together; null for one alone."""

    variation: int
    """Which of them it is, from 1."""

    variation_ids: list[str]
    """All of them in order, with those that were deleted since; empty for one alone."""

    provider: str
    """Who makes its pictures and its video."""

    edition: int
    """Counts its changes; an approval is of one edition."""

    refinement_count: int
    """How often it was refined, of five."""

    download_count: int
    """How often its video was fetched."""

    voice_asset_id: str | None
    """What speaks over the video."""

    music_asset_id: str | None
    """What plays under it."""

    looks: Looks
    """How its video looks beside its scenes."""

    warnings: list[str]
    """What is worth knowing of its cost and of its pictures."""

    links: dict[str, str]
    """Where it is, and its job with its events."""

    @classmethod
    def of(cls, whole: Whole, now: datetime) -> Self:
        """A board, told."""
        board, rows, costs, to_come, warnings, remarks = whole
        is_shown = board.film is not None and board.film.edition == board.edition
        is_shown = is_shown and board.status is VideoStatus.COMPLETED
        return cls(
            job_id=board.id,
            progress=progress_of(board, rows, now),
            storyboard=[entry_of(row) for row in rows],
            video_url=f"{address(board.id)}/video" if is_shown else None,
            estimated_cost=board.estimated,
            actual_cost=rounded(costs.actual),
            held_cost=rounded(costs.held),
            cost_to_come=rounded(to_come),
            variation_ids=list(group_ids(board.group_id, board.variations))
            if board.group_id
            else [],
            approved=board.is_approved,
            approved_at=board.approved_at if board.is_approved else None,
            error_message=board.error_message or None,
            duration=float(sum(row.duration for row in rows) or board.duration_s),
            warnings=[*warnings, *warnings_of(board, costs), *remarks],
            links=links_of(board.id, board.job_id),
            **{name: getattr(board, name) for name in _AS_THEY_ARE},
        )


_AS_THEY_ARE = (
    *("status", "created_at", "updated_at", "prompt", "style", "aspect_ratio", "client_id"),
    *("campaign_id", "platform", "tier", "group_id", "variation"),
    *("provider", "edition", "refinement_count", "download_count"),
    *("voice_asset_id", "music_asset_id", "looks"),
)


class BoardsOut(Said):
    """A page of boards."""

    jobs: list[JobResponse]
    """The newest first."""

    next: str | None
    """Cursor of the following page; null on the last."""


class RefinementOut(Said):
    """A refinement that was made."""

    scene_number: int
    """Which scene it was then."""

    old_image_prompt: str
    """Before it."""

    new_image_prompt: str
    """After it."""

    old_description: str
    """Before it."""

    new_description: str
    """After it."""

    cost: Dollars
    """Added to the estimate, US dollars."""

    made_at: datetime
    """When."""

    @classmethod
    def of(cls, made: Refinement) -> Self:
        """A refinement, told."""
        return cls(**{name: getattr(made, name) for name in cls.model_fields})


def entry_of(row: SceneRow) -> StoryboardEntry:
    """A scene, told."""
    own = f"{address(row.board_id)}/scenes/{row.number}"
    of_first = _version(row.picture_key if row.has_picture else None)
    of_last = _version(row.last_picture_key)
    return StoryboardEntry(
        id=row.id,
        scene=row.scene,
        image_url=f"{own}/picture{of_first}" if of_first else None,
        thumbnail_url=f"{own}/thumbnail{of_first}" if of_first else None,
        last_image_url=f"{own}/last-picture{of_last}" if of_last else None,
        last_thumbnail_url=f"{own}/last-thumbnail{of_last}" if of_last else None,
        generation_status=row.picture_status,
        error=row.error or None,
    )


def _version(key: StoreKey | None) -> str:
    """What tells a picture from the one that was there before; empty where there is none."""
    return f"?v={key.rpartition('/')[2].partition('.')[0][:16]}" if key else ""


def progress_of(board: Board, rows: Sequence[SceneRow], now: datetime) -> VideoProgress:
    """How far the work on a board is."""
    told: dict[str, Any] = {"current_stage": board.status.value, "message": board.message or None}
    if board.status.is_working:
        at_work = (row.number for row in rows if row.picture_status is PictureStatus.GENERATING)
        told["current_scene"] = next(at_work, None)
        told["message"] = board.job_message[:200] or None
        if board.eta_at is not None:
            left_s = max(0, round((board.eta_at - now).total_seconds()))
            told["estimated_completion_seconds"] = left_s
    completed = sum(row.has_picture for row in rows)
    return VideoProgress(scenes_total=len(rows), scenes_completed=completed, **told)
