"""What callers send: the bodies of the API of videos, scenes and exports. Pure."""

from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from reelmill.media.subtitles import MOST_LETTERS
from reelmill.pipelines.shorts.spec import (
    MAX_REEL_SCENES,
    CropPlan,
    Quality,
    Seconds,
    Strategy,
)

#: Scenes that one request may export. Source: batch export API.
MAX_BATCH: Final = 50

#: Scenes that one request may join.
MAX_MERGED: Final = 50


def _body(*examples: dict[str, Any]) -> ConfigDict:
    return ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_extra={"examples": list(examples)},
    )


class VideoByAddress(BaseModel):
    """A video that is fetched."""

    model_config = _body({"url": "https://media.example/talk.mp4", "title": "Talk"})

    url: Annotated[str, Field(pattern=r"^https?://\S+$", max_length=2048)]
    """Where it lies, http or https, on the public internet."""

    title: Annotated[str, Field(max_length=200)] = ""
    """For people; the end of the address unless given."""


class SceneTimes(BaseModel):
    """A scene that is made by hand."""

    model_config = _body({"start_s": 12.5, "end_s": 42.0})

    start_s: Seconds
    """Seconds into the video at which it begins."""

    end_s: Seconds
    """Seconds into the video at which it ends."""


class SceneTrim(BaseModel):
    """Other times for a scene; what is not given stays."""

    model_config = _body({"end_s": 40.0})

    start_s: Seconds | None = None
    """Seconds into the video at which it begins."""

    end_s: Seconds | None = None
    """Seconds into the video at which it ends."""


class SceneMerge(BaseModel):
    """Scenes that become one."""

    model_config = _body({"scene_ids": ["0" * 32, "1" * 32]})

    scene_ids: Annotated[tuple[str, ...], Field(min_length=2, max_length=MAX_MERGED)]
    """They lie side by side in one video; in any order."""

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len(set(self.scene_ids)) != len(self.scene_ids):
            raise ValueError("a scene is named twice")
        return self


class ExportWish(BaseModel):
    """How a scene is exported."""

    model_config = _body(
        {"aspect_ratio_strategy": "center_crop", "output_quality": "high"},
        {"aspect_ratio_strategy": "smart_crop", "start_s": 12.5, "end_s": 42.0},
    )

    aspect_ratio_strategy: Strategy = Strategy.CENTER_CROP
    """How the picture becomes vertical."""

    output_quality: Quality = Quality.HIGH
    """How good it looks, and how large it is at most."""

    start_s: Seconds | None = None
    """Seconds into the video; inside of the scene, whose start it is unless given."""

    end_s: Seconds | None = None
    """Seconds into the video; inside of the scene, whose end it is unless given."""

    crop_plan: CropPlan | None = None
    """For `smart_crop`: the plan as it was given, or edited; one is made unless given."""

    captions: Annotated[str, Field(max_length=MOST_LETTERS)] | None = None
    """The text of an SRT or WebVTT file, whose times are those of the video; what of it is in this
    part is drawn over the picture."""


class BatchItem(ExportWish):
    """One export of many."""

    model_config = _body({"scene_id": "0" * 32, "output_quality": "medium"})

    scene_id: str
    """The scene."""


class Batch(BaseModel):
    """Exports that are asked for together; each is answered for itself."""

    model_config = _body({"items": [{"scene_id": "0" * 32, "output_quality": "medium"}]})

    items: Annotated[tuple[BatchItem, ...], Field(min_length=1, max_length=MAX_BATCH)]
    """In the order in which they take what is left of the limit."""


class ReelScene(BaseModel):
    """A part of a highlight reel."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    scene_id: str
    """The scene."""

    video_id: str
    """The video that it is of."""

    start_s: Seconds
    """Seconds into the video; clamped into the scene."""

    end_s: Seconds
    """Seconds into the video; clamped into the scene."""

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.end_s <= self.start_s:
            raise ValueError("end_s comes after start_s")
        return self


class ReelOptions(BaseModel):
    """What a highlight reel is like."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    container: Literal["mp4"] = "mp4"
    """The kind of file."""

    video_codec: Literal["h264"] = "h264"
    """How the picture is written."""

    audio_codec: Literal["aac"] = "aac"
    """How the sound is written."""

    target_height: Annotated[int, Field(ge=360, le=1080, multiple_of=2)] = 720
    """Height in pixels; the shape is 16:9."""


class ReelWish(BaseModel):
    """Scenes that become one highlight reel."""

    model_config = _body(
        {
            "title": "Best of",
            "scenes": [{"scene_id": "0" * 32, "video_id": "1" * 32, "start_s": 3, "end_s": 9.5}],
        }
    )

    scenes: Annotated[tuple[ReelScene, ...], Field(min_length=1, max_length=MAX_REEL_SCENES)]
    """What is shown, one after the other."""

    title: Annotated[str, Field(max_length=200)] = ""
    """For people, and in the file."""

    options: ReelOptions = ReelOptions()
    """What it is like."""
