"""Where motion begins and ends -> the wide thing that went there, as tables."""

from collections.abc import Callable

import numpy as np
import pytest

from reelmill.pipelines.shorts.crop.ends import BLUR, Extent, Went, extent, followed

WINDOW = 0.3

WIDTH = 0.24

#: How near a place is told, as a share of the axis: two pixels of 320.
NEAR = 0.0065

Place = Callable[[int], float]


def between(was: float, now: float, width: float = WIDTH) -> Extent | None:
    """The ends of the motion of a thing that went from one place to the other."""
    if was == now:
        return None
    return Extent(min(was, now) - width / 2, max(was, now) + width / 2)


def moved(place: Place, count: int, width: float = WIDTH) -> list[Extent | None]:
    return [None, *(between(place(at - 1), place(at), width) for at in range(1, count))]


def found(ends: list[Extent | None], shift: float = 0.0) -> list[Went | None]:
    return followed(ends, np.full(len(ends), shift), window=WINDOW)


def middles(went: list[Went | None]) -> list[float]:
    return [(one.now.low + one.now.high) / 2 for one in went if one is not None]


def energy(*spans: tuple[int, int], rows: int = 60) -> np.ndarray:
    plane = np.zeros((180, 320), np.uint8)
    for first, last in spans:
        plane[40 : 40 + rows, first : last + 1] = 20
    return plane


@pytest.mark.parametrize(
    ("plane", "ends_px"),
    [
        pytest.param(energy((50, 60), (110, 120)), (50, 121), id="both ends of one thing"),
        pytest.param(energy((50, 120)), (50, 121), id="all of it"),
        pytest.param(energy((50, 120)) + energy((200, 202)), (50, 121), id="a little elsewhere"),
        pytest.param(energy((40, 60)) + energy((80, 90), rows=2), (40, 61), id="specks are none"),
        pytest.param(energy((0, 60)), (-BLUR * 320, 61), id="what reaches the border reaches on"),
    ],
)
def test_motion_begins_and_ends(plane: np.ndarray, ends_px: tuple[float, float]) -> None:
    ends = extent(plane, window=WINDOW)
    assert ends is not None
    assert np.array(ends) * 320 == pytest.approx(ends_px)


def test_where_nothing_moves_nothing_ends() -> None:
    assert extent(energy(), window=WINDOW) is None


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(lambda at: 0.2 + 0.02 * at, id="to the right"),
        pytest.param(lambda at: 0.8 - 0.05 * at, id="fast, to the left"),
        pytest.param(lambda at: 0.2 + 0.04 * min(at, 24 - at), id="there and back"),
        pytest.param(lambda at: 0.3 + 0.02 * min(at, 6) + 0.05 * max(0, at - 6), id="faster"),
        pytest.param(lambda at: 0.3 + 0.03 * (min(at, 6) + max(0, at - 12)), id="with a rest"),
        pytest.param(lambda at: 0.2 + 0.03 * max(0, at - 8), id="after a rest"),
    ],
)
def test_a_wide_thing_is_where_its_ends_are(place: Place) -> None:
    went = found(moved(place, 13))
    assert middles(went) == pytest.approx([place(at) for at in range(1, 13)], abs=NEAR)


def test_a_thing_is_followed_before_a_moving_camera() -> None:
    ends = [one and Extent(one.low, one.high) for one in moved(lambda at: 0.3 + 0.02 * at, 13)]
    before = [
        one and Extent(one.low + 0.01 * at, one.high + 0.01 * at) for at, one in enumerate(ends)
    ]
    assert middles(found(before, shift=0.01)) == pytest.approx(
        [0.3 + 0.03 * at for at in range(1, 13)], abs=0.012
    )


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        pytest.param(6, None, id="nothing was seen"),
        pytest.param(6, Extent(0.3, 0.72), id="much moved beside it"),
        pytest.param(6, Extent(0.33, 0.36), id="one end alone was seen"),
    ],
)
def test_one_look_that_tells_little_is_bridged(at: int, ends: Extent | None) -> None:
    every = moved(lambda at: 0.3 + 0.03 * at, 13)
    every[at] = ends
    assert middles(found(every)) == pytest.approx(
        [0.3 + 0.03 * at for at in range(1, 13)], abs=NEAR
    )


def test_one_end_that_creeps_on_leads_the_thing() -> None:
    every = moved(lambda at: 0.3 + 0.03 * min(at, 6), 7)
    creeping = [Extent(0.59 + 0.005 * at, 0.6 + 0.005 * at) for at in range(1, 7)]
    assert middles(found([*every, *creeping]))[-1] == pytest.approx(0.51, abs=NEAR)


@pytest.mark.parametrize(
    "ends",
    [
        pytest.param(moved(lambda at: 0.3 + 0.02 * at, 13, width=0.05), id="narrow"),
        pytest.param(
            moved(lambda at: 0.5 + 0.002 * at, 13, width=0.36), id="wider than the window"
        ),
        pytest.param(
            [Extent(0.3 + 0.1 * (at % 2), 0.6 + 0.07 * (at % 3)) for at in range(13)],
            id="ends that do not fit together",
        ),
        pytest.param(moved(lambda at: 0.3 + 0.03 * at, 3), id="too short to know its width"),
        pytest.param([None] * 13, id="nothing at all"),
    ],
)
def test_what_is_no_wide_thing_is_not_followed(ends: list[Extent | None]) -> None:
    assert found(ends) == [None] * len(ends)


def test_a_thing_is_not_led_on_when_something_else_moves() -> None:
    every = [*moved(lambda at: 0.2 + 0.02 * at, 8), *moved(lambda at: 0.8 - 0.01 * at, 3)[1:]]
    assert [one is None for one in found(every)] == [True, *[False] * 7, *[True] * 2]
