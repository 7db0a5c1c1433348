"""A part of a stranger's video -> its streams, and which frames it has, to the tick."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from reelmill.media.info import AudioInfo, MediaInfo, NothingToPlay, VideoInfo
from reelmill.media.probe import opened
from reelmill.media.rates import nominal_rate

#: Seconds by which a time that somebody wrote down may lie before the frame that it means.
ROUNDED_S = Fraction(2, 1000)

#: Seconds read on behind the end, for frames are not stored in the order in which they are shown.
READ_ON_S = Fraction(1)

#: Seconds by which reading begins too early where that does not help, one after the other.
EARLIER_S = (0, 10, 60, 600)

#: Formats whose index knows the frames from which a decoder can start.
INDEXED = frozenset({"mov", "matroska"})

#: Seconds by which ffmpeg is sent before a key frame in all others. Measured: it lands behind.
MISSED_S = Fraction(2)


@dataclass(frozen=True, kw_only=True)
class Span:
    """A part of a video, found in the file."""

    path: Path
    """The file."""

    demuxer: str
    """The one reader that is let near it."""

    video: VideoInfo
    """The pictures that a player shows."""

    audio: AudioInfo | None
    """The sound that a player plays; None where there is none."""

    begins_at: Fraction
    """Timestamp of its first frame, in seconds of the file's own clock."""

    late_s: Fraction
    """Seconds that the first frame has been on the screen when the part begins."""

    half_gap: Fraction
    """Half the seconds that pass from the frame before the first to the first."""

    seek_to: Fraction | None
    """Timestamp from which ffmpeg reads; None from where the file begins."""

    rate: Fraction
    """Frames a second at which it is made again."""

    frames: int
    """How many frames it has at that rate."""

    @property
    def duration_s(self) -> float:
        """Seconds that its frames last."""
        return float(self.frames / self.rate)


def find_span(path: Path, found: MediaInfo, start_s: float, end_s: float) -> Span:
    """Read the packets around and inside a part. In a child process.

    Args:
        path: The file.
        found: What `probe` found in it.
        start_s: Seconds from where the file begins; the frame on the screen then is the first.
        end_s: Seconds from where the file begins; the frame that begins then is not in it.

    Raises:
        NothingToPlay: there are no pictures.
        BadMedia: another leaf that says why it cannot be read.
    """
    if not found.video:
        raise NothingToPlay(wanted="pictures")
    with opened(path) as file:
        return _found(file, path, found, (Fraction(start_s), Fraction(end_s)))


def _found(
    file: InputContainer, path: Path, found: MediaInfo, part: tuple[Fraction, Fraction]
) -> Span:
    zero = Fraction(file.start_time or 0, av.time_base)
    starts, ends = zero + part[0], zero + part[1]
    stream = file.streams[found.video[0].index]
    assert isinstance(stream, VideoStream)
    seen = _Frames.around(file, stream, starts, ends)
    begins = seen.on_screen(starts)
    rate = nominal_rate(
        [float(at) for at in seen.shown if begins <= at < ends],
        [stream.average_rate, stream.guessed_rate],
    )
    return Span(
        path=path,
        demuxer=found.demuxer,
        video=found.video[0],
        audio=found.audio[0] if found.audio else None,
        begins_at=begins,
        late_s=max(Fraction(0), starts - begins),
        half_gap=seen.half_gap(begins, rate),
        seek_to=seen.entry(begins, found.demuxer, zero),
        rate=rate,
        frames=max(1, round((part[1] - part[0]) * rate)),
    )


@dataclass(frozen=True, kw_only=True)
class _Frames:
    """Packets of pictures as they were met."""

    shown: list[Fraction]
    """Timestamps, in their order."""

    keys: list[Fraction]
    """Those from which a decoder can start."""

    @classmethod
    def around(
        cls, file: InputContainer, stream: VideoStream, starts: Fraction, ends: Fraction
    ) -> "_Frames":
        if starts <= Fraction(file.start_time or 0, av.time_base):
            # Just opened, it is where it begins; sent there, libav leaves out the first frame of a
            # transport stream, measured.
            found = cls._until(file, stream, ends + READ_ON_S)
            if found.shown:
                return found
        for earlier_s in EARLIER_S:
            file.seek(max(int((starts - earlier_s) * av.time_base), file.start_time or 0))
            found = cls._until(file, stream, ends + READ_ON_S)
            if found.keys and found.keys[0] <= starts:
                return found
        file.seek(file.start_time or 0)
        found = cls._until(file, stream, ends + READ_ON_S)
        if not found.shown:
            raise NothingToPlay(stream=stream.index)
        return found

    @classmethod
    def _until(cls, file: InputContainer, stream: VideoStream, end: Fraction) -> "_Frames":
        met = list(_met(file, stream, end))
        keys = sorted(at for at, key in met if key)
        return cls(shown=sorted(at for at, _ in met), keys=keys)

    def on_screen(self, at: Fraction) -> Fraction:
        """The frame that is shown at a time, or the first."""
        return max((one for one in self.shown if one <= at + ROUNDED_S), default=self.shown[0])

    def half_gap(self, begins: Fraction, rate: Fraction) -> Fraction:
        before = max((one for one in self.shown if one < begins), default=begins - 1 / rate)
        return min(begins - before, 1 / rate) / 2

    def entry(self, begins: Fraction, demuxer: str, zero: Fraction) -> Fraction | None:
        key = max((one for one in self.keys if one <= begins), default=zero)
        seek_to = begins if demuxer in INDEXED else key - MISSED_S
        return seek_to if seek_to > zero else None


def _met(
    file: InputContainer, stream: VideoStream, end: Fraction
) -> Iterator[tuple[Fraction, bool]]:
    for packet in file.demux(stream):
        stamp = packet.dts if packet.pts is None else packet.pts
        if stamp is None or packet.is_discard or not packet.size:
            continue
        at = stamp * packet.time_base
        if at >= end:
            return
        yield at, packet.is_keyframe
