"""This machine as a provider: what is asked for is made once, costs nothing, and is found again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from tests.pipelines.storyboards.gallery import Clock, gallery

from reelmill.app import App
from reelmill.children import Children
from reelmill.media.frames import planes
from reelmill.media.played import play
from reelmill.pipelines.storyboards.looks import Resolution
from reelmill.pipelines.storyboards.providers.local import KEPT, Local, tidy
from reelmill.pipelines.storyboards.providers.provider import (
    STORED,
    FilmRequest,
    PictureRequest,
    PredictionId,
    PredictionState,
    RequestRefused,
    Shot,
)
from reelmill.pipelines.storyboards.refusals import RenderTimedOut
from reelmill.pipelines.storyboards.render.camera import kept_size
from reelmill.pipelines.storyboards.settings import StoryboardsSettings
from reelmill.pipelines.storyboards.sizes import film_size
from reelmill.pipelines.storyboards.spec import AspectRatio, Transition
from reelmill.services import Attempt, working
from reelmill.units import JobId, StoreKey

EARLIER = datetime(2026, 1, 1, tzinfo=UTC)

LAKE = PictureRequest(prompt="A lake", aspect_ratio=AspectRatio.SQUARE)


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, warm: Children, clock: Clock) -> Iterator[App]:
    with gallery(tmp_path_factory.mktemp("home"), children=warm, clock=clock) as app:
        yield app


@pytest.fixture
def local(app: App) -> Iterator[Local]:
    with working(app.services, Attempt(job_id=JobId("storyboards/test"))):
        yield Local(app.services, StoryboardsSettings())


def _film(app: App, *contents: bytes, frames: int = 10) -> FilmRequest:
    keys = [StoreKey(f"given/{number}.png") for number, _ in enumerate(contents)]
    for key, content in zip(keys, contents, strict=True):
        app.services.store.put_bytes(key, content)
    shots = tuple(Shot(picture_key=key, frames=frames, transition=Transition.CUT) for key in keys)
    return FilmRequest(shots=shots, aspect_ratio=AspectRatio.SQUARE)


def _picture(shade: int) -> bytes:
    file = BytesIO()
    Image.new("RGB", (64, 64), (shade, shade, shade)).save(file, "PNG")
    return file.getvalue()


def test_a_picture_is_drawn_once_and_costs_nothing(app: App, local: Local) -> None:
    assert local.find("p1", EARLIER) is None
    bought = local.submit(LAKE, "p1")
    made = local.look(bought)
    assert (made.state, made.cost, local.offer(LAKE).usd) == (PredictionState.SUCCEEDED, 0, 0)
    key = StoreKey(made.output_urls[0].removeprefix(STORED))
    image = Image.open(BytesIO(app.services.store.read(key)))
    assert (image.format, image.width) == ("JPEG", image.height)
    written = app.services.store.stat(key).modified
    assert local.submit(LAKE, "p1") == local.find("p1", EARLIER) == bought
    assert app.services.store.stat(key).modified == written


@pytest.mark.ffmpeg
def test_a_film_is_made_of_what_lies_in_the_store(app: App, local: Local, tmp_path: Path) -> None:
    bought = local.submit(_film(app, _picture(40), _picture(220)), "f1")
    key = StoreKey(local.look(bought).output_urls[0].removeprefix(STORED))
    app.services.store.fetch(key, tmp_path / "film.mp4")
    means = [frame.y.mean() for frame in planes(tmp_path / "film.mp4")]
    assert len(means) == 20
    assert means[9] < 80
    assert means[10] > 180


@pytest.mark.ffmpeg
def test_a_film_and_its_drawn_pictures_are_as_large_as_is_asked(
    app: App, local: Local, tmp_path: Path
) -> None:
    small = {"resolution": Resolution.P720}
    film = _film(app, _picture(40), frames=4).model_copy(update=small)
    for request, key in ((film, "f4"), (LAKE.model_copy(update=small), "p4")):
        made = local.look(local.submit(request, key))
        app.services.store.fetch(StoreKey(made.output_urls[0].removeprefix(STORED)), tmp_path / key)
    sizes = [play(tmp_path / "f4").size, Image.open(BytesIO((tmp_path / "p4").read_bytes())).size]
    assert sizes == [(720, 720), kept_size(film_size(LAKE.aspect_ratio, Resolution.P720))]


def test_a_picture_that_is_none_is_refused_and_nothing_is_left(app: App, local: Local) -> None:
    with pytest.raises(RequestRefused, match="picture"):
        local.submit(_film(app, b"<html>"), "f2")
    assert local.find("f2", EARLIER) is None


def test_what_takes_too_long_is_given_up(app: App, local: Local) -> None:
    hurried = StoryboardsSettings.model_validate({"waits": {"video_limit_s": 0.2}})
    slow = _film(app, _picture(40), frames=3000)
    with pytest.raises(RenderTimedOut, match="Video rendering timeout"):
        Local(app.services, hurried).submit(slow, "f3")
    assert local.find("f3", EARLIER) is None


def test_what_was_never_made_has_failed(local: Local) -> None:
    for asked in (local.look, local.cancel):
        assert asked(PredictionId("never")).state is PredictionState.FAILED


def test_what_was_made_long_ago_is_removed(app: App, local: Local, clock: Clock) -> None:
    bought = local.submit(LAKE, "p9")
    assert tidy(app.services) == 0
    clock.move(seconds=(KEPT + timedelta(minutes=1)).total_seconds())
    assert tidy(app.services) >= 1
    assert local.look(bought).state is PredictionState.FAILED
