"""Highlight reels, told as the API before this one told them."""

from datetime import datetime
from enum import StrEnum
from typing import Final, Self
from urllib.parse import urljoin

from reelmill.catalog.job import JobState
from reelmill.pipelines.shorts import delivery, rules
from reelmill.pipelines.shorts.records import Export
from reelmill.pipelines.shorts.views.common import Said
from reelmill.services import Services


class ReelStatus(StrEnum):
    """Where a highlight reel stands."""

    QUEUED = "queued"
    """It waits for a worker."""

    PROCESSING = "processing"
    """It is being made."""

    DONE = "done"
    """It can be downloaded."""

    ERROR = "error"
    """It could not be made, or was stopped."""


class ReelAccepted(Said):
    """A highlight reel that will be made."""

    job_id: str
    """For `GET /v1/highlights/jobs/{job_id}`; also its `export_id`."""

    status: ReelStatus
    """Where it stands."""

    @classmethod
    def of(cls, export: Export) -> Self:
        """A record, told."""
        return cls(job_id=export.id, status=_REEL_STATUS[export.state])


class ReelProgress(Said):
    """How far a highlight reel is."""

    stage: str
    """`cutting`, `concat`, `upload` or `complete`."""

    done: int
    """Scenes or other units done so far."""

    total: int
    """Of so many, 0 when unknown."""


class ReelOutput(Said):
    """A finished highlight reel."""

    mp4_url: str
    """Works for an hour, and is made anew at each request."""

    storage_path: str
    """Where it lies in the store."""

    file_size_bytes: int
    """Size of the file."""

    duration_s: float
    """Seconds, as decoded from the file."""

    resolution: str
    """As `1280x720`."""

    expires_at: datetime
    """When it is deleted."""


class ReelError(Said):
    """Why a highlight reel was not made."""

    message: str
    """For people, at most 500 letters."""

    detail: str
    """At most 1000 letters."""


class ReelOut(Said):
    """A highlight reel, as it is now."""

    job_id: str
    """Names it; also its `export_id`."""

    status: ReelStatus
    """Where it stands."""

    progress: ReelProgress
    """How far it is."""

    output: ReelOutput | None
    """The reel, once it is done."""

    error: ReelError | None
    """Why there is none."""

    @classmethod
    def of(cls, export: Export, here: Services, origin: str) -> Self:
        """A record, told, with a fresh link."""
        link = delivery.download_link(here, export)
        return cls(
            job_id=export.id,
            status=_REEL_STATUS[export.state],
            progress=ReelProgress(
                stage=rules.reel_stage(export), done=export.done, total=export.total
            ),
            output=_output(export, urljoin(origin, link)) if link else None,
            error=_reel_error(export),
        )


_REEL_STATUS: Final = {
    JobState.PENDING: ReelStatus.QUEUED,
    JobState.IN_PROGRESS: ReelStatus.PROCESSING,
    JobState.COMPLETED: ReelStatus.DONE,
    JobState.FAILED: ReelStatus.ERROR,
    JobState.CANCELED: ReelStatus.ERROR,
}


def _output(export: Export, link: str) -> ReelOutput:
    return ReelOutput(
        mp4_url=link,
        storage_path=export.key,
        file_size_bytes=export.size_bytes or 0,
        duration_s=export.duration_s or 0.0,
        resolution=f"{export.width}x{export.height}",
        expires_at=export.expires_at,
    )


def _reel_error(export: Export) -> ReelError | None:
    if export.state is JobState.CANCELED:
        return ReelError(message="Export was canceled", detail="")
    told = rules.failure_told(export)
    return ReelError(message=told, detail=export.error_message[:1000]) if told else None
