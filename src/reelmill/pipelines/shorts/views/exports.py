"""Exports and the limit, told."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Self
from urllib.parse import urljoin

from reelmill.catalog.job import JobState
from reelmill.pipelines.shorts import delivery, rules
from reelmill.pipelines.shorts.records import Export, Kind
from reelmill.pipelines.shorts.rules import Usage
from reelmill.pipelines.shorts.views.common import ProgressOut, Said, links_of
from reelmill.services import Services


class ExportStatus(StrEnum):
    """Where an export stands."""

    PENDING = "pending"
    """It waits for a worker."""

    PROCESSING = "processing"
    """It is being made."""

    COMPLETED = "completed"
    """It can be downloaded."""

    FAILED = "failed"
    """It could not be made; its slot of the limit is free again."""

    CANCELED = "canceled"
    """It was stopped; its slot of the limit is free again."""


_EXPORT_STATUS: Final = {
    JobState.PENDING: ExportStatus.PENDING,
    JobState.IN_PROGRESS: ExportStatus.PROCESSING,
    JobState.COMPLETED: ExportStatus.COMPLETED,
    JobState.FAILED: ExportStatus.FAILED,
    JobState.CANCELED: ExportStatus.CANCELED,
}


class ExportOut(Said):
    """An export."""

    export_id: str
    """Names it."""

    kind: Kind
    """A short of one scene, or a reel of several."""

    scene_id: str | None
    """The scene; null of a reel."""

    video_id: str | None
    """The video; null of a reel."""

    title: str
    """Of a reel."""

    start_s: float
    """Seconds into the video at which it begins."""

    end_s: float
    """Seconds into the video at which it ends."""

    status: ExportStatus
    """Where it stands."""

    progress: ProgressOut
    """How far it is."""

    aspect_ratio_strategy: str | None
    """How the picture becomes vertical; null of a reel."""

    output_quality: str | None
    """How good it looks; null of a reel."""

    download_url: str | None
    """Works for an hour for whoever has it, and is made anew at each request; null before the
    export is completed."""

    video_url: str | None
    """Where a page of this site plays it; null before."""

    poster_url: str | None
    """Where a page of this site shows its picture; null before."""

    file_size_bytes: int | None
    """Size of the file; null before."""

    duration_s: float | None
    """Seconds, as decoded from the file; null before."""

    resolution: str | None
    """As `1080x1920`, as decoded from the file; null before."""

    error_message: str | None
    """Why it failed, at most 500 letters."""

    error_code: str | None
    """The same, for programs."""

    created_at: datetime
    """When it was asked for."""

    completed_at: datetime | None
    """When it ended, in whichever way."""

    expires_at: datetime
    """When everything of it is deleted."""

    job_id: str
    """The job that makes it."""

    links: dict[str, str]
    """Itself, and its job with its events."""

    @classmethod
    def of(cls, export: Export, here: Services, origin: str) -> Self:
        """A record, told, with a fresh link.

        Args:
            export: The record.
            here: Signs the link.
            origin: Where this site is reached, as `https://host/`.
        """
        link = delivery.download_link(here, export)
        video_url, poster_url = delivery.shown_at(export)
        return cls(
            export_id=export.id,
            status=_EXPORT_STATUS[export.state],
            progress=ProgressOut(
                stage=export.stage, done=export.done, total=export.total, message=export.message
            ),
            aspect_ratio_strategy=export.strategy or None,
            output_quality=export.quality or None,
            download_url=urljoin(origin, link) if link else None,
            video_url=video_url,
            poster_url=poster_url,
            file_size_bytes=export.size_bytes,
            resolution=f"{export.width}x{export.height}" if export.width else None,
            error_message=rules.failure_told(export),
            error_code=export.error_code or None,
            links=links_of(f"/v1/exports/{export.id}", export.job_id),
            **{name: getattr(export, name) for name in _AS_RECORDED},
        )


#: Fields of an export that are told as they are recorded.
_AS_RECORDED: Final = (
    "kind",
    "scene_id",
    "video_id",
    "title",
    "start_s",
    "end_s",
    "duration_s",
    "created_at",
    "completed_at",
    "expires_at",
    "job_id",
)


class ExportsOut(Said):
    """A page of exports, the newest first."""

    exports: list[ExportOut]
    """The exports."""

    next: str | None
    """Cursor of the following page; null on the last."""


class LimitsOut(Said):
    """How much of the limit is used."""

    limit: int
    """Exports in any 24 hours."""

    used: int
    """Exports that count now; those that failed or were canceled do not."""

    remaining: int
    """Exports that may be asked for now."""

    resets_at: datetime | None
    """When the oldest counts no more; null when none counts."""

    hours_until_reset: int
    """The same in whole hours, rounded up."""

    @classmethod
    def of(cls, usage: Usage, now: datetime) -> Self:
        """The count, told."""
        return cls(
            limit=usage.limit,
            used=usage.used,
            remaining=usage.remaining,
            resets_at=usage.resets_at,
            hours_until_reset=usage.hours_until_reset(now),
        )


class BatchItemOut(Said):
    """The answer to one export of many."""

    scene_id: str
    """The scene that was named."""

    status: int
    """As HTTP has it: 202 for a new export, 200 for one that was there, or why there is none."""

    export: ExportOut | None
    """The export, if there is one."""

    error: dict[str, Any] | None
    """`error_code`, `message` and `details`, if there is none."""


class BatchOut(Said):
    """The answers, in the order of the requests."""

    items: list[BatchItemOut]
    """One for each."""
