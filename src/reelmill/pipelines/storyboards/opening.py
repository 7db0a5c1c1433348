"""A provider's name -> that provider, ready to be asked."""

from reelmill.pipelines.storyboards.house import settings_of
from reelmill.pipelines.storyboards.providers.local import Local
from reelmill.pipelines.storyboards.providers.mixed import Mixed
from reelmill.pipelines.storyboards.providers.provider import FilmRequest, Provider
from reelmill.pipelines.storyboards.providers.replicate import Replicate
from reelmill.services import Services


def provider_of(here: Services, name: str) -> Provider:
    """The provider of a board."""
    chosen = settings_of(here)
    if name == Local.name:
        return Local(here, chosen)
    paid = Replicate(here.http, chosen, webhook_url=_webhook_url(here))

    def makes_here(film: FilmRequest) -> bool:
        return chosen.models(film.tier).video == Local.name

    return Mixed(paid, Local(here, chosen), makes_here)


def _webhook_url(here: Services) -> str:
    """Where we are called back; empty when others cannot reach us, or could not prove who calls."""
    secret = settings_of(here).replicate.webhook_secret.get_secret_value()
    reached = here.public_url and secret
    return f"{here.public_url}/v1/storyboards/webhooks/replicate" if reached else ""
