"""A stranger's video -> what it is when it is decoded from start to end, or that it cannot be."""

from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from reelmill.errors import BadMedia
from reelmill.media.geometry import Size
from reelmill.media.info import Limits, NothingToPlay
from reelmill.media.probe import opened, probe

#: Threads of the decoder.
THREADS = 2

#: Seconds that may be missing at the end of what a header says: a stream ends before the other.
SLACK_S = 1.0

#: libav's own unit of time is a millionth of a second.
TICKS = 1_000_000


class NotWhole(BadMedia):
    """The video cannot be decoded from start to end."""


class Played(NamedTuple):
    """A video that was decoded from start to end."""

    size: Size
    """As a player shows it."""

    frames: int
    """Decoded frames."""

    duration_s: float
    """Seconds from the first frame to the end of the last."""

    has_audio: bool
    """Whether it has sound that can be decoded."""


def play(path: Path, limits: Limits | None = None) -> Played:
    """Decode every frame. For strangers' files, in a child process.

    Args:
        path: The video.
        limits: What it may be at most.

    Raises:
        NotWhole: a frame is broken, or fewer are there than the header promises.
        NothingToPlay: it has no picture.
        BadMedia: another leaf that says why it cannot be read.
    """
    found = probe(path, limits)
    if not found.video:
        raise NothingToPlay(demuxer=found.demuxer)
    shape = found.video[0]
    with opened(path, limits) as file:
        video = file.streams[shape.index]
        assert isinstance(video, VideoStream)
        frames, ends_s = _decoded(file, video)
        _check(video, file, frames, ends_s)
    return Played(shape.shown, frames, float(ends_s), has_audio=bool(found.audio))


def _decoded(file: InputContainer, video: VideoStream) -> tuple[int, Fraction]:
    """How many frames there are, and when the last has been shown, counted from the first."""
    video.thread_type, video.codec_context.thread_count = "AUTO", THREADS
    starts_s: Fraction | None = None
    frames, ends_s = 0, Fraction(0)
    for packet in file.demux(video):
        if packet.is_corrupt:
            raise NotWhole(frame=frames)
        for frame in packet.decode():
            at_s = _time(frame)
            starts_s = at_s if starts_s is None else starts_s
            ends_s = max(ends_s, at_s - starts_s + _lasts(frame, video))
            frames += 1
    if not frames:
        raise NotWhole(frame=0)
    return frames, ends_s


def _check(video: VideoStream, file: InputContainer, frames: int, ends_s: Fraction) -> None:
    """Hold what was decoded against the header, where that counts frames or tells the time."""
    if video.frames and frames < video.frames:
        raise NotWhole(frames=frames, promised=video.frames)
    promised_s = (file.duration or 0) / TICKS
    if not video.frames and float(ends_s) < promised_s - SLACK_S:
        raise NotWhole(duration_s=round(float(ends_s), 2), promised_s=round(promised_s, 2))


def _time(frame: VideoFrame) -> Fraction:
    if frame.pts is None or frame.time_base is None:
        return Fraction(0)
    return frame.pts * frame.time_base


def _lasts(frame: VideoFrame, video: VideoStream) -> Fraction:
    if frame.duration and frame.time_base is not None:
        return frame.duration * frame.time_base
    return 1 / (video.average_rate or Fraction(25))
