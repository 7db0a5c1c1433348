"""Films: scenes right to the frame, transitions, titles, sound; every file verified."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.media.sounds import read, rms_db, speech, tone, write

from reelmill.errors import BadMedia
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.frames import planes
from reelmill.media.geometry import Size
from reelmill.media.loudness import SILENCE_LUFS, measure_loudness
from reelmill.media.raster import BLACK_LUMA
from reelmill.media.sound import decoded
from reelmill.media.stills import NotAStill
from reelmill.media.tools import Tools
from reelmill.media.verify import Verified
from reelmill.pipelines.storyboards.render.film import (
    LOUDNESS_LUFS,
    Film,
    Scene,
    film_frames,
    lead_of,
    make_film,
)
from reelmill.pipelines.storyboards.render.finish import Fades
from reelmill.pipelines.storyboards.spec import Transition

SIZE = Size(160, 90)

#: Luma of the pictures of these tests, by scene.
LUMAS = (60, 120, 200)

Shoot = Callable[..., Film]


@pytest.fixture(scope="module")
def shoot(tmp_path_factory: pytest.TempPathFactory) -> Shoot:
    """Makes a film of scenes that are one shade each."""
    folder = tmp_path_factory.mktemp("stills")
    paths = [folder / f"{luma}.png" for luma in LUMAS]
    for path, luma in zip(paths, LUMAS, strict=True):
        grey = round((luma - 16) / 219 * 255)
        Image.new("RGB", (200, 120), (grey, grey, grey)).save(path)

    def film(frames: tuple[int, ...], how: Transition, **more: object) -> Film:
        title = str(more.pop("title", ""))
        scenes = tuple(
            Scene(picture=path, frames=count, transition=how, title=title)
            for path, count in zip(paths, frames, strict=False)
        )
        return Film(size=SIZE, scenes=scenes, **more)  # type: ignore[arg-type]

    return film


def _shades(film: Film) -> list[int]:
    return [int(np.median(frame.y)) for frame in film_frames(film)]


def _made(film: Film, to: Path) -> Verified:
    return make_film(film, to, Tools(ffmpeg=Ffmpeg(), tell=lambda *_: None))


@pytest.mark.parametrize("frames", [(10, 1, 30), (7, 50, 23), (1, 1, 1)])
def test_cuts_are_where_they_should_be_to_the_frame(shoot: Shoot, frames: tuple[int, ...]) -> None:
    shades = _shades(shoot(frames, Transition.CUT))
    wanted = [luma for luma, count in zip(LUMAS, frames, strict=True) for _ in range(count)]
    assert shades == pytest.approx(wanted, abs=1)


def test_a_scene_that_ends_in_another_picture_turns_from_one_into_the_other(shoot: Shoot) -> None:
    film = shoot((41, 20), Transition.CUT)
    first, second = film.scenes
    film = replace(film, scenes=(replace(first, last=second.picture), replace(second, last=None)))
    shades = _shades(film)
    assert shades[:13] == pytest.approx([LUMAS[0]] * 13, abs=1)
    between = shades[13:28]
    assert between == sorted(between)
    assert shades[20] == pytest.approx((LUMAS[0] + LUMAS[1]) / 2, abs=2)
    assert shades[28:] == pytest.approx([LUMAS[1]] * 33, abs=1)


def test_a_scene_of_one_frame_shows_its_first_picture(shoot: Shoot) -> None:
    film = shoot((1, 1), Transition.CUT)
    first, second = film.scenes
    film = replace(film, scenes=(replace(first, last=second.picture),))
    assert _shades(film) == pytest.approx([LUMAS[0]], abs=1)


def test_the_camera_takes_another_journey_when_it_is_asked_to(tmp_path: Path) -> None:
    ramp = np.tile(np.linspace(0, 255, 320, dtype=np.uint8), (180, 1))
    Image.fromarray(np.stack([ramp] * 3, axis=-1)).save(tmp_path / "ramp.png")
    scene = Scene(picture=tmp_path / "ramp.png", frames=60, transition=Transition.CUT)
    shots = [
        list(film_frames(Film(size=SIZE, scenes=(scene,), camera=camera))) for camera in range(3)
    ]
    middles = [[float(frame.y.mean()) for frame in (shot[0], shot[-1])] for shot in shots]
    # The second travels to the right, where it is brighter.
    assert middles[1][1] > middles[1][0] + 2
    assert abs(middles[0][1] - middles[0][0]) < 1
    # The third comes from near, the first from afar.
    assert shots[0][0].y.std() > shots[2][0].y.std()


def test_a_scene_gives_way_within_the_frames_of_the_next(shoot: Shoot) -> None:
    shades = _shades(shoot((30, 40, 40), Transition.CROSSFADE))
    assert len(shades) == 110
    assert shades[:30] == pytest.approx([LUMAS[0]] * 30, abs=1)
    between = shades[30:46]
    assert between == sorted(between)
    assert LUMAS[0] < between[0] < between[-1] < LUMAS[1]
    assert shades[46:70] == pytest.approx([LUMAS[1]] * 24, abs=1)


def test_a_fade_goes_through_black_and_a_film_comes_out_of_it(shoot: Shoot) -> None:
    shades = _shades(shoot((30, 40, 40), Transition.FADE))
    assert shades[0] < LUMAS[0] // 2
    assert shades[20:30] == pytest.approx([LUMAS[0]] * 10, abs=1)
    assert min(shades[30:48]) < 30
    assert shades[48:70] == pytest.approx([LUMAS[1]] * 22, abs=1)


@pytest.mark.parametrize(
    ("frames", "how", "first", "lead"),
    [
        pytest.param(90, Transition.CROSSFADE, False, 18, id="six tenths of a second"),
        pytest.param(10, Transition.CROSSFADE, False, 4, id="of a short scene a part"),
        pytest.param(1, Transition.FADE, False, 0, id="of a single frame nothing"),
        pytest.param(90, Transition.CUT, False, 0, id="a cut takes no time"),
        pytest.param(90, Transition.CROSSFADE, True, 0, id="before the first there is nothing"),
        pytest.param(90, Transition.FADE, True, 18, id="the first may come out of black"),
    ],
)
def test_how_long_a_scene_takes_to_come(
    tmp_path: Path, frames: int, how: Transition, *, first: bool, lead: int
) -> None:
    scene = Scene(picture=tmp_path, frames=frames, transition=how)
    assert lead_of(scene, first=first) == lead


def test_a_title_comes_and_goes_with_its_scene(shoot: Shoot) -> None:
    film = shoot((60, 60, 60), Transition.CUT, title="Hello")
    whites = [int((frame.y > 225).sum()) for frame in film_frames(film)]
    assert whites[0] == whites[60] == 0
    assert whites[30] > 20
    assert whites[90] > 20
    lower = [frame.y[60:].mean() for frame in film_frames(film)]
    assert lower[30] < lower[0]


@pytest.mark.ffmpeg
def test_a_film_is_verified_and_its_scenes_are_found_in_the_file(
    shoot: Shoot, tmp_path: Path
) -> None:
    made = _made(shoot((20, 31, 9), Transition.CUT), tmp_path / "film.mp4")
    assert (made.frames, made.size) == (60, SIZE)
    shades = [int(np.median(frame.y)) for frame in planes(tmp_path / "film.mp4")]
    edges = [n for n in range(1, 60) if abs(shades[n] - shades[n - 1]) > 20]
    assert edges == [20, 51]
    sound = measure_loudness(decoded(tmp_path / "film.mp4"))
    assert sound.integrated_lufs == SILENCE_LUFS
    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"]


@pytest.mark.ffmpeg
@pytest.mark.parametrize("with_voice", [True, False])
def test_sound_is_brought_to_its_loudness_and_ends_with_the_film(
    shoot: Shoot, tmp_path: Path, *, with_voice: bool
) -> None:
    music = write(tmp_path / "music.mp3", tone(0.8, 220, 0.05))
    spoken = speech(((0.2, 1.4), (1.8, 3.6)), 4.0, level=0.05)
    voice = write(tmp_path / "voice.mp3", spoken) if with_voice else None
    film = shoot((60, 60), Transition.CUT, music=music, voice=voice)
    made = _made(film, tmp_path / "film.mp4")
    found = measure_loudness(decoded(tmp_path / "film.mp4"))
    assert found.integrated_lufs == pytest.approx(LOUDNESS_LUFS, abs=0.5)
    assert found.duration_s == pytest.approx(made.duration_s, abs=0.025)


@pytest.mark.ffmpeg
def test_a_film_fades_in_picture_and_sound_and_its_scenes_stay_where_they_are(
    shoot: Shoot, tmp_path: Path
) -> None:
    music = write(tmp_path / "music.mp3", tone(0.8, 220, 0.05))
    film = shoot((40, 31, 49), Transition.CUT, music=music, fades=Fades(15, 30))
    assert _made(film, tmp_path / "film.mp4").frames == 120
    shades = [int(np.median(frame.y)) for frame in planes(tmp_path / "film.mp4")]
    assert shades[0] == shades[-1] == BLACK_LUMA
    assert shades[:16] == sorted(shades[:16])
    assert shades[89:] == sorted(shades[89:], reverse=True)
    edges = [n for n in range(16, 89) if abs(shades[n] - shades[n - 1]) > 20]
    assert edges == [40, 71]
    heard = read(tmp_path / "film.mp4")
    loud = rms_db(heard, 1.0, 2.0)
    assert rms_db(heard, 0.0, 0.03) < loud - 20
    assert rms_db(heard, 3.96, 4.0) < loud - 20


@pytest.mark.ffmpeg
def test_a_film_of_2160_lines_is_verified(shoot: Shoot, tmp_path: Path) -> None:
    film = replace(shoot((3, 3), Transition.CUT), size=Size(3840, 2160))
    made = _made(film, tmp_path / "film.mp4")
    assert (made.frames, made.size) == (6, Size(3840, 2160))
    shades = [int(np.median(frame.y)) for frame in planes(tmp_path / "film.mp4")]
    assert shades == pytest.approx([LUMAS[0]] * 3 + [LUMAS[1]] * 3, abs=2)


def test_a_film_that_comes_out_of_black_does_so_once(shoot: Shoot) -> None:
    film = shoot((40, 40), Transition.FADE, fades=Fades(opening=30))
    assert _shades(film)[:18] == pytest.approx([LUMAS[0]] * 18, abs=1)


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"\x89PNG\r\n\x1a\n" + b"x" * 100], ids=["empty", "page", "torn"]
)
def test_a_picture_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.png").write_bytes(content)
    bad = Scene(picture=tmp_path / "bad.png", frames=5, transition=Transition.CUT)
    with pytest.raises(NotAStill) as error:
        list(film_frames(Film(size=SIZE, scenes=(bad,))))
    assert isinstance(error.value, BadMedia)
