"""The light of a film: out of black, into it, and as it is between them."""

import numpy as np
import pytest

from reelmill.media.geometry import Size
from reelmill.media.raster import BLACK_LUMA, Yuv420, blank
from reelmill.pipelines.storyboards.render.finish import NO_FADES, Fades, faded

SIZE = Size(16, 8)


def lumas(frames: int, fades: Fades) -> list[int]:
    pictures = (blank(SIZE, luma=216, u=100, v=160) for _ in range(frames))
    return [int(np.median(each.y)) for each in faded(pictures, frames, SIZE, fades)]


def test_a_film_begins_and_ends_in_black_and_is_as_it_is_between() -> None:
    shades = lumas(60, Fades(10, 20))
    assert shades[0] == shades[59] == BLACK_LUMA
    assert shades[10:40] == [216] * 30
    assert shades[:11] == sorted(shades[:11])
    assert shades[39:] == sorted(shades[39:], reverse=True)
    assert (shades[5], shades[49]) == (116, 116)


def test_colours_go_with_the_light() -> None:
    def colour(picture: Yuv420) -> tuple[int, int]:
        return int(picture.u[0, 0]), int(picture.v[0, 0])

    pictures = (blank(SIZE, luma=216, u=100, v=160) for _ in range(11))
    shown = [colour(each) for each in faded(pictures, 11, SIZE, Fades(closing=10))]
    assert (shown[0], shown[5], shown[10]) == ((100, 160), (114, 144), (128, 128))


def test_without_fades_nothing_is_touched() -> None:
    pictures = [blank(SIZE, luma=50) for _ in range(3)]
    shown = list(faded(iter(pictures), 3, SIZE, NO_FADES))
    assert all(one is other for one, other in zip(shown, pictures, strict=True))


@pytest.mark.parametrize("frames", [1, 2, 3, 30, 90])
def test_a_third_of_a_short_film_is_seen_in_full(frames: int) -> None:
    shades = lumas(frames, Fades(90, 90).within(frames))
    assert sum(shade == 216 for shade in shades) >= frames // 3
    assert shades.count(216) >= 1
