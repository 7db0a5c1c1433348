"""Where the window may be -> the straightest path through. Pure.

Around each place of the subject lies a *tube* in which the window may be. The path through the
tubes is that of a string pulled tight: it is still wherever it can be and never goes a detour.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Less than this share of the axis is no move but rounding.
LEVEL = 1e-9

Path = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Stand:
    """A time in which the window is still."""

    first: int
    """Its first sample."""

    last: int
    """Its last sample."""

    level: float
    """Where the middle of the window is."""


@dataclass(frozen=True, kw_only=True)
class Tubes:
    """Where the middle of the window may be, for each sample. Shares of the axis."""

    low: Path
    """`(n,)` lowest place."""

    high: Path
    """`(n,)` highest place."""

    def pinned(self, stands: Sequence[Stand]) -> "Tubes":
        """The tubes, closed around the level of each stand."""
        low, high = self.low.copy(), self.high.copy()
        for stand in stands:
            low[stand.first : stand.last + 1] = high[stand.first : stand.last + 1] = stand.level
        return Tubes(low=low, high=high)

    def hold(self, path: Path, part: slice) -> bool:
        """Whether a path lies within a part of the tubes."""
        low, high = self.low[part] - LEVEL, self.high[part] + LEVEL
        return bool(((low <= path) & (path <= high)).all())

    def level_for(self, first: int, last: int, wanted: Path) -> float | None:
        """The level nearest to the median of what is wanted; None when no level suits all."""
        lowest, highest = self.low[first : last + 1].max(), self.high[first : last + 1].min()
        if lowest > highest:
            return None
        return float(np.clip(np.median(wanted[first : last + 1]), lowest, highest))


def taut(times_s: Path, tubes: Tubes) -> Path:
    """The shortest path through all tubes, its ends free.

    >>> low, high = np.array([0.0, 0.0, 0.4, 0.4]), np.array([0.2, 0.2, 0.6, 0.6])
    >>> taut(np.arange(4.0), Tubes(low=low, high=high)).tolist()
    [0.2, 0.2, 0.4, 0.4]
    """
    low, high = tubes.low, tubes.high
    path = np.empty(len(times_s))
    at, path[0] = 0, _beginning(low, high)
    while at < len(times_s) - 1:
        to, slope = _stretch(times_s, low, high, at=at, level=path[at])
        path[at + 1 : to + 1] = path[at] + slope * (times_s[at + 1 : to + 1] - times_s[at])
        path[to] = np.clip(path[to], low[to], high[to])
        at = to
    return path


def _beginning(low: Path, high: Path) -> float:
    """Where a string with a free end begins: level, for as long as it can be."""
    bottom, top = low[0], high[0]
    for lowest, highest in zip(low[1:], high[1:], strict=True):
        if lowest > top:
            return float(top)
        if highest < bottom:
            return float(bottom)
        bottom, top = max(bottom, lowest), min(top, highest)
    return float(bottom + top) / 2


def _stretch(times_s: Path, low: Path, high: Path, *, at: int, level: float) -> tuple[int, float]:
    """How far one straight line leads from a point of the string, and how steeply."""
    floor, ceiling = -np.inf, np.inf
    on_floor = on_ceiling = at + 1
    for to in range(at + 1, len(times_s)):
        span_s = times_s[to] - times_s[at]
        rise, fall = (low[to] - level) / span_s, (high[to] - level) / span_s
        if rise > ceiling:
            return on_ceiling, ceiling
        if fall < floor:
            return on_floor, floor
        if rise >= floor:
            floor, on_floor = rise, to
        if fall <= ceiling:
            ceiling, on_ceiling = fall, to
    if floor > 0:
        return on_floor, floor
    if ceiling < 0:
        return on_ceiling, ceiling
    return len(times_s) - 1, 0.0


def runs(level: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """First and last sample of each level run.

    >>> list(runs(np.array([True, True, False, True])))
    [(0, 2), (3, 4)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[0], level.astype(int), [0]])))
    yield from ((int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True))
