"""Is the picture so dark that nothing can be learned from it?"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reelmill.pipelines.captures.checks.check import Check
from reelmill.pipelines.captures.checks.shots import shot
from reelmill.pipelines.captures.record import Record

#: Where to look, in this order: at the first series that has frames.
SERIES: Final = ("stride-30_chw", "stride-3_chw", "stride-60_chw")


class DarkFigures(NamedTuple):
    """How bright the frames are."""

    dark_mean: float | None
    """Mean of all samples of all frames, 0 to 255; None: there is no frame."""

    dark_frame: str | None
    """The darkest frame."""


class DarkLimits(NamedTuple):
    """What is too dark."""

    dark_mean_under: float = 15.0
    """Mean below which a video is mostly dark, 0 to 255. Source: the documented pipeline."""


class DarkVerdict(NamedTuple):
    """Whether it is too dark."""

    is_video_mostly_dark: bool | None
    """None: there is no frame, so nobody can say."""


def measure(record: Record) -> DarkFigures:
    """Mean brightness of the frames at every 30 s, or of those that a short video has."""
    for series in SERIES:
        means = brightness(record.frames(series))
        if means.size:
            return DarkFigures(float(means.mean()), shot(series, int(means.argmin())))
    return DarkFigures(None, None)


def brightness(frames: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Mean of the samples of each frame, `(n,)`, 0 to 255.

    >>> brightness(np.full((2, 3, 4, 4), 9, np.uint8)).tolist()
    [9.0, 9.0]
    """
    if not frames.size:
        return np.zeros(0)
    # Sums of whole numbers, so that the order of adding changes nothing.
    sums = frames.reshape(len(frames), -1).sum(axis=1, dtype=np.uint64)
    means: NDArray[np.float64] = sums / frames[0].size
    return means


def judge(figures: DarkFigures, limits: DarkLimits) -> DarkVerdict:
    """Hold the mean against its limit, strictly."""
    if figures.dark_mean is None:
        return DarkVerdict(None)
    return DarkVerdict(figures.dark_mean < limits.dark_mean_under)


#: The check.
DARK: Final = Check(
    name="dark",
    version="1",
    series=SERIES,
    measure=measure,
    figures=DarkFigures,
    limits=DarkLimits(),
    judge=judge,
    verdicts=DarkVerdict,
    marks={"dark_mean": ("dark_mean_under",)},
    frame="dark_frame",
    about="The picture is black or almost so.",
)
