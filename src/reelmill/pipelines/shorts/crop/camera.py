"""Where the subject is -> a calm path of the window: still, or moving at a steady pace. Pure.

Around each place of the subject lies a *tube* in which the window may be. The path through the
tubes is that of a string pulled tight: it is still wherever it can be and never goes a detour.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from reelmill.pipelines.shorts.crop.corners import calmed
from reelmill.pipelines.shorts.crop.target import Target
from reelmill.pipelines.shorts.crop.tubes import LEVEL, Path, Stand, Tubes, runs, taut

#: How far the subject may stray from the middle of the window, in windows, before it moves.
SLACK = 0.1

#: How far at least, however little room a wide subject leaves: its place is not known better.
LEAST_SLACK = 0.03

#: As `LEAST_SLACK`, where both ends of the subject are known.
SURE_SLACK = 0.02

#: Free room that is kept between the subject and the edge of the window, in windows.
MARGIN = 0.06

#: As `MARGIN`, while the window gathers or loses speed.
EASING_MARGIN = 0.01

#: How far a subject that rests sways, in windows, within the time of the shortest stand.
SWAY = 0.05

#: Shortest stand, in seconds: a camera that halts for less looks nervous.
MIN_STAND_S = 0.7

#: Samples before and after the end of a rest between which more are taken.
CLOSELY = 2

#: Seconds before and after a shot in which all is taken to be as it is at its ends.
UNSEEN_S = MIN_STAND_S / 2

#: Faster than this, in windows a second, it is another subject: the window takes its time.
SWITCH_SPEED = 3.0

#: Seconds before and after such a switch that the window may take for its way.
SWITCH_ROOM_S = 0.4

#: Seconds in which a pan gathers speed, and loses it; less where the subject would be lost.
EASES_S = (0.5, 0.35, 0.25, 0.15, 0.1, 0.0)

#: Points of the path a second, between those that the subject gives.
POINTS_PER_S = 30


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
        return Way(times_s=target.times_s[:1], middle=np.clip(target.middle[:1], *bounds))
    calm = calmed(target)
    calm = _closer(calm, _rests(calm, _tubes(calm, window, bounds), SWAY * window))
    times_s, middle = calm.times_s, calm.middle
    tubes = _tubes(calm, window, bounds)
    held = _opened(
        tubes.pinned(_rests(calm, tubes, SWAY * window)), times_s, middle, window, bounds
    )
    stands = _merged(_stands(times_s, taut(times_s, held), middle, held), middle, tubes)
    stands = list(_widened(times_s, stands, held))
    path = taut(times_s, held.pinned(stands))
    limits = _around(middle, _room(calm, window, EASING_MARGIN), bounds)
    return _eased(times_s, path, stands, limits)


def _tubes(target: Target, window: float, bounds: tuple[float, float]) -> Tubes:
    room = np.minimum(_room(target, window, MARGIN), SLACK * window)
    return _around(target.middle, room, bounds)


def _closer(target: Target, rests: Sequence[Stand]) -> Target:
    """More samples where rests begin and end: the window halts and sets off between two looks."""
    closely = np.zeros(len(target.times_s) - 1, bool)
    for rest in rests:
        for at in (rest.first, rest.last):
            closely[max(0, at - CLOSELY) : at + CLOSELY] = True
    gaps_s = zip(closely, pairwise(target.times_s), strict=True)
    steps = [
        np.linspace(a, b, max(1, round((b - a) * POINTS_PER_S)) if near else 1, endpoint=False)
        for near, (a, b) in gaps_s
    ]
    times_s = np.concatenate([*steps, target.times_s[-1:]])
    middle, reach = (
        np.interp(times_s, target.times_s, each) for each in (target.middle, target.reach)
    )
    sure = target.sure[np.searchsorted(target.times_s, times_s, side="right") - 1]
    return replace(target, times_s=times_s, middle=middle, reach=reach, sure=sure)


def _room(target: Target, window: float, margin: float) -> Path:
    """How far the middle of the window may be from the subject's, if a margin is to be kept."""
    least = np.where(target.sure, SURE_SLACK, LEAST_SLACK)
    return np.maximum(window * (0.5 - margin) - target.reach, least * window)


def _around(middle: Path, room: Path, bounds: tuple[float, float]) -> Tubes:
    return Tubes(low=np.clip(middle - room, *bounds), high=np.clip(middle + room, *bounds))


def _rests(target: Target, tubes: Tubes, sway: float) -> list[Stand]:
    """The times in which the subject itself rests; then the window does."""
    times_s, middle = target.times_s, target.middle
    # What was before the shot, and will be after it, is taken to be the same for a while.
    around_s = np.pad(times_s, 1, constant_values=(times_s[0] - UNSEEN_S, times_s[-1] + UNSEEN_S))
    around = np.pad(middle, 1, mode="edge")
    resting = np.zeros(len(around) - 1, bool)
    for first in range(len(around)):
        last = int(np.searchsorted(around_s, around_s[first] + MIN_STAND_S))
        if last < len(around) and np.ptp(around[first : last + 1]) <= sway:
            resting[first:last] = True
    found = []
    for begins, ends in runs(resting[1:-1]):
        first, last = _levelled(begins, ends, middle, tubes)
        level = tubes.level_for(first, last, middle)
        if level is not None and times_s[last] - times_s[first] >= MIN_STAND_S / 2:
            found.append(Stand(first=first, last=last, level=level))
    return found


def _levelled(first: int, last: int, middle: Path, tubes: Tubes) -> tuple[int, int]:
    """As much of a rest as its own level suits: it begins and ends with the subject on its way."""
    usual = float(np.median(middle[first : last + 1]))
    suits = np.flatnonzero((tubes.low <= usual + LEVEL) & (usual - LEVEL <= tubes.high))
    suits = suits[(first <= suits) & (suits <= last)]
    if len(suits):
        first, last = int(suits[0]), int(suits[-1])
    while first < last and tubes.level_for(first, last, middle) is None:
        if abs(middle[first] - usual) > abs(middle[last] - usual):
            first += 1
        else:
            last -= 1
    return first, last


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


def _stands(times_s: Path, path: Path, wanted: Path, tubes: Tubes) -> list[Stand]:
    """Where the string is level for long, with the level that has the subject in the middle."""
    found = []
    for first, last in runs(np.abs(np.diff(path)) < LEVEL):
        unseen_s = UNSEEN_S * ((first == 0) + (last == len(path) - 1))
        long = times_s[last] - times_s[first] + unseen_s >= MIN_STAND_S
        level = tubes.level_for(first, last, wanted)
        if long and level is not None:
            found.append(Stand(first=first, last=last, level=level))
    return found


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


def _widened(times_s: Path, stands: Sequence[Stand], tubes: Tubes) -> Iterator[Stand]:
    """The stands, for as long as their level suits the samples before and after them too.

    Of the pan between two, each takes a third at most, so that the pan does not become a leap.
    """
    ends_s = [times_s[0], *(times_s[stand.last] for stand in stands)]
    begins_s = [*(times_s[stand.first] for stand in stands), times_s[-1]]
    for at, stand in enumerate(stands):
        before_s, after_s = (
            times_s[stand.first] - ends_s[at],
            begins_s[at + 1] - times_s[stand.last],
        )
        earliest_s = times_s[stand.first] - before_s / (3 if at else 1)
        latest_s = times_s[stand.last] + after_s / (3 if at < len(stands) - 1 else 1)
        suits = (tubes.low <= stand.level) & (stand.level <= tubes.high)
        suits &= (earliest_s <= times_s) & (times_s <= latest_s)
        suits[stand.first : stand.last + 1] = True
        gaps = np.flatnonzero(~suits)
        first = gaps[gaps < stand.first].max(initial=-1) + 1
        last = gaps[gaps > stand.last].min(initial=len(suits)) - 1
        yield Stand(first=int(first), last=int(last), level=stand.level)


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
