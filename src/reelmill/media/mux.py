"""Coded pictures -> an MP4 with a silent track, faststart, the same to the byte each time."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.stream import Stream
from av.video.stream import VideoStream

from reelmill.errors import Unavailable
from reelmill.media.profiles import AudioSpec, Profile
from reelmill.media.x264 import configure

#: Ticks for each frame, unless the rate's own numerator is fine enough. Players and editors
#: want at least 10,000 ticks a second. Source: libavformat/movenc.c.
TICKS_A_FRAME = 512

#: Numerator of a rate from which on no finer ticks are needed, as in 30000/1001.
FINE_RATE = 10_000

#: Packets of silence after which the encoder has said its name and repeats itself.
SETTLED = 4


class NotWritten(Unavailable):
    """The video cannot be written; the disk may be full."""


@dataclass(frozen=True, kw_only=True)
class Ticks:
    """Integer time of a file: what a frame and a second are."""

    a_second: int
    """Time scale of the video track."""

    a_frame: int
    """Ticks from one frame to the next."""


def ticks_of(rate: Fraction) -> Ticks:
    """The time scale in which every frame lasts a whole number of ticks.

    >>> ticks_of(Fraction(30000, 1001))
    Ticks(a_second=30000, a_frame=1001)
    >>> ticks_of(Fraction(30))
    Ticks(a_second=15360, a_frame=512)
    """
    finer = 1 if rate.numerator >= FINE_RATE else TICKS_A_FRAME
    return Ticks(a_second=rate.numerator * finer, a_frame=rate.denominator * finer)


@dataclass(frozen=True, kw_only=True)
class Template:
    """Streams from which those of every file of a profile are made, identical to the bit.

    Streams made from others open no encoder: a file then costs half a millisecond to open
    instead of twenty, measured.
    """

    source: InputContainer
    """The file in memory that they are in; kept open, for they live as long as it."""

    video: VideoStream
    """Carries the parameter sets."""

    audio: AudioStream
    """Carries the configuration of the AAC decoder."""

    silence: bytes
    """One packet with nothing to hear, good at any place."""


class Headers(NamedTuple):
    """What decoders are told before the first packet."""

    video: bytes
    """SPS and PPS, as an `avcC` box holds them."""

    audio: bytes
    """AudioSpecificConfig."""


def make_template(profile: Profile) -> Template:
    """Encode one frame and some silence into memory, as every file of the profile is."""
    memory = io.BytesIO()
    with av.open(memory, "w", format="mp4") as container:
        video = container.add_stream("libx264", rate=profile.rate)
        configure(video.codec_context, profile)
        audio = container.add_stream("aac", rate=profile.audio.rate_hz)
        audio.bit_rate = profile.audio.bitrate_bps
        container.start_encoding()
        frame = _nothing(profile)
        container.mux([*video.encode(frame), *video.encode(None)])
        silence = [packet for one in _silence(profile.audio) for packet in audio.encode(one)]
        container.mux([*silence, *audio.encode(None)])
    memory.seek(0)
    source = av.open(memory, "r", format="mov")
    return Template(
        source=source,
        video=source.streams.video[0],
        audio=source.streams.audio[0],
        silence=bytes(silence[-1]),
    )


def _nothing(profile: Profile) -> av.VideoFrame:
    frame = av.VideoFrame(*profile.size, "yuv420p")
    for plane in frame.planes:
        # Memory that nobody filled would make each template another one.
        plane.update(bytes(plane.buffer_size))
    return frame


def _silence(spec: AudioSpec) -> Iterator[av.AudioFrame]:
    for index in range(SETTLED):
        samples = np.zeros((spec.channels, spec.frame_samples), np.float32)
        frame = av.AudioFrame.from_ndarray(samples, "fltp", "stereo")
        frame.sample_rate = spec.rate_hz
        frame.pts = index * spec.frame_samples
        yield frame


@lru_cache(maxsize=32)
def headers_of(profile: Profile) -> Headers:
    """The headers that all files of a profile share."""
    template = make_template(profile)
    with template.source:
        return headers_in(template.video, template.audio)


def headers_in(video: VideoStream, audio: AudioStream) -> Headers:
    """The headers of a file that is open."""
    return Headers(
        video=video.codec_context.extradata or b"", audio=audio.codec_context.extradata or b""
    )


class Mp4Writer:
    """Takes pictures in order and puts silence between them. Made by `written_to`.

    A packet costs two microseconds here, measured, if it is made once and its times are set
    anew; so everything that repeats is one packet for the whole file.
    """

    def __init__(self, container: OutputContainer, template: Template, profile: Profile) -> None:
        self._container = container
        self._profile = profile
        self._video = container.add_stream_from_template(template.video)
        self._audio = container.add_stream_from_template(template.audio)
        self._ticks = ticks_of(profile.rate)
        self._video.time_base = Fraction(1, self._ticks.a_second)
        self._audio.time_base = Fraction(1, profile.audio.rate_hz)
        self._silence = self._packet(template.silence, self._audio, profile.audio.frame_samples)
        self._silence.is_keyframe = True
        self.frames = 0
        self._samples = 0

    def coded(self, sample: bytes, *, key: bool = False) -> "av.Packet[Stream]":
        """Make a packet of a coded picture, to be added once or often."""
        packet = self._packet(sample, self._video, self._ticks.a_frame)
        packet.is_keyframe = key
        return packet

    def add(self, packet: "av.Packet[Stream]") -> None:
        """Add one frame, and the silence up to it."""
        self._fill(self._profile.audio_samples(self.frames))
        packet.pts = packet.dts = self.frames * self._ticks.a_frame
        self._container.mux_one(packet)
        self.frames += 1

    def finish(self) -> None:
        """Let the silence end with the last frame."""
        self._fill(self._profile.audio_samples(self.frames))

    def _fill(self, until: int) -> None:
        step = self._profile.audio.frame_samples
        while self._samples < until:
            self._silence.pts = self._silence.dts = self._samples
            self._silence.duration = min(step, until - self._samples)
            self._container.mux_one(self._silence)
            self._samples += step

    @staticmethod
    def _packet(sample: bytes, stream: Stream, duration: int) -> "av.Packet[Stream]":
        packet = av.Packet(sample)
        packet.stream = stream
        packet.duration = duration
        return packet


@contextmanager
def written_to(path: Path, template: Template, profile: Profile) -> Iterator[Mp4Writer]:
    """Open a file that appears under its name when the block ends well, and else not at all.

    Raises:
        NotWritten: the disk or the folder does not take it.
    """
    draft = path.with_name(f".{path.name}.part")
    try:
        with av.open(str(draft), "w", format="mp4", container_options=_options(profile)) as file:
            writer = Mp4Writer(file, template, profile)
            yield writer
            writer.finish()
        _publish(draft, path)
    except av.FFmpegError as error:
        raise NotWritten(path=str(path), problem=str(error)) from error
    finally:
        draft.unlink(missing_ok=True)


def _publish(draft: Path, path: Path) -> None:
    try:
        draft.replace(path)
    except OSError as error:
        raise NotWritten(path=str(path), problem=str(error)) from error


def _options(profile: Profile) -> dict[str, str]:
    return {
        "movflags": "+faststart",
        # Nothing is delayed, so nothing needs an edit; some players mistake edits.
        "use_editlist": "0",
        "video_track_timescale": str(ticks_of(profile.rate).a_second),
        # It would tell the template's bitrate as that of the file.
        "write_btrt": "0",
        "movie_timescale": str(profile.audio.rate_hz),
        # Leaves out the name of the library, so that its version does not change the bytes.
        "fflags": "+bitexact",
    }
