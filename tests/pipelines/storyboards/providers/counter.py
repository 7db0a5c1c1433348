"""The simulated provider, and somebody who buys from it over real HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pydantic import SecretStr

from reelmill.http import Fetcher
from reelmill.pipelines.storyboards.providers.provider import FilmRequest, PictureRequest, Shot
from reelmill.pipelines.storyboards.providers.replicate import Replicate
from reelmill.pipelines.storyboards.providers.simulator.faults import Faults
from reelmill.pipelines.storyboards.providers.simulator.server import Provider, serving
from reelmill.pipelines.storyboards.settings import ReplicateSettings, StoryboardsSettings
from reelmill.units import StoreKey

#: What the account is known by; must never be seen elsewhere.
TOKEN = "r8_very_secret_token"

LAKE = PictureRequest(prompt="A lake at dawn")
FILM = FilmRequest(
    prompt="A lake",
    shots=(
        Shot(picture_key=StoreKey("a.png"), picture_url="http://x/a.png", frames=30),
        Shot(picture_key=StoreKey("b.png"), picture_url="http://x/b.png", frames=45),
    ),
)

#: When all that these tests buy was bought, at the earliest.
EARLIER = datetime.now(UTC)


@dataclass
class Counter:
    """Both sides of it."""

    provider: Provider
    client: Replicate
    url: str
    waited: list[float] = field(default_factory=list)

    @property
    def bought(self) -> int:
        return len(self.provider.books.purchases)


def settings_for(url: str, **more: object) -> StoryboardsSettings:
    replicate = {"url": url, "token": SecretStr(TOKEN), "timeout_s": 5.0} | more
    return StoryboardsSettings(provider="replicate", replicate=ReplicateSettings(**replicate))  # type: ignore[arg-type]


@contextmanager
def counter(faults: Faults | None = None, webhook_url: str = "") -> Iterator[Counter]:
    provider, http, waited = Provider(faults), Fetcher(["127.0.0.1/32"]), []
    with serving(provider) as url:
        client = Replicate(http, settings_for(url), webhook_url=webhook_url, wait=waited.append)
        yield Counter(provider, client, url, waited)
    http.close()
