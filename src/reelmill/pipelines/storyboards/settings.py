"""What an operator may choose for the storyboards: `[pipelines.storyboards]`."""

from decimal import Decimal
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from reelmill.pipelines.storyboards.spec import Tier

Price = Annotated[Decimal, Field(ge=0, le=1000)]
Seconds = Annotated[float, Field(ge=0, le=86_400)]


#: So many times the estimate may be spent before somebody is warned. Source: render task.
VARIANCE: Final = Decimal("1.2")


#: The model that is this machine.
MADE_HERE: Final = "local"


class ModelPrice(BaseModel):
    """What one run of a model costs: the sum of what is not 0 here, in dollars."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    per_image: Price = Decimal(0)
    """For each picture that it makes."""

    per_second: Price = Decimal(0)
    """For each second of video that it makes."""

    per_run: Price = Decimal(0)
    """For each run, however long."""

    most_times: Annotated[Decimal, Field(ge=1, le=100)] = VARIANCE
    """Times its price that one run may cost at most: so much is held until its cost is known."""

    def most(self, usd: Decimal) -> Decimal:
        """What may come of something that is expected to cost so much, dollars.

        >>> str(ModelPrice().most(Decimal("0.50")))
        '0.600'
        """
        return usd * self.most_times


def _prices() -> dict[str, ModelPrice]:
    """Prices of the models that are known. Source: the client before this one."""
    return {
        "flux-schnell": ModelPrice(per_image=Decimal("0.003")),
        "skyreels-2": ModelPrice(per_second=Decimal("0.10")),
        "upscaler": ModelPrice(per_image=Decimal("0.016")),
        "veo3": ModelPrice(per_second=Decimal("0.15")),
        "hailuo": ModelPrice(per_run=Decimal("0.20")),
        "local": ModelPrice(),
    }


class ReplicateSettings(BaseModel):
    """`[pipelines.storyboards.replicate]`: the provider over HTTP."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    url: str = Field(default="https://api.replicate.com/v1", pattern=r"^https?://[^\s?#]+$")
    """Where its API is."""

    token: SecretStr = SecretStr("")
    """Key of an account there; without one the provider cannot be chosen."""

    webhook_secret: SecretStr = SecretStr("")
    """Signs what it calls back with; empty takes no calls."""

    image_model: str = "flux-schnell"
    """Makes pictures; its price is in `prices`."""

    video_model: str = "skyreels-2"
    """Makes videos; its price is in `prices`. `local` makes them here of bought pictures."""

    timeout_s: float = Field(default=30.0, gt=0, le=600)
    """Seconds that one call may take."""

    leaves_s: float = Field(default=10.0, gt=0, le=600)
    """Seconds in which a request that buys must leave once it is written down that it may; a node
    that takes the work over waits for so long before it asks anew."""

    call_waits_s: tuple[Seconds, ...] = (5.0, 15.0, 45.0)
    """Waits before a call that may be repeated is: after 429, 5xx and time limits."""


class TierModels(BaseModel):
    """`[pipelines.storyboards.tiers.<tier>]`: who makes what is asked for in a tier."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    image_model: str = ""
    """Makes pictures; empty for that of `replicate`."""

    video_model: str = ""
    """Makes videos; empty for that of `replicate`, `local` for this machine."""


class TierSettings(BaseModel):
    """`[pipelines.storyboards.tiers]`: what quality means at the provider over HTTP."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    economy: TierModels = TierModels(video_model="local")
    """Bought pictures, and videos that are made here of them."""

    balanced: TierModels = TierModels()
    """What is made unless asked otherwise."""

    premium: TierModels = TierModels(video_model="veo3")
    """The best."""


class Models(NamedTuple):
    """Who makes something, by the names of the price list."""

    image: str
    """Pictures."""

    video: str
    """Videos."""


class LlmSettings(BaseModel):
    """`[pipelines.storyboards.llm]`: a model that drafts, behind an OpenAI-like API."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    url: str = Field(default="", pattern=r"^(https?://[^\s?#]+)?$")
    """Where its API is, as `http://127.0.0.1:8000/v1`; empty drafts by rule."""

    token: SecretStr = SecretStr("")
    """Key for it."""

    model: str = ""
    """Its name there."""

    timeout_s: float = Field(default=60.0, gt=0, le=600)
    """Seconds that it gets; then the draft is made by rule."""


class Waits(BaseModel):
    """`[pipelines.storyboards.waits]`: how long things take at most, and pauses between tries."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    poll_s: float = Field(default=5.0, gt=0, le=600)
    """Seconds between two looks at a prediction."""

    image_retry_s: tuple[Seconds, ...] = (2.0, 4.0)
    """Waits before the further attempts at a picture; one more attempt than waits."""

    render_retry_s: tuple[Seconds, ...] = (30.0, 90.0)
    """Waits before the further attempts at a video."""

    download_retry_s: tuple[Seconds, ...] = (1.0, 3.0, 9.0)
    """Waits before the further tries to download what is finished and paid."""

    image_limit_s: float = Field(default=600.0, gt=0, le=86_400)
    """Seconds that a picture may take at the provider."""

    video_limit_s: float = Field(default=600.0, gt=0, le=86_400)
    """Seconds that a video may take at the provider, and one may take here."""

    stalled_s: float = Field(default=900.0, gt=0, le=86_400)
    """Seconds without news after which a board counts as stalled."""


class Budgets(BaseModel):
    """`[pipelines.storyboards.budgets]`: dollars that may be spent from midnight to midnight, UTC.

    What is held for work under way counts as spent.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    day_soft_usd: Price = Decimal(100)
    """Of all users together: above it, a warning."""

    day_hard_usd: Price = Decimal(150)
    """Of all users together: never more."""

    user_soft_usd: Price = Decimal(100)
    """Of one user: above it, a warning."""

    user_hard_usd: Price = Decimal(150)
    """Of one user: never more."""


class Breaker(BaseModel):
    """`[pipelines.storyboards.breaker]`: when a provider that fails is left alone."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    failures: int = Field(default=3, ge=1, le=1000)
    """Failures in a row after which nobody asks it."""

    rest_s: int = Field(default=300, ge=0, le=86_400)
    """Seconds that it is left alone."""


class RateLimits(BaseModel):
    """`[pipelines.storyboards.rates]`: requests of one user in a minute."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    generate: int = Field(default=5, ge=1, le=100_000)
    """New boards."""

    render: int = Field(default=5, ge=1, le=100_000)
    """Renders."""

    export: int = Field(default=5, ge=1, le=100_000)
    """Exports."""

    upload: int = Field(default=10, ge=1, le=100_000)
    """Uploads of assets and pictures."""


class StoryboardsSettings(BaseModel):
    """Who makes pictures and videos, at which price, and how much may be spent."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    provider: Literal["local", "replicate"] = "local"
    """Who makes pictures and videos: this machine, or a provider over HTTP."""

    replicate: ReplicateSettings = Field(default_factory=ReplicateSettings)
    """The provider over HTTP."""

    tiers: TierSettings = Field(default_factory=TierSettings)
    """What economy, balanced and premium mean there."""

    llm: LlmSettings = Field(default_factory=LlmSettings)
    """A model that drafts; by rule without."""

    prices: dict[str, ModelPrice] = Field(default_factory=_prices)
    """Prices by model, beside those that are known; a model without a price is never run."""

    reuse_hours: float = Field(default=24.0, ge=0, le=24 * 365)
    """Hours in which the same picture is not bought again for a draft of the same owner; 0 always
    buys."""

    refinement_usd: Price = Decimal("0.02")
    """Added to a board's estimate by each refinement."""

    budgets: Budgets = Field(default_factory=Budgets)
    """What may be spent."""

    waits: Waits = Field(default_factory=Waits)
    """How long things take."""

    breaker: Breaker = Field(default_factory=Breaker)
    """When a provider is left alone."""

    rates: RateLimits = Field(default_factory=RateLimits)
    """How often one may ask."""

    max_asset_mb: float = Field(default=50.0, gt=0, le=100)
    """Largest upload, megabytes."""

    max_video_mb: float = Field(default=4000.0, gt=0, le=100_000)
    """Largest video that is downloaded from a provider, megabytes."""

    @field_validator("prices")
    @classmethod
    def _beside_the_known(cls, given: dict[str, ModelPrice]) -> dict[str, ModelPrice]:
        return _prices() | given

    def models(self, tier: Tier) -> Models:
        """Who makes what is asked for in a tier, at the provider over HTTP.

        >>> StoryboardsSettings().models(Tier.ECONOMY)
        Models(image='flux-schnell', video='local')
        """
        chosen: TierModels = getattr(self.tiers, tier.value)
        return Models(
            chosen.image_model or self.replicate.image_model,
            chosen.video_model or self.replicate.video_model,
        )
