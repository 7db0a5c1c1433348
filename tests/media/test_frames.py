from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from reelmill.errors import BadMedia
from reelmill.media.encode import encode_held
from reelmill.media.frames import (
    PosterNotWritten,
    frame_at,
    frames,
    planes,
    png_of,
    poster,
)
from reelmill.media.geometry import Size
from reelmill.media.profiles import Profile
from reelmill.media.raster import Held, blank, rgb_of

Draw = Callable[..., list[Held]]


@pytest.fixture
def clip(tmp_path: Path, tiny: Profile) -> Path:
    pictures = [Held(blank(tiny.size, luma=luma), 30) for luma in (40, 120, 200)]
    encode_held(pictures, tmp_path / "clip.mp4", tiny)
    return tmp_path / "clip.mp4"


def test_every_frame_comes_in_its_turn(clip: Path) -> None:
    lumas = [int(picture.y.mean().round()) for picture in planes(clip)]
    assert lumas == [40] * 30 + [120] * 30 + [200] * 30


def test_colours_come_back_as_they_were_drawn(tmp_path: Path, tiny: Profile) -> None:
    red = blank(tiny.size, luma=63, u=102, v=240)
    encode_held([Held(red, 3)], tmp_path / "red.mp4", tiny)
    seen = next(frames(tmp_path / "red.mp4"))
    assert seen.shape == (180, 320, 3)
    assert np.abs(seen.astype(int) - rgb_of(red).astype(int)).max() <= 3


@pytest.mark.parametrize(
    ("at_s", "luma"),
    [
        pytest.param(0.0, 40, id="the beginning"),
        pytest.param(0.99, 40, id="just before a change"),
        pytest.param(1.0, 120, id="at a change"),
        pytest.param(2.5, 200, id="within the last picture"),
        pytest.param(99.0, 200, id="behind the end"),
        pytest.param(-1.0, 40, id="before the beginning"),
    ],
)
def test_the_frame_on_screen_at_a_time(at_s: float, luma: int, clip: Path) -> None:
    assert round(float(frame_at(clip, at_s).y.mean())) == luma


@pytest.mark.parametrize("width", [640, 320, 101])
def test_a_poster_is_the_picture_made_smaller(width: int, tmp_path: Path) -> None:
    green = blank(Size(1280, 720), luma=173, u=42, v=26)
    size = poster(green, tmp_path / "poster.jpg", width)
    with Image.open(tmp_path / "poster.jpg") as seen:
        assert (seen.format, seen.size) == ("JPEG", size)
        middle = np.asarray(seen.convert("RGB"))[size.height // 2, size.width // 2]
    assert np.abs(middle.astype(int) - rgb_of(green)[0, 0].astype(int)).max() <= 4
    assert size == Size(width // 2 * 2, size.height)


def test_a_poster_without_a_place_is_said(tmp_path: Path) -> None:
    with pytest.raises(PosterNotWritten):
        poster(blank(Size(64, 48)), tmp_path / "none" / "poster.jpg")


def test_a_png_is_the_picture_to_the_last_bit() -> None:
    pixels = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    for given in (pixels, np.moveaxis(np.moveaxis(pixels, -1, 0).copy(), 0, -1)):
        assert np.array_equal(np.asarray(Image.open(BytesIO(png_of(given)))), pixels)


def test_what_is_no_video_has_no_frames(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("not a video")
    with pytest.raises(BadMedia):
        next(frames(tmp_path / "text.mp4"))


def test_a_video_that_breaks_off_raises_where_it_does(clip: Path) -> None:
    data = clip.read_bytes()
    clip.write_bytes(data[: data.index(b"mdat") + 40])
    with pytest.raises(BadMedia):
        assert len(list(planes(clip))) == 90
