"""A still of each video; one that cannot be had does no harm."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from tests.pipelines.storyboards.gallery import gallery

from reelmill.app import App
from reelmill.children import Children
from reelmill.pipelines.storyboards.posters import NAME, keep_poster
from reelmill.pipelines.storyboards.providers.simulator.material import film
from reelmill.services import Attempt, working
from reelmill.units import JobId

MIDDLE_S = 1.0


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, warm: Children) -> Iterator[App]:
    with gallery(tmp_path_factory.mktemp("home"), children=warm) as app:
        yield app


@pytest.mark.ffmpeg
def test_it_shows_the_middle_in_the_shape_of_the_video(app: App, tmp_path: Path) -> None:
    asked = {"aspect_ratio": "9:16", "durations": [0.8, 1.2], "images": ["a", "b"]}
    (tmp_path / "final.mp4").write_bytes(film(asked))
    with working(app.services, Attempt(job_id=JobId("storyboards/x"))):
        made = keep_poster(app.services, tmp_path / "final.mp4", MIDDLE_S)
    assert made is not None
    assert (made.kind, made.width, made.content_type) == ("poster", 640, "image/jpeg")
    app.services.store.fetch(made.key, tmp_path / "still.jpg")
    with Image.open(tmp_path / "still.jpg") as still:
        assert still.size == (made.width, made.height)
        assert still.height > still.width


def test_a_video_that_has_none_goes_without(app: App, tmp_path: Path) -> None:
    (tmp_path / "final.mp4").write_bytes(b"\0\0\0\x18ftypisom" + b"x" * 2000)
    with working(app.services, Attempt(job_id=JobId("storyboards/x"))):
        assert keep_poster(app.services, tmp_path / "final.mp4", MIDDLE_S) is None
    assert not (tmp_path / NAME).exists()
