"""What is recorded of boards, scenes, assets and money, as it is read back. Pure."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, NamedTuple

from reelmill.catalog.job import JobState
from reelmill.media.geometry import Size
from reelmill.pipelines.storyboards.looks import Looks
from reelmill.pipelines.storyboards.spec import (
    AspectRatio,
    PictureStatus,
    Platform,
    Scene,
    Tier,
    Transition,
    VideoStatus,
)
from reelmill.units import JobId, StoreKey


@dataclass(frozen=True, kw_only=True)
class NewBoard:
    """A board that was asked for."""

    id: str
    """32 hexadecimal digits."""

    owner: str
    """Whose it is, and whose budget it spends."""

    prompt: str
    """What the video is about."""

    duration_s: int
    """Seconds that were asked for."""

    style: str | None
    """Style of the pictures."""

    aspect_ratio: AspectRatio
    """Shape of pictures and video."""

    client_id: str | None
    """Whom it is for."""

    campaign_id: str | None
    """The campaign that it is of."""

    platform: Platform | None
    """Where it will be shown."""

    tier: Tier
    """How good it is to be."""

    group_id: str | None
    """Names the boards that were asked for together with it; None for one alone."""

    variation: int
    """Which of them it is, from 1."""

    variations: int
    """How many were asked for together."""

    brand_guidelines: dict[str, Any] | None
    """As they were given."""

    voice_asset_id: str | None
    """Speaks over the video."""

    music_asset_id: str | None
    """Plays under the video."""

    looks: Looks
    """How its video looks beside its scenes."""

    provider: str
    """Who makes its pictures and its video."""

    estimated: Decimal
    """What it is expected to cost, dollars."""

    job_id: JobId
    """The job that works on it, or did last."""

    created_at: datetime
    """When it was asked for."""


@dataclass(frozen=True, kw_only=True)
class Film:
    """The finished video of a board."""

    key: StoreKey
    """Where it lies."""

    content_type: str
    """As HTTP wants it."""

    edition: int
    """Which state of the board it shows."""

    width: int
    """Pixels."""

    height: int
    """Pixels."""

    duration_s: float
    """Seconds, from decoded frames."""

    frames: int
    """Decoded frames."""

    size_bytes: int
    """Size of the file."""

    differs: tuple[str, ...] = ()
    """In what it is not as it was ordered, a sentence each."""


@dataclass(frozen=True, kw_only=True)
class Board(NewBoard):
    """A board as it is known."""

    status: VideoStatus
    """Where it is."""

    message: str
    """One line for people, of the last thing that ended."""

    error_message: str
    """Why it failed; empty otherwise."""

    edition: int
    """Counts its changes, from 1; an approval is of one edition."""

    approved_edition: int | None
    """The edition that somebody approved."""

    approved_at: datetime | None
    """When that was."""

    eta_at: datetime | None
    """When the pictures at work should be there."""

    refinement_count: int
    """How often it was refined."""

    download_count: int
    """How often its video was read from the start."""

    film: Film | None
    """Its video; of an older edition when it was changed since."""

    updated_at: datetime
    """When anything of it changed."""

    job_state: JobState
    """Where its job stands."""

    stage: str
    """What its job is doing."""

    done: int
    """Units of the stage that are done."""

    total: int
    """Units of the stage, 0 when unknown."""

    job_message: str
    """What its job says, for people."""

    @property
    def is_approved(self) -> bool:
        """Whether somebody approved it as it is now."""
        return self.approved_edition == self.edition


class Picture(NamedTuple):
    """A picture that is a board's own."""

    key: StoreKey
    """Where it lies."""

    width: int | None
    """Pixels; None where that is not known."""

    height: int | None
    """Pixels."""

    @property
    def as_first(self) -> dict[str, Any]:
        """What a scene says of the picture that it begins with."""
        return {f"picture_{name}": value for name, value in self._asdict().items()}

    @property
    def as_last(self) -> dict[str, Any]:
        """What a scene says of the picture that it ends in."""
        return {f"last_{name}": value for name, value in self.as_first.items()}


@dataclass(frozen=True, kw_only=True)
class SceneRow:
    """A scene of a board."""

    id: str
    """32 hexadecimal digits; stays when scenes are reordered."""

    board_id: str
    """Its board."""

    number: int
    """Its place, from 1."""

    description: str
    """What happens, for people."""

    duration: Decimal
    """Seconds, hundredths at the finest."""

    image_prompt: str
    """What its picture is made from."""

    transition: Transition
    """How it follows the one before."""

    title: str
    """Text on the picture; empty for none."""

    picture_key: StoreKey | None
    """Where its picture lies."""

    picture_width: int | None = None
    """Pixels of its picture; None where that is not known."""

    picture_height: int | None = None
    """Pixels of its picture."""

    last_picture_key: StoreKey | None = None
    """Where the picture lies that it ends in; None where that is the same."""

    last_picture_width: int | None = None
    """Pixels of that."""

    last_picture_height: int | None = None
    """Pixels of that."""

    picture_status: PictureStatus
    """Where its picture is."""

    error: str
    """Why its picture failed; empty otherwise."""

    @property
    def has_picture(self) -> bool:
        """Whether its picture can be shown."""
        return self.picture_status is PictureStatus.COMPLETED and self.picture_key is not None

    @property
    def picture_sizes(self) -> list[Size]:
        """Sizes of its pictures, as far as they are known."""
        first, last = self.picture_width, self.last_picture_width
        return [
            *([Size(first, self.picture_height)] if first and self.picture_height else []),
            *([Size(last, self.last_picture_height)] if last and self.last_picture_height else []),
        ]

    @property
    def scene(self) -> Scene:
        """As the API speaks of it."""
        return Scene(
            scene_number=self.number,
            description=self.description,
            duration=self.duration,
            image_prompt=self.image_prompt,
            transition=self.transition,
            title=self.title,
        )


class EntryState(StrEnum):
    """Where a purchase is."""

    RESERVED = "reserved"
    """Its money is held; whether the provider took it is not known yet."""

    SUBMITTED = "submitted"
    """The provider took it, under a prediction's id."""

    SUCCEEDED = "succeeded"
    """Paid, and made."""

    FAILED = "failed"
    """It came to nothing at the provider; paid as far as the provider says."""

    CANCELED = "canceled"
    """Stopped; paid as far as the provider says."""

    VOID = "void"
    """The provider did not take it; nothing was paid."""

    UNDECIDED = "undecided"
    """Nobody can tell whether the provider took it: a person must decide."""

    @property
    def is_open(self) -> bool:
        """Whether it may still cost something."""
        return self in {EntryState.RESERVED, EntryState.SUBMITTED, EntryState.UNDECIDED}


@dataclass(frozen=True, kw_only=True)
class NewEntry:
    """A purchase that is about to be made, written before the provider is asked."""

    id: str
    """32 hexadecimal digits; the provider gets it as the key of the purchase."""

    board_id: str
    """For which board."""

    owner: str
    """Who pays."""

    job_id: JobId
    """The job that buys."""

    purpose: str
    """What is bought: the same for every attempt at the same thing."""

    attempt: int
    """Counts the attempts at it, from 1."""

    provider: str
    """Who is paid."""

    model: str
    """What makes it, as the price list calls it."""

    terms: str
    """The price of the model then, as JSON."""

    digest: str = ""
    """Checksum of what is asked, by which the same is known again; empty where it is not to be."""

    estimated: Decimal
    """What it should cost, dollars."""

    held: Decimal
    """What is kept back from the budgets until it is known, dollars."""

    reserved_at: datetime
    """When; its day is the day whose budget it is of."""


@dataclass(frozen=True, kw_only=True)
class Entry(NewEntry):
    """A purchase as it is known."""

    state: EntryState
    """Where it is."""

    actual: Decimal | None
    """What it cost, dollars; None while that is not known."""

    prediction_id: str | None
    """The provider's name for it."""

    outputs: tuple[str, ...]
    """Where what was made can be fetched."""

    error: str
    """Why it came to nothing; empty otherwise."""

    posted_at: datetime | None
    """When the provider was asked first; from then on it may have been bought."""

    leaves_until: datetime | None
    """Until when a request for it may leave; None when none is about to."""

    settled_at: datetime | None
    """When it became known what it cost."""

    collected_at: datetime | None
    """When what was made was brought home."""

    lost_at: datetime | None
    """When it was seen that what was made is no longer to be had."""

    @property
    def is_stray(self) -> bool:
        """Whether it was bought beside another by a request that left late."""
        return self.purpose.startswith(STRAY)


#: What the purpose of a purchase begins with: of a picture, of a film.
PICTURE: Final = "picture-"
FILM: Final = "film-"

#: What stands before the purpose of what was bought by a request that left late.
STRAY: Final = "stray-"


class Sum(NamedTuple):
    """Purchases of one kind in one state."""

    kind: str
    """`picture`, `film`, `stray` (by a request that left late) or `reuse` (bought before)."""

    state: str
    """Where they are."""

    number: int
    """How many."""

    usd: Decimal
    """Paid or held, dollars."""


@dataclass(frozen=True, kw_only=True)
class Costs:
    """What a board has cost."""

    actual: Decimal = Decimal(0)
    """Paid so far, dollars."""

    held: Decimal = Decimal(0)
    """Kept back for what is under way, dollars."""

    strays: int = 0
    """Purchases among it that were made by requests that left late."""

    strays_usd: Decimal = Decimal(0)
    """Paid or held for those, dollars."""


class AssetKind(StrEnum):
    """What an asset is."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"


@dataclass(frozen=True, kw_only=True)
class Asset:
    """A file that somebody uploaded."""

    id: str
    """32 hexadecimal digits."""

    owner: str
    """Whose it is."""

    kind: AssetKind
    """What it is."""

    name: str
    """What its owner calls it."""

    key: StoreKey
    """Where it lies."""

    content_type: str
    """As HTTP wants it."""

    size_bytes: int
    """Size of the file."""

    sha256: str
    """Checksum of the file."""

    width: int | None
    """Pixels, of pictures."""

    height: int | None
    """Pixels, of pictures."""

    tags: tuple[str, ...]
    """Words to find it by."""

    created_at: datetime
    """When it was uploaded."""
