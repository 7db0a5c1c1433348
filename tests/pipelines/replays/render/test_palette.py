import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from reelmill.media.raster import Yuv420, ink_of, rgb_of
from reelmill.pipelines.replays.render.palette import APPLE, PLAYERS, Ground, palette, rgb
from reelmill.pipelines.replays.render.tiles import spot_colors
from reelmill.pipelines.replays.spec import Theme

#: How people with each kind of colour blindness see linear RGB.
#: Source: Machado, Oliveira, Fernandes 2009, severity 1.0.
VISION = {
    "full": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}

#: CIE Lab difference at which two patches are told apart at a glance; 2.3 is barely seen.
TOLD_APART = 20

#: Least contrast of text. Source: WCAG 2.2, 1.4.3.
READABLE = 4.5

Color = NDArray[np.float32]


def linear(color: Color) -> NDArray[np.float64]:
    value = np.asarray(color, float)
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def lab(light: NDArray[np.float64]) -> NDArray[np.float64]:
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(to_xyz) @ light / [0.9505, 1.0, 1.089]
    root = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def luminance(color: Color) -> float:
    return float(linear(color) @ [0.2126, 0.7152, 0.0722])


def contrast(one: Color, other: Color) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("vision", VISION)
def test_players_and_apples_are_told_apart_by_everyone(vision: str) -> None:
    seen = [
        lab(np.clip(np.array(VISION[vision]) @ linear(rgb(code)), 0, 1))
        for code in (*PLAYERS, APPLE)
    ]
    for one, other in itertools.combinations(seen, 2):
        assert np.linalg.norm(one - other) >= TOLD_APART


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["page", "panel", "good", "bad", "badge"])
@pytest.mark.parametrize("weight", ["text", "quiet"])
def test_all_text_can_be_read(theme: Theme, name: str, weight: str) -> None:
    ground: Ground = getattr(palette(theme), name)
    surface = ground.ink
    shown = [
        rgb_of(one_pixel(luma, surface.u, surface.v))[0, 0] / 255
        for luma in (getattr(ground, weight), surface.y)
    ]
    assert contrast(*shown) >= READABLE


def one_pixel(luma: int, u: int, v: int) -> Yuv420:
    return Yuv420(
        y=np.full((2, 2), luma, np.uint8),
        u=np.full((1, 1), u, np.uint8),
        v=np.full((1, 1), v, np.uint8),
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_whatever_lies_on_a_cell_is_told_apart_after_encoding(theme: Theme) -> None:
    spots = [(meaning, ink_of(color)) for meaning, color in spot_colors(theme, 4)]
    for (one, ink), (other, twin) in itertools.combinations(spots, 2):
        if one != other:
            assert np.linalg.norm(np.subtract(ink, twin)) >= 14, (one, other)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_living_snakes_stand_out_from_the_board(theme: Theme) -> None:
    look = palette(theme)
    for snake, cell in itertools.product(look.alive, look.cells):
        assert contrast(snake.body, cell) >= 1.9


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_dead_snakes_are_nearer_to_the_board_than_living_ones(theme: Theme) -> None:
    look = palette(theme)
    for alive, dead in zip(look.alive, look.dead, strict=True):
        gaps = [np.abs(snake.body - look.cells[0]).sum() for snake in (alive, dead)]
        assert gaps[1] < gaps[0]
