"""What the operator chose for the storyboards, as every part asks for it."""

from typing import cast

from reelmill.pipelines.storyboards.settings import ModelPrice, StoryboardsSettings
from reelmill.pipelines.storyboards.spec import STORYBOARDS
from reelmill.services import Services


def settings_of(here: Services) -> StoryboardsSettings:
    """What the operator chose."""
    return cast("StoryboardsSettings", here.pipeline_settings[STORYBOARDS])


def prices_of(settings: StoryboardsSettings, provider: str) -> tuple[ModelPrice, ModelPrice]:
    """The prices of pictures and of videos at a provider.

    >>> str(prices_of(StoryboardsSettings(), "replicate")[0].per_image)
    '0.003'
    """
    if provider != "replicate":
        return (local := settings.prices.get(provider, ModelPrice())), local
    models = settings.replicate.image_model, settings.replicate.video_model
    image, video = (settings.prices.get(model, ModelPrice()) for model in models)
    return image, video
