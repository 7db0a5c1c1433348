"""Where the subject is -> how the window goes, as tables."""

import numpy as np
import pytest
from numpy.typing import NDArray

from reelmill.pipelines.shorts.crop.camera import eased_time, steer
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
        sure=np.full(count, reach > 0.1),
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


@pytest.mark.parametrize("reach", [0.03, 0.12, 0.14], ids=["narrow", "wide", "very wide"])
def test_it_never_moves_while_the_subject_rests(reach: float) -> None:
    walk = [0.3] * 9 + list(np.linspace(0.3, 0.6, 13)[1:]) + [0.6] * 9
    way = steer(target(walk, reach), window=WINDOW, bounds=BOUNDS)
    moved = np.flatnonzero(np.abs(np.diff(way.middle)) > 1e-9)
    assert way.times_s[moved].min() >= 8 / RATE - 1e-9
    assert way.times_s[moved + 1].max() <= 20 / RATE + 1e-9


def test_it_sets_off_when_the_subject_leaves_its_slack_and_not_at_a_look() -> None:
    walk = [0.3] * 9 + [0.3 + 0.05 * at for at in range(1, 7)] + [0.6] * 9
    way = steer(target(walk, 0.12), window=WINDOW, bounds=BOUNDS)
    begins_s = way.times_s[np.flatnonzero(np.abs(np.diff(way.middle)) > 1e-9)[0]]
    room = WINDOW * 0.44 - 0.12
    assert begins_s == pytest.approx((8 + room / 0.05) / RATE, abs=1.1 / 30)


@pytest.mark.parametrize("ends", ["first", "last"])
def test_a_moment_of_rest_at_the_end_of_a_shot_is_a_stand(ends: str) -> None:
    walk = [0.3] * 4 + list(np.linspace(0.3, 0.6, 13)[1:])
    path = led(walk if ends == "first" else walk[::-1], 0.12)
    assert np.ptp(path[:4] if ends == "first" else path[-4:]) == pytest.approx(0, abs=1e-9)


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
