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

#: How far at least, however little room a wide subject leaves: its place is not known better.
LEAST_SLACK = 0.03

#: Free room that is kept between the subject and the edge of the window, in windows.
MARGIN = 0.06

#: As `MARGIN`, while the window gathers or loses speed.
EASING_MARGIN = 0.01

#: How far a subject that rests sways, in windows, within the time of the shortest stand.
SWAY = 0.05

#: Shortest stand, in seconds: a camera that halts for less looks nervous.
MIN_STAND_S = 0.7

#: Less than this share of the axis is no move but rounding.
LEVEL = 1e-9

#: Faster than this, in windows a second, it is another subject: the window takes its time.
SWITCH_SPEED = 3.0

#: Seconds before and after such a switch that the window may take for its way.
SWITCH_ROOM_S = 0.4

#: Seconds in which a pan gathers speed, and loses it; less where the subject would be lost.
EASES_S = (0.5, 0.35, 0.25, 0.15, 0.1, 0.0)

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
    middle = _without_twitches(target.middle)
    times_s = target.times_s
    room = np.maximum(window * (0.5 - MARGIN) - target.reach, LEAST_SLACK * window)
    tubes = _around(middle, np.minimum(room, SLACK * window), bounds)
    rests = _rests(times_s, middle, tubes, SWAY * window)
    held = _opened(tubes.pinned(rests), times_s, middle, window, bounds)
    stands = _merged(_stands(times_s, taut(times_s, held), middle, held), middle, tubes)
    stands = list(_widened(stands, held))
    path = taut(times_s, held.pinned(stands))
    return _eased(
        times_s, path, stands, _around(middle, room + (MARGIN - EASING_MARGIN) * window, bounds)
    )


def _around(middle: Path, room: Path, bounds: tuple[float, float]) -> Tubes:
    return Tubes(low=np.clip(middle - room, *bounds), high=np.clip(middle + room, *bounds))


def _rests(times_s: Path, middle: Path, tubes: Tubes, sway: float) -> list[Stand]:
    """The times in which the subject itself rests; then the window does."""
    resting = np.zeros(len(times_s) - 1, bool)
    for first in range(len(times_s)):
        last = int(np.searchsorted(times_s, times_s[first] + MIN_STAND_S))
        if last < len(times_s) and np.ptp(middle[first : last + 1]) <= sway:
            resting[first:last] = True
    found = []
    for first, last in _runs(resting):
        level = tubes.level_for(first, last, middle)
        if level is not None:
            found.append(Stand(first=first, last=last, level=level))
    return found


def _opened(
    tubes: Tubes, times_s: Path, middle: Path, window: float, bounds: tuple[float, float]
) -> Tubes:
    """The tubes, opened where another subject is chosen: the window may be anywhere on its way."""
    low, high = tubes.low.copy(), tubes.high.copy()
    gaps_s = np.diff(times_s)
    for at in np.flatnonzero(np.abs(np.diff(middle)) > SWITCH_SPEED * window * gaps_s):
        free = np.abs(times_s - (times_s[at] + times_s[at + 1]) / 2) < SWITCH_ROOM_S
        free[[0, -1]] = False
        low[free], high[free] = bounds
    return Tubes(low=low, high=high)


def _without_twitches(middle: Path) -> Path:
    """The median of three neighbours: a single sample never moves the window."""
    last = len(middle) - 1
    # The ends are held against where the two samples beside them lead.
    begins = 2 * middle[1] - middle[min(2, last)]
    ends = 2 * middle[last - 1] - middle[max(last - 2, 0)]
    padded = np.concatenate([[begins], middle, [ends]])
    return np.asarray(np.median(np.stack([padded[:-2], middle, padded[2:]]), axis=0), np.float64)


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


def _stands(times_s: Path, path: Path, wanted: Path, tubes: Tubes) -> list[Stand]:
    """Where the string is level for long, with the level that has the subject in the middle."""
    found = []
    for first, last in _runs(np.abs(np.diff(path)) < LEVEL):
        long = times_s[last] - times_s[first] >= MIN_STAND_S or last - first + 1 == len(path)
        level = tubes.level_for(first, last, wanted)
        if long and level is not None:
            found.append(Stand(first=first, last=last, level=level))
    return found


def _runs(level: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """First and last sample of each level run.

    >>> list(_runs(np.array([True, True, False, True])))
    [(0, 2), (3, 4)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[0], level.astype(int), [0]])))
    yield from ((int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True))


def _merged(stands: Sequence[Stand], wanted: Path, tubes: Tubes) -> list[Stand]:
    """Stands that one level suits, and all that is between them, as one: no move without need."""
    merged: list[Stand] = []
    for stand in stands:
        before = merged[-1] if merged else None
        if before is not None:
            level = tubes.level_for(before.first, stand.last, wanted)
            if level is not None:
                merged[-1] = Stand(first=before.first, last=stand.last, level=level)
                continue
        merged.append(stand)
    return merged


def _widened(stands: Sequence[Stand], tubes: Tubes) -> Iterator[Stand]:
    """The stands, for as long as their level suits the samples before and after them too.

    Of the pan between two, each takes a third at most, so that the pan does not become a leap.
    """
    low, high = tubes.low, tubes.high
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


def _eased(times_s: Path, path: Path, stands: Sequence[Stand], limits: Tubes) -> Way:
    """Gather and lose speed within each pan; while the subject stands, the window does."""
    ends = {at for stand in stands for at in (stand.first, stand.last)}
    fine_s, middle = [times_s[:1]], [path[:1]]
    for first, last in _pans(len(times_s), stands):
        part = slice(first, last + 1)
        for ease_s in EASES_S:
            points_s, points = _pan(
                times_s[part],
                path[part],
                begin_s=ease_s if first in ends else 0.0,
                end_s=ease_s if last in ends else 0.0,
            )
            if limits.hold(np.interp(times_s[part], points_s, points), part):
                break
        fine_s.append(points_s)
        middle.append(points)
    every_s, once = np.unique(np.concatenate([*fine_s, times_s[-1:]]), return_index=True)
    return Way(times_s=every_s, middle=np.concatenate([*middle, path[-1:]])[once])


def _pan(times_s: Path, path: Path, *, begin_s: float, end_s: float) -> tuple[Path, Path]:
    """One pan in small steps: their times, and where the window is."""
    steps = max(2, round((times_s[-1] - times_s[0]) * POINTS_PER_S) + 1)
    points_s = np.linspace(times_s[0], times_s[-1], steps)
    clock_s = eased_time(points_s, begin_s=begin_s, end_s=end_s)
    return points_s, _rounded(np.interp(clock_s, times_s, path), max(begin_s, end_s))


def _pans(samples: int, stands: Sequence[Stand]) -> Iterator[tuple[int, int]]:
    """First and last sample of each time in which the window moves."""
    edges = [0, *(at for stand in stands for at in (stand.first, stand.last)), samples - 1]
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        if first < last:
            yield first, last


def eased_time(times_s: Path, *, begin_s: float, end_s: float) -> Path:
    """A clock that starts slowly, ends slowly, and is right at both ends.

    Args:
        times_s: When it is read.
        begin_s: Seconds until it is at full speed.
        end_s: Seconds in which it slows down.

    >>> eased_time(np.linspace(0, 4, 5), begin_s=1, end_s=1).round(2).tolist()
    [0.0, 0.67, 2.0, 3.33, 4.0]
    """
    span_s = float(times_s[-1] - times_s[0])
    begin_s, end_s = min(begin_s, span_s / 2), min(end_s, span_s / 2)
    fine_s = np.linspace(0, span_s, 4 * len(times_s) + 1)
    speed = np.ones_like(fine_s)
    if begin_s:
        speed = np.minimum(speed, fine_s / begin_s)
    if end_s:
        speed = np.minimum(speed, (span_s - fine_s) / end_s)
    run = np.concatenate([[0.0], np.cumsum((speed[1:] + speed[:-1]) / 2)])
    eased: Path = times_s[0] + np.interp(times_s - times_s[0], fine_s, run / run[-1] * span_s)
    return eased


def _rounded(pan: Path, ease_s: float) -> Path:
    """Round the corners inside a pan; the nearer to an end, the less."""
    places = np.arange(len(pan))
    wide = np.minimum(np.minimum(places, places[::-1]), round(ease_s / 2 * POINTS_PER_S))
    sums = np.concatenate([[0.0], np.cumsum(pan)])
    rounded: Path = (sums[places + wide + 1] - sums[places - wide]) / (2 * wide + 1)
    return rounded
