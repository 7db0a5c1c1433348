"""What an operator may choose for the stories: `[pipelines.stories]`."""

from pydantic import BaseModel, ConfigDict, Field

from reelmill.pipelines.stories.spec import FRAME_RATE, RESOLUTION
from reelmill.services import Services

#: Bytes of a gigabyte.
GB = 1_000_000_000


class StoriesSettings(BaseModel):
    """The project, how it is watched, and how its stories are made."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    root: str = Field(default="stories", pattern=r"^([^/]+(/[^/]+)*)?$")
    """Where in the store the project lies: `raw/`, `scanned/`, ...; empty is the store itself."""

    settle_s: float = Field(default=5.0, ge=0.1, le=3600)
    """Seconds that a file must not change before it is taken."""

    scan_every_s: float = Field(default=60.0, ge=1, le=24 * 3600)
    """Seconds from one full look into `raw/` to the next, whatever was heard of changes."""

    resolution: str = Field(default=RESOLUTION, pattern=r"^[1-9][0-9]{1,4}x[1-9][0-9]{1,4}$")
    """Width and height of new tasks."""

    frame_rate: int = Field(default=FRAME_RATE, ge=1, le=60)
    """Frames a second of new tasks."""

    needs_music: bool = True
    """Whether a voice waits until its category has music."""

    ducking: bool = True
    """Whether music gives way to speech."""

    burn_captions: bool = False
    """Whether captions are drawn into the picture; that takes encoding all of it."""

    loudness_lufs: float = Field(default=-16.0, ge=-40, le=-5)
    """Integrated loudness of new stories."""

    true_peak_dbtp: float = Field(default=-1.5, ge=-9, le=0)
    """Highest true peak of new stories."""

    cache_gb: float = Field(default=50.0, ge=0, le=100_000)
    """Most that conformed clips may take in the store; those unused for longest go first."""

    local_cache_gb: float = Field(default=20.0, ge=0, le=100_000)
    """Most that copies of the store's files may take on a node, where the store has no files."""

    free_disk_gb: float = Field(default=5.0, ge=0, le=100_000)
    """A node with less room takes no new task."""

    max_file_gb: float = Field(default=20.0, gt=0, le=1000)
    """Largest file that is taken in."""

    max_page_mb: float = Field(default=10.0, gt=0, le=1000)
    """Largest page that a link may lead to."""

    upload_tries: int = Field(default=3, ge=1, le=100)
    """Times that a finished story is put into the store before the task fails."""


def settings_of(here: Services) -> StoriesSettings:
    """What the operator chose."""
    chosen: StoriesSettings = here.pipeline_settings["stories"]
    return chosen
