"""When the frames of a video are shown -> the constant rate at which it is made again. Pure."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from statistics import median

#: Rates that cameras, phones and screens have.
USUAL = tuple(Fraction(n, 1001) for n in (24_000, 30_000, 60_000)) + tuple(
    Fraction(n) for n in (10, 12, 15, 20, 24, 25, 30, 48, 50, 60)
)

#: Frames a second, at least and at most; the upper end is what level 4.2 plays at 1080p.
SLOWEST, FASTEST = Fraction(1), Fraction(60)

#: Rate of what has a single frame and does not say.
OF_A_STILL = Fraction(30)

#: How far a gap may be from the mean in a constant rate: clocks of 1 ms, rounded, and a bit.
JITTER_S = 0.0021

#: Share by which the rate of an uneven video may be off the usual one that it stands for.
ABOUT = 0.02


def nominal_rate(times_s: Sequence[float], told: Iterable[Fraction | None]) -> Fraction:
    """The rate of a constant video, what an uneven one mostly has, and at most 60 of either.

    Args:
        times_s: When frames are shown, in their order.
        told: Rates that the header gives, surest first.

    >>> nominal_rate([0, 0.033, 0.067, 0.1], [None])
    Fraction(30, 1)
    >>> nominal_rate([n / 120 for n in range(9)], [Fraction(120)])
    Fraction(60, 1)
    """
    known = [rate for rate in told if rate]
    gaps_s = [b - a for a, b in pairwise(times_s) if b > a]
    if not gaps_s:
        return _playable(known[0] if known else OF_A_STILL)
    mean_s = sum(gaps_s) / len(gaps_s)
    if all(abs(gap_s - mean_s) <= JITTER_S for gap_s in gaps_s):
        # Over the whole of it, rounded clocks are off by no more than one rounding.
        return _playable(_nearest(1 / mean_s, [*known, *USUAL], JITTER_S / sum(gaps_s)))
    return _playable(_nearest(1 / median(gaps_s), USUAL, ABOUT))


def _nearest(rate: float, candidates: Iterable[Fraction], tolerance: float) -> Fraction:
    near = [one for one in candidates if abs(one / rate - 1) <= max(tolerance, 1e-4)]
    return min(near, key=lambda one: abs(float(one) - rate)) if near else _plain(rate)


def _plain(rate: float) -> Fraction:
    return Fraction(rate).limit_denominator(1001)


def _playable(rate: Fraction) -> Fraction:
    """A whole part of a rate that is too fast: every second frame, or third, keeps time evenly."""
    if rate > FASTEST:
        return rate / -(-rate // FASTEST)
    return max(rate, SLOWEST)
