"""Finished videos become one: copied where they are of one form, fitted whole else."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from tests.media.coded import draw

from reelmill.errors import BadMedia
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.frames import planes
from reelmill.media.geometry import Size
from reelmill.media.played import play
from reelmill.media.tools import Tools
from reelmill.pipelines.storyboards.render.combine import combine
from reelmill.pipelines.storyboards.render.film import Film, Scene, make_film
from reelmill.pipelines.storyboards.spec import Transition, VideoFormat

pytestmark = pytest.mark.ffmpeg

SIZE = Size(160, 90)

Shoot = Callable[..., Path]


@pytest.fixture(scope="module")
def shoot(tmp_path_factory: pytest.TempPathFactory) -> Shoot:
    """Makes films of one shade."""
    folder = tmp_path_factory.mktemp("films")

    def film(luma: int, frames: int, size: Size = SIZE) -> Path:
        to = folder / f"{luma}-{frames}-{size.width}.mp4"
        grey = round((luma - 16) / 219 * 255)
        Image.new("RGB", size, (grey, grey, grey)).save(to.with_suffix(".png"))
        scene = Scene(
            picture=to.with_suffix(".png"), frames=frames, transition=Transition.CUT, title=""
        )
        make_film(Film(size=size, scenes=(scene,)), to, _tools())
        return to

    return film


def _tools() -> Tools:
    return Tools(ffmpeg=Ffmpeg(), tell=lambda *_: None)


def _combined(films: list[Path], how: Transition, folder: Path) -> Path:
    return combine(films, how, VideoFormat.MP4, folder, _tools()).path


def _shades(path: Path) -> list[int]:
    return [int(np.median(frame.y)) for frame in planes(path)]


def _packets(path: Path) -> list[bytes]:
    with av.open(str(path)) as file:
        return [bytes(packet) for packet in file.demux(video=0) if packet.size]


def test_what_is_made_here_is_joined_without_being_encoded_again(
    shoot: Shoot, tmp_path: Path
) -> None:
    films = [shoot(60, 20), shoot(200, 31), shoot(60, 20)]
    made = _combined(films, Transition.CUT, tmp_path)
    assert _shades(made) == pytest.approx([60] * 20 + [200] * 31 + [60] * 20, abs=2)
    assert _packets(made) == [packet for film in films for packet in _packets(film)]


def test_each_gives_way_within_the_beginning_of_the_next(shoot: Shoot, tmp_path: Path) -> None:
    films = [shoot(60, 30), shoot(200, 40)]
    shades = _shades(_combined(films, Transition.CROSSFADE, tmp_path))
    assert len(shades) == 70
    assert shades[:30] == pytest.approx([60] * 30, abs=2)
    between = shades[30:46]
    assert between == sorted(between)
    assert 60 < between[0] < between[-1] < 200
    assert shades[46:] == pytest.approx([200] * 24, abs=2)


def test_a_fade_goes_through_black(shoot: Shoot, tmp_path: Path) -> None:
    shades = _shades(_combined([shoot(60, 30), shoot(200, 40)], Transition.FADE, tmp_path))
    assert (len(shades), min(shades[30:46]) < 30) == (70, True)
    assert shades[48:] == pytest.approx([200] * 22, abs=2)


def test_what_has_another_shape_is_shown_whole_in_that_of_the_first(
    shoot: Shoot, tmp_path: Path
) -> None:
    films = [shoot(60, 20), shoot(200, 20, Size(90, 160))]
    made = _combined(films, Transition.CUT, tmp_path)
    *_, last = planes(made)
    assert last.y.shape == (90, 160)
    assert int(np.median(last.y[:, 70:90])) == pytest.approx(200, abs=2)
    assert int(np.median(last.y[:, :40])) == pytest.approx(16, abs=2)
    assert play(made).frames == 40


def test_a_film_of_a_provider_keeps_its_length_at_another_rate(
    shoot: Shoot, tmp_path: Path
) -> None:
    foreign = draw(
        tmp_path / "foreign.mp4", size=Size(320, 180), rate=Fraction(24), frames=48, layout=None
    )
    made = _combined([shoot(60, 15), foreign], Transition.CUT, tmp_path)
    played = play(made)
    assert (played.frames, played.has_audio) == (15 + 60, True)


def test_it_is_packed_as_it_is_wanted(shoot: Shoot, tmp_path: Path) -> None:
    films = [shoot(60, 20), shoot(200, 20)]
    made = combine(films, Transition.CUT, VideoFormat.WEBM, tmp_path, _tools())
    assert made.path.suffix == ".webm"
    assert made.path.read_bytes()[:4] == b"\x1a\x45\xdf\xa3"
    assert play(made.path).frames == made.frames == 40


def test_what_is_no_video_is_refused(shoot: Shoot, tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"\0\0\0\x18ftypisom" + b"x" * 5000)
    with pytest.raises(BadMedia):
        _combined([shoot(60, 20), tmp_path / "film.mp4"], Transition.CUT, tmp_path)
