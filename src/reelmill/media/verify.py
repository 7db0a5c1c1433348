"""A finished file and its profile -> every frame decoded, nothing found but what was promised."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple, ParamSpec, TypeVar

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from reelmill.errors import BadMedia
from reelmill.media.boxes import boxes
from reelmill.media.complaints import complaints
from reelmill.media.geometry import Size
from reelmill.media.h264 import IDR_SLICE, kind_of
from reelmill.media.mux import headers_in, headers_of
from reelmill.media.profiles import Profile
from reelmill.media.x264 import BT709, LIMITED

P = ParamSpec("P")
R = TypeVar("R")

#: Frames between two reports of progress.
REPORT_FRAMES = 256

#: Bytes before each NAL unit that tell its length; fewer would only leave a file undivided.
LENGTH_BYTES = 4

#: What every frame is, besides its size.
PIXELS = "yuv420p"

#: libav reads with its strictest eye: whatever breaks a rule ends the reading.
STRICT = {"err_detect": "explode"}

#: The loop filter smooths finished pictures: it reads no bit of the file, so nothing in the file
#: can make it fail. Without it, decoding a transcode takes a seventh less, measured.
UNSMOOTHED = STRICT | {"skip_loop_filter": "all"}

#: No frames are decoded to guess a rate: the header tells it, and every time is looked at.
OPENED = STRICT | {"fpsprobesize": "0"}


class NotAsPromised(BadMedia):
    """The finished file is not what its profile promises."""


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What was found in a file that keeps its promises."""

    frames: int
    """Frames decoded."""

    duration_s: float
    """Seconds that they last at the profile's rate."""

    size_bytes: int
    """Size of the file."""

    size: Size
    """Width and height of every frame."""

    key_frames: int
    """Frames from which a player can start."""

    audio_frames: int
    """Frames of sound decoded."""

    bitrate_bps: int
    """Bits a second, picture and sound and all."""


def verify(
    path: Path,
    profile: Profile,
    *,
    frames: int,
    on_progress: Callable[[int, int], None] | None = None,
) -> Verified:
    """Decode everything and hold it against the profile.

    Every bit of picture and sound is decoded, by a decoder told to stop at the first fault; its
    warnings are faults too. What cannot be seen this way is damage that decodes to
    another picture without breaking a rule: the checksum kept with the artifact sees that.

    Args:
        path: An MP4 of our own making.
        profile: What it was made for.
        frames: How many there must be.
        on_progress: Told frames done and frames in all, now and then.

    Raises:
        NotAsPromised: with `what` differs, `promised` and `found`.
    """
    asked = _Asked(path, profile, frames, on_progress or (lambda _done, _total: None))
    parts = strictly(_parts, asked)
    # A second decoder in a thread, for libav's own threads say nothing to the one who listens.
    with ThreadPoolExecutor(1) as other:
        later = [other.submit(strictly, _read, asked, part) for part in parts[1:]]
        seen = [strictly(_read, asked, parts[0]), *(one.result() for one in later)]
    return strictly(_verified, asked, seen)


def promise(what: str, *, found: object, promised: object) -> None:
    """Hold one figure against what was promised.

    Raises:
        NotAsPromised: it is another.
    """
    if found != promised:
        raise NotAsPromised(what=what, found=_plain(found), promised=_plain(promised))


def _plain(value: object) -> object:
    return value if isinstance(value, int | str) or value is None else str(value)


class _Asked(NamedTuple):
    """What `verify` was asked."""

    path: Path
    profile: Profile
    frames: int
    report: Callable[[int, int], None]


class _Part(NamedTuple):
    """Packets of pictures, counted from 0 as they are stored; the sound belongs to the first."""

    start: int
    end: int


@dataclass
class _Seen:
    """What was found in a part."""

    frames: int = 0
    keys: int = 0
    last_key: int = 0
    audio_frames: int = 0
    audio_end: int = 0


def strictly(read: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Read, and take whatever libav says or raises meanwhile in this thread for a fault.

    Raises:
        NotAsPromised: it said or raised something.
    """
    with complaints() as said:
        try:
            found = read(*args, **kwargs)
        except (av.FFmpegError, OSError, BadMedia) as error:
            if isinstance(error, NotAsPromised):
                raise
            raise NotAsPromised(what="decodes", found=str(error), promised="no fault") from error
    if said:
        raise NotAsPromised(what="decoder's remarks", found=said[0][2].strip(), promised="none")
    return found


def _parts(asked: _Asked) -> list[_Part]:
    """Look at the headers, and halve a transcode where a decoder can start anew."""
    check_layout(asked.path)
    with opened_strictly(asked.path) as file:
        video, _audio = check_streams(file, asked.profile)
        # Pictures that stand still are decoded faster by one.
        if not asked.profile.spliceable:
            for number, packet in enumerate(file.demux(video)):
                if 0 < asked.frames // 2 <= number < asked.frames and _starts_anew(packet):
                    return [_Part(0, number), _Part(number, asked.frames)]
    return [_Part(0, asked.frames)]


def _starts_anew(packet: "Packet[VideoStream]") -> bool:
    """Whether no picture from here on needs one from before."""
    data, at = memoryview(packet) if packet.size else b"", 0
    while at + LENGTH_BYTES < len(data):
        if kind_of(bytes(data[at + LENGTH_BYTES :][:1])) == IDR_SLICE:
            return True
        at += LENGTH_BYTES + int.from_bytes(data[at : at + LENGTH_BYTES])
    return False


def _read(asked: _Asked, part: _Part) -> _Seen:
    return _Reading(asked, part).run()


class _Reading:
    """One pass over one part of one file."""

    def __init__(self, asked: _Asked, part: _Part) -> None:
        self._asked = asked
        self._profile = asked.profile
        self._gop_frames = asked.profile.gop_frames
        self._part = part
        self._packets = 0
        self._seen = _Seen()

    def run(self) -> _Seen:
        with opened_strictly(self._asked.path) as file:
            video, audio = check_streams(file, self._profile)
            video.codec_context.thread_count = 1
            # A held frame has next to nothing to smooth.
            video.codec_context.options = STRICT if self._profile.spliceable else UNSMOOTHED
            audio.codec_context.options = STRICT
            step = step_of(video, self._profile)
            for packet in file.demux(video, audio):
                if packet.stream_index == video.index:
                    self._see(packet, step)
                elif not self._part.start:
                    self._hear(packet)
        return self._seen

    def _see(self, packet: "Packet[Stream]", step: int) -> None:
        mine = not packet.size or self._is_mine()
        self._packets += 1
        if not mine:
            return
        if packet.is_corrupt:
            raise NotAsPromised(what="packet", found="cut off", promised="whole")
        for frame in packet.decode():
            assert isinstance(frame, VideoFrame)
            self._take(frame, step)

    def _is_mine(self) -> bool:
        """Whether the next packet is in this part; what is more than promised is in the last."""
        last = self._part.end == self._asked.frames
        return self._packets >= self._part.start and (last or self._packets < self._part.end)

    def _take(self, frame: VideoFrame, step: int) -> None:
        seen = self._seen
        self._check_frame(frame, step)
        if frame.key_frame:
            seen.keys += 1
            seen.last_key = seen.frames
        seen.frames += 1
        self._check_distance()
        if seen.frames % REPORT_FRAMES == 0 and not self._part.start:
            # The other part is as far.
            share = seen.frames / max(1, self._part.end)
            self._asked.report(int(min(1.0, share) * self._asked.frames), self._asked.frames)

    def _check_distance(self) -> None:
        promise("first frame is a key frame", found=self._seen.keys > 0, promised=True)
        since_key = self._seen.frames - self._seen.last_key
        if since_key > self._gop_frames:
            raise NotAsPromised(
                what="frames from key frame to key frame",
                found=since_key,
                promised=self._gop_frames,
            )

    def _check_frame(self, frame: VideoFrame, step: int) -> None:
        number = self._part.start + self._seen.frames
        seen = (frame.pts, frame.width, frame.height, frame.format.name, frame.is_corrupt)
        expected = (number * step, *self._profile.size, PIXELS, False)
        if seen != expected:
            raise NotAsPromised(what="frame", frame=number, found=str(seen), promised=str(expected))

    def _hear(self, packet: "Packet[Stream]") -> None:
        if packet.is_corrupt:
            raise NotAsPromised(what="audio packet", found="cut off", promised="whole")
        for frame in packet.decode():
            assert isinstance(frame, AudioFrame)
            self._seen.audio_frames += 1
            if frame.is_corrupt:
                raise NotAsPromised(what="audio frame", found="corrupt", promised="sound")
        if packet.pts is not None:
            if not self._seen.audio_end and packet.pts == -self._profile.audio.frame_samples:
                # What an encoder needs to get under way; players leave it out.
                self._seen.audio_end = packet.pts
            promise("start of audio packet", found=packet.pts, promised=self._seen.audio_end)
            self._seen.audio_end = packet.pts + (packet.duration or 0)


def _verified(asked: _Asked, seen: Sequence[_Seen]) -> Verified:
    """Hold what was found in all parts against what was promised."""
    profile, frames = asked.profile, sum(one.frames for one in seen)
    promise("frames", found=frames, promised=asked.frames)
    _check_length(asked, seen[0])
    size_bytes = asked.path.stat().st_size
    length = frames / profile.rate
    bitrate_bps = int(size_bytes * 8 / length)
    if bitrate_bps > profile.max_bitrate_bps:
        raise NotAsPromised(
            what="bits a second", found=bitrate_bps, promised=profile.max_bitrate_bps
        )
    asked.report(frames, asked.frames)
    return Verified(
        frames=frames,
        duration_s=float(length),
        size_bytes=size_bytes,
        size=profile.size,
        key_frames=sum(one.keys for one in seen),
        audio_frames=seen[0].audio_frames,
        bitrate_bps=bitrate_bps,
    )


def _check_length(asked: _Asked, heard: _Seen) -> None:
    audio, promised = asked.profile.audio, asked.frames / asked.profile.rate
    length = heard.audio_end / Fraction(audio.rate_hz)
    slack = max(1 / asked.profile.rate, Fraction(audio.frame_samples, audio.rate_hz))
    if abs(length - promised) > slack or not heard.audio_frames:
        raise NotAsPromised(what="seconds of sound", found=float(length), promised=float(promised))


def opened_strictly(path: Path) -> InputContainer:
    """Open an MP4 of our own making for a decoder that stops at the first fault."""
    # A damaged name is no reason to stop at the name: what it names is looked at.
    return av.open(f"file:{path}", "r", format="mov", options=OPENED, metadata_errors="replace")


def check_layout(path: Path) -> None:
    """Hold the outermost boxes against those of a file that plays while it loads."""
    kinds = [box.kind for box in boxes(path) if box.kind != "free"]
    promise("boxes", found=" ".join(kinds), promised="ftyp moov mdat")


def check_streams(file: InputContainer, profile: Profile) -> tuple[VideoStream, AudioStream]:
    """Hold what is told of pictures and sound against the profile."""
    kinds = " ".join(stream.type for stream in file.streams)
    promise("streams", found=kinds, promised="video audio")
    video, audio = file.streams.video[0], file.streams.audio[0]
    for stream in (video, audio):
        # PyAV's types do not say that a stream of an unknown codec has no context.
        if getattr(stream, "codec_context", None) is None:
            raise NotAsPromised(what=f"{stream.type} codec", found="unknown", promised="known")
    for what, found, promised in (*video_promises(video, profile), *audio_promises(audio, profile)):
        promise(what, found=found, promised=promised)
    if profile.spliceable and headers_in(video, audio) != headers_of(profile):
        raise NotAsPromised(what="headers", found="others", promised="the profile's own")
    return video, audio


def video_promises(video: VideoStream, profile: Profile) -> Iterator[tuple[str, object, object]]:
    """What is told of pictures: what it is, what was found, what was promised."""
    context = video.codec_context
    yield "video codec", context.name, "h264"
    yield "size", (context.width, context.height), tuple(profile.size)
    yield "pixel format", context.pix_fmt, PIXELS
    yield "frames a second", video.average_rate, profile.rate
    yield "shape of a pixel", context.sample_aspect_ratio or 1, 1
    colours = (context.color_primaries, context.color_trc, context.colorspace)
    yield "colours", colours, (BT709, BT709, BT709)
    yield "colour range", context.color_range, LIMITED
    yield "start", video.start_time, 0


def audio_promises(audio: AudioStream, profile: Profile) -> Iterator[tuple[str, object, object]]:
    """What is told of sound, as `video_promises`."""
    context, spec = audio.codec_context, profile.audio
    yield "audio codec", context.name, spec.codec
    yield "audio profile", context.profile, "LC"
    yield "samples a second", context.sample_rate, spec.rate_hz
    yield "channels", context.layout.nb_channels, spec.channels


def step_of(video: VideoStream, profile: Profile) -> int:
    """Ticks from one frame to the next, a whole number."""
    ticks = 1 / (profile.rate * (video.time_base or 1))
    promise("ticks a frame", found=ticks.denominator, promised=1)
    return ticks.numerator
