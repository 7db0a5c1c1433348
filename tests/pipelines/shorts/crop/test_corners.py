"""A path known at samples -> what it does between them, as tables."""

from collections.abc import Callable

import numpy as np
import pytest

from reelmill.pipelines.shorts.crop.corners import calmed, cornered
from reelmill.pipelines.shorts.crop.evidence import Reason
from reelmill.pipelines.shorts.crop.target import Target

WINDOW = 0.3

#: Samples a second.
RATE = 6

#: How near a place is told, as a share of the axis.
NEAR = 0.02


def target(goes: Callable[[float], float], count: int, *, sure: bool = True) -> Target:
    times_s = np.arange(count) / RATE
    return Target(
        times_s=times_s,
        middle=np.array([goes(at_s) for at_s in times_s]),
        reach=np.full(count, 0.12),
        confidence=np.ones(count),
        reasons=(Reason.MOTION,) * count,
        sure=np.full(count, sure),
    )


@pytest.mark.parametrize(
    ("goes", "corner_s"),
    [
        pytest.param(lambda t: max(0.0, t - 0.56), 0.56, id="sets off"),
        pytest.param(lambda t: min(0.6, t), 0.6, id="halts"),
        pytest.param(lambda t: abs(t - 0.6), 0.6, id="turns"),
    ],
)
def test_a_corner_between_two_samples_is_found_on_its_frame(
    goes: Callable[[float], float], corner_s: float
) -> None:
    known = target(goes, 8)
    found_at = cornered(known, window=WINDOW, frame_s=0.04)
    (added_s,) = set(found_at.times_s) - set(known.times_s)
    assert added_s == pytest.approx(corner_s, abs=0.021)
    assert len(found_at.reasons) == len(found_at.reach) == len(found_at.middle) == 9
    assert np.interp(added_s, found_at.times_s, found_at.middle) == pytest.approx(
        goes(corner_s), abs=NEAR
    )


def test_a_straight_way_has_no_corner() -> None:
    straight = target(lambda t: 0.3 + 0.2 * t, 12)
    assert len(cornered(straight, window=WINDOW, frame_s=0.04).times_s) == 12


def test_the_corners_of_what_is_not_known_do_not_matter() -> None:
    unsure = target(lambda t: min(0.6, t), 8, sure=False)
    assert len(cornered(unsure, window=WINDOW, frame_s=0.04).times_s) == 8


@pytest.mark.parametrize("sure", [False, True])
def test_a_single_sample_says_nothing(sure: bool) -> None:  # noqa: FBT001 - a row of the table
    twitching = target(lambda t: 0.4 + 0.2 * (abs(t - 0.5) < 0.01), 8, sure=sure)
    assert calmed(twitching).middle == pytest.approx(np.full(8, 0.4))


def test_a_turn_of_a_known_thing_is_no_twitch() -> None:
    turning = target(lambda t: 0.7 - abs(t - 0.5), 8)
    assert calmed(turning).middle == pytest.approx(turning.middle)
