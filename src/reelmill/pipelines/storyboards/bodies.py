"""What callers send about boards. Pure."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from reelmill.pipelines.storyboards.spec import (
    Id,
    Quality,
    SceneSeconds,
    Text1000,
    Text2000,
    Transition,
    VideoFormat,
)

#: Tags of one asset, and letters of one tag.
MAX_TAGS, TAG_LETTERS = 50, 100

Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Prompt = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=2000)]
Description = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=10, max_length=1000)
]


def _body(*examples: dict[str, Any]) -> ConfigDict:
    return ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_extra={"examples": list(examples)},
    )


class RefineWish(BaseModel):
    """Other words for one scene; another prompt makes its picture anew."""

    model_config = _body({"scene_number": 2, "new_image_prompt": "A lighthouse at dawn, wide"})

    scene_number: Annotated[int, Field(ge=1)]
    """The scene."""

    new_image_prompt: Prompt | None = None
    """What its picture is made from."""

    new_description: Description | None = None
    """What happens in it."""


class OrderWish(BaseModel):
    """Another order of the scenes."""

    model_config = _body({"scene_order": [3, 1, 2]})

    scene_order: Annotated[tuple[int, ...], Field(min_length=1, max_length=1000)]
    """The present numbers of all scenes, in the order that is wanted."""


class RegenerateWish(BaseModel):
    """What is to be otherwise in the next picture of a scene."""

    model_config = _body({"feedback": "warmer light, no people"})

    feedback: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] = ""
    """Added to the prompt, for good."""

    constraints: Annotated[dict[Short, Short], Field(max_length=20)] = Field(default_factory=dict)
    """Named wishes, as `{"palette": "blue"}`; added likewise."""

    @property
    def words(self) -> str:
        """All of it in one line.

        >>> RegenerateWish(feedback="warmer", constraints={"palette": "blue"}).words
        'warmer, palette: blue'
        """
        named = [f"{name}: {value}" for name, value in sorted(self.constraints.items())]
        return ", ".join(filter(None, [self.feedback, *named]))


class SceneWish(BaseModel):
    """Other values for a scene; what is not given stays."""

    model_config = _body({"duration": 4.5, "transition": "crossfade", "title": "By the sea"})

    description: Text1000 | None = None
    """What happens, for people."""

    duration: SceneSeconds | None = None
    """Seconds that it is shown."""

    image_prompt: Text2000 | None = None
    """What its picture is made from, when it is made the next time."""

    transition: Transition | None = None
    """How it follows the one before."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] | None = None
    """Text on the picture; empty for none."""

    picture_asset_id: Id | None = None
    """An uploaded picture that takes the place of its own."""


class ExportWish(BaseModel):
    """How a copy of a video is wanted."""

    model_config = _body({"format": "webm", "quality": "low"})

    format: VideoFormat = VideoFormat.MP4
    """What it is packed in."""

    quality: Quality = Quality.MEDIUM
    """How good it is."""


class DecideWish(BaseModel):
    """A person's word for what a provider cannot tell."""

    model_config = _body({"prediction_id": None}, {"prediction_id": "gm3qorzdhgbfurvjtvhg6dckhu"})

    prediction_id: Annotated[str, Field(min_length=1, max_length=200)] | None
    """What the provider calls it; null when it was not bought."""


class SoundsWish(BaseModel):
    """What is heard over the video; null for nothing."""

    model_config = _body({"voice_asset_id": None, "music_asset_id": "0" * 32})

    voice_asset_id: Id | None = None
    """Speaks."""

    music_asset_id: Id | None = None
    """Plays under it."""

    @model_validator(mode="after")
    def _not_the_same(self) -> Self:
        if self.voice_asset_id and self.voice_asset_id == self.music_asset_id:
            raise ValueError("voice and music are two files")
        return self
