"""What was seen in each sample -> how much each part of the picture matters. Pure.

The window moves along one axis only, for it takes the whole of the other. So all that is seen is
summed up along the other axis into `BINS` parts of equal width, the *profile*.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from reelmill.pipelines.shorts.crop.ends import Extent, Went, followed

#: Parts into which the axis of the window is cut.
BINS = 160

#: How much a steady face, a moving thing, what stands out, and the middle count against each other.
FACE_WEIGHT, MOTION_WEIGHT, SALIENCY_WEIGHT, CENTER_WEIGHT = 3.0, 1.0, 0.25, 0.04

#: What stands out counts less in a shot in which something moves or looks at us.
SALIENCY_BESIDE_OTHERS = 0.2

#: Seconds in which the memory of a subject that no longer moves falls to a third.
MEMORY_S = 6.0

#: How much a subject that has just stopped counts against one that moves.
MEMORY_WEIGHT = 0.35

#: A thing comes to a halt where less than this share of its motion follows.
HALTS_BELOW = 0.15

#: Motion of which it is sure enough how far it goes from sample to sample.
SURE_MOTION = 0.5

#: Longest way of one thing between two samples, in parts; what goes further is another thing.
LONGEST_STEP_BINS = 6

Profile = NDArray[np.float64]


class Reason(StrEnum):
    """What the window follows."""

    FACE = "face"
    MOTION = "motion"
    SALIENCY = "saliency"
    CENTER = "center"


#: The reasons in the order of the last axis of `Mass.parts`.
REASONS = (Reason.FACE, Reason.MOTION, Reason.SALIENCY, Reason.CENTER)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What one sample shows."""

    at_s: float
    """Seconds from the start of the cut."""

    faces: Profile
    """`(BINS,)` how much of a steady face lies in each part; sums up to 1 at most."""

    motion: Profile
    """`(BINS,)` what moved on its own since the sample before; sums up to 1 at most, and to less
    where it is nearly everywhere."""

    amount: float
    """How much moved, 0 to 1, wherever it was."""

    ends: Extent | None
    """Where most of what moved begins and ends; None where nothing did."""

    saliency: Profile
    """`(BINS,)` what stands out; sums up to 1 at most."""

    shift: float
    """How far the camera moved the picture since the sample before, in parts of the axis."""


@dataclass(frozen=True, kw_only=True)
class Mass:
    """How much each part of the picture matters, sample by sample, through one shot."""

    times_s: NDArray[np.float64]
    """`(n,)` seconds from the start of the cut."""

    parts: NDArray[np.float64]
    """`(n, BINS, 4)` weighted evidence, by `REASONS`."""

    things: NDArray[np.float64]
    """`(n, 2)` where a wide thing begins and ends, as shares of the axis; NaN where none is."""

    @property
    def total(self) -> NDArray[np.float64]:
        """`(n, BINS)` evidence of all kinds together."""
        total: NDArray[np.float64] = self.parts.sum(axis=2)
        return total


def weigh(seen: Sequence[Seen], *, window: float) -> Mass:
    """Bring all that was seen in one shot together.

    Args:
        seen: n >= 1 samples of one shot, in the order of time; the first one's motion is of
            another shot and not used.
        window: Width of the window as a share of the axis.
    """
    times_s = np.array([one.at_s for one in seen])
    shifts = np.array([one.shift for one in seen])
    faces = remembered(np.array([one.faces for one in seen]), times_s, shifts)
    things = followed([one.ends for one in seen], shifts, window=window)
    motion = remembered(_motion(seen, things), times_s, shifts)
    saliency = _steady(np.array([one.saliency for one in seen]), shifts)
    others = max(float(faces.sum(axis=1).mean()), float(motion.sum(axis=1).mean()))
    saliency_weight = SALIENCY_WEIGHT * (1 - (1 - SALIENCY_BESIDE_OTHERS) * min(1.0, others / 0.3))
    center = np.broadcast_to(_center(), faces.shape)
    return Mass(
        times_s=times_s,
        parts=np.stack(
            [
                FACE_WEIGHT * faces,
                MOTION_WEIGHT * motion,
                saliency_weight * saliency,
                CENTER_WEIGHT * center,
            ],
            axis=2,
        ),
        things=_places(things),
    )


def remembered(
    profiles: NDArray[np.float64], times_s: NDArray[np.float64], shifts: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Let each sample know a little of what was seen shortly before and after it.

    Args:
        profiles: `(n, BINS)`.
        times_s: `(n,)` seconds.
        shifts: `(n,)` how far the camera moved the picture since the sample before.
    """
    before = _carried(profiles, times_s, shifts)
    # Backwards, the shift of a sample leads to the one before it, with the other sign.
    after = _carried(profiles[::-1], -times_s[::-1], -np.roll(shifts, -1)[::-1])[::-1]
    memory: NDArray[np.float64] = np.maximum(before, after)
    return np.maximum(profiles, MEMORY_WEIGHT * memory)


def _carried(
    profiles: NDArray[np.float64], times_s: NDArray[np.float64], shifts: NDArray[np.float64]
) -> NDArray[np.float64]:
    carried = profiles.copy()
    bins = np.arange(profiles.shape[1], dtype=float)
    for at in range(1, len(profiles)):
        kept = np.exp((times_s[at - 1] - times_s[at]) / MEMORY_S)
        moved = np.interp(bins - shifts[at] * len(bins), bins, carried[at - 1], left=0, right=0)
        carried[at] = np.maximum(profiles[at], _outdone(kept * moved, profiles[at]))
    return carried


def _outdone(memory: Profile, now: Profile) -> Profile:
    """Memory gives way to what is seen now."""
    return memory * (1 - min(1.0, float(now.sum())))


def _motion(seen: Sequence[Seen], things: Sequence[Went | None]) -> NDArray[np.float64]:
    """What moves at each sample, on the way to it or from it.

    The motion of a wide thing is spread evenly over where it lies.
    """
    motion: NDArray[np.float64] = np.array([one.motion for one in seen])
    came, goes = np.zeros_like(motion), np.zeros_like(motion)
    for at, went in enumerate(things):
        if went is not None:
            share = _taken(motion[at], went, seen[at].shift)
            amount = max(MEMORY_WEIGHT, seen[at].amount * share)
            goes[at - 1], came[at] = amount * _within(went.was), amount * _within(went.now)
    return np.asarray(_around(motion) + np.maximum(came, goes), np.float64)


def _places(things: Sequence[Went | None]) -> NDArray[np.float64]:
    """`(n, 2)` where the thing is at each sample; NaN where there is none."""
    nowhere = (np.nan, np.nan)
    came = np.array([went.now if went else nowhere for went in things])
    goes = np.array([*(went.was if went else nowhere for went in things[1:]), nowhere])
    both = np.where(np.isnan(came), goes, came), np.where(np.isnan(goes), came, goes)
    return np.asarray((both[0] + both[1]) / 2, np.float64)


def _taken(motion: Profile, went: Went, shift: float) -> float:
    """Take the motion of a thing out of all that there is, and tell what share it was."""
    whole = float(motion.sum())
    low = min(went.was.low + shift, went.now.low)
    high = max(went.was.high + shift, went.now.high)
    part = slice(max(0, int(low * BINS) - 1), max(0, int(high * BINS) + 2))
    own = float(motion[part].sum())
    motion[part] = 0
    return own / whole if whole else 0.0


def _within(extent: Extent) -> Profile:
    """1 in all, spread evenly between two places."""
    edges = np.arange(BINS + 1) / BINS
    reached = np.clip((edges - extent.low) / (extent.high - extent.low), 0.0, 1.0)
    return np.asarray(np.diff(reached), np.float64)


def _around(motion: NDArray[np.float64]) -> NDArray[np.float64]:
    """Motion between two samples lies between both; half of each side is centred on the sample."""
    before = motion.copy()
    before[0] = 0
    after = np.vstack([motion[1:], np.zeros_like(motion[:1])])
    both = (_halted(before, after) + _halted(after[::-1], before[::-1])[::-1]) / 2
    both[0], both[-1] = 2 * both[0], 2 * both[-1]
    return both


def _halted(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    """Motion before each sample; where none follows, all of it, moved to where the thing halts.

    Motion spans where a thing was and where it is, so that its middle is half a step behind. That
    matters for a thing almost as wide as the window. A start is a halt with time turned round.
    """
    amount, bins = before.sum(axis=1), np.arange(before.shape[1], dtype=float)
    halted = before.copy()
    for at in np.flatnonzero((amount > SURE_MOTION) & (after.sum(axis=1) < HALTS_BELOW * amount)):
        if at == 0 or amount[at - 1] <= SURE_MOTION:
            continue
        step = before[at] @ bins / amount[at] - before[at - 1] @ bins / amount[at - 1]
        if abs(step) < LONGEST_STEP_BINS:
            halted[at] = 2 * np.interp(bins - step / 2, bins, before[at], left=0, right=0)
    return halted


def _steady(saliency: NDArray[np.float64], shifts: NDArray[np.float64]) -> NDArray[np.float64]:
    """What stands out in a still shot is the same all along, whatever the noise says."""
    if float(np.abs(np.cumsum(shifts[1:])).max(initial=0.0)) < 2 / BINS:
        return np.broadcast_to(saliency.mean(axis=0), saliency.shape)
    padded = np.pad(saliency, ((3, 3), (0, 0)), mode="edge")
    smooth: NDArray[np.float64] = np.mean(
        [padded[at : at + len(saliency)] for at in range(7)], axis=0
    )
    return smooth


def _center() -> Profile:
    from_middle = np.linspace(-1, 1, BINS)
    bump = np.exp(-0.5 * (from_middle / 0.35) ** 2)
    return np.asarray(bump / bump.sum(), np.float64)
