"""Does the picture stand still?"""

from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reelmill.pipelines.captures.checks.check import Check
from reelmill.pipelines.captures.checks.shots import shot, timeline
from reelmill.pipelines.captures.record import STRIDES, Record

#: Mean difference of two frames under which they are the same, of 255: the noise of coding.
SAME: Final = 0.6

#: Every which pixel is compared: neighbours tell the same.
STEP: Final = 2


class FrozenFigures(NamedTuple):
    """How often nothing moved from one sampled frame to the next."""

    frozen_share: float | None
    """Share of neighbours that are the same, 0 to 1; None: fewer than two frames."""

    frozen_longest_s: float | None
    """Longest time without a change, seconds between sampled frames."""

    frozen_frame: str | None
    """The first frame of that time."""


class FrozenLimits(NamedTuple):
    """What is frozen."""

    frozen_share_over: float = 0.5
    """Share of same neighbours above which a video is frozen."""


class FrozenVerdict(NamedTuple):
    """Whether it is frozen."""

    is_video_frozen: bool | None
    """None: fewer than two frames."""


def measure(record: Record) -> FrozenFigures:
    """Compare every sampled frame to the next one."""
    shots = timeline(record)
    if len(shots) < 2:  # noqa: PLR2004 - one frame has no neighbour
        return FrozenFigures(None, None, None)
    same = [alike(a, b) for (_, a), (_, b) in pairwise(shots)]
    start, end = _longest(same)
    lasts_s = float(shots[end][0].at_s - shots[start][0].at_s)
    where = shot(*shots[start][0]) if end > start else None
    return FrozenFigures(sum(same) / len(same), lasts_s, where)


def alike(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    """Whether two pictures, `(3, height, width)`, differ by no more than coding does.

    >>> alike(np.zeros((3, 4, 4), np.uint8), np.full((3, 4, 4), 2, np.uint8))
    False
    """
    if one.shape != other.shape:
        return False
    a, b = one[:, ::STEP, ::STEP], other[:, ::STEP, ::STEP]
    return float((np.maximum(a, b) - np.minimum(a, b)).mean()) < SAME


def _longest(same: list[bool]) -> tuple[int, int]:
    """First and last frame of the longest run."""
    best, start = (0, 0), 0
    for index, is_same in enumerate(same):
        if not is_same:
            start = index + 1
        elif index + 1 - start > best[1] - best[0]:
            best = (start, index + 1)
    return best


def judge(figures: FrozenFigures, limits: FrozenLimits) -> FrozenVerdict:
    """Hold the share against its limit."""
    if figures.frozen_share is None:
        return FrozenVerdict(None)
    return FrozenVerdict(figures.frozen_share > limits.frozen_share_over)


#: The check.
FROZEN: Final = Check(
    name="frozen",
    version="1",
    series=tuple(STRIDES),
    measure=measure,
    figures=FrozenFigures,
    limits=FrozenLimits(),
    judge=judge,
    verdicts=FrozenVerdict,
    marks={"frozen_share": ("frozen_share_over",)},
    frame="frozen_frame",
    about="Nothing moves for most of the time.",
)
