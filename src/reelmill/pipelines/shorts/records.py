"""What is recorded of videos, scenes and exports, as it is read back. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reelmill.catalog.job import JobState
from reelmill.units import JobId, StoreKey


class Origin(StrEnum):
    """How a scene came about."""

    DETECTED = "detected"
    """Found where the picture changes."""

    MANUAL = "manual"
    """Given, or trimmed, by a person."""

    MERGED = "merged"
    """Joined from scenes that stood side by side."""


class Kind(StrEnum):
    """What an export makes."""

    EXPORT = "export"
    """A vertical short of one scene."""

    REEL = "reel"
    """One video of several scenes."""


@dataclass(frozen=True, kw_only=True)
class NewVideo:
    """A video that was handed in and not yet looked into."""

    id: str
    """32 hexadecimal digits."""

    owner: str
    """Whose it is."""

    title: str
    """For people; what its owner, or else its file, calls it."""

    source_key: StoreKey
    """Where the file lies, or will lie."""

    source_url: str | None
    """Where it is fetched from; None for an upload."""

    size_bytes: int | None
    """Size of the file; None before it is fetched."""

    sha256: str | None
    """Checksum of the file; None before it is fetched."""

    job_id: JobId
    """The job that looks into it."""

    created_at: datetime
    """When it was handed in."""


@dataclass(frozen=True, kw_only=True)
class Video(NewVideo):
    """A video as it is known."""

    width: int | None
    """Pixels, as a player shows it; None before it was looked into, as all facts."""

    height: int | None
    """Pixels, as a player shows it."""

    duration_s: float | None
    """Seconds."""

    fps: float | None
    """Frames a second, on average."""

    has_audio: bool | None
    """Whether it has sound."""

    poster_key: StoreKey | None
    """Where its picture lies."""

    state: JobState
    """Where the job stands that looks into it."""

    stage: str
    """What that job is doing."""

    done: int
    """Units of the stage that are done."""

    total: int
    """Units of the stage, 0 when unknown."""

    error_code: str
    """Why it cannot be used; empty otherwise."""

    error_message: str
    """The same, for people."""

    @property
    def is_ready(self) -> bool:
        """Whether scenes of it can be exported."""
        return self.duration_s is not None


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A part of a video."""

    id: str
    """32 hexadecimal digits."""

    video_id: str
    """The video."""

    start_s: float
    """Seconds into the video at which it begins."""

    end_s: float
    """Seconds into the video at which it ends."""

    thumbnail_key: StoreKey | None
    """Where its picture lies; None when it is made at the first look."""

    origin: Origin
    """How it came about."""

    created_at: datetime
    """When it was recorded."""

    @property
    def duration_s(self) -> float:
        """Seconds from start to end."""
        return self.end_s - self.start_s


@dataclass(frozen=True, kw_only=True)
class NewExport:
    """An export that was asked for."""

    id: str
    """32 hexadecimal digits; names the file."""

    owner: str
    """Whose it is, and whose limit it counts against."""

    kind: Kind
    """What is made."""

    title: str = ""
    """Of a reel; empty otherwise."""

    video_id: str | None = None
    """The video, where there is only one."""

    scene_id: str | None = None
    """The scene, of a short."""

    start_s: float = 0.0
    """Seconds into the video at which it begins; 0 of a reel."""

    end_s: float = 0.0
    """Seconds into the video at which it ends; the whole length of a reel."""

    strategy: str = ""
    """How the picture becomes vertical; empty of a reel."""

    quality: str = ""
    """How good it looks; empty of a reel."""

    digest: str
    """The same for the same request."""

    job_id: JobId
    """The job that makes it."""

    created_at: datetime
    """When it was asked for first."""

    expires_at: datetime
    """When all of it is deleted."""


@dataclass(frozen=True, kw_only=True)
class Export(NewExport):
    """An export as it is known."""

    completed_at: datetime | None
    """When it ended, in whichever way; None before."""

    expired_at: datetime | None
    """When its files were deleted; None while they may be there."""

    deleted_at: datetime | None
    """When its owner deleted it; None otherwise."""

    key: str
    """Where the file lies; empty before there is one."""

    size_bytes: int | None
    """Size of the file."""

    duration_s: float | None
    """Seconds, as decoded from the file."""

    width: int | None
    """Pixels, as decoded from the file."""

    height: int | None
    """Pixels, as decoded from the file."""

    state: JobState
    """Where its job stands."""

    stage: str
    """What the job is doing."""

    done: int
    """Units of the stage that are done."""

    total: int
    """Units of the stage, 0 when unknown."""

    message: str
    """One line for people."""

    error_code: str
    """Why it failed; empty when it did not."""

    error_message: str
    """The same, for people."""
