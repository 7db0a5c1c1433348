"""What is asked of the shorts, and what can be wrong; `results` is what comes back. Pure."""

from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, RootModel, model_validator

from reelmill.errors import BadMedia, Refused
from reelmill.media.subtitles import MOST_OF_ONE
from reelmill.units import StoreKey

#: The pipeline: its folder, its queue, its settings, the beginning of its jobs' ids.
SHORTS: Final = "shorts"

#: Longest scene that may become a short, in seconds. Source: export API, validation step 5.
MAX_SCENE_S = 180.0

#: Shortest scene, in seconds: a short of less is a still.
MIN_SCENE_S = 0.1

#: Scenes that one highlight reel may join. Source: highlights API.
MAX_REEL_SCENES = 50

#: Captions that one short may show: one for each of its fastest words.
MAX_CAPTIONS = 1000

#: Key frames that a crop plan may have: one for each frame of the longest scene at 60 a second.
MAX_KEYFRAMES = 10_800

Seconds = Annotated[float, Field(ge=0, le=24 * 3600, allow_inf_nan=False)]
Pixels = Annotated[int, Field(ge=0, le=16_384)]
Id = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class SceneTooLong(Refused):
    """The scene is longer than a short may be.

    Args:
        scene_duration_s: Seconds that were asked for.
        max_duration_s: Seconds that are allowed.
    """

    @property
    def message(self) -> str:
        """As old clients know it. Source: export API, validation step 5."""
        asked, most = self.facts.get("scene_duration_s", 0.0), self.facts.get("max_duration_s", 0.0)
        return f"Scene duration ({asked:.1f}s) exceeds YouTube Shorts maximum ({most:g}s)"


class SceneTooShort(Refused):
    """The scene is too short to be a video."""


class OutsideVideo(Refused):
    """The times lie outside of the video or of the scene."""


class BadCropPlan(Refused):
    """The crop plan does not fit the video."""


class NoPicture(BadMedia):
    """The file has sound but no picture, so there is nothing to crop."""


class NoCaptions(Refused):
    """No caption is shown in this part of the video."""


class TooLargeForQuality(BadMedia):
    """The short cannot be made small enough for the quality that was asked for."""


class Strategy(StrEnum):
    """How a picture of another shape becomes a vertical one."""

    CENTER_CROP = "center_crop"
    """The middle is cut out; the sides are lost."""

    LETTERBOX = "letterbox"
    """All is kept; bars fill the rest."""

    BLUR_FILL = "blur_fill"
    """All is kept; the picture itself, large and blurred, fills the rest."""

    SMART_CROP = "smart_crop"
    """The window that is cut out follows the subject."""


class Quality(StrEnum):
    """How good a short looks, and how large it may be."""

    HIGH = "high"
    """CRF 18, 192 kbit/s of sound, never above 60 MB."""

    MEDIUM = "medium"
    """CRF 23, 128 kbit/s of sound, never above 30 MB."""


class CropKeyframe(BaseModel):
    """Where the crop window is at one moment."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    at_s: Seconds
    """Seconds from the start of the cut."""

    x: Pixels
    """Pixels left of the window, in the picture as a player shows it."""

    y: Pixels = 0
    """Pixels above the window."""

    jump: bool = False
    """True: the window is here at once, as at a cut. False: it glides here from the one before."""

    confidence: float = Field(default=1.0, ge=0, le=1)
    """How sure the planner is that the subject is inside."""

    reason: str = Field(default="edited", max_length=80)
    """What the window follows: `face`, `motion`, `saliency`, `center`, `edited`."""


class CropPlan(BaseModel):
    """The path of the crop window through one cut."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    source_width: Annotated[int, Field(ge=2, le=16_384)]
    """Width of the picture as a player shows it, in pixels."""

    source_height: Annotated[int, Field(ge=2, le=16_384)]
    """Height of the picture as a player shows it, in pixels."""

    window_width: Annotated[int, Field(ge=2, le=16_384)]
    """Width of the window in pixels; even."""

    window_height: Annotated[int, Field(ge=2, le=16_384)]
    """Height of the window in pixels; even."""

    keyframes: Annotated[tuple[CropKeyframe, ...], Field(min_length=1, max_length=MAX_KEYFRAMES)]
    """In the order of time, the first at 0."""

    confidence: float = Field(default=1.0, ge=0, le=1)
    """How sure the planner is, over all."""

    reason: str = Field(default="edited", max_length=200)
    """One sentence on how the plan came about."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        times = [key.at_s for key in self.keyframes]
        if times[0] != 0 or any(b <= a for a, b in pairwise(times)):
            raise ValueError("key frames begin at 0 and each comes after the one before")
        return self


class Caption(BaseModel):
    """What is to be read in a short for a while."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    start_s: Seconds
    """Seconds from the start of the cut at which it appears."""

    end_s: Seconds
    """Seconds from the start of the cut at which it goes."""

    text: Annotated[str, Field(min_length=1, max_length=MOST_OF_ONE)]
    """One or more lines, without marks of style."""


class IngestSpec(BaseModel):
    """Look into an uploaded video: what it is, a poster, its scenes."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kind: Literal["ingest"] = "ingest"
    """Which work this is."""

    video_id: Id
    """The video."""

    source_key: StoreKey
    """Where the file lies, or is put when it is fetched."""

    source_url: Annotated[str, Field(max_length=2048)] | None = None
    """Where it is fetched from first; None for an upload, which lies there already."""

    title: Annotated[str, Field(max_length=200)] = ""
    """For people."""

    size_bytes: Annotated[int, Field(ge=0)] | None = None
    """Size of an upload."""

    sha256: str | None = None
    """Checksum of an upload."""


class Cut(BaseModel):
    """A part of one video."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    source_key: StoreKey
    """Where the video lies."""

    scene_id: Id | None = None
    """The scene it is of, for the record."""

    start_s: Seconds
    """Seconds into the video at which it begins; the frame on screen then is the first."""

    end_s: Seconds
    """Seconds into the video at which it ends; the frame that begins then is not in it."""

    @property
    def duration_s(self) -> float:
        """Seconds from start to end."""
        return self.end_s - self.start_s


class ExportSpec(BaseModel):
    """Make one vertical short of one cut."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kind: Literal["export"] = "export"
    """Which work this is."""

    export_id: Id
    """The export; names the file."""

    user_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.@-]{0,127}$")]
    """Whose it is; names the folder."""

    cut: Cut
    """What is shown."""

    strategy: Strategy = Strategy.CENTER_CROP
    """How it becomes vertical."""

    quality: Quality = Quality.HIGH
    """How good, and how large at most."""

    crop_plan: CropPlan | None = None
    """For `smart_crop`: the path to take; without it, one is planned."""

    captions: Annotated[tuple[Caption, ...], Field(max_length=MAX_CAPTIONS)] = ()
    """In order, one at a time; drawn over the picture."""


class ReelSpec(BaseModel):
    """Join several cuts, each kept whole in its own shape, to one highlight reel."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kind: Literal["reel"] = "reel"
    """Which work this is."""

    export_id: Id
    """The export; names the file."""

    user_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.@-]{0,127}$")]
    """Whose it is; names the folder."""

    title: str = Field(default="", max_length=200)
    """For people, and in the file."""

    cuts: Annotated[tuple[Cut, ...], Field(min_length=1, max_length=MAX_REEL_SCENES)]
    """What is shown, one after the other."""

    target_height: Annotated[int, Field(ge=360, le=1080, multiple_of=2)] = 720
    """Height of the reel in pixels; its shape is 16:9."""


class ShortsSpec(
    RootModel[Annotated[IngestSpec | ExportSpec | ReelSpec, Field(discriminator="kind")]]
):
    """One piece of work on videos, scenes and shorts."""

    model_config = ConfigDict(frozen=True)

    @property
    def key(self) -> str:
        """The natural key.

        >>> ShortsSpec(IngestSpec(video_id="0" * 32, source_key="shorts/a")).key[:12]
        'ingest-00000'
        """
        match self.root:
            case IngestSpec(video_id=video_id):
                return f"ingest-{video_id}"
            case ExportSpec(export_id=export_id) | ReelSpec(export_id=export_id):
                return f"{self.root.kind}-{export_id}"
