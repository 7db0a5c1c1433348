"""The ways of all shots -> the key frames of a crop plan. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from reelmill.pipelines.shorts.crop.camera import Way
from reelmill.pipelines.shorts.crop.target import Target
from reelmill.pipelines.shorts.spec import MAX_KEYFRAMES, CropKeyframe
from reelmill.units import even

#: How far the lines between key frames may lie beside the way, in pixels of the source.
TOLERANCE_PX = 0.5

#: Less than this share of the axis is no move but rounding.
LEVEL = 1e-9


@dataclass(frozen=True, kw_only=True)
class Axis:
    """The axis along which the window moves."""

    length_px: int
    """Pixels of the picture along it."""

    window_px: int
    """Pixels of the window along it."""

    across: bool
    """True: it moves to the left and right; False: up and down."""

    @property
    def window(self) -> float:
        """Width of the window as a share of the axis."""
        return self.window_px / self.length_px

    def offset_px(self, middle: float) -> int:
        """Pixels before the window when its middle is there; even, as chroma can be cut."""
        free = self.length_px - self.window_px
        wanted = even(middle * self.length_px - self.window_px / 2 + 1)
        return min(max(0, wanted), even(free))


def keyframes(axis: Axis, shots: Sequence[tuple[float, Way, Target]]) -> tuple[CropKeyframe, ...]:
    """Write the ways down, with as few key frames as they need.

    Args:
        axis: What they are shares of.
        shots: The second at which each begins, its way, and what was followed.
    """
    tolerance = TOLERANCE_PX
    while len(keys := tuple(_rising(_all(axis, shots, tolerance)))) > MAX_KEYFRAMES:
        tolerance *= 2
    return keys


def _rising(keys: Iterator[CropKeyframe]) -> Iterator[CropKeyframe]:
    """Leave out what rounding has put at or before the moment of the one before."""
    last_s = -1.0
    for key in keys:
        if key.at_s > last_s:
            yield key
            last_s = key.at_s


def _all(
    axis: Axis, shots: Sequence[tuple[float, Way, Target]], tolerance_px: float
) -> Iterator[CropKeyframe]:
    for at, (begins_s, way, target) in enumerate(shots):
        level = np.inf
        for number, point in enumerate(thinned(way, tolerance_px / axis.length_px)):
            at_s = begins_s if number == 0 else float(way.times_s[point])
            seen = int(np.searchsorted(target.times_s, at_s, side="right")) - 1
            # The ends of a stand are on one side of where a pixel is rounded.
            if abs(way.middle[point] - level) > LEVEL:
                level = float(way.middle[point])
            offset_px = axis.offset_px(level)
            yield CropKeyframe(
                at_s=round(at_s, 6),
                x=offset_px if axis.across else 0,
                y=0 if axis.across else offset_px,
                jump=number == 0 and at > 0,
                confidence=round(float(target.confidence[max(0, seen)]), 3),
                reason=target.reasons[max(0, seen)],
            )


def thinned(way: Way, tolerance: float) -> list[int]:
    """The points between which straight lines stay within `tolerance` of the way."""
    kept = _ends(way)
    waiting = list(pairwise(kept))
    while waiting:
        first, last = waiting.pop()
        off = _off(way, first, last)
        if off.size and off.max() > tolerance:
            middle = first + 1 + int(off.argmax())
            kept.append(middle)
            waiting += [(first, middle), (middle, last)]
    still = float(np.ptp(way.middle)) < tolerance
    return [0] if still else sorted(kept)


def _ends(way: Way) -> list[int]:
    """The first point, the last, and all at which the window sets off or halts."""
    level = np.abs(np.diff(way.middle)) < LEVEL
    turns = np.flatnonzero(level[1:] != level[:-1]) + 1
    return sorted({0, *(int(at) for at in turns), len(way.middle) - 1})


def _off(way: Way, first: int, last: int) -> NDArray[np.float64]:
    """How far each point between two lies beside the line from one to the other."""
    part = slice(first + 1, last)
    line = np.interp(way.times_s[part], way.times_s[[first, last]], way.middle[[first, last]])
    return np.asarray(np.abs(way.middle[part] - line), np.float64)
