"""Sound -> how loud it is, by EBU R128 and ITU-R BS.1770, and its outline."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from av.audio.frame import AudioFrame
from av.filter import Graph
from numpy.typing import NDArray

from reelmill.media.sound import Filter, Tap, chained, filtered, run

#: What everything at or below the absolute gate is called, in LUFS. Source: ITU-R BS.1770-5.
SILENCE_LUFS = -70.0

#: Lowest level that is told, in decibels; that of nothing at all is minus infinity.
FLOOR_DB = -120.0

#: Seconds between two values of an outline; the meter gives one for each step of its window.
OUTLINE_STEP_S = 0.1

_METER = (
    Filter("aresample", "48000"),
    Filter("aformat", "sample_fmts=dbl:channel_layouts=mono|stereo"),
    Filter("ebur128", "framelog=quiet:metadata=1:peak=true"),
)

#: Seconds between two levels, samples of each, and samples that are looked at together.
LEVEL_STEP_S: Final = 0.01
_LEVEL_SAMPLES, _LEVEL_BLOCK = 160, 64_000

_LEVELS = (
    Filter("aresample", str(int(_LEVEL_SAMPLES / LEVEL_STEP_S))),
    Filter("aformat", "sample_fmts=flt:channel_layouts=mono"),
    Filter("asetnsamples", f"n={_LEVEL_BLOCK}:p=0"),
)


@dataclass(frozen=True, kw_only=True)
class Loudness:
    """How loud a sound is."""

    integrated_lufs: float
    """Of the whole, by EBU R128; -70 is silence."""

    true_peak_dbtp: float
    """Highest true peak of all channels; -120 at least."""

    outline: NDArray[np.float32]
    """Highest sample of each tenth of a second, 0.0 to about 1.0."""

    duration_s: float
    """Seconds, counted from samples."""


def measure_loudness(frames: Iterable[AudioFrame]) -> Loudness:
    """Measure sound that is read once.

    Raises:
        NothingToPlay: there is not a single sample.
        UnevenSound: its form changes on the way.
    """
    graph = Graph()
    tap = Tap(graph, frames)
    peaks: list[float] = []
    told: dict[str, str] = {}
    for frame in run(graph, [tap], chained(graph, tap.context, *_METER)):
        told = frame.metadata or told
        peaks.append(float(np.abs(frame.to_ndarray()).max(initial=0.0)))
    peaks_of_channels = [
        _decibels(float(value)) for name, value in told.items() if "true_peaks_ch" in name
    ]
    return Loudness(
        integrated_lufs=max(SILENCE_LUFS, _number(told.get("lavfi.r128.I", ""))),
        true_peak_dbtp=max(peaks_of_channels, default=FLOOR_DB),
        outline=np.asarray(peaks, np.float32),
        duration_s=tap.given_s,
    )


def _number(text: str) -> float:
    value = float(text) if text else SILENCE_LUFS
    return SILENCE_LUFS if math.isnan(value) else value


def _decibels(amplitude: float) -> float:
    return max(FLOOR_DB, 20 * math.log10(amplitude)) if amplitude > 0 else FLOOR_DB


def levels(frames: Iterable[AudioFrame]) -> NDArray[np.float32]:
    """How loud each hundredth of a second is: root mean square of all channels' sum, in decibels.

    Returns:
        `(hundredths,)` float32, `FLOOR_DB` at least; the last may be of less than a hundredth.
    """
    found = [
        _levels_of(np.asarray(frame.to_ndarray(), np.float32).ravel())
        for frame in filtered(frames, *_LEVELS)
    ]
    return np.concatenate(found) if found else np.zeros(0, np.float32)


def _levels_of(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    steps = -(-len(samples) // _LEVEL_SAMPLES)
    power = np.zeros(steps * _LEVEL_SAMPLES, np.float32)
    power[: len(samples)] = np.square(samples)
    means = power.reshape(steps, _LEVEL_SAMPLES).mean(axis=1)
    least = np.float32(10 ** (FLOOR_DB / 10))
    return np.asarray(10 * np.log10(np.maximum(means, least)), np.float32)
