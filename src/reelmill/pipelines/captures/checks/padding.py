"""Is the picture smaller than the canvas it was recorded on?

Scaled displays make recorders put the picture into the upper left of a larger canvas, black to the
right and below; other settings leave bars above and below, or left and right.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reelmill.pipelines.captures.checks.check import Check
from reelmill.pipelines.captures.checks.shots import shot
from reelmill.pipelines.captures.record import Record

#: Where to look, in this order: at the first series that has frames.
SERIES: Final = ("stride-3_chw", "stride-30_chw", "stride-60_chw")

#: Share of a side that a band takes. Source: the documented pipeline.
BAND: Final = 0.1

#: Brightness that only something that is shown has; the noise of a coded black stays below.
SHOWN: Final = 40

#: Share of a frame that must be shown, or it is a black frame, which says nothing of bars.
SHOWN_SHARE: Final = 0.005

#: Mean under which a row or a column of pixels is black. Source: the documented pipeline.
BLACK: Final = 10.0

#: Share of the pixels of a band that may be bright: subtitles and such.
STRAY: Final = 0.98


class PaddingFigures(NamedTuple):
    """What lies around the picture; the brightest of all frames that show anything."""

    dpi_frames: int
    """Frames that show anything."""

    dpi_band_means: tuple[float, ...] | None
    """Means of the bands at the top, right, bottom and left, 0 to 255."""

    dpi_band_peaks: tuple[float, ...] | None
    """Brightness that 98 % of the pixels of each band do not exceed, 0 to 255."""

    dpi_picture: tuple[float, ...] | None
    """Left, top, right and bottom of the picture, as shares of the canvas."""

    dpi_frame: str | None
    """The brightest frame."""


class PaddingLimits(NamedTuple):
    """What is a bar."""

    dpi_band_mean_under: float = 10.0
    """Mean below which a band is black, 0 to 255. Source: the documented pipeline."""

    dpi_band_peak_under: float = 40.0
    """A band of a dark scene has brighter pixels than this."""

    dpi_frames_least: float = 2.0
    """Fewer frames than this prove nothing."""


class PaddingVerdict(NamedTuple):
    """Whether there are bars."""

    is_dpi_scale_issue: bool | None
    """None: too few frames show anything."""


def measure(record: Record) -> PaddingFigures:
    """Look at the bands of every frame that shows anything, and at what is inside of them."""
    for series in SERIES:
        frames = record.frames(series)
        if frames.size:
            return _measured(series, frames)
    return PaddingFigures(0, None, None, None, None)


def _measured(series: str, frames: NDArray[np.uint8]) -> PaddingFigures:
    shown = (frames > SHOWN).any(axis=1).mean(axis=(1, 2))
    lit = frames[shown >= SHOWN_SHARE]
    if not len(lit):
        return PaddingFigures(0, None, None, None, None)
    sides = list(zip(*(_bands(frame) for frame in lit), strict=True))
    return PaddingFigures(
        len(lit),
        tuple(max(float(band.mean()) for band in bands) for bands in sides),
        tuple(max(_peak(band) for band in bands) for bands in sides),
        _picture(lit),
        shot(series, int(shown.argmax())),
    )


def _bands(frame: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], ...]:
    """Top, right, bottom and left of a frame."""
    _, height, width = frame.shape
    rows, columns = max(1, int(height * BAND)), max(1, int(width * BAND))
    return frame[:, :rows], frame[..., -columns:], frame[:, -rows:], frame[..., :columns]


def _peak(band: NDArray[np.uint8]) -> float:
    flat = band.max(axis=0).reshape(-1)
    at = int(STRAY * (flat.size - 1))
    return float(np.partition(flat, at)[at])


def _picture(lit: NDArray[np.uint8]) -> tuple[float, ...]:
    """What is not black in any frame, as shares of the canvas."""
    _, _, height, width = lit.shape
    top, bottom = _span(lit.mean(axis=(1, 3)).max(axis=0))
    left, right = _span(lit.mean(axis=(1, 2)).max(axis=0))
    return left / width, top / height, right / width, bottom / height


def _span(means: NDArray[np.float64]) -> tuple[int, int]:
    """First place that is not black, and the one behind the last."""
    seen = np.flatnonzero(means >= BLACK)
    return (int(seen[0]), int(seen[-1]) + 1) if seen.size else (0, len(means))


def judge(figures: PaddingFigures, limits: PaddingLimits) -> PaddingVerdict:
    """Bars at opposite sides, or at the right and below."""
    means, peaks = figures.dpi_band_means, figures.dpi_band_peaks
    if means is None or peaks is None or figures.dpi_frames < limits.dpi_frames_least:
        return PaddingVerdict(None)
    top, right, bottom, left = (
        mean < limits.dpi_band_mean_under and peak < limits.dpi_band_peak_under
        for mean, peak in zip(means, peaks, strict=True)
    )
    return PaddingVerdict((top and bottom) or (left and right) or (right and bottom))


#: The check.
PADDING: Final = Check(
    name="padding",
    version="1",
    series=SERIES,
    measure=measure,
    figures=PaddingFigures,
    limits=PaddingLimits(),
    judge=judge,
    verdicts=PaddingVerdict,
    marks={
        "dpi_frames": ("dpi_frames_least",),
        "dpi_band_means": ("dpi_band_mean_under",),
        "dpi_band_peaks": ("dpi_band_peak_under",),
    },
    frame="dpi_frame",
    about="The picture is smaller than its canvas: bars, or black to the right and below.",
)
