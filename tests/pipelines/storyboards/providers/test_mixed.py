"""Pictures are bought, and films made of them here, behind one port."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from tests.pipelines.storyboards.gallery import (
    approve,
    board_of,
    chosen,
    completed,
    drafted,
    entries_of,
    gallery,
    rendered,
)
from tests.pipelines.storyboards.providers.counter import LAKE, Counter, counter

from reelmill.app import App
from reelmill.children import Children
from reelmill.pipelines.storyboards.providers.local import Local
from reelmill.pipelines.storyboards.providers.mixed import HERE, Mixed
from reelmill.pipelines.storyboards.providers.provider import (
    STORED,
    AnswerLost,
    FilmRequest,
    PredictionState,
    Shot,
)
from reelmill.pipelines.storyboards.providers.simulator.faults import Call, Fault, Scheduled
from reelmill.pipelines.storyboards.providers.simulator.server import Provider, serving
from reelmill.pipelines.storyboards.settings import StoryboardsSettings
from reelmill.pipelines.storyboards.spec import AspectRatio
from reelmill.services import Attempt, working
from reelmill.units import JobId, StoreKey

EARLIER = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, warm: Children) -> Iterator[App]:
    with gallery(tmp_path_factory.mktemp("home"), children=warm) as app:
        yield app


@pytest.fixture
def shop() -> Iterator[Counter]:
    with counter(Scheduled({Call.LIST: [Fault.FORGOT] * 9})) as shop:
        yield shop


@pytest.fixture
def mixed(app: App, shop: Counter) -> Iterator[Mixed]:
    with working(app.services, Attempt(job_id=JobId("storyboards/mixed"))):
        yield Mixed(shop.client, Local(app.services, StoryboardsSettings()))


def _film(app: App) -> FilmRequest:
    file = BytesIO()
    Image.new("RGB", (64, 64), "navy").save(file, "PNG")
    key = StoreKey("given/navy.png")
    app.services.store.put_bytes(key, file.getvalue())
    return FilmRequest(shots=(Shot(picture_key=key, frames=10),), aspect_ratio=AspectRatio.SQUARE)


def test_a_picture_is_bought(mixed: Mixed, shop: Counter) -> None:
    assert mixed.name == "replicate"
    assert mixed.offer(LAKE).usd == Decimal("0.003")
    bought = mixed.submit(LAKE, "k1")
    assert mixed.look(bought).state is PredictionState.PROCESSING
    assert mixed.cancel(bought).state is PredictionState.CANCELED
    assert shop.bought == 1


@pytest.mark.ffmpeg
def test_a_film_is_made_here_and_nobody_else_is_asked_about_it(
    app: App, mixed: Mixed, shop: Counter
) -> None:
    film = _film(app)
    assert mixed.offer(film).usd == 0
    made = mixed.submit(film, "k2")
    assert made == f"{HERE}k2" == mixed.find("k2", EARLIER)
    seen = mixed.look(made)
    assert (seen.id, seen.state) == (made, PredictionState.SUCCEEDED)
    assert seen.output_urls[0].startswith(STORED)
    assert mixed.cancel(made) == seen
    assert (shop.bought, shop.provider.answered) == (0, [])


def test_a_film_that_was_begun_and_not_made_was_not_bought_anywhere(
    mixed: Mixed, shop: Counter
) -> None:
    mixed._films.begin("k3")
    assert mixed.find("k3", EARLIER) is None
    assert shop.provider.answered == []


def test_a_lost_picture_is_looked_for_where_it_was_bought(app: App) -> None:
    with (
        counter(Scheduled({Call.CREATE: [Fault.LOST_AFTER]})) as shop,
        working(app.services, Attempt(job_id=JobId("storyboards/mixed"))),
    ):
        mixed = Mixed(shop.client, Local(app.services, StoryboardsSettings()))
        with pytest.raises(AnswerLost):
            mixed.submit(LAKE, "k4")
        assert mixed.find("k4", EARLIER) == shop.provider.books.purchases[0].id


@pytest.mark.ffmpeg
def test_a_board_of_bought_pictures_becomes_a_film_that_costs_no_more(
    tmp_path: Path, warm: Children
) -> None:
    provider = Provider(looks=0)
    with serving(provider) as url:
        section = chosen(url)
        replicate = section.replicate.model_copy(update={"video_model": "local"})
        section = section.model_copy(update={"replicate": replicate})
        with gallery(tmp_path, section, children=warm) as app, app.node():
            board_id = drafted(app, aspect_ratio=AspectRatio.SQUARE)
            completed(app, board_id)
            approve(app, board_id)
            rendered(app, board_id)
            completed(app, board_id)
            film = board_of(app, board_id).film
            spent = sum(entry.actual or 0 for entry in entries_of(app))
    assert film is not None
    assert (film.frames, film.width) == (150, 1080)
    assert spent == provider.books.total_usd == Decimal("0.009")


def test_known_prices_stay_when_another_is_set() -> None:
    section = StoryboardsSettings.model_validate({"prices": {"a/b": {"per_run": "0.5"}}})
    assert section.prices["a/b"].per_run == Decimal("0.5")
    assert section.prices["flux-schnell"].per_image == Decimal("0.003")
