"""Videos whose frames carry their number and whose sound beeps on time, and how both are read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from reelmill.media.geometry import Crop, Size, contain

#: Rows of the code: a white one, the bits of the number from the highest, a black one.
BITS = 10
ROWS = BITS + 2

#: Width of the code, and its height, as shares of the height of what is cropped out.
WIDE, HIGH = 0.2, 0.96

#: A beep of 60 ms begins at each whole multiple of this many seconds, but not at 0.
BEEP_EVERY_S = 0.4
BEEP_S = 0.06
RATE_HZ = 48_000


USUAL = Size(320, 180)


@dataclass(frozen=True, kw_only=True)
class Coded:
    """What is drawn."""

    size: Size = USUAL
    rate: Fraction = Fraction(30)
    frames: int = 60
    times: Sequence[int] = ()
    """Ticks of 1/600 s at which frames are shown, of an uneven video; else evenly by the rate."""
    layout: str | None = "stereo"
    """Channels of the sound; None: there is none."""
    pixel_format: str = "yuv420p"
    colour: tuple[int, int, int] = (90, 128, 128)
    """Luma and chroma of the ground."""
    options: dict[str, str] = field(default_factory=lambda: {"g": "50", "bf": "3"})
    tags: dict[str, int] = field(default_factory=dict)
    """Attributes of the codec: `colorspace`, `color_range`..."""
    shape: Fraction = Fraction(1)
    """Width of a pixel by its height."""

    @property
    def duration_s(self) -> float:
        """Seconds that it lasts."""
        return self.times[-1] / 600 if self.times else float(self.frames / self.rate)

    def shown_at_s(self, number: int) -> float:
        """When a frame is shown, in seconds."""
        return self.times[number] / 600 if self.times else float(number / self.rate)


def draw(path: Path, what: Coded | None = None, **change: object) -> Path:
    """Write such a video, of the format that the name of the file says."""
    what = what or Coded(**change)  # type: ignore[arg-type]
    with av.open(str(path), "w") as file:
        video = file.add_stream("libx264", rate=what.rate, options=_options(what))
        video.width, video.height = what.size
        video.pix_fmt = what.pixel_format
        video.codec_context.time_base = Fraction(1, 600) if what.times else 1 / what.rate
        video.codec_context.sample_aspect_ratio = what.shape
        for name, value in what.tags.items():
            setattr(video.codec_context, name, value)
        audio = None
        if what.layout is not None:
            audio = file.add_stream("aac", rate=RATE_HZ, layout=what.layout)
        for number in range(what.frames):
            frame = _frame(what, number)
            frame.pts = what.times[number] if what.times else number
            frame.time_base = video.codec_context.time_base
            file.mux(video.encode(frame))
        file.mux(video.encode(None))
        if audio is not None:
            for sound in _beeps(what.duration_s, audio.codec_context.layout.name):
                file.mux(audio.encode(sound))
            file.mux(audio.encode(None))
    return path


def _options(what: Coded) -> dict[str, str]:
    return {"preset": "ultrafast", "crf": "12", "sc_threshold": "0", **what.options}


def _frame(what: Coded, number: int) -> av.VideoFrame:
    luma, *chroma = what.colour
    height, width = what.size.height, what.size.width
    planes = np.full((height + height % 2, width + width % 2), luma, np.uint8)
    for row, lit in enumerate(_rows(number)):
        y0, y1, x0, x1 = _block(row, Crop(0, 0, width, height))
        planes[y0:y1, x0:x1] = 235 if lit else 16
    frame = av.VideoFrame(width, height, "yuv420p")
    for plane, values in zip(frame.planes, (planes, *chroma), strict=True):
        whole = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
        whole[:, : plane.width] = (
            values if isinstance(values, int) else values[: plane.height, : plane.width]
        )
    return frame.reformat(format=what.pixel_format)


def _rows(number: int) -> list[bool]:
    return [True, *(bool(number >> bit & 1) for bit in reversed(range(BITS))), False]


def _block(row: int, where: Crop) -> tuple[int, int, int, int]:
    """Top, bottom, left and right of a row of the code, in a picture that lies somewhere."""
    # What a crop to 9:16 leaves of it.
    height = min(where.height, where.width * 16 / 9)
    top = where.y + (where.height - height * HIGH) / 2
    step = height * HIGH / ROWS
    middle, half = where.x + where.width / 2, height * WIDE / 2
    return round(top + step * row), round(top + step * (row + 1)), *_columns(middle, half)


def _columns(middle: float, half: float) -> tuple[int, int]:
    return round(middle - half), round(middle + half)


def first_frame_s(path: Path) -> float:
    """Seconds from where a file begins, as players count, to its first frame."""
    with av.open(str(path)) as file:
        video = file.streams.video[0]
        start = (video.start_time or 0) * (video.time_base or 1)
        return float(start - Fraction(file.start_time or 0, av.time_base))


def number_in(luma: NDArray[np.uint8], where: Crop) -> int:
    """Read the number of a frame whose whole picture lies somewhere in another one."""
    values = []
    for row in range(ROWS):
        y0, y1, x0, x1 = _block(row, where)
        dy, dx = (y1 - y0) // 4, (x1 - x0) // 4
        values.append(luma[y0 + dy : y1 - dy, x0 + dx : x1 - dx].mean() > 125)
    assert (values[0], values[-1]) == (True, False), "there is no code"
    return sum(1 << at for at, bit in enumerate(reversed(values[1:-1])) if bit)


def numbers_in(path: Path, where: Crop) -> list[int]:
    """Read the numbers of all frames."""
    return [number_in(luma, where) for luma in lumas(path)]


def lumas(path: Path) -> Iterator[NDArray[np.uint8]]:
    """Luma of every frame."""
    with av.open(str(path)) as file:
        for frame in file.decode(video=0):
            plane = frame.planes[0]
            whole = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
            yield whole[:, : plane.width]


def where_cropped(shown: Size, target: Size) -> Crop:
    """Where the whole picture lies when its middle fills the target; partly outside."""
    scale = max(target.width / shown.width, target.height / shown.height)
    wide, high = round(shown.width * scale), round(shown.height * scale)
    return Crop((target.width - wide) // 2, (target.height - high) // 2, wide, high)


def where_contained(shown: Size, target: Size) -> Crop:
    """Where the whole picture lies when all of it is inside the target."""
    return contain(shown, target)


def _beeps(seconds: float, layout: str) -> Iterator[av.AudioFrame]:
    at = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    on = (at >= BEEP_EVERY_S) & (at % BEEP_EVERY_S < BEEP_S)
    tone = np.where(on, 0.6 * np.sin(2 * np.pi * 1000 * at), 0).astype(np.float32)
    channels = av.AudioLayout(layout).nb_channels
    for start in range(0, len(tone), 1024):
        part = tone[start : start + 1024]
        frame = av.AudioFrame.from_ndarray(
            np.tile(part, (channels, 1)), format="fltp", layout=layout
        )
        frame.sample_rate, frame.pts = RATE_HZ, start
        frame.time_base = Fraction(1, RATE_HZ)
        yield frame


def beeps_in(path: Path) -> list[float]:
    """When the beeps of a video begin, in seconds."""
    with av.open(str(path)) as file:
        audio = file.streams.audio[0]
        sound = list(file.decode(audio))
        rate_hz = audio.codec_context.sample_rate
        start = sound[0].pts * sound[0].time_base
    tone = np.concatenate([np.abs(frame.to_ndarray()[0]) for frame in sound])
    window = rate_hz // 500
    loud = np.convolve(tone, np.ones(window) / window, "same") > 0.1 * max(tone.max(), 0.01)
    begins = np.flatnonzero(loud[1:] & ~loud[:-1]) + 1
    kept = [
        begin for at, begin in enumerate(begins) if not at or begin - begins[at - 1] > rate_hz // 10
    ]
    return [float(start + Fraction(int(begin), rate_hz)) for begin in kept]
