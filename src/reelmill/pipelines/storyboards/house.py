"""What the operator chose for the storyboards, as every part asks for it."""

from typing import cast

from reelmill.pipelines.storyboards.settings import (
    MADE_HERE,
    ModelPrice,
    Models,
    StoryboardsSettings,
)
from reelmill.pipelines.storyboards.spec import STORYBOARDS, Tier
from reelmill.services import Services


def settings_of(here: Services) -> StoryboardsSettings:
    """What the operator chose."""
    return cast("StoryboardsSettings", here.pipeline_settings[STORYBOARDS])


def models_of(settings: StoryboardsSettings, provider: str, tier: Tier) -> Models:
    """Who makes pictures and videos at a provider.

    >>> models_of(StoryboardsSettings(), "local", Tier.PREMIUM)
    Models(image='local', video='local')
    """
    return settings.models(tier) if provider == "replicate" else Models(provider, provider)


def is_made_here(settings: StoryboardsSettings, provider: str, tier: Tier) -> bool:
    """Whether videos of a provider's boards are made on this machine.

    >>> is_made_here(StoryboardsSettings(), "replicate", Tier.ECONOMY)
    True
    """
    return models_of(settings, provider, tier).video == MADE_HERE


def prices_of(
    settings: StoryboardsSettings, provider: str, tier: Tier = Tier.BALANCED
) -> tuple[ModelPrice, ModelPrice]:
    """The prices of pictures and of videos at a provider.

    >>> str(prices_of(StoryboardsSettings(), "replicate")[0].per_image)
    '0.003'
    """
    models = models_of(settings, provider, tier)
    image, video = (settings.prices.get(model, ModelPrice()) for model in models)
    return image, video
