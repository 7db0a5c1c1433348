"""Where motion begins and ends between pictures -> the one wide thing that went there. Pure.

Of a wide plain thing only the ends move, and unequally much, so that the middle of its motion is
not its own. But from where it was to where it is, all lies between two ends; and as it keeps its
width, what they are further apart than that is its way.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

#: Rows that must move for a column of the small picture to be more than a speck.
LEAST_ROWS = 4

#: Longest motion of one thing, in windows: as wide as the window, and its way beside it.
LONGEST = 1.4

#: How wide a thing is, in windows, for the ends to tell more than the middle of its motion.
WIDE = (0.4, 1.06)

#: How far the ends may disagree, in windows, on where a thing is at one sample.
DISAGREE = 0.05

#: What it takes, in windows, to believe that it turned.
TURN = 0.02

#: Motion shorter than this share of the longest around is that of a part.
PART = 0.6

#: Motion longer than what is usual around by so much, in windows, is not of one thing alone.
SUDDEN = 0.25

#: Pairs of samples, one more than may tell nothing, while the thing goes straight.
LONGEST_GAP = 3

#: How far around a change it is seen, as a share of the axis: pictures are blurred. What reaches
#: the border of the picture reaches as far beyond it.
BLUR = 0.0125

#: How much more of a thing's leading end is seen than of the other, as a share of the axis and to
#: either side of the mean: where it leaves, what is next to it looks like what was.
AHEAD = 0.005

#: Pairs of samples with motion that it takes to know a width, and those over which it is the same.
LEAST_PAIRS, SAME_PAIRS = 4, 8

Floats = NDArray[np.float64]


class Extent(NamedTuple):
    """Where something lies along the axis, as shares of it."""

    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Went:
    """Where a wide thing lay at two samples, each in its own picture."""

    was: Extent
    """At the one before."""

    now: Extent
    """At this one."""


def extent(energy: NDArray[np.uint8], *, window: float) -> Extent | None:
    """The ends of most of what moves and may be one thing's; None where too little does.

    Args:
        energy: `(height, width)` how much each place changed on its own, the axis across.
        window: Width of the window as a share of the axis.
    """
    width = energy.shape[1]
    moved = np.count_nonzero(energy, axis=0)
    moved[moved < LEAST_ROWS] = 0
    longest = min(width, round(LONGEST * window * width))
    first = int(np.convolve(moved, np.ones(longest), "valid").argmax())
    columns = np.flatnonzero(moved[first : first + longest])
    if not len(columns):
        return None
    low, high = (first + columns[0]) / width, (first + columns[-1] + 1) / width
    return Extent(low - BLUR * (low == 0), high + BLUR * (high == 1))


@dataclass(frozen=True, kw_only=True)
class _Track:
    """Where the thing was and is, pair by pair of samples, the camera standing; NaN: not known."""

    low: Floats
    """`(n,)` where motion begins."""

    high: Floats
    """`(n,)` where motion ends."""

    was: Floats
    """`(n,)` the middle of the thing at the sample before."""

    now: Floats
    """`(n,)` the middle of the thing at this one."""

    width: Floats
    """`(n,)` how far its ends are seen apart."""

    def backwards(self) -> "_Track":
        """The same, with time turned round; it shares what is known."""
        return _Track(
            low=self.low[::-1],
            high=self.high[::-1],
            was=self.now[::-1],
            now=self.was[::-1],
            width=self.width[::-1],
        )


def followed(moved: Sequence[Extent | None], shifts: Floats, *, window: float) -> list[Went | None]:
    """The wide thing whose ends agree from sample to sample, for each of them.

    Args:
        moved: `(n,)` the ends of what moved since the sample before; the first one's are not used.
        shifts: `(n,)` how far the camera moved the picture since the sample before.
        window: Width of the window as a share of the axis.
    """
    camera = np.cumsum(shifts)
    low, high = (np.array([one or (np.nan, np.nan) for one in moved]) - camera[:, None]).T
    low[0] = high[0] = np.nan
    was, now, width = (np.full(len(moved), np.nan) for _ in range(3))
    track = _Track(low=low, high=high, was=was, now=now, width=width)
    for first, last in _runs(_whole(low, high, SUDDEN * window)):
        _settle(track, slice(first, last), window)
    _bridge(track)
    _carry(track, DISAGREE * window)
    _carry(track.backwards(), DISAGREE * window)
    _reconcile(track, DISAGREE * window)
    return [None, *(_went(track, camera, at) for at in range(1, len(moved)))]


def _went(track: _Track, camera: Floats, at: int) -> Went | None:
    if np.isnan(track.now[at]):
        return None
    return Went(
        was=_around(track.was[at] + camera[at - 1], track.width[at]),
        now=_around(track.now[at] + camera[at], track.width[at]),
    )


def _whole(low: Floats, high: Floats, sudden: float) -> NDArray[np.bool_]:
    """`(n,)` where both ends are likely to be seen: it is about as long as elsewhere around."""
    length = np.nan_to_num(high - low)
    near = _near(length)
    # The longest may be of more than one thing.
    long = np.sort(np.nan_to_num(near), axis=1)[:, -2:-1]
    usual = np.nanmedian(np.where(near >= PART * long, near, np.nan), axis=1)
    return (length > 0) & (length >= PART * usual) & (length <= usual + sudden)


def _near(values: Floats) -> Floats:
    """`(n, k)` each value with those around it."""
    padded = np.pad(values, SAME_PAIRS, constant_values=np.nan)
    return np.lib.stride_tricks.sliding_window_view(padded, 2 * SAME_PAIRS + 1)


def _settle(track: _Track, part: slice, window: float) -> None:
    """Tell where the thing is in a run of pairs in which both ends are seen."""
    low, high = track.low[part], track.high[part]
    way = np.abs(np.gradient((low + high) / 2))
    width = np.nanmedian(_near(high - low - way), axis=1)
    was, now = _places((low + high) / 2, np.maximum(0.0, high - low - width), TURN * window)
    agree = np.abs(now[:-1] - was[1:]) <= DISAGREE * window
    was[1:][agree] = now[:-1][agree] = (now[:-1] + was[1:])[agree] / 2
    wide = (WIDE[0] * window <= width) & (width <= WIDE[1] * window)
    sure = _lasting(agree) & wide
    for known, found in ((track.was, was), (track.now, now), (track.width, width)):
        known[part] = np.where(sure, found, np.nan)


def _bridge(track: _Track) -> None:
    """Between two places that are known a thing goes straight, whatever moved beside it."""
    known = np.flatnonzero(~np.isnan(track.now))
    for first, last in pairwise(known):
        if 1 < last - first <= LONGEST_GAP:
            steps = np.linspace(track.now[first], track.was[last], last - first)
            track.was[first + 1 : last], track.now[first + 1 : last] = steps[:-1], steps[1:]
            track.width[first + 1 : last] = track.width[first]


def _carry(track: _Track, near: float) -> None:
    """Lead the thing on while nothing says that it is elsewhere: it rests, or hardly moves."""
    for at in range(1, len(track.now)):
        if not np.isnan(track.now[at]) or np.isnan(track.now[at - 1]):
            continue
        place, width = track.now[at - 1], track.width[at - 1]
        step = _step(track.low[at] - place + width / 2, track.high[at] - place - width / 2, near)
        if step is not None:
            track.was[at], track.now[at], track.width[at] = place, place + step, width


def _reconcile(track: _Track, near: float) -> None:
    """Where it came to rest, and from where it set off again, is one place."""
    rests = track.was == track.now
    for at in range(2, len(rests)):
        off = abs(track.was[at] - track.now[at - 1])
        if rests[at - 1] and 0 < off <= near:
            first = at - 1
            while rests[first - 1]:
                first -= 1
            place = (track.was[at] + track.now[at - 1]) / 2
            track.was[first : at + 1] = track.now[first - 1 : at] = place


def _step(off_low: float, off_high: float, near: float) -> float | None:
    """How far a thing went, from how far motion begins and ends beside its own ends.

    None where that motion is not its own; 0 where it is within.

    >>> [_step(0.0, 0.025, 0.01), _step(-0.006, -0.2, 0.01), _step(0.1, -0.1, 0.01)]
    [0.02, -0.001, 0.0]
    """
    at_low, at_high = abs(off_low) <= near, abs(off_high) <= near
    if np.isnan(off_low) or (off_low > near and off_high < -near):
        return 0.0
    if not (at_low or at_high):
        return None
    grown = off_high if off_high > -off_low else off_low
    if at_low and not at_high and off_high < 0:
        grown = off_low
    if at_high and not at_low and off_low > 0:
        grown = off_high
    return float(np.sign(grown) * max(0.0, abs(grown) - AHEAD))


def _runs(there: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """First of each run that is long enough, and the first one after it."""
    edges = np.flatnonzero(np.diff([False, *there, False]))
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        if last - first >= LEAST_PAIRS:
            yield int(first), int(last)


def _places(middle: Floats, way: Floats, turn_cost: float) -> tuple[Floats, Floats]:
    """Where the thing was and is: of both ways that it may have gone, those that fit together."""
    turns = turn_cost * (1 - np.eye(2))
    signs = np.array([-1.0, 1.0])
    was = middle[:, None] - way[:, None] * signs / 2
    now = middle[:, None] + way[:, None] * signs / 2
    cost, came_from = np.zeros(2), np.zeros((len(middle), 2), np.intp)
    for at in range(1, len(middle)):
        through = cost[:, None] + turns + np.abs(now[at - 1][:, None] - was[at][None, :])
        came_from[at], cost = through.argmin(axis=0), through.min(axis=0)
    chosen = np.empty(len(middle), np.intp)
    chosen[-1] = cost.argmin()
    for at in range(len(middle) - 1, 0, -1):
        chosen[at - 1] = came_from[at, chosen[at]]
    each = np.arange(len(middle))
    ahead = AHEAD * signs[chosen] * (way > 0)
    return was[each, chosen] - ahead, now[each, chosen] - ahead


def _lasting(agree: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """`(n,)` the pairs that agree with their neighbours for long enough, of `(n - 1,)` joints."""
    lasting = np.zeros(len(agree) + 1, bool)
    edges = np.flatnonzero(np.diff([False, *agree, False]))
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        lasting[first : last + 1] = last - first + 1 >= LEAST_PAIRS
    return lasting


def _around(middle: float, width: float) -> Extent:
    return Extent(float(middle - width / 2), float(middle + width / 2))
