"""The demo of the storyboards: a film from a prompt, without a provider, once."""

from pathlib import Path

import pytest
from PIL import Image
from tests.pipelines.storyboards.gallery import gallery

from reelmill.children import Children
from reelmill.media.played import play
from reelmill.pipelines.storyboards import demo as room
from reelmill.pipelines.storyboards.demo import demo
from reelmill.terminal import Terminal


@pytest.mark.ffmpeg
def test_the_demo_makes_a_film_and_shows_it_again(
    tmp_path: Path,
    warm: Children,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(room, "DURATION_S", 5)
    with gallery(tmp_path, children=warm) as app, app.node():
        assert demo(Terminal(), app)
        first = capsys.readouterr().out.splitlines()
        assert demo(Terminal(), app)
        again = capsys.readouterr().out.splitlines()
    told = [line for line in first if line.startswith(("scene:", "film:"))]
    assert told == [line for line in again if line.startswith(("scene:", "film:"))]
    assert next(line for line in told if line.startswith("scene:")) == "scene: 1, 1.66 s, fade"
    [film] = (tmp_path / "store" / "storyboards").rglob("final.mp4")
    assert str(film) in told[-1]
    assert play(film).frames == 150
    with Image.open(film.with_name("poster.jpg")) as still:
        assert (still.format, still.size) == ("JPEG", (640, 360))
