"""Where the subject is -> how the window goes, as tables."""

import numpy as np
import pytest
from numpy.typing import NDArray

from reelmill.pipelines.shorts.crop.camera import Tubes, eased_time, steer, taut
from reelmill.pipelines.shorts.crop.evidence import Reason
from reelmill.pipelines.shorts.crop.keyframes import Axis, keyframes
from reelmill.pipelines.shorts.crop.target import Target

WINDOW, BOUNDS = 0.3, (0.15, 0.85)

RATE = 6


def target(middle: list[float], reach: float = 0.03) -> Target:
    count = len(middle)
    return Target(
        times_s=np.arange(count) / RATE,
        middle=np.array(middle),
        reach=np.full(count, reach),
        confidence=np.full(count, 0.9),
        reasons=(Reason.MOTION,) * count,
    )


def led(middle: list[float], reach: float = 0.03) -> NDArray[np.float64]:
    """The window's middle at each sample."""
    seen = target(middle, reach)
    way = steer(seen, window=WINDOW, bounds=BOUNDS)
    return np.interp(seen.times_s, way.times_s, way.middle)


@pytest.mark.parametrize(
    "middle",
    [
        pytest.param([0.4] * 30, id="a subject at rest"),
        pytest.param([0.4, 0.42, 0.39, 0.41] * 8, id="a subject that sways"),
        pytest.param([0.4] * 14 + [0.8] + [0.4] * 15, id="one wrong sample"),
        pytest.param([0.4] * 14 + [0.42] * 16, id="a small step to the side"),
    ],
)
def test_the_window_is_still(middle: list[float]) -> None:
    assert np.ptp(led(middle)) == pytest.approx(0, abs=1e-9)


def test_it_stands_before_and_after_a_walk() -> None:
    path = led([0.2] * 12 + list(np.linspace(0.2, 0.8, 25)) + [0.8] * 12)
    assert np.ptp(path[:12]) == pytest.approx(0, abs=1e-9)
    assert np.ptp(path[-12:]) == pytest.approx(0, abs=1e-9)
    assert (np.diff(path) >= -1e-9).all()


def test_it_stands_where_the_subject_rests_on_its_way() -> None:
    path = led(
        [0.2] * 10
        + list(np.linspace(0.2, 0.5, 9))
        + [0.5] * 10
        + list(np.linspace(0.5, 0.8, 9))
        + [0.8] * 10
    )
    assert np.ptp(path[20:28]) == pytest.approx(0, abs=1e-9)


def test_a_steady_walk_is_a_steady_pan() -> None:
    speeds = np.diff(led(list(np.linspace(0.2, 0.8, 60))))[10:-10]
    assert np.ptp(speeds) < 0.002


def test_another_subject_is_reached_in_a_pan_and_no_leap() -> None:
    steps = np.abs(np.diff(led([0.2] * 15 + [0.8] * 15)))
    assert 0 < steps.max() < 0.4


@pytest.mark.parametrize("middle", [0.0, 1.0], ids=["left", "right"])
def test_it_stays_in_the_picture(middle: float) -> None:
    path = led([middle] * 10)
    assert BOUNDS[0] - 1e-9 <= path.min() <= path.max() <= BOUNDS[1] + 1e-9


def test_a_wide_subject_is_kept_in_the_middle() -> None:
    middle = list(np.linspace(0.3, 0.6, 40))
    assert np.abs(led(middle, reach=0.14) - middle)[2:-2].max() < 0.03 * WINDOW + 0.005


def test_the_string_touches_the_tubes_and_never_leaves_them() -> None:
    dice = np.random.default_rng(5)
    for _ in range(50):
        low = np.cumsum(dice.normal(0, 0.1, 40))
        tubes = Tubes(low=low, high=low + dice.uniform(0, 0.3, 40))
        path = taut(np.cumsum(dice.uniform(0.05, 0.2, 40)), tubes)
        assert tubes.hold(path, slice(None))


@pytest.mark.parametrize(("begin_s", "end_s"), [(0.5, 0.5), (0.5, 0), (0, 0.5), (5, 5), (0, 0)])
def test_an_eased_clock_never_goes_back_and_is_right_at_its_ends(
    begin_s: float, end_s: float
) -> None:
    times_s = np.linspace(3, 5, 61)
    eased = eased_time(times_s, begin_s=begin_s, end_s=end_s)
    assert (eased[0], eased[-1]) == (3, pytest.approx(5))
    assert (np.diff(eased) >= 0).all()


def test_key_frames_follow_the_way_to_the_pixel() -> None:
    axis = Axis(length_px=1920, window_px=606, across=True)
    seen = target([0.2] * 12 + list(np.linspace(0.2, 0.8, 25)) + [0.8] * 12)
    bounds = (axis.window / 2, 1 - axis.window / 2)
    way = steer(seen, window=axis.window, bounds=bounds)
    keys = keyframes(axis, [(0.0, way, seen)])
    told = np.interp(way.times_s, [key.at_s for key in keys], [key.x for key in keys])
    assert np.abs(told - (way.middle * 1920 - 303)).max() <= 1.5
    assert len(keys) < len(way.times_s) / 2


def test_each_shot_begins_with_a_jump() -> None:
    axis = Axis(length_px=1920, window_px=606, across=True)
    left, right = target([0.3] * 6), target([0.7] * 6)
    shots = [
        (begins_s, steer(one, window=axis.window, bounds=(0.16, 0.84)), one)
        for begins_s, one in ((0.0, left), (1.04, right))
    ]
    keys = keyframes(axis, shots)
    assert [(key.at_s, key.jump) for key in keys] == [(0.0, False), (1.04, True)]
