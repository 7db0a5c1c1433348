"""What is asked of the storyboards: a prompt, scenes, pictures, a video. Pure.

States, bounds and names are those of the API before this one. Source: `VideoStatus`, `Scene`,
`StoryboardEntry`, `GenerationRequest` and `VideoProgress` there.
"""

import json
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    RootModel,
    StringConstraints,
)

from reelmill.pipelines.storyboards.looks import LooksWish

#: The pipeline: its folder, its queue, its settings, the beginning of its jobs' ids.
STORYBOARDS: Final = "storyboards"

#: Fewest and most scenes that a draft has. Source: storyboard task.
MIN_SCENES, MAX_SCENES = 3, 10

#: Shortest and longest video, in seconds. Source: `GenerationRequest`.
MIN_DURATION_S, MAX_DURATION_S = 5, 300

#: Longest scene, in seconds. Source: `Scene`.
MAX_SCENE_S = 60

#: Longest video that is copied into a GIF, in seconds. Measured on drawn stills in motion: so long
#: a one has 4, 11 and 24 MB in the three qualities.
MAX_GIF_S = 30

#: Most videos that are combined into one, and the longest that comes of it, in seconds.
MAX_COMBINED, MAX_COMBINED_S = 20, 1800

#: Times that a storyboard may be refined. Source: refine endpoint.
MAX_REFINEMENTS = 5

#: Most boards that are drafted from one prompt at once. Source: product document.
MAX_VARIATIONS = 3

#: Letters of JSON that brand guidelines may be.
MAX_GUIDELINES_LETTERS = 20_000

#: What names a board, a scene, an asset or an entry of the ledger: 32 hexadecimal digits.
Id = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]

Text1000 = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)]
Text2000 = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]

#: What its owner calls a campaign; part of an address.
CampaignId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]

#: Seconds of a scene, exact; a number in JSON.
SceneSeconds = Annotated[
    Decimal,
    Field(gt=0, le=MAX_SCENE_S, decimal_places=2),
    PlainSerializer(float, return_type=float, when_used="json"),
]


class VideoStatus(StrEnum):
    """Where a board is on its way from prompt to video."""

    PENDING = "pending"
    PARSING = "parsing"
    GENERATING_STORYBOARD = "generating_storyboard"
    STORYBOARD_READY = "storyboard_ready"
    RENDERING = "rendering"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def is_working(self) -> bool:
        """Whether somebody works on the board, so that nobody may change it."""
        return self in _WORKING


_WORKING: Final = frozenset(
    {
        VideoStatus.PENDING,
        VideoStatus.PARSING,
        VideoStatus.GENERATING_STORYBOARD,
        VideoStatus.RENDERING,
    }
)


class PictureStatus(StrEnum):
    """Where the picture of a scene is."""

    PENDING = "pending"
    GENERATING = "generating"
    COMPLETED = "completed"
    FAILED = "failed"


class AspectRatio(StrEnum):
    """The shape of the video, width to height."""

    WIDE = "16:9"
    TALL = "9:16"
    SQUARE = "1:1"
    CLASSIC = "4:3"


class Tier(StrEnum):
    """How good pictures and videos are to be, and how dear they may be. Source: product document.

    Which models that means, the operator says; what is made on this machine is the same in all.
    """

    ECONOMY = "economy"
    BALANCED = "balanced"
    PREMIUM = "premium"


class Platform(StrEnum):
    """Where the video will be shown: `platforms.py` says what is shown there."""

    YOUTUBE = "youtube"
    YOUTUBE_SHORTS = "youtube_shorts"
    INSTAGRAM_REEL = "instagram_reel"
    INSTAGRAM_FEED = "instagram_feed"
    INSTAGRAM_STORY = "instagram_story"
    TIKTOK = "tiktok"
    FACEBOOK_FEED = "facebook_feed"
    LINKEDIN = "linkedin"
    X = "x"


class Transition(StrEnum):
    """How a scene follows the one before; its time is the beginning of the later scene's own.

    So the scenes' durations add up to the video's, whatever lies between them.
    """

    CUT = "cut"
    """At once."""

    CROSSFADE = "crossfade"
    """The one before fades into this one."""

    FADE = "fade"
    """The one before goes into black, this one comes out of it."""


class Scene(BaseModel):
    """One scene of a storyboard."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    scene_number: Annotated[int, Field(ge=1)]
    """Its place, from 1."""

    description: Text1000
    """What happens, for people."""

    duration: SceneSeconds
    """Seconds that it is shown, its transition included; hundredths at the finest."""

    image_prompt: Text2000
    """What its picture is made from."""

    transition: Transition = Transition.CUT
    """How it follows the one before; of the first, how the video begins."""

    title: Title = ""
    """Text shown on the picture; empty for none."""


class StoryboardEntry(BaseModel):
    """A scene, and where its picture is."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    id: Id
    """Stays when scenes are reordered."""

    scene: Scene
    """What is shown."""

    image_url: str | None = None
    """Where its picture is looked at."""

    thumbnail_url: str | None = None
    """Where a small copy of it is looked at."""

    last_image_url: str | None = None
    """Where the picture is looked at that it ends in, when that is another than it begins with."""

    last_thumbnail_url: str | None = None
    """Where a small copy of that is looked at."""

    generation_status: PictureStatus = PictureStatus.PENDING
    """Where its picture is."""

    error: Annotated[str, Field(max_length=500)] | None = None
    """Why its picture failed."""


def _small(guidelines: dict[str, Any]) -> dict[str, Any]:
    if len(json.dumps(guidelines)) > MAX_GUIDELINES_LETTERS:
        raise ValueError(f"brand guidelines have {MAX_GUIDELINES_LETTERS} letters of JSON at most")
    return guidelines


class GenerationRequest(BaseModel):
    """Draft a storyboard from a prompt."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    prompt: Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=5000)]
    """What the video is about."""

    duration: Annotated[int, Field(ge=MIN_DURATION_S, le=MAX_DURATION_S)] = 30
    """Seconds of the whole video."""

    style: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] | None = None
    """Style of the pictures, as `watercolour`."""

    aspect_ratio: AspectRatio = AspectRatio.WIDE
    """Shape of pictures and video."""

    client_id: Annotated[str, Field(max_length=100)] | None = None
    """Whom it is for, kept with the board."""

    campaign_id: CampaignId | None = None
    """The campaign that it is of, whose budget it spends where that has one."""

    platform: Platform | None = None
    """Where it will be shown: gives the shape, and limits the length."""

    tier: Tier = Tier.BALANCED
    """How good it is to be, where somebody is paid for it."""

    variations: Annotated[int, Field(ge=1, le=MAX_VARIATIONS)] = 1
    """So many boards of the same prompt, which differ in words, colours and camera."""

    brand_guidelines: Annotated[dict[str, Any], AfterValidator(_small)] | None = None
    """Kept with the board, and told to a model that drafts."""

    picture_asset_ids: Annotated[tuple[Id, ...], Field(max_length=MAX_SCENES)] = ()
    """Uploaded pictures that the first scenes show; the rest are made."""

    voice_asset_id: Id | None = None
    """An uploaded sound that speaks over the video."""

    music_asset_id: Id | None = None
    """An uploaded sound that plays under the video."""

    looks: LooksWish = LooksWish()
    """How the video looks beside its scenes, where it is made on this machine."""


class VideoProgress(BaseModel):
    """How far the work on a board is."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    current_stage: str = ""
    """A status, as `rendering`."""

    scenes_total: Annotated[int, Field(ge=0)] = 0
    """Scenes of the board."""

    scenes_completed: Annotated[int, Field(ge=0)] = 0
    """Scenes whose picture is there."""

    current_scene: Annotated[int, Field(ge=1)] | None = None
    """The scene at work."""

    estimated_completion_seconds: Annotated[int, Field(ge=0)] | None = None
    """Seconds that are left, as far as can be told."""

    message: Annotated[str, Field(max_length=200)] | None = None
    """One line for people."""


class VideoFormat(StrEnum):
    """What an export is packed in."""

    MP4 = "mp4"
    MOV = "mov"
    WEBM = "webm"
    GIF = "gif"


class Quality(StrEnum):
    """How good an export is."""

    LOW = "low"
    """Fits into 854x480 (or as many pixels of another shape), 1000 kbit/s, sound 128.

    Of a GIF: 320x180, 10 frames a second.
    """

    MEDIUM = "medium"
    """1280x720, 2500 kbit/s, sound 192. Of a GIF: 480x270, 12.5 frames a second."""

    HIGH = "high"
    """1920x1080, 5000 kbit/s, sound 256. Of a GIF: 640x360, 16 2/3 frames a second."""


class GivenScene(BaseModel):
    """A scene of pictures that were uploaded: it begins with one and may end in another."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    first_asset_id: Id
    """The picture that it begins with."""

    last_asset_id: Id | None = None
    """The picture that it ends in; None where it shows one alone."""

    description: Text1000
    """What happens, for people."""

    duration: SceneSeconds
    """Seconds that it is shown."""

    title: Title = ""
    """Text on the picture; empty for none."""


class DraftSpec(BaseModel):
    """Write the scenes of a new board, and make their pictures."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kind: Literal["draft"] = "draft"
    """Which work this is."""

    board_id: Id
    """The board."""

    request: GenerationRequest
    """What was asked."""

    given: tuple[GivenScene, ...] = ()
    """Its scenes, where they are not written but made of uploads."""

    group_id: Id | None = None
    """Names the boards that were asked for together; None for one alone."""

    variation: Annotated[int, Field(ge=1, le=MAX_VARIATIONS)] = 1
    """Which of them it is, from 1."""


class PictureSpec(BaseModel):
    """Make the picture of one scene anew."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kind: Literal["picture"] = "picture"
    """Which work this is."""

    board_id: Id
    """The board."""

    scene_id: Id
    """The scene."""

    edition: Annotated[int, Field(ge=1)]
    """Which state of the board it is made for."""


class RenderSpec(BaseModel):
    """Make the video of an approved board."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kind: Literal["render"] = "render"
    """Which work this is."""

    board_id: Id
    """The board."""

    edition: Annotated[int, Field(ge=1)]
    """Which state of the board was approved: two renders of one state are one job."""


class ExportSpec(BaseModel):
    """Make a copy of a finished video in another format or quality."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kind: Literal["export"] = "export"
    """Which work this is."""

    board_id: Id
    """The board."""

    edition: Annotated[int, Field(ge=1)]
    """Which state of the board is shown."""

    format: VideoFormat = VideoFormat.MP4
    """What it is packed in."""

    quality: Quality = Quality.MEDIUM
    """How good it is."""


class FilmNamed(BaseModel):
    """A finished video, named by its board."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    board_id: Id
    """The board."""

    edition: Annotated[int, Field(ge=1)]
    """Which state of the board it shows."""


class CombineSpec(BaseModel):
    """Make one video of the finished videos of several boards."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kind: Literal["combine"] = "combine"
    """Which work this is."""

    combination_id: Id
    """What comes of it; the same for the same request of the same user."""

    films: Annotated[tuple[FilmNamed, ...], Field(min_length=2, max_length=MAX_COMBINED)]
    """What is shown, in its order."""

    transition: Transition = Transition.CUT
    """How each follows the one before."""

    format: VideoFormat = VideoFormat.MP4
    """What it is packed in."""


class StoryboardsSpec(
    RootModel[
        Annotated[
            DraftSpec | PictureSpec | RenderSpec | ExportSpec | CombineSpec,
            Field(discriminator="kind"),
        ]
    ]
):
    """One piece of work on a board, or on the videos of several."""

    model_config = ConfigDict(frozen=True)

    @property
    def key(self) -> str:
        """The natural key.

        >>> StoryboardsSpec(RenderSpec(board_id="0" * 32, edition=2)).key[:9]
        'render-00'
        """
        match self.root:
            case DraftSpec(board_id=board):
                return f"draft-{board}"
            case PictureSpec(board_id=board, scene_id=scene, edition=edition):
                return f"picture-{board}-{scene}-{edition}"
            case RenderSpec(board_id=board, edition=edition):
                return f"render-{board}-{edition}"
            case ExportSpec(board_id=board, edition=edition, format=kind, quality=quality):
                return f"export-{board}-{edition}-{kind}-{quality}"
            case CombineSpec(combination_id=combination):
                return f"combine-{combination}"
