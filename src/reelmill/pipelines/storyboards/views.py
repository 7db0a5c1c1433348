"""Boards, scenes, money and assets, told."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Self
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, PlainSerializer

from reelmill.pipelines.storyboards import plan
from reelmill.pipelines.storyboards.bench import Whole
from reelmill.pipelines.storyboards.budgets import Budget
from reelmill.pipelines.storyboards.records import (
    Asset,
    AssetKind,
    Board,
    Entry,
    EntryState,
    Refinement,
    SceneRow,
)
from reelmill.pipelines.storyboards.spec import (
    AspectRatio,
    PictureStatus,
    StoryboardEntry,
    VideoProgress,
    VideoStatus,
)
from reelmill.pipelines.storyboards.studio import Exported, Quote
from reelmill.units import JobId

#: Dollars as a number of JSON, whose digits are exact.
Dollars = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]


class Said(BaseModel):
    """What the API says; each field has its description."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


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
    """What it is expected to cost in all, US dollars."""

    actual_cost: Dollars
    """Paid so far, failed and canceled attempts included."""

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

    warnings: list[str]
    """What is worth knowing of its cost."""

    links: dict[str, str]
    """Where it is, and its job with its events."""

    @classmethod
    def of(cls, whole: Whole, now: datetime) -> Self:
        """A board, told."""
        board, rows, costs, to_come = whole
        is_shown = board.film is not None and board.film.edition == board.edition
        is_shown = is_shown and board.status is VideoStatus.COMPLETED
        return cls(
            job_id=board.id,
            progress=progress_of(board, rows, now),
            storyboard=[entry_of(row) for row in rows],
            video_url=f"{address(board.id)}/video" if is_shown else None,
            estimated_cost=board.estimated,
            actual_cost=costs.actual,
            held_cost=costs.held,
            cost_to_come=to_come,
            approved=board.is_approved,
            approved_at=board.approved_at if board.is_approved else None,
            error_message=board.error_message or None,
            duration=float(sum(row.duration for row in rows) or board.duration_s),
            warnings=warnings_of(board, costs.actual),
            links=links_of(board.id, board.job_id),
            **{name: getattr(board, name) for name in _AS_THEY_ARE},
        )


_AS_THEY_ARE = (
    *("status", "created_at", "updated_at", "prompt", "style", "aspect_ratio", "client_id"),
    *("provider", "edition", "refinement_count", "download_count"),
    *("voice_asset_id", "music_asset_id"),
)


class BoardsOut(Said):
    """A page of boards."""

    jobs: list[JobResponse]
    """The newest first."""

    next: str | None
    """Cursor of the following page; null on the last."""


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
            actual_cost=whole.costs.actual,
            refinement_count=board.refinement_count,
            download_count=board.download_count,
            video=_video_of(board),
        )


class QuoteOut(Said):
    """What a board would cost; nothing was begun."""

    scenes: int
    """Scenes, and so pictures."""

    seconds: float
    """Seconds of video."""

    images_cost: Dollars
    """Of all pictures, US dollars."""

    video_cost: Dollars
    """Of the video."""

    estimated_cost: Dollars
    """Of both, to the cent."""

    warnings: list[str]
    """What is worth knowing before."""

    @classmethod
    def of(cls, quote: Quote) -> Self:
        """A quote, told."""
        return cls(
            scenes=quote.scenes,
            seconds=float(quote.seconds),
            images_cost=quote.images_usd,
            video_cost=quote.video_usd,
            estimated_cost=quote.total_usd,
            warnings=quote.warnings,
        )


class EntryOut(Said):
    """One purchase."""

    id: str
    """Names it."""

    purpose: str
    """What was bought: the same for every attempt at it."""

    attempt: int
    """Counts the attempts."""

    provider: str
    """Who is paid."""

    state: EntryState
    """Where it is."""

    estimated_cost: Dollars
    """Expected, US dollars."""

    held_cost: Dollars
    """Kept back while the price is not known."""

    actual_cost: Dollars | None
    """Paid; null while that is not known."""

    prediction_id: str | None
    """The provider's name for it."""

    error: str | None
    """Why it came to nothing."""

    reserved_at: datetime
    """When its money was set aside."""

    settled_at: datetime | None
    """When its price was known."""

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """An entry of the ledger, told."""
        return cls(
            estimated_cost=entry.estimated,
            held_cost=entry.held if entry.state.is_open else Decimal(0),
            actual_cost=entry.actual,
            error=entry.error or None,
            **{name: getattr(entry, name) for name in _OF_ENTRY},
        )


_OF_ENTRY = (
    *("id", "purpose", "attempt", "provider", "state", "prediction_id"),
    *("reserved_at", "settled_at"),
)


class CostsOut(Said):
    """What a board has cost, and what it will."""

    estimated_cost: Dollars
    """Expected in all, US dollars."""

    actual_cost: Dollars
    """Paid so far."""

    held_cost: Dollars
    """Kept back for what is under way."""

    cost_to_come: Dollars
    """Yet to be paid until it is a video."""

    warnings: list[str]
    """What is worth knowing."""

    purchases: list[EntryOut]
    """Everything that was bought, failed and canceled attempts included."""

    @classmethod
    def of(cls, whole: Whole, entries: Sequence[Entry]) -> Self:
        """The money of a board, told."""
        return cls(
            estimated_cost=whole.board.estimated,
            actual_cost=whole.costs.actual,
            held_cost=whole.costs.held,
            cost_to_come=whole.to_come,
            warnings=warnings_of(whole.board, whole.costs.actual),
            purchases=[EntryOut.of(entry) for entry in entries],
        )


class BudgetOut(Said):
    """One budget, today."""

    whose: str
    """`user` or `day`, which is of all users together."""

    spent: Dollars
    """Spent or held, US dollars."""

    soft_limit: Dollars
    """Above it, a warning."""

    hard_limit: Dollars
    """Never more."""

    @classmethod
    def of(cls, budget: Budget) -> Self:
        """A budget, told."""
        return cls(
            whose=budget.whose,
            spent=budget.spent,
            soft_limit=budget.soft,
            hard_limit=budget.hard,
        )


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


class AssetOut(Said):
    """An upload."""

    id: str
    """Names it."""

    kind: AssetKind
    """What it is."""

    name: str
    """What its owner calls it."""

    content_type: str
    """As HTTP writes it."""

    size_bytes: int
    """Size of the file."""

    width: int | None
    """Pixels, of pictures and videos."""

    height: int | None
    """Pixels, of pictures and videos."""

    tags: list[str]
    """Words to find it by."""

    created_at: datetime
    """When it was uploaded."""

    url: str
    """Its content."""

    thumbnail_url: str | None
    """A small picture of it; null where there is none."""

    @classmethod
    def of(cls, asset: Asset) -> Self:
        """An asset, told."""
        own = f"/v1/storyboards/assets/{asset.id}"
        has_picture = asset.kind in {AssetKind.IMAGE, AssetKind.VIDEO}
        plain = {name: getattr(asset, name) for name in _OF_ASSET}
        return cls(
            **plain,
            tags=list(asset.tags),
            url=f"{own}/data",
            thumbnail_url=f"{own}/thumbnail" if has_picture else None,
        )


_OF_ASSET = (
    *("id", "kind", "name", "content_type", "size_bytes", "width", "height"),
    "created_at",
)


class AssetsOut(Said):
    """A page of assets."""

    assets: list[AssetOut]
    """The newest first."""

    next: str | None
    """Cursor of the following page; null on the last."""


def address(board_id: str) -> str:
    """The path of a board."""
    return f"/v1/storyboards/{board_id}"


def links_to(own: str, job_id: JobId) -> dict[str, str]:
    """Where something is, and its job with its events."""
    job = f"/v1/jobs/{quote(job_id)}"
    return {"self": own, "job": job, "events": f"{job}/events"}


def links_of(board_id: str, job_id: JobId) -> dict[str, str]:
    """Where a board is, and the job that works on it with its events."""
    return links_to(address(board_id), job_id)


def entry_of(row: SceneRow) -> StoryboardEntry:
    """A scene, told."""
    version = row.picture_key.rpartition("/")[2].partition(".")[0][:16] if row.picture_key else ""
    shown = f"{address(row.board_id)}/scenes/{row.number}/picture?v={version}"
    return StoryboardEntry(
        id=row.id,
        scene=row.scene,
        image_url=shown if row.has_picture else None,
        generation_status=row.picture_status,
        error=row.error or None,
    )


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


def warnings_of(board: Board, actual: Decimal) -> list[str]:
    """What is worth knowing of the cost of a board."""
    if not plan.is_over(actual, board.estimated):
        return []
    spent, expected = plan.rounded(actual), plan.rounded(board.estimated)
    return [f"Actual cost {spent} USD exceeds the estimate of {expected} USD by more than 20 %"]


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
    )
