"""How much each part of the picture matters -> where the subject is, sample by sample. Pure."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reelmill.pipelines.shorts.crop.evidence import REASONS, Mass, Reason

#: Places at which the middle of the window is tried.
PLACES = 161

#: What it costs to look one window further, in samples of full evidence.
MOVE_COST = 2.0

#: What it costs at most: from here on it is another subject.
SWITCH_COST = 6.0

#: How little it matters where in the window a thing is: a high power counts all inside alike.
#: With 2, a window would rather have one edge of a wide subject in its middle than both inside.
FLATNESS = 6

#: Evidence that is enough to be followed to the pixel, and what is as good as none.
ENOUGH, LITTLE = 0.2, 1e-9

#: How far around a place, in windows, all is taken to be one subject: a little more than fits.
NEAR = 0.65

#: Times that the middle of what is near is taken anew.
CENTRINGS = 3

#: How sure a subject of each kind is at best.
SURE = {Reason.FACE: 0.95, Reason.MOTION: 0.9, Reason.SALIENCY: 0.6, Reason.CENTER: 0.2}


#: Motion is followed where it is as sure as this around; else it is everywhere. Source: the median
#: of recorded games is 0.3; that of people, cars and things that pass by 0.6 and more.
FOLLOWED_FROM = 0.4

#: Seconds around a sample over which that is asked, so that it does not change all the time.
CALM_S = 5.0


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where to look through one shot. Lengths are shares of the axis."""

    times_s: NDArray[np.float64]
    """`(n,)` seconds from the start of the cut."""

    middle: NDArray[np.float64]
    """`(n,)` where the middle of the window should be."""

    reach: NDArray[np.float64]
    """`(n,)` how far the subject reaches to either side of it."""

    confidence: NDArray[np.float64]
    """`(n,)` 0 to 1."""

    reasons: tuple[Reason, ...]
    """What was seen there."""

    sure: NDArray[np.bool_]
    """`(n,)` whether it is a wide thing, whose ends are known nearly to the pixel."""


def follow(mass: Mass, *, window: float, bounds: tuple[float, float]) -> Target:
    """Choose one subject and stay with it, unless another one is worth more for long.

    The path is the best of all by dynamic programming, so it knows what is to come.

    Args:
        mass: Evidence of one shot.
        window: Width of the window as a share of the axis.
        bounds: Where the middle of the window may be, lowest and highest.
    """
    places = np.linspace(*bounds, PLACES)
    kernel = _kernel(places, mass.parts.shape[1], window)
    worth = mass.total @ kernel
    chosen = _best_path(worth, places / window)
    middle = np.clip(_centred(mass, places[chosen], window), *bounds)
    target = Target(
        times_s=mass.times_s,
        middle=middle,
        reach=_reach(mass, middle, window),
        confidence=_confidence(mass, kernel[:, chosen]),
        reasons=_reasons(mass, kernel[:, chosen]),
        sure=np.zeros(len(middle), bool),
    )
    return held(_seized(target, mass.things, window), center=sum(bounds) / 2)


def _seized(target: Target, things: NDArray[np.float64], window: float) -> Target:
    """Look at the middle of a wide thing, as far as it reaches, where that is what is followed."""
    low, high = things.T
    middle = (low + high) / 2
    sure = np.abs(middle - target.middle) < window / 2
    return replace(
        target,
        middle=np.where(sure, middle, target.middle),
        reach=np.where(sure, np.minimum(high - low, window) / 2, target.reach),
        sure=sure,
    )


def held(target: Target, *, center: float) -> Target:
    """Follow nothing while motion is everywhere, as where a player turns the whole view.

    The middle then goes from where the subject was to where it will be; it is the picture's where
    there is none in the whole shot.

    Args:
        target: What was chosen.
        center: The middle of the picture.
    """
    lost = _everywhere(target)
    if lost.all():
        middle = np.full(len(lost), center)
    else:
        middle = np.interp(target.times_s, target.times_s[~lost], target.middle[~lost])
    return replace(
        target,
        middle=middle,
        reach=np.where(lost, 0.0, target.reach),
        sure=target.sure & ~lost,
        reasons=tuple(
            Reason.CENTER if gone else reason
            for gone, reason in zip(lost, target.reasons, strict=True)
        ),
    )


def _everywhere(target: Target) -> NDArray[np.bool_]:
    """`(n,)` the samples whose motion is that of no one thing, judged by those around."""
    far_s = np.abs(target.times_s[:, None] - target.times_s[None, :])
    around = np.where(far_s <= CALM_S / 2, target.confidence[None, :], np.nan)
    unsure = np.nanmedian(around, axis=1) < FOLLOWED_FROM
    lost: NDArray[np.bool_] = unsure & np.array(
        [reason is Reason.MOTION for reason in target.reasons]
    )
    return lost


def _kernel(places: NDArray[np.float64], bins: int, window: float) -> NDArray[np.float64]:
    """`(bins, places)` what a part counts for a window there: 1 in its middle, 0 at its edge."""
    at = (np.arange(bins) + 0.5) / bins
    off = (at[:, None] - places[None, :]) / (window / 2)
    return np.maximum(0.0, 1 - off**FLATNESS)


def _best_path(worth: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.intp]:
    cost = np.minimum(MOVE_COST * np.abs(places[:, None] - places[None, :]), SWITCH_COST)
    best = worth[0]
    came_from = np.zeros(worth.shape, np.intp)
    for at in range(1, len(worth)):
        through = best[:, None] - cost
        came_from[at] = through.argmax(axis=0)
        best = through.max(axis=0) + worth[at]
    path = np.empty(len(worth), np.intp)
    path[-1] = best.argmax()
    for at in range(len(worth) - 1, 0, -1):
        path[at - 1] = came_from[at, path[at]]
    return path


def _centred(mass: Mass, middle: NDArray[np.float64], window: float) -> NDArray[np.float64]:
    """The middle of what is near each place: the window is not to follow with its edge.

    The less evidence there is, the less it leads away from what was chosen.
    """
    chosen = middle
    total = mass.total
    at = (np.arange(total.shape[1]) + 0.5) / total.shape[1]
    for _ in range(CENTRINGS):
        off = np.abs(at[None, :] - middle[:, None])
        near = np.where(off < NEAR * window, total, 0.0)
        amount = near.sum(axis=1)
        led = np.minimum(1.0, amount / ENOUGH)
        middle = chosen + led * ((near @ at) / np.maximum(amount, LITTLE) - chosen)
    return middle


def _reach(mass: Mass, middle: NDArray[np.float64], window: float) -> NDArray[np.float64]:
    """Half the width of what moves or looks at us around the middle, nine tenths of it."""
    strong = mass.parts[:, :, :2].sum(axis=2)
    at = (np.arange(strong.shape[1]) + 0.5) / strong.shape[1]
    off = np.abs(at[None, :] - middle[:, None])
    near = np.where(off < window / 2, strong, 0.0)
    order = np.argsort(off, axis=1)
    sums = np.cumsum(np.take_along_axis(near, order, axis=1), axis=1)
    reached = (sums < 0.9 * sums[:, -1:]).sum(axis=1)
    reach: NDArray[np.float64] = np.take_along_axis(
        np.take_along_axis(off, order, axis=1), reached[:, None], axis=1
    )[:, 0]
    return np.where(sums[:, -1] > 0, np.minimum(reach, window / 2), 0.0)


def _inside(mass: Mass, kernel: NDArray[np.float64]) -> NDArray[np.float64]:
    """`(n, 4)` evidence of each kind inside the window."""
    inside: NDArray[np.float64] = np.einsum("nbk,bn->nk", mass.parts, kernel)
    return inside


def _reasons(mass: Mass, kernel: NDArray[np.float64]) -> tuple[Reason, ...]:
    return tuple(REASONS[kind] for kind in _inside(mass, kernel).argmax(axis=1))


def _confidence(mass: Mass, kernel: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of all evidence that is inside, held against how sure its kind can be."""
    inside = _inside(mass, (kernel > 0).astype(float))
    sure = np.array([SURE[reason] for reason in REASONS])
    total = np.maximum(mass.parts.sum(axis=(1, 2)), LITTLE)
    return np.asarray(np.clip(inside @ sure / total, 0.0, 1.0), np.float64)
