"""A provider's name -> that provider, ready to be asked."""

from reelmill.pipelines.storyboards.house import settings_of
from reelmill.pipelines.storyboards.providers.provider import Provider
from reelmill.pipelines.storyboards.providers.replicate import Replicate
from reelmill.services import Services


def provider_of(here: Services, name: str) -> Provider:
    """The provider of a board."""
    chosen = settings_of(here)
    calls_back = here.public_url and chosen.replicate.webhook_secret.get_secret_value()
    webhook = f"{here.public_url}/v1/storyboards/webhooks/{name}" if calls_back else ""
    return Replicate(here.http, chosen, webhook_url=webhook)
