"""What callers send about boards. Pure."""

from decimal import Decimal
from enum import StrEnum
from itertools import product
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from reelmill.pipelines.storyboards.campaign import CampaignStatus
from reelmill.pipelines.storyboards.looks import LooksWish
from reelmill.pipelines.storyboards.spec import (
    MAX_SCENE_S,
    AspectRatio,
    CampaignId,
    Id,
    Platform,
    Quality,
    SceneSeconds,
    Text1000,
    Text2000,
    Tier,
    Title,
    Transition,
    VideoFormat,
)

#: Tags of one asset, and letters of one tag.
MAX_TAGS, TAG_LETTERS = 50, 100

Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Prompt = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=2000)]
LongPrompt = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=10, max_length=5000)
]
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


class Action(StrEnum):
    """What may be done with a board. Source: v3 router."""

    APPROVE = "APPROVE"
    CANCEL = "CANCEL"
    REGENERATE_SCENE = "REGENERATE_SCENE"


class ActionPayload(RegenerateWish):
    """Which scene, and what is to be otherwise in its next picture."""

    scene_id: Id
    """The scene."""


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

    title: Title | None = None
    """Text on the picture; empty for none."""

    picture_asset_id: Id | None = None
    """An uploaded picture that takes the place of its own."""

    last_picture_asset_id: Id | None = None
    """An uploaded picture that the scene ends in."""


class UploadsWish(BaseModel):
    """What boards of uploads have in common."""

    model_config = _body()

    prompt: LongPrompt | None = None
    """What the video is about; its name."""

    picture_asset_ids: Annotated[tuple[Id, ...], Field(max_length=1000)]
    """Uploaded pictures."""

    aspect_ratio: AspectRatio | None = None
    """Shape of the video; that of the platform, or 16:9."""

    platform: Platform | None = None
    """Where it will be shown."""

    tier: Tier = Tier.BALANCED
    """How good it is to be, where somebody is paid for it."""

    client_id: Annotated[str, Field(max_length=100)] | None = None
    """Whom it is for."""

    campaign_id: CampaignId | None = None
    """The campaign that it is of."""

    voice_asset_id: Id | None = None
    """An uploaded sound that speaks over the video."""

    music_asset_id: Id | None = None
    """An uploaded sound that plays under the video."""

    looks: LooksWish = LooksWish()
    """How the video looks beside its scenes, where it is made on this machine."""


class PairsWish(UploadsWish):
    """A board of pairs of pictures: each scene begins with one and ends in the next."""

    model_config = _body(
        {"picture_asset_ids": ["0" * 32, "1" * 32], "seconds_each": 5, "prompt": "Before and after"}
    )

    seconds_each: Annotated[int, Field(ge=1, le=MAX_SCENE_S)] = 5
    """Seconds of each scene."""


class PropertyWish(UploadsWish):
    """A tour of a property: seven scenes of five seconds, of fourteen photos or more."""

    model_config = _body({"picture_asset_ids": ["0" * 32], "prompt": "12 Harbour Street"})


class CampaignWish(BaseModel):
    """How a campaign is to be from now on."""

    model_config = _body({"hard_limit": 250, "soft_limit": 200, "client_id": "acme"})

    client_id: Annotated[str, Field(max_length=100)] | None = None
    """Whom it is for."""

    status: CampaignStatus = CampaignStatus.ACTIVE
    """Whether it goes on: no board is begun for one that is archived."""

    soft_limit: Annotated[Decimal, Field(ge=0, le=1_000_000)] | None = None
    """Above it, a warning, US dollars of all its time; null for none."""

    hard_limit: Annotated[Decimal, Field(ge=0, le=1_000_000)] | None = None
    """Never more; null for no limit of its own."""


class ActionWish(BaseModel):
    """Something to be done with a board, in the words of the API before this one."""

    model_config = _body(
        {"action": "APPROVE"},
        {
            "action": "REGENERATE_SCENE",
            "payload": {"scene_id": "0" * 32, "feedback": "warmer light"},
        },
    )

    action: Action
    """What."""

    payload: ActionPayload | None = None
    """Of `REGENERATE_SCENE`: which scene, and what is to be otherwise."""

    @model_validator(mode="after")
    def _names_its_scene(self) -> Self:
        if (self.action is Action.REGENERATE_SCENE) is (self.payload is None):
            raise ValueError("payload goes with REGENERATE_SCENE, and with nothing else")
        return self


class ExportWish(BaseModel):
    """How a copy of a video is wanted."""

    model_config = _body({"format": "webm", "quality": "low"})

    format: VideoFormat = VideoFormat.MP4
    """What it is packed in."""

    quality: Quality = Quality.MEDIUM
    """How good it is."""


class ExportsWish(BaseModel):
    """Several copies of a video at once: each format in each quality."""

    model_config = _body({"formats": ["mp4", "webm", "gif"], "qualities": ["medium"]})

    formats: Annotated[tuple[VideoFormat, ...], Field(min_length=1, max_length=len(VideoFormat))]
    """What they are packed in."""

    qualities: Annotated[tuple[Quality, ...], Field(min_length=1, max_length=len(Quality))] = (
        Quality.MEDIUM,
    )
    """How good they are."""

    @property
    def wishes(self) -> tuple[ExportWish, ...]:
        """One wish for each copy, none twice.

        >>> [one.quality.value for one in ExportsWish(formats=["gif", "gif"]).wishes]
        ['medium']
        """
        pairs = dict.fromkeys(product(self.formats, self.qualities))
        return tuple(ExportWish(format=kind, quality=quality) for kind, quality in pairs)


class CombineWish(BaseModel):
    """One video of the videos of several boards."""

    model_config = _body({"board_ids": ["0" * 32, "1" * 32], "transition": "crossfade"})

    board_ids: Annotated[tuple[Id, ...], Field(max_length=1000)]
    """Boards with finished videos, in their order: two at least, twenty at most."""

    transition: Transition = Transition.CUT
    """How each follows the one before, within its own beginning."""

    format: Literal[VideoFormat.MP4, VideoFormat.MOV, VideoFormat.WEBM] = VideoFormat.MP4
    """What it is packed in."""


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
