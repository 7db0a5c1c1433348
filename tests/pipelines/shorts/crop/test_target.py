"""Evidence -> where to look, as tables."""

import numpy as np
import pytest
from numpy.typing import NDArray

from reelmill.pipelines.shorts.crop.evidence import BINS, REASONS, Mass, Reason
from reelmill.pipelines.shorts.crop.target import SURE, Target, follow

WINDOW, BOUNDS = 0.3, (0.15, 0.85)

RATE = 6

#: Half a part of the axis, and the distance between two places that are tried.
NEAR = 0.01


def weighed(parts: NDArray[np.float64], things: NDArray[np.float64] | None = None) -> Mass:
    nowhere = np.full((len(parts), 2), np.nan)
    return Mass(
        times_s=np.arange(len(parts)) / RATE,
        parts=parts,
        things=nowhere if things is None else things,
    )


def mass(
    places: list[float | None], reason: Reason = Reason.MOTION, half: float = 0.02, worth: float = 1
) -> Mass:
    """A subject as wide as twice `half`, at a place in each sample."""
    at = (np.arange(BINS) + 0.5) / BINS
    parts = np.zeros((len(places), BINS, len(REASONS)))
    for sample, place in enumerate(places):
        if place is not None:
            on: NDArray[np.float64] = (np.abs(at - place) <= half).astype(float)
            parts[sample, :, REASONS.index(reason)] = worth * on / on.sum()
    return weighed(parts)


def both(one: Mass, other: Mass) -> Mass:
    return weighed(one.parts + other.parts)


def found(evidence: Mass) -> Target:
    return follow(evidence, window=WINDOW, bounds=BOUNDS)


@pytest.mark.parametrize(
    "places",
    [
        pytest.param([0.4] * 10, id="at rest"),
        pytest.param(list(np.linspace(0.2, 0.8, 30)), id="on a walk"),
        pytest.param([0.25] * 20 + [0.75] * 20, id="elsewhere for long"),
    ],
)
def test_one_subject_is_followed(places: list[float | None]) -> None:
    assert np.abs(found(mass(places)).middle - np.array(places, float)).max() < NEAR


@pytest.mark.parametrize(("place", "middle"), [(0.02, 0.15), (0.98, 0.85)], ids=["left", "right"])
def test_the_middle_stays_where_the_window_may_be(place: float, middle: float) -> None:
    assert found(mass([place] * 6)).middle == pytest.approx(np.full(6, middle))


@pytest.mark.parametrize(
    ("thing", "middle", "reach"),
    [
        pytest.param((0.37, 0.61), 0.49, 0.12, id="where it is known"),
        pytest.param((0.3, 0.66), 0.48, 0.15, id="of one wider than the window, as far as that"),
        pytest.param((0.75, 0.99), 0.5, 0.03, id="not where another thing is followed"),
        pytest.param((np.nan, np.nan), 0.5, 0.03, id="not where none is known"),
    ],
)
def test_a_wide_thing_is_looked_at_to_the_pixel(
    thing: tuple[float, float], middle: float, reach: float
) -> None:
    seen = mass([0.5] * 6)
    target = found(weighed(seen.parts, np.tile(thing, (6, 1))))
    assert target.middle == pytest.approx(np.full(6, middle), abs=0.005)
    assert target.reach == pytest.approx(np.full(6, reach), abs=0.02)
    assert target.sure.all() == (middle != 0.5)


def test_something_worth_more_for_a_moment_is_not_followed() -> None:
    moment = mass([None] * 10 + [0.8] * 2 + [None] * 10, worth=2)
    assert np.abs(found(both(mass([0.25] * 22), moment)).middle - 0.25).max() < NEAR


def test_the_subject_worth_more_is_chosen() -> None:
    faint = mass([0.25] * 12, worth=0.5)
    assert np.abs(found(both(faint, mass([0.75] * 12))).middle - 0.75).max() < NEAR


def test_two_subjects_that_fit_are_both_shown() -> None:
    target = found(both(mass([0.4] * 8), mass([0.6] * 8)))
    assert np.abs(target.middle - 0.5).max() < NEAR
    assert np.abs(target.reach - 0.11).max() < 0.02


@pytest.mark.parametrize("half", [0.02, 0.06, 0.1])
def test_the_reach_is_about_half_of_the_subject(half: float) -> None:
    reach = found(mass([0.5] * 6, half=half)).reach
    assert np.abs(reach - 0.9 * half).max() < NEAR


@pytest.mark.parametrize("reason", REASONS)
def test_what_is_followed_is_told_and_how_sure_it_is(reason: Reason) -> None:
    target = found(mass([0.5] * 6, reason))
    assert set(target.reasons) == {reason}
    assert target.confidence == pytest.approx(np.full(6, SURE[reason]))


def test_half_of_the_evidence_outside_is_half_as_sure() -> None:
    target = found(both(mass([0.2] * 6), mass([0.8] * 6)))
    assert target.confidence == pytest.approx(np.full(6, SURE[Reason.MOTION] / 2))


def spread(count: int) -> Mass:
    """Motion that is everywhere alike."""
    parts = np.zeros((count, BINS, len(REASONS)))
    parts[:, :, REASONS.index(Reason.MOTION)] = 1 / BINS
    return weighed(parts)


def then(*masses: Mass) -> Mass:
    parts = np.concatenate([one.parts for one in masses])
    return weighed(parts)


def test_where_motion_is_everywhere_the_middle_is_shown() -> None:
    target = found(spread(30))
    assert target.middle == pytest.approx(np.full(30, 0.5))
    assert set(target.reasons) == {Reason.CENTER}


def test_until_a_subject_is_back_the_middle_stays_where_it_was() -> None:
    target = found(then(mass([0.25] * 40), spread(60), mass([0.25] * 40)))
    assert np.abs(target.middle - 0.25).max() < NEAR
    assert target.reasons[:20] + target.reasons[-20:] == (Reason.MOTION,) * 40
    assert target.reasons[70] is Reason.CENTER
