import numpy as np
import pytest

from reelmill.media.geometry import Size
from reelmill.media.raster import (
    Box,
    Ink,
    blank,
    fill,
    ink_of,
    paste,
    planes_of,
    planes_of_bytes,
    rgb_of,
)


@pytest.mark.parametrize(
    ("color", "ink"),
    [
        pytest.param((0, 0, 0), Ink(16, 128, 128), id="black"),
        pytest.param((1, 1, 1), Ink(235, 128, 128), id="white"),
        pytest.param((1, 0, 0), Ink(63, 102, 240), id="red"),
        pytest.param((0, 1, 0), Ink(173, 42, 26), id="green"),
        pytest.param((0, 0, 1), Ink(32, 240, 118), id="blue"),
    ],
)
def test_colours_are_those_of_bt709_in_tv_range(color: tuple[int, int, int], ink: Ink) -> None:
    assert ink_of(np.array(color, np.float32)) == ink


def test_colours_survive_the_way_to_the_planes_and_back() -> None:
    colors = np.random.default_rng(1).random((16, 16, 3), np.float32)
    pixels = colors.repeat(2, axis=0).repeat(2, axis=1)
    back = rgb_of(planes_of(pixels)).astype(int)
    assert np.abs(back - pixels * 255).max() <= 4


def test_a_rectangle_is_filled_in_all_planes() -> None:
    picture = blank(Size(8, 6))
    fill(picture, Box(2, 2, 4, 2), Ink(200, 90, 60))
    assert (picture.y == 200).sum() == 8
    assert (picture.u == 90).sum() == (picture.v == 60).sum() == 2
    assert picture.y[2, 2] == 200
    assert picture.u[1, 1] == 90


def test_a_patch_lies_where_it_is_pasted() -> None:
    picture = blank(Size(8, 6))
    paste(picture, blank(Size(2, 4), 180, 100, 110), 6, 2)
    assert (picture.y[2:6, 6:8] == 180).all()
    assert (picture.u[1:3, 3] == 100).all()
    assert (picture.y == 180).sum() == 8


@pytest.mark.parametrize("height", [2, 126, 128, 130, 300])
def test_bands_of_whole_numbers_are_the_planes_of_the_whole(height: int) -> None:
    rgb = np.random.default_rng(height).integers(0, 256, (height, 6, 3), np.uint8)
    banded, whole = planes_of_bytes(rgb), planes_of(rgb.astype(np.float32) / np.float32(255))
    for one, other in zip((banded.y, banded.u, banded.v), (whole.y, whole.u, whole.v), strict=True):
        assert np.array_equal(one, other)
