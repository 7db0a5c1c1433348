"""The port to whoever makes pictures and films: what is asked, what comes back, what goes wrong.

A provider is paid by the prediction. So the one rule of the port is that nobody asks twice
without knowing: `submit` either gives the id of what was bought, or raises what tells whether
something may have been bought all the same, and then `find` looks for it.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal, NamedTuple, NewType, Protocol

from pydantic import BaseModel, ConfigDict, Field

from reelmill.errors import LimitReached, Refused, Unavailable
from reelmill.pipelines.storyboards.looks import Resolution, Watermark
from reelmill.pipelines.storyboards.settings import ModelPrice
from reelmill.pipelines.storyboards.spec import AspectRatio, Tier, Transition
from reelmill.units import StoreKey

#: What a provider calls a prediction.
PredictionId = NewType("PredictionId", str)

#: What stands before the key of an output that lies in our own store, where an address would be.
STORED = "store:"

_FROZEN = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class RateLimited(LimitReached):
    """The provider takes no more requests for a while; nothing was bought.

    Args:
        wait_s: Seconds to wait before the next request.
    """

    retryable = True

    @property
    def wait_s(self) -> float:
        """Seconds to wait before the next request."""
        return float(self.facts.get("wait_s", 0.0))


class ProviderUnavailable(Unavailable):
    """The provider does not answer; nothing was bought."""


class AnswerLost(Unavailable):
    """The provider may have taken the request, but its answer was lost."""

    retryable = False


class CannotTell(Unavailable):
    """The provider cannot tell whether it took a request; a person must decide."""

    retryable = False


class RequestRefused(Refused):
    """The provider refuses the request; nothing was bought."""


class PredictionState(StrEnum):
    """How far a prediction is."""

    STARTING = "starting"
    """Bought, and not begun."""

    PROCESSING = "processing"
    """Being worked on."""

    SUCCEEDED = "succeeded"
    """Done; outputs can be fetched for a while."""

    FAILED = "failed"
    """Came to nothing; `error` says why."""

    CANCELED = "canceled"
    """Stopped, by us or by a limit."""

    @property
    def ended(self) -> bool:
        """Whether nothing will change any more."""
        return self not in {PredictionState.STARTING, PredictionState.PROCESSING}


class PictureRequest(BaseModel):
    """A picture that is wanted."""

    model_config = _FROZEN

    kind: Literal["picture"] = "picture"
    """Tells it from a film, in JSON."""

    prompt: str = Field(min_length=1, max_length=2200)
    """What it shows."""

    aspect_ratio: AspectRatio = AspectRatio.WIDE
    """Its shape."""

    number: int = Field(default=1, ge=1)
    """The scene that it is for, which a drawn picture may show."""

    scenes: int = Field(default=1, ge=1)
    """How many scenes there are in all."""

    take: int = Field(default=0, ge=0)
    """Another one gives another picture of the same words, where the provider draws by rule."""

    resolution: Resolution = Resolution.P1080
    """The film that it is for, where the provider draws by rule."""

    tier: Tier = Tier.BALANCED
    """How good it is to be."""


class Shot(BaseModel):
    """One scene of a film that is wanted."""

    model_config = _FROZEN

    picture_key: StoreKey
    """The picture, in the store."""

    picture_url: str = ""
    """A link from which a provider may fetch it; empty where none is needed."""

    last_picture_key: StoreKey | None = None
    """The picture that it ends in, in the store; None where that is the same."""

    last_picture_url: str = ""
    """A link to that."""

    prompt: str = ""
    """What happens."""

    title: str = Field(default="", max_length=120)
    """A line shown over the picture; empty for none."""

    frames: int = Field(ge=1)
    """How long it is on screen, in frames of the film."""

    transition: Transition = Transition.CUT
    """How it follows the one before, within its own frames."""


class FilmRequest(BaseModel):
    """A film that is wanted."""

    model_config = _FROZEN

    kind: Literal["film"] = "film"
    """Tells it from a picture, in JSON."""

    shots: tuple[Shot, ...] = Field(min_length=1)
    """Its scenes, in order."""

    aspect_ratio: AspectRatio = AspectRatio.WIDE
    """Its shape."""

    resolution: Resolution = Resolution.P1080
    """How large it is, where it is made by rule."""

    tier: Tier = Tier.BALANCED
    """How good it is to be."""

    camera: int = Field(default=0, ge=0)
    """Another one gives other journeys of the camera, where the film is made by rule."""

    prompt: str = ""
    """What the whole is about."""

    voice_key: StoreKey | None = None
    """Speech, in the store; None for none."""

    music_key: StoreKey | None = None
    """Music, in the store, which gives way to the voice; None for none."""

    watermark_key: StoreKey | None = None
    """A picture over the whole film, in the store; None for none."""

    watermark: Watermark | None = None
    """How it lies there."""

    fade_in_frames: int = Field(default=0, ge=0)
    """Frames in which it comes out of black, where it is made by rule."""

    fade_out_frames: int = Field(default=0, ge=0)
    """Frames in which it goes into black at its end, where it is made by rule."""

    @property
    def frames(self) -> int:
        """How long the film is, in frames."""
        return sum(shot.frames for shot in self.shots)


#: What may be asked of a provider.
ProviderRequest = PictureRequest | FilmRequest

#: Frames a second of every film.
FILM_RATE = 30


class Prediction(BaseModel):
    """What a provider says of what was bought."""

    model_config = _FROZEN

    id: PredictionId
    """The provider's name for it."""

    state: PredictionState
    """How far it is."""

    output_urls: tuple[str, ...] = ()
    """Where what was made can be fetched; or `STORED` and a key, when it lies in our store."""

    cost: Decimal = Decimal(0)
    """US dollars that it costs as far as is known; final once it has ended."""

    error: str = ""
    """Why it failed; empty otherwise."""


class Offer(NamedTuple):
    """At what a provider makes something."""

    model: str
    """What makes it, as the price list calls it."""

    terms: ModelPrice
    """Its price."""

    usd: Decimal
    """What it costs when it succeeds, dollars."""

    @property
    def most_usd(self) -> Decimal:
        """What it may cost at most, dollars."""
        return self.terms.most(self.usd)


class Found(NamedTuple):
    """Something that was bought of a provider, found in its list."""

    key: str
    """The key under which it was bought."""

    seen: Prediction
    """What the provider says of it."""

    made_at: datetime
    """When it was bought."""


def let_pass() -> None:
    """Nothing stands against sending a request."""


class Provider(Protocol):
    """Who makes pictures and films.

    All of it may be called again after a crash. No call takes longer than its own time limit.
    """

    @property
    def name(self) -> str:
        """As it stands in the settings and in the ledger."""
        ...

    def offer(self, request: ProviderRequest) -> Offer:
        """What a request will cost, and of which model.

        Raises:
            RequestRefused: the model has no price.
        """
        ...

    def submit(
        self,
        request: ProviderRequest,
        idempotency_key: str,
        before_leaving: Callable[[], None] = let_pass,
    ) -> PredictionId:
        """Ask for something, once: this buys it.

        Args:
            request: What is wanted.
            idempotency_key: Another one for each purchase; `find` knows it again.
            before_leaving: Called when all is ready and nothing that buys has been sent, before
                each try; raises when it must not be sent.

        Raises:
            RateLimited, ProviderUnavailable, RequestRefused: nothing was bought.
            AnswerLost: something may have been bought; ask `find`.
        """
        ...

    def look(self, prediction_id: PredictionId) -> Prediction:
        """How far something is that was bought.

        Raises:
            RateLimited, ProviderUnavailable: ask again later.
            RequestRefused: the provider knows no such prediction.
        """
        ...

    def find(self, idempotency_key: str, since: datetime) -> PredictionId | None:
        """What was bought under a key.

        Args:
            idempotency_key: As it was given to `submit`.
            since: When `submit` was called, or before.

        Returns:
            None when certainly nothing was bought.

        Raises:
            CannotTell: the provider no longer knows what it was asked.
            RateLimited, ProviderUnavailable: ask again later.
        """
        ...

    def recent(self, keys: Collection[str], since: datetime) -> list[Found]:
        """What was bought under any of some keys since a moment, as far as the provider knows.

        Raises:
            CannotTell: there is more than can be gone through.
            RateLimited, ProviderUnavailable: ask again later.
        """
        ...

    def cancel(self, prediction_id: PredictionId) -> Prediction:
        """Stop something; what it cost until then is in the answer. Ended ones stay as they are.

        Raises:
            RateLimited, ProviderUnavailable: ask again later.
        """
        ...
