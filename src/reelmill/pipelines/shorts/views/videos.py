"""Videos and scenes, told."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, Self

from reelmill.catalog.job import JobState
from reelmill.pipelines.shorts.records import Origin, Scene, Video
from reelmill.pipelines.shorts.spec import MAX_SCENE_S
from reelmill.pipelines.shorts.views.common import FailureOut, ProgressOut, Said, links_of


class VideoStatus(StrEnum):
    """Where a video stands."""

    PENDING = "pending"
    """It waits to be looked into."""

    PROCESSING = "processing"
    """It is fetched, or looked into."""

    READY = "ready"
    """Its scenes can be exported."""

    FAILED = "failed"
    """It cannot be used; `error` says why."""

    CANCELED = "canceled"
    """Somebody stopped the look into it."""


_VIDEO_STATUS: Final = {
    JobState.PENDING: VideoStatus.PENDING,
    JobState.IN_PROGRESS: VideoStatus.PROCESSING,
    JobState.COMPLETED: VideoStatus.READY,
    JobState.FAILED: VideoStatus.FAILED,
    JobState.CANCELED: VideoStatus.CANCELED,
}


class SceneOut(Said):
    """A scene of a video."""

    scene_id: str
    """Names it."""

    video_id: str
    """Its video."""

    start_s: float
    """Seconds into the video at which it begins."""

    end_s: float
    """Seconds into the video at which it ends."""

    duration_s: float
    """Seconds from start to end."""

    origin: Origin
    """How it came about."""

    exportable: bool
    """False when all of it is longer than a short may be; a part of it can still be exported."""

    created_at: datetime
    """When it was recorded."""

    thumbnail_url: str
    """Its picture."""

    @classmethod
    def of(cls, scene: Scene) -> Self:
        """A record, told."""
        return cls(
            scene_id=scene.id,
            video_id=scene.video_id,
            start_s=scene.start_s,
            end_s=scene.end_s,
            duration_s=scene.duration_s,
            origin=scene.origin,
            exportable=scene.duration_s <= MAX_SCENE_S,
            created_at=scene.created_at,
            thumbnail_url=f"/v1/scenes/{scene.id}/thumbnail",
        )


class VideoOut(Said):
    """A video that was handed in."""

    video_id: str
    """Names it."""

    owner: str
    """Whose it is."""

    title: str
    """For people."""

    status: VideoStatus
    """Where it stands."""

    progress: ProgressOut
    """How far the look into it is."""

    error: FailureOut | None
    """Why it cannot be used, if so."""

    source_url: str | None
    """Where it was fetched from; null for an upload."""

    size_bytes: int | None
    """Size of the file; this and the facts below are null before they are known."""

    sha256: str | None
    """Checksum of the file."""

    width: int | None
    """Pixels, as a player shows it."""

    height: int | None
    """Pixels, as a player shows it."""

    duration_s: float | None
    """Seconds."""

    fps: float | None
    """Frames a second, on average."""

    has_audio: bool | None
    """Whether it has sound."""

    created_at: datetime
    """When it was handed in."""

    links: dict[str, str]
    """Itself, its file, its poster, and the job that looks into it with its events."""

    @classmethod
    def of(cls, video: Video) -> Self:
        """A record, told."""
        failed = video.state is JobState.FAILED
        return cls(
            video_id=video.id,
            owner=video.owner,
            title=video.title,
            status=_VIDEO_STATUS[video.state],
            progress=ProgressOut(stage=video.stage, done=video.done, total=video.total),
            error=FailureOut(code=video.error_code, message=video.error_message)
            if failed
            else None,
            source_url=video.source_url,
            size_bytes=video.size_bytes,
            sha256=video.sha256,
            width=video.width,
            height=video.height,
            duration_s=video.duration_s,
            fps=video.fps,
            has_audio=video.has_audio,
            created_at=video.created_at,
            links={
                **links_of(f"/v1/videos/{video.id}", video.job_id),
                "source": f"/v1/videos/{video.id}/source",
                "poster": f"/v1/videos/{video.id}/poster",
            },
        )


class VideoWithScenesOut(VideoOut):
    """A video, with its scenes."""

    scenes: list[SceneOut]
    """From its start to its end."""

    @classmethod
    def with_scenes(cls, video: Video, scenes: Sequence[Scene]) -> Self:
        """Records, told."""
        told = VideoOut.of(video).model_dump()
        return cls(**told, scenes=[SceneOut.of(scene) for scene in scenes])


class VideosOut(Said):
    """A page of videos, the newest first."""

    videos: list[VideoOut]
    """The videos."""

    next: str | None
    """Cursor of the following page; null on the last."""
