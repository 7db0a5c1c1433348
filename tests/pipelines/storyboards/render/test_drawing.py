"""Pictures are drawn from words: the same from the same, for every shape, in every script."""

import numpy as np
import pytest

from reelmill.media.geometry import Size
from reelmill.pipelines.storyboards.render.camera import kept_size
from reelmill.pipelines.storyboards.render.drawing import (
    draw,
    headline_of,
    subject_of,
)
from reelmill.pipelines.storyboards.sizes import CLOSEST, FULL_HD
from reelmill.pipelines.storyboards.spec import AspectRatio


@pytest.mark.parametrize("ratio", list(AspectRatio))
def test_a_picture_has_the_shape_of_its_film(ratio: AspectRatio) -> None:
    film = FULL_HD[ratio]
    pixels = draw("A lake", film, number=1, scenes=3)
    height, width, _ = pixels.shape
    assert Size(width, height) == kept_size(film)
    across, down = (int(part) for part in ratio.value.split(":"))
    assert film.width / film.height == pytest.approx(across / down)


def test_the_same_words_in_the_same_place_give_the_same_picture() -> None:
    one, same, other = (
        draw(prompt, FULL_HD[AspectRatio.SQUARE], number=number, scenes=3)
        for prompt, number in (("A lake", 1), ("A lake", 1), ("A lake", 2))
    )
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_another_take_of_the_same_words_is_another_picture() -> None:
    takes = [
        draw("A quiet lake", FULL_HD[AspectRatio.SQUARE], number=1, scenes=3, take=take)
        for take in (0, 1, 2, 3, 0)
    ]
    assert np.array_equal(takes[0], takes[4])
    for number, one in enumerate(takes[:4]):
        for other in takes[number + 1 : 4]:
            # Seen at a glance: not the grain alone, but place and light.
            assert np.abs(one.astype(int) - other).mean() > 8


@pytest.mark.parametrize(
    "prompt",
    [
        pytest.param("湖の朝", id="Japanese"),
        pytest.param("بحيرة عند الفجر", id="from right to left"),
        pytest.param("🐍" * 40, id="emoji"),
        pytest.param("W" * 2000, id="one endless word"),
        pytest.param("...", id="no word at all"),
    ],
)
def test_whatever_is_written_is_drawn(prompt: str) -> None:
    pixels = draw(prompt, FULL_HD[AspectRatio.TALL], number=10, scenes=10)
    assert pixels.std() > 10


def test_letters_are_within_what_the_camera_always_sees() -> None:
    pixels = draw("W" * 64, FULL_HD[AspectRatio.CLASSIC], number=1, scenes=3)
    height, width, _ = pixels.shape
    white = np.argwhere((pixels > 250).all(axis=2))
    # The headline is in the upper part; stars and crests further down are no letters.
    white = white[white[:, 0] < height * 0.4]
    edge = (1 - CLOSEST) / 2
    assert len(white) > 1000
    assert white[:, 0].min() > height * edge
    assert white[:, 1].min() > width * edge
    assert white[:, 1].max() < width * (1 - edge)


@pytest.mark.parametrize(
    ("prompt", "subject"),
    [
        ("Opening scene: A lake, high quality, professional cinematography", "A lake"),
        ("Scene 3: A lake, noir style, high quality, professional cinematography", "A lake"),
        ("A lake, noir style", "A lake, noir style"),
        ("Context", "Context"),
        ("First glimpse: A lake", "A lake"),
        ("Moment 3: A lake", "A lake"),
        ("Parting view: A lake", "A lake"),
    ],
)
def test_what_a_prompt_is_about(prompt: str, subject: str) -> None:
    assert subject_of(prompt) == subject


def test_a_headline_is_short() -> None:
    assert headline_of("A lake. Then a river.") == "A lake"
    long = headline_of("a wide and quiet lake " * 10)
    assert len(long) <= 65
    assert long.endswith("…")
