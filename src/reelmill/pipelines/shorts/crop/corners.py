"""Where the subject is at samples -> where it sets off, halts and turns between them. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reelmill.pipelines.shorts.crop.target import Target

#: How far a corner must lie beside the straight way, in windows, to be one.
CORNER = 0.005

#: Samples that it takes to see two lines.
LEAST_SAMPLES = 4


def cornered(target: Target, *, window: float, frame_s: float) -> Target:
    """Add the moments at which a wide thing sets off, halts or turns between two samples.

    There the lines meet on which it was and will be. The edge of the window would lose it in less
    time than lies between two samples.

    Args:
        target: Where to look.
        window: Width of the window as a share of the axis.
        frame_s: Seconds from frame to frame, of which each corner is one; 0: not known.
    """
    if len(target.times_s) < LEAST_SAMPLES:
        return target
    calm = np.where(target.sure, _without_twitches(target), target.middle)
    target = replace(target, middle=calm)
    corners = [
        corner
        for corner in _corners(target.times_s, calm, frame_s)
        if target.sure[corner.after] and corner.beside > CORNER * window
    ]
    if not corners:
        return target
    after, corner_s, corner, _ = (np.array(each) for each in zip(*corners, strict=True))
    reasons = np.array(target.reasons, dtype=object)
    return Target(
        times_s=np.insert(target.times_s, after, corner_s),
        middle=np.insert(target.middle, after, corner),
        reach=np.insert(
            target.reach, after, np.maximum(target.reach[after - 1], target.reach[after])
        ),
        confidence=np.insert(target.confidence, after, target.confidence[after]),
        sure=np.insert(target.sure, after, target.sure[after]),
        reasons=tuple(np.insert(reasons, after, reasons[after])),
    )


def calmed(target: Target) -> Target:
    """Where to look, n >= 2, without what only one sample says: it never moves the window."""
    calm = np.where(target.sure, _without_twitches(target), _median(target.middle))
    return replace(target, middle=calm)


def _median(middle: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of three neighbours; the ends are held against where the two samples beside them lead."""
    last = len(middle) - 1
    begins = 2 * middle[1] - middle[min(2, last)]
    ends = 2 * middle[last - 1] - middle[max(last - 2, 0)]
    padded = np.concatenate([[begins], middle, [ends]])
    return np.asarray(np.median(np.stack([padded[:-2], middle, padded[2:]]), axis=0), np.float64)


def _without_twitches(target: Target) -> NDArray[np.float64]:
    """No sample lies beyond both neighbours, unless what is before and after leads there.

    The median would cut off the corner at which two straight ways meet.
    """
    times_s, middle = target.times_s, target.middle
    pace, gaps_s = np.diff(middle) / np.diff(times_s), np.diff(times_s)
    before, after = np.append(middle[1], middle[:-1]), np.append(middle[1:], middle[-2])
    from_before, from_after = before.copy(), after.copy()
    from_before[2:] += pace[:-1] * gaps_s[1:]
    from_after[:-2] -= pace[1:] * gaps_s[:-1]
    # The ends are held against where the two samples beside them lead.
    from_before[0], from_after[-1] = from_after[0], from_before[-1]
    low = np.minimum(np.minimum(before, after), np.maximum(from_before, from_after))
    high = np.maximum(np.maximum(before, after), np.minimum(from_before, from_after))
    return np.asarray(np.clip(middle, low, high), np.float64)


class _Corner(NamedTuple):
    """Where two straight ways meet between two samples."""

    after: int
    """The sample that follows it."""

    at_s: float
    """Seconds from the start of the cut, of a frame."""

    place: float
    """A share of the axis."""

    beside: float
    """How far that is from the straight way between both samples."""


def _corners(
    times_s: NDArray[np.float64], middle: NDArray[np.float64], frame_s: float
) -> Iterator[_Corner]:
    pace = np.diff(middle) / np.diff(times_s)
    for at in range(2, len(middle) - 1):
        came, goes = pace[at - 2], pace[at]
        if came == goes:
            continue
        after_s = (middle[at] - middle[at - 1] - goes * (times_s[at] - times_s[at - 1])) / (
            came - goes
        )
        place, on_frame_s = middle[at - 1] + came * after_s, after_s
        if frame_s:
            on_frame_s = round(after_s / frame_s) * frame_s
        gap_s = times_s[at] - times_s[at - 1]
        straight = middle[at - 1] + pace[at - 1] * after_s
        # On the frame of a sample it would say nothing new.
        if 0 < after_s < gap_s and frame_s / 2 < on_frame_s < gap_s - frame_s / 2:
            yield _Corner(at, times_s[at - 1] + on_frame_s, place, abs(place - straight))
