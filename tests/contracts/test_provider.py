"""What every provider does: this machine, Replicate's HTTP, and both together."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image
from tests.pipelines.storyboards.gallery import gallery
from tests.pipelines.storyboards.providers.counter import counter

from reelmill.app import App
from reelmill.children import Children
from reelmill.pipelines.storyboards.pipeline import PIPELINE
from reelmill.pipelines.storyboards.providers.local import Local
from reelmill.pipelines.storyboards.providers.mixed import Mixed
from reelmill.pipelines.storyboards.providers.outputs import Bringer
from reelmill.pipelines.storyboards.providers.provider import (
    FilmRequest,
    PictureRequest,
    Prediction,
    PredictionId,
    PredictionState,
    Provider,
    ProviderRequest,
    RequestRefused,
    Shot,
)
from reelmill.pipelines.storyboards.settings import StoryboardsSettings
from reelmill.pipelines.storyboards.spec import AspectRatio
from reelmill.services import Attempt, working
from reelmill.units import JobId, StoreKey

pytestmark = pytest.mark.ffmpeg

EARLIER = datetime(2026, 1, 1, tzinfo=UTC)

#: Looks after which anything small has ended.
PATIENCE = 20


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    warm = Children(1, prepare=[PIPELINE.run.body.__module__], log_level="warning")
    with gallery(tmp_path_factory.mktemp("home"), children=warm) as app:
        yield app
    warm.close()


@pytest.fixture(params=["local", "replicate", "mixed"])
def provider(request: pytest.FixtureRequest, app: App) -> Iterator[Provider]:
    here = Local(app.services, StoryboardsSettings())
    with counter() as shop, working(app.services, Attempt(job_id=JobId("storyboards/any"))):
        choices: dict[str, Provider] = {
            "local": here,
            "replicate": shop.client,
            "mixed": Mixed(shop.client, here),
        }
        yield choices[request.param]


@pytest.fixture(params=["picture", "film"])
def wanted(request: pytest.FixtureRequest, app: App) -> ProviderRequest:
    if request.param == "picture":
        return PictureRequest(prompt="A lake", aspect_ratio=AspectRatio.SQUARE)
    file = BytesIO()
    Image.new("RGB", (64, 64), "teal").save(file, "PNG")
    key = StoreKey("given/teal.png")
    app.services.store.put_bytes(key, file.getvalue())
    shot = Shot(picture_key=key, picture_url="http://127.0.0.1/teal.png", frames=15)
    return FilmRequest(prompt="A lake", shots=(shot,), aspect_ratio=AspectRatio.SQUARE)


@pytest.fixture
def key() -> str:
    return uuid4().hex


def _ended(provider: Provider, prediction_id: PredictionId) -> Prediction:
    for _ in range(PATIENCE):
        seen = provider.look(prediction_id)
        if seen.state.ended:
            return seen
    pytest.fail(f"{seen}")


def test_what_is_bought_is_made_can_be_fetched_and_costs_what_was_told(
    provider: Provider, wanted: ProviderRequest, app: App, key: str, tmp_path: Path
) -> None:
    made = _ended(provider, provider.submit(wanted, key))
    assert (made.state, made.error) == (PredictionState.SUCCEEDED, "")
    assert made.cost == provider.offer(wanted).usd
    bringer = Bringer(
        store=app.services.store,
        http=app.services.http,
        limit_s=30.0,
        max_video_bytes=10_000_000,
    )
    bring = bringer.picture if isinstance(wanted, PictureRequest) else bringer.video
    assert bring(made.output_urls[0], tmp_path / "made") > 0


def test_what_was_bought_is_found_by_its_key_and_nothing_else_is(
    provider: Provider, wanted: ProviderRequest, key: str
) -> None:
    assert provider.find(key, EARLIER) is None
    bought = provider.submit(wanted, key)
    assert provider.find(key, EARLIER) == bought == _ended(provider, bought).id
    assert provider.find(f"{key}x", EARLIER) is None


def test_an_end_stays_as_it_is(provider: Provider, wanted: ProviderRequest, key: str) -> None:
    bought = provider.submit(wanted, key)
    end = _ended(provider, bought)
    assert provider.cancel(bought) == end == provider.look(bought)


@pytest.mark.parametrize("ask", [lambda p, i: p.look(i), lambda p, i: p.cancel(i)])
def test_what_was_never_bought_cannot_have_succeeded(
    provider: Provider, ask: Callable[[Provider, PredictionId], Prediction]
) -> None:
    try:
        seen = ask(provider, PredictionId("neverbought"))
    except RequestRefused:
        return
    assert (seen.state, seen.cost) == (PredictionState.FAILED, 0)
