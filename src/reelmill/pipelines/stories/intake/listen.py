"""A voice, or music -> how long and how loud it is, and its outline. In a child process."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reelmill.errors import BadMedia
from reelmill.media.info import AudioInfo, UnknownFormat
from reelmill.media.loudness import Loudness, measure_loudness
from reelmill.media.probe import probe
from reelmill.media.sound import decoded
from reelmill.pipelines.stories.spec import MAX_VOICE_S, NotReadable

#: The one format that voices and music come in, as libav calls its reader.
FORMAT: Final = "mp3"

#: Bars of a waveform.
BARS: Final = 160

#: Width of a bar and of the gap behind it, and height of the picture, in its own units.
BAR_WIDTH, BAR_STEP, HEIGHT = 3, 4, 96

#: Decimals of a peak that are kept.
DECIMALS: Final = 3


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What is known of a sound, all of it decoded."""

    duration_s: float
    """Seconds, counted from samples."""

    loudness_lufs: float
    """Integrated loudness, EBU R128; -70 is silence."""

    true_peak_dbtp: float
    """Highest true peak; -120 is silence."""

    codec: str
    """As libav calls it: `mp3float`."""

    peaks: tuple[float, ...]
    """Highest sample of each of `BARS` equal parts, 0.0 to 1.0; fewer of a very short sound."""


def listen(path: Path) -> Heard:
    """Decode all of a sound, and measure it.

    Raises:
        NotReadable: it is no MP3, or damaged, or longer than a story may be.
    """
    try:
        found, told = _measured(path)
    except BadMedia as error:
        raise NotReadable(problem=error.message) from error
    return Heard(
        duration_s=told.duration_s,
        loudness_lufs=told.integrated_lufs,
        true_peak_dbtp=told.true_peak_dbtp,
        codec=found.codec,
        peaks=in_bars(told.outline),
    )


def _measured(path: Path) -> tuple[AudioInfo, Loudness]:
    found = probe(path)
    if found.demuxer != FORMAT or not found.audio:
        raise UnknownFormat(found=found.demuxer, wanted=FORMAT)
    return found.audio[0], measure_loudness(decoded(path, longest_s=MAX_VOICE_S))


def in_bars(outline: NDArray[np.float32]) -> tuple[float, ...]:
    """The highest of each of `BARS` parts of an outline.

    >>> in_bars(np.array([0.5, 0.25], np.float32))
    (0.5, 0.25)
    """
    parts = np.array_split(outline, min(BARS, len(outline))) if len(outline) else []
    return tuple(round(min(1.0, float(part.max())), DECIMALS) for part in parts)


def waveform(peaks: Sequence[float]) -> str:
    """A picture of a sound, SVG: a bar for each peak, as wide as they are many.

    >>> waveform([1.0])
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 96" preserveAspectRatio="none"\
 fill="#7a8699"><path d="M0 0h3v96h-3z"/></svg>'
    """
    bars = "".join(_bar(number, peak) for number, peak in enumerate(peaks))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {len(peaks) * BAR_STEP} {HEIGHT}" '
        f'preserveAspectRatio="none" fill="#7a8699"><path d="{bars}"/></svg>'
    )


def _bar(number: int, peak: float) -> str:
    # Silence is a line that one sees.
    high = max(2, round(peak * HEIGHT))
    return f"M{number * BAR_STEP} {(HEIGHT - high) // 2}h{BAR_WIDTH}v{high}h-{BAR_WIDTH}z"
