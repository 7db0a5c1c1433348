"""Where the subject is -> a calm path of the window: still, or moving at a steady pace. Pure.

Around each place of the subject lies a *tube* in which the window may be. The path through the
tubes is that of a string pulled tight: it is still wherever it can be and never goes a detour.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reelmill.pipelines.shorts.crop.target import Target

#: How far the subject may stray from the middle of the window, in windows, before it moves.
SLACK = 0.1

#: Free room that is kept between the subject and the edge of the window, in windows.
MARGIN = 0.06

#: Less than this share of the axis is no move but rounding.
LEVEL = 1e-9

#: Shortest stand, in seconds: a camera that halts for less looks nervous.
MIN_STAND_S = 0.7

#: Faster than this, in windows a second, it is another subject: the window takes its time.
SWITCH_SPEED = 3.0

#: Seconds before and after such a switch that the window may take for its way.
SWITCH_ROOM_S = 0.35

#: Seconds in which a pan gathers speed, and loses it.
EASE_S = 0.5

#: Points of the path a second, between those that the subject gives.
POINTS_PER_S = 30

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
class Way:
    """The path of the middle of the window, as straight lines between points."""

    times_s: Path
    """`(k,)` seconds from the start of the cut."""

    middle: Path
    """`(k,)` shares of the axis."""


def steer(target: Target, *, window: float, bounds: tuple[float, float]) -> Way:
    """Lead the window through one shot.

    Args:
        target: Where the subject is.
        window: Width of the window as a share of the axis.
        bounds: Where the middle of the window may be, lowest and highest.
    """
    if len(target.times_s) == 1:
        return Way(times_s=target.times_s[:1], middle=target.middle[:1])
    low, high = tubes(target, window=window, bounds=bounds)
    times_s = target.times_s
    runs = _stands(times_s, taut(times_s, low, high), target.middle, low, high)
    stands = list(_widened(list(runs), low, high))
    for stand in stands:
        low[stand.first : stand.last + 1] = high[stand.first : stand.last + 1] = stand.level
    return _eased(times_s, taut(times_s, low, high), stands)


def tubes(target: Target, *, window: float, bounds: tuple[float, float]) -> tuple[Path, Path]:
    """The lowest and the highest place that the middle of the window may have, for each sample."""
    middle = _without_twitches(target.middle)
    room = window / 2 - window * MARGIN - target.reach
    slack = np.clip(room, 0.02 * window, SLACK * window)
    low = np.clip(middle - slack, *bounds)
    high = np.clip(middle + slack, *bounds)
    for at in np.flatnonzero(np.abs(np.diff(middle)) > SWITCH_SPEED * window * _gaps(target)):
        # Between two subjects the window may be anywhere on its way.
        middle_s = (target.times_s[at] + target.times_s[at + 1]) / 2
        free = np.abs(target.times_s - middle_s) < SWITCH_ROOM_S
        free[[0, -1]] = False
        low[free], high[free] = bounds
    return low, high


def _gaps(target: Target) -> Path:
    return np.maximum(np.diff(target.times_s), 1e-3)


def _without_twitches(middle: Path) -> Path:
    """The median of three neighbours: a single sample never moves the window."""
    padded = np.pad(middle, 1, mode="edge")
    return np.asarray(np.median(np.stack([padded[:-2], middle, padded[2:]]), axis=0), np.float64)


def taut(times_s: Path, low: Path, high: Path) -> Path:
    """The shortest path through all tubes, its ends free.

    >>> ways = np.array([0.0, 0.0, 0.4, 0.4]), np.array([0.2, 0.2, 0.6, 0.6])
    >>> taut(np.arange(4.0), *ways).tolist()
    [0.2, 0.2, 0.4, 0.4]
    """
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


def _stands(times_s: Path, path: Path, wanted: Path, low: Path, high: Path) -> Iterator[Stand]:
    """Where the string is level for long, with the level that has the subject in the middle."""
    level = np.abs(np.diff(path)) < LEVEL
    for first, last in _runs(level):
        if times_s[last] - times_s[first] < MIN_STAND_S and last - first + 1 < len(path):
            continue
        part = slice(first, last + 1)
        best = np.clip(np.median(wanted[part]), low[part].max(), high[part].min())
        yield Stand(first=first, last=last, level=float(best))


def _runs(level: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """First and last sample of each level run.

    >>> list(_runs(np.array([True, True, False, True])))
    [(0, 2), (3, 4)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[0], level.astype(int), [0]])))
    yield from ((int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True))


def _widened(stands: Sequence[Stand], low: Path, high: Path) -> Iterator[Stand]:
    """The stands, for as long as their level suits the samples before and after them too.

    Of the pan between two, each takes a third at most, so that the pan does not become a leap.
    """
    ends = [0, *(stand.last for stand in stands)]
    begins = [*(stand.first for stand in stands), len(low) - 1]
    for at, stand in enumerate(stands):
        earliest = stand.first - (stand.first - ends[at]) // (3 if at else 1)
        latest = stand.last + (begins[at + 1] - stand.last) // (3 if at < len(stands) - 1 else 1)
        first, last, level = stand.first, stand.last, stand.level
        while first > earliest and low[first - 1] <= level <= high[first - 1]:
            first -= 1
        while last < latest and low[last + 1] <= level <= high[last + 1]:
            last += 1
        yield Stand(first=first, last=last, level=level)


def _eased(times_s: Path, path: Path, stands: Sequence[Stand]) -> Way:
    """Gather and lose speed within each pan; while the subject stands, the window does."""
    points = max(2, round((times_s[-1] - times_s[0]) * POINTS_PER_S) + 1)
    fine_s = np.union1d(np.linspace(times_s[0], times_s[-1], points), times_s)
    middle = np.interp(fine_s, times_s, path)
    stand_ends = {at for stand in stands for at in (stand.first, stand.last)}
    for first, last in _pans(len(times_s), stands):
        inside = np.flatnonzero((fine_s >= times_s[first]) & (fine_s <= times_s[last]))
        warped_s = eased_time(fine_s[inside], begins=first in stand_ends, ends=last in stand_ends)
        middle[inside] = _rounded(np.interp(warped_s, times_s, path))
    return Way(times_s=fine_s, middle=middle)


def _pans(samples: int, stands: Sequence[Stand]) -> Iterator[tuple[int, int]]:
    """First and last sample of each time in which the window moves."""
    edges = [0, *(at for stand in stands for at in (stand.first, stand.last)), samples - 1]
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        if first < last:
            yield first, last


def eased_time(times_s: Path, *, begins: bool, ends: bool) -> Path:
    """A clock that starts slowly after a stand, ends slowly before one, and is right at both ends.

    >>> eased_time(np.linspace(0, 4, 5), begins=True, ends=True).round(2).tolist()
    [0.0, 0.86, 2.0, 3.14, 4.0]
    """
    span_s = float(times_s[-1] - times_s[0])
    ease_s = min(EASE_S, span_s / 2)
    start_s, end_s = (ease_s if begins else 0.0), (ease_s if ends else 0.0)
    fine_s = np.linspace(0, span_s, 4 * len(times_s) + 1)
    speed = np.ones_like(fine_s)
    if start_s:
        speed = np.minimum(speed, fine_s / start_s)
    if end_s:
        speed = np.minimum(speed, (span_s - fine_s) / end_s)
    run = np.concatenate([[0.0], np.cumsum((speed[1:] + speed[:-1]) / 2)])
    eased: Path = times_s[0] + np.interp(times_s - times_s[0], fine_s, run / run[-1] * span_s)
    return eased


def _rounded(pan: Path) -> Path:
    """Round the corners inside a pan; the nearer to an end, the less."""
    places = np.arange(len(pan))
    wide = np.minimum(np.minimum(places, places[::-1]), round(EASE_S / 2 * POINTS_PER_S))
    sums = np.concatenate([[0.0], np.cumsum(pan)])
    rounded: Path = (sums[places + wide + 1] - sums[places - wide]) / (2 * wide + 1)
    return rounded
