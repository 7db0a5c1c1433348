"""Thumbs of two scenes, put together in many ways -> where a shot begins."""

import numpy as np
import pytest
from numpy.typing import NDArray

from reelmill.pipelines.shorts.crop.shots import cuts, largest_change, one_scene

Thumb = NDArray[np.uint8]


def scene(seed: int) -> Thumb:
    """A wide view of coarse things, from which thumbs are cut."""
    dice = np.random.default_rng(seed)
    coarse = np.kron(dice.uniform(30, 220, (15, 30)), np.ones((4, 4)))
    return np.asarray(coarse + dice.uniform(0, 10, coarse.shape), np.uint8)


def view(seed: int, right: int = 0) -> Thumb:
    return scene(seed)[8:44, 20 + right : 84 + right]


def dimmed(thumb: Thumb) -> Thumb:
    return np.asarray(thumb * 0.4 + 10, np.uint8)


def barred(thumb: Thumb) -> Thumb:
    framed = thumb.copy()
    framed[:5] = framed[-5:] = 0
    return framed


@pytest.mark.parametrize(
    ("thumbs", "begin"),
    [
        pytest.param([view(1)] * 9, [], id="one scene at rest"),
        pytest.param([view(1)] * 5 + [view(2)] * 5, [5], id="another scene"),
        pytest.param([view(1)] * 5 + [view(2)] * 5 + [view(1)] * 5, [5, 10], id="there and back"),
        pytest.param([barred(view(1))] * 5 + [barred(view(2))] * 5, [5], id="within bars"),
        pytest.param(
            [view(1)] * 5 + [np.full_like(view(1), 250)] + [view(1)] * 5, [], id="a flash of light"
        ),
        pytest.param([view(1)] * 5 + [dimmed(view(1))] * 5, [], id="the light goes down"),
        pytest.param([view(1)] * 5 + [view(1, 6)] * 5, [], id="the view turns at once"),
        pytest.param([view(1, 3 * n) for n in range(12)], [], id="a camera that pans"),
        pytest.param([view(1)], [], id="a single frame"),
    ],
)
def test_shots_begin(thumbs: list[Thumb], begin: list[int]) -> None:
    assert cuts(np.array(thumbs)) == begin


def test_a_scene_is_known_again_in_another_light_and_moved() -> None:
    assert one_scene(view(1), dimmed(view(1, 5)))
    assert not one_scene(view(1), view(2))


def test_bars_make_no_likeness() -> None:
    assert not one_scene(barred(view(1)), barred(view(2)))


def test_black_is_like_nothing() -> None:
    assert not one_scene(np.zeros_like(view(1)), np.zeros_like(view(1)))


def test_the_largest_change_is_found_among_small_ones() -> None:
    assert largest_change(np.array([view(1), view(1, 1), view(2), view(2, 1)])) == 2
