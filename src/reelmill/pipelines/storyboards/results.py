"""What comes of work on a board. Pure."""

from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from reelmill.engine.words import ArtifactMade, VideoMade
from reelmill.pipelines.storyboards.spec import VideoStatus


class StoryboardsResult(BaseModel):
    """What one piece of work gave."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: VideoStatus
    """Where the board is afterwards."""

    message: str
    """One line for people."""

    cost_usd: Decimal = Decimal(0)
    """What this piece of work cost, failed attempts included."""

    video: VideoMade | None = None
    """Of a render or an export."""

    differs: tuple[str, ...] = ()
    """In what a rendered video is not as it was ordered, a sentence each."""

    artifacts: tuple[ArtifactMade, ...] = ()
    """The files, to be recorded when the job completes."""
