"""Is there anything to see, long enough, and in enough frames a second?"""

from typing import Final, NamedTuple

from reelmill.pipelines.captures.checks.check import Check, Nothing
from reelmill.pipelines.captures.checks.told import duration_s_of, fps_of, size_bytes_of
from reelmill.pipelines.captures.record import STRIDES, Record

#: Bits of a byte.
BITS: Final = 8


class EmptyFigures(NamedTuple):
    """How much there is to look at."""

    sampled_frame_count: int
    """Frames that the record holds."""

    is_glimpse: bool
    """The video has an end before the first moment at which frames are sampled."""


class EmptyVerdict(NamedTuple):
    """Whether there is nothing."""

    is_video_empty: bool
    """There is no frame, and not because the video is short."""


class LengthFigures(NamedTuple):
    """What the video measures."""

    video_duration_s: float | None
    """Seconds, by its frames; by its header where nobody counted."""

    video_fps: float | None
    """Frames a second."""

    video_bits_per_s: float | None
    """Size by duration."""


class LengthLimits(NamedTuple):
    """What a recording has to be. Source: the recorder's `src/validation`."""

    duration_s_least: float = 20.0
    """Seconds, least."""

    duration_s_most: float = 900.0
    """Seconds, most: one and a half times the ten minutes after which a recorder begins anew."""

    fps_least: float = 54.0
    """Nine tenths of 60."""

    bits_per_s_least: float = 500_000.0
    """A quarter of 2 Mbit/s."""


class LengthVerdict(NamedTuple):
    """What is wrong with it; None where nobody knows the figure."""

    is_video_too_short: bool | None
    """Shorter than a recording has to be."""

    is_video_too_long: bool | None
    """Longer than a recorder lets it become."""

    is_video_low_fps: bool | None
    """Fewer frames a second than a recording has to have."""

    is_video_low_bitrate: bool | None
    """Fewer bits than any game needs."""


def count(record: Record) -> EmptyFigures:
    """Count the frames of all series."""
    duration_s = duration_s_of(record)
    return EmptyFigures(
        sum(len(record.frames(name)) for name in STRIDES),
        duration_s is not None and 0 < duration_s < min(STRIDES.values()),
    )


def judge_empty(figures: EmptyFigures, _: Nothing) -> EmptyVerdict:
    """No frame is nothing, but for videos that end before the first."""
    return EmptyVerdict(figures.sampled_frame_count == 0 and not figures.is_glimpse)


def measure(record: Record) -> LengthFigures:
    """Read what was counted."""
    duration_s, size_bytes = duration_s_of(record), size_bytes_of(record)
    bits_per_s = None
    if duration_s and size_bytes is not None:
        bits_per_s = size_bytes * BITS / duration_s
    return LengthFigures(duration_s, fps_of(record), bits_per_s)


def judge(figures: LengthFigures, limits: LengthLimits) -> LengthVerdict:
    """Hold each figure against its limits."""
    duration_s, fps, bits_per_s = figures
    return LengthVerdict(
        None if duration_s is None else duration_s < limits.duration_s_least,
        None if duration_s is None else duration_s > limits.duration_s_most,
        None if fps is None else fps < limits.fps_least,
        None if bits_per_s is None else bits_per_s < limits.bits_per_s_least,
    )


#: The checks.
EMPTY: Final = Check(
    name="empty",
    version="1",
    series=tuple(STRIDES),
    measure=count,
    figures=EmptyFigures,
    judge=judge_empty,
    verdicts=EmptyVerdict,
    about="There is no frame to look at.",
)
LENGTH: Final = Check(
    name="length",
    version="1",
    measure=measure,
    figures=LengthFigures,
    limits=LengthLimits(),
    judge=judge,
    verdicts=LengthVerdict,
    marks={
        "video_duration_s": ("duration_s_least", "duration_s_most"),
        "video_fps": ("fps_least",),
        "video_bits_per_s": ("bits_per_s_least",),
    },
    about="Duration, frames a second or bits a second are not those of a sound recording.",
)
