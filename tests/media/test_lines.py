"""One line of text as a mask, and how it is laid on pictures."""

import numpy as np
import pytest

from reelmill.media.lines import lay, line_of
from reelmill.media.text import Style

STYLE = Style(16)


def test_a_line_is_as_wide_as_its_words() -> None:
    short, long = line_of("stride", STYLE, 400), line_of("stride of 3 s", STYLE, 400)
    assert short.shape[0] == long.shape[0] == STYLE.line_height_px
    assert 0 < short.shape[1] < long.shape[1]
    assert np.array_equal(long[:, : short.shape[1]], short)
    assert long.max() > 200
    assert long.min() == 0


def test_a_line_that_is_too_wide_is_cut_short() -> None:
    assert line_of("words " * 40, STYLE, 100).shape[1] <= 100


def test_nothing_to_say_is_a_mask_without_columns() -> None:
    assert line_of("", STYLE, 100).shape == (STYLE.line_height_px, 0)


@pytest.mark.parametrize("at", [(-1, 0), (2, 1), (0, -1), (9, 9), (-9, 0), (0, -9)])
def test_what_is_outside_of_the_picture_is_left_out(at: tuple[int, int]) -> None:
    pixels = np.zeros((2, 3), np.uint8)
    whole = np.zeros((40, 40), np.uint8)
    lay(pixels, np.full((2, 2), 255, np.uint8), at, 9)
    whole[20 + at[1] : 22 + at[1], 20 + at[0] : 22 + at[0]] = 9
    assert np.array_equal(pixels, whole[20:22, 20:23])


def test_colours_are_blended_channel_by_channel() -> None:
    pixels = np.full((1, 2, 3), 100, np.uint8)
    lay(pixels, np.array([[255, 51]], np.uint8), (0, 0), (200, 100, 0))
    assert pixels.tolist() == [[[200, 100, 0], [120, 100, 80]]]
