"""The camera moves by parts of a pixel, and shows what it is pointed at."""

import subprocess
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.frames import planes
from reelmill.media.geometry import Size
from reelmill.media.raster import blank
from reelmill.pipelines.storyboards.render.camera import Still, blended, kept_size
from reelmill.pipelines.storyboards.render.motion import LEAST_S, Move, View, move_of, view_at

FILM, RATE = Size(320, 180), 30

#: Frames of a slow journey.
FRAMES = 150


def _spot(size: Size) -> NDArray[np.uint8]:
    """A soft white spot on black, left of the middle."""
    x, y = np.arange(size.width)[None], np.arange(size.height)[:, None]
    away = np.hypot(x - size.width * 0.3, y - size.height * 0.35)
    luma = 255 * np.exp(-((away / (size.height * 0.06)) ** 2))
    return np.repeat(luma[..., None], 3, axis=2).astype(np.uint8)


def _middle(luma: NDArray[np.uint8]) -> tuple[float, float]:
    """Where the spot is, to a small part of a pixel."""
    light = np.clip(luma.astype(float) - 24, 0, None)
    return (
        float((light.sum(0) * np.arange(luma.shape[1])).sum() / light.sum()),
        float((light.sum(1) * np.arange(luma.shape[0])).sum() / light.sum()),
    )


def _trembling(path: list[tuple[float, float]]) -> float:
    """How far, in pixels, the steps of a steady movement differ from one to the next, at most."""
    return float(np.abs(np.diff(np.array(path), n=2, axis=0)).max())


@pytest.mark.parametrize("move", list(Move))
def test_a_slow_movement_does_not_tremble(move: Move) -> None:
    still = Still(_spot(kept_size(FILM)), FILM)
    path = [_middle(still.seen(view_at(move, n, FRAMES, RATE)).y) for n in range(FRAMES)]
    assert _trembling(path) < 0.05
    assert np.hypot(*np.subtract(path[0], path[-1])) > 2


@pytest.mark.ffmpeg
def test_the_usual_filter_trembles(tmp_path: Path) -> None:
    """So the test above would notice."""
    Image.fromarray(_spot(FILM)).save(tmp_path / "spot.png")
    zoom = f"zoompan=z='1+0.16*on/{FRAMES}':x='(iw-iw/zoom)/2':y='(ih-ih/zoom)/2':d={FRAMES}"
    command = [
        *(str(Ffmpeg().path), "-loglevel", "error", "-i", str(tmp_path / "spot.png")),
        *("-vf", f"{zoom}:s=320x180:fps=30", "-c:v", "libx264", "-qp", "4"),
        *("-pix_fmt", "yuv420p", str(tmp_path / "zoom.mp4")),
    ]
    subprocess.run(command, check=True)
    path = [_middle(frame.y) for frame in planes(tmp_path / "zoom.mp4")]
    assert _trembling(path) > 0.3


def test_the_whole_picture_is_seen_when_all_of_it_is_looked_at() -> None:
    still = Still(_spot(kept_size(FILM)), FILM)
    x, y = _middle(still.seen(View(0.5, 0.5, 1.0)).y)
    assert (x / FILM.width, y / FILM.height) == pytest.approx((0.3, 0.35), abs=0.005)


@pytest.mark.parametrize("move", list(Move))
@pytest.mark.parametrize("frame", [0, 40, FRAMES - 1, FRAMES + 30])
def test_the_camera_never_sees_past_the_edge(move: Move, frame: int) -> None:
    view = view_at(move, frame, FRAMES, RATE)
    for middle in (view.x, view.y):
        assert view.share / 2 <= middle + 1e-9
        assert middle <= 1 - view.share / 2 + 1e-9


def test_a_short_scene_moves_as_slowly_as_a_long_one() -> None:
    frames = int(LEAST_S * RATE)
    short, long = (view_at(Move.RIGHT, 30, n, RATE).x for n in (frames // 2, frames))
    assert short == pytest.approx(long, rel=0.01)


def test_neighbours_move_differently() -> None:
    assert all(move_of(n) is not move_of(n + 1) for n in range(12))


@pytest.mark.parametrize("size", [Size(1920, 1080), Size(1080, 1920), Size(90, 160)])
def test_pictures_of_any_shape_fill_the_frame(size: Size) -> None:
    wide = np.full((40, 400, 3), 255, np.uint8)
    shown = Still(wide, size).seen(View(0.5, 0.5, 1.0))
    assert shown.size == size
    assert shown.y.min() >= 234


def test_two_frames_in_one() -> None:
    half = blended(blank(FILM, luma=16), blank(FILM, luma=216), 0.25)
    assert set(half.y.ravel().tolist()) == {66}
