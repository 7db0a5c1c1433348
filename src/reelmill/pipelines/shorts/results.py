"""What comes of work on videos, scenes and exports. Pure."""

from pydantic import BaseModel, ConfigDict

from reelmill.engine.words import ArtifactMade, VideoMade
from reelmill.pipelines.shorts.spec import CropPlan
from reelmill.units import StoreKey


class SceneFound(BaseModel):
    """A scene that was found in a video."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start_s: float
    """Seconds into the video at which it begins."""

    end_s: float
    """Seconds into the video at which it ends."""

    thumbnail_key: StoreKey
    """Where its picture lies."""


class VideoFacts(BaseModel):
    """What a video is, as it was decoded."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    width: int
    """Pixels, as a player shows it: turned and stretched."""

    height: int
    """Pixels, as a player shows it."""

    duration_s: float
    """Seconds, from its packets."""

    fps: float
    """Frames a second, on average."""

    has_audio: bool
    """Whether it has sound that can be decoded."""

    poster_key: StoreKey
    """Where its picture lies."""

    size_bytes: int
    """Size of the file."""

    sha256: str
    """Checksum of the file."""


class ShortsResult(BaseModel):
    """What one piece of work gave."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    video: VideoFacts | None = None
    """Of an ingest."""

    scenes: tuple[SceneFound, ...] = ()
    """Of an ingest."""

    made: VideoMade | None = None
    """Of an export or a reel."""

    crop_plan: CropPlan | None = None
    """The path that was taken, of a smart crop."""

    artifacts: tuple[ArtifactMade, ...] = ()
    """The files, to be recorded when the job completes."""
