import numpy as np
import pytest

from reelmill.media.raster import ink_of, rgb_of
from reelmill.pipelines.replays.game import Direction
from reelmill.pipelines.replays.render.palette import palette, rgb
from reelmill.pipelines.replays.render.tiles import APPLE, EMPTY, Body, Crash, Head, tile

UP, DOWN, LEFT, RIGHT = Direction
ALIVE = True


def pixels(what: Body | Head | Crash, side_px: int = 60) -> np.ndarray:
    return rgb_of(tile(what, side_px, "light", "even")).astype(int)


def white(picture: np.ndarray) -> np.ndarray:
    return picture.min(axis=2) > 252


@pytest.mark.parametrize(
    ("heading", "part"),
    [
        pytest.param(UP, np.s_[:30, :], id="up"),
        pytest.param(DOWN, np.s_[30:, :], id="down"),
        pytest.param(LEFT, np.s_[:, :30], id="left"),
        pytest.param(RIGHT, np.s_[:, 30:], id="right"),
    ],
)
def test_eyes_are_at_the_front(heading: Direction, part: tuple[slice, slice]) -> None:
    eyes = white(pixels(Head(0, ALIVE, heading, heading, None, 0)))
    assert eyes[part].sum() > 0.9 * eyes.sum() > 100


@pytest.mark.parametrize(("gaze", "axis", "sign"), [(LEFT, 1, -1), (RIGHT, 1, 1), (UP, 0, -1)])
def test_pupils_look_where_the_snake_goes_next(gaze: Direction, axis: int, sign: int) -> None:
    picture = pixels(Head(3, ALIVE, UP, gaze, DOWN, 3), 80)
    dark = np.argwhere(picture.max(axis=2) < 60).mean(axis=0)
    eyes = np.argwhere(white(picture) | (picture.max(axis=2) < 60)).mean(axis=0)
    assert (dark - eyes)[axis] * sign > 1


def test_the_dead_have_crossed_eyes() -> None:
    alive, dead = (pixels(Head(0, lives, UP, UP, DOWN, 3)) for lives in (True, False))
    assert white(alive).sum() > 50
    assert white(dead).sum() == 0


@pytest.mark.parametrize("from_tail", range(1, 6))
def test_neighbours_meet_with_the_same_width(from_tail: int) -> None:
    ahead = pixels(Body(1, ALIVE, RIGHT, LEFT, min(from_tail, 4)))
    behind = pixels(Body(1, ALIVE, RIGHT, LEFT, min(from_tail - 1, 4)))
    empty = pixels(EMPTY)[0, 0]
    widths = [
        (np.abs(column - empty).sum(axis=1) > 60).sum() for column in (ahead[:, 0], behind[:, -1])
    ]
    assert abs(widths[0] - widths[1]) <= 2


def test_tails_are_thin_and_light() -> None:
    tail, middle = (
        pixels(Body(0, ALIVE, RIGHT, behind, at)) for behind, at in ((None, 0), (LEFT, 4))
    )
    inked = [
        (np.abs(picture - pixels(EMPTY)[0, 0]).sum(axis=2) > 60).sum() for picture in (tail, middle)
    ]
    assert inked[0] < 0.7 * inked[1]
    assert tail[30, 30].sum() > middle[30, 30].sum()


@pytest.mark.parametrize("side_px", [6, 10, 18, 56, 140])
def test_the_middle_of_a_tile_is_flat_at_any_size(side_px: int) -> None:
    reach = max(1, round(side_px * 0.1))
    spot = np.s_[side_px // 2 - reach : side_px // 2 + reach]
    for what, color in (
        (APPLE, rgb("#DB2F2B")),
        (Body(2, ALIVE, UP, LEFT, 4), palette("dark").alive[2].body),
    ):
        luma = tile(what, side_px, "dark", "odd").y[spot, spot].astype(int)
        assert np.abs(luma - ink_of(color).y).max() <= 12


def test_a_crash_lies_over_what_was_hit() -> None:
    body = Body(0, ALIVE, LEFT, RIGHT, 4)
    hit, free = pixels(Crash(body)), pixels(Crash(EMPTY))
    assert np.abs(hit[30, 30] - free[30, 30]).max() <= 2
    assert np.abs(hit[30, 0] - pixels(body)[30, 0]).max() <= 2
