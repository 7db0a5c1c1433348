"""A finished file and its profile -> every frame decoded, nothing found but what was promised."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

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
from reelmill.media.mux import headers_in, headers_of
from reelmill.media.profiles import Profile
from reelmill.media.x264 import BT709, LIMITED

#: Frames between two reports of progress.
REPORT_FRAMES = 256

#: Threads for what is no picture that stands still: those are decoded faster by one.
THREADS = 2

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
    with complaints() as said:
        try:
            found = _Reading(path, profile, frames, on_progress).run()
        except (av.FFmpegError, OSError, BadMedia) as error:
            if isinstance(error, NotAsPromised):
                raise
            raise NotAsPromised(what="decodes", found=str(error), promised="no fault") from error
    if said:
        raise NotAsPromised(what="decoder's remarks", found=said[0][2].strip(), promised="none")
    return found


def _promise(what: str, *, found: object, promised: object) -> None:
    if found != promised:
        raise NotAsPromised(what=what, found=_plain(found), promised=_plain(promised))


def _plain(value: object) -> object:
    return value if isinstance(value, int | str) or value is None else str(value)


class _Reading:
    """One pass over one file."""

    def __init__(
        self,
        path: Path,
        profile: Profile,
        frames: int,
        on_progress: Callable[[int, int], None] | None,
    ) -> None:
        self._path = path
        self._profile = profile
        self._gop_frames = profile.gop_frames
        self._promised = frames
        self._report = on_progress or (lambda _done, _total: None)
        self._frames = 0
        self._keys = 0
        self._last_key = 0
        self._audio_frames = 0
        self._audio_end = 0

    def run(self) -> Verified:
        _check_layout(self._path)
        with _opened(self._path) as file:
            video, audio = _check_streams(file, self._profile)
            video.codec_context.thread_count = 1 if self._profile.spliceable else THREADS
            # A held frame has next to nothing to smooth.
            video.codec_context.options = STRICT if self._profile.spliceable else UNSMOOTHED
            audio.codec_context.options = STRICT
            step = _step(video, self._profile)
            for packet in file.demux(video, audio):
                if packet.stream_index == video.index:
                    self._see(packet, step)
                else:
                    self._hear(packet)
        self._check_ends()
        return self._verified()

    def _see(self, packet: "Packet[Stream]", step: int) -> None:
        if packet.is_corrupt:
            raise NotAsPromised(what="packet", found="cut off", promised="whole")
        for frame in packet.decode():
            assert isinstance(frame, VideoFrame)
            self._check_frame(frame, step)
            if frame.key_frame:
                self._keys += 1
                self._last_key = self._frames
            self._frames += 1
            self._check_distance()
            if self._frames % REPORT_FRAMES == 0:
                self._report(self._frames, self._promised)

    def _check_distance(self) -> None:
        _promise("first frame is a key frame", found=self._keys > 0, promised=True)
        since_key = self._frames - self._last_key
        if since_key > self._gop_frames:
            raise NotAsPromised(
                what="frames from key frame to key frame",
                found=since_key,
                promised=self._gop_frames,
            )

    def _check_frame(self, frame: VideoFrame, step: int) -> None:
        seen = (frame.pts, frame.width, frame.height, frame.format.name, frame.is_corrupt)
        expected = (self._frames * step, *self._profile.size, PIXELS, False)
        if seen != expected:
            raise NotAsPromised(
                what="frame", frame=self._frames, found=str(seen), promised=str(expected)
            )

    def _hear(self, packet: "Packet[Stream]") -> None:
        if packet.is_corrupt:
            raise NotAsPromised(what="audio packet", found="cut off", promised="whole")
        for frame in packet.decode():
            assert isinstance(frame, AudioFrame)
            self._audio_frames += 1
            if frame.is_corrupt:
                raise NotAsPromised(what="audio frame", found="corrupt", promised="sound")
        if packet.pts is not None:
            if not self._audio_end and packet.pts == -self._profile.audio.frame_samples:
                # What an encoder needs to get under way; players leave it out.
                self._audio_end = packet.pts
            _promise("start of audio packet", found=packet.pts, promised=self._audio_end)
            self._audio_end = packet.pts + (packet.duration or 0)

    def _check_ends(self) -> None:
        _promise("frames", found=self._frames, promised=self._promised)
        length = self._audio_end / Fraction(self._profile.audio.rate_hz)
        missing = abs(length - self._promised / self._profile.rate)
        packet = Fraction(self._profile.audio.frame_samples, self._profile.audio.rate_hz)
        if missing > max(1 / self._profile.rate, packet) or not self._audio_frames:
            raise NotAsPromised(
                what="seconds of sound",
                found=float(length),
                promised=float(self._promised / self._profile.rate),
            )
        self._report(self._frames, self._promised)

    def _verified(self) -> Verified:
        size_bytes = self._path.stat().st_size
        length = self._frames / self._profile.rate
        bitrate_bps = int(size_bytes * 8 / length)
        if bitrate_bps > self._profile.max_bitrate_bps:
            raise NotAsPromised(
                what="bits a second", found=bitrate_bps, promised=self._profile.max_bitrate_bps
            )
        return Verified(
            frames=self._frames,
            duration_s=float(length),
            size_bytes=size_bytes,
            size=self._profile.size,
            key_frames=self._keys,
            audio_frames=self._audio_frames,
            bitrate_bps=bitrate_bps,
        )


def _opened(path: Path) -> InputContainer:
    # A damaged name is no reason to stop at the name: what it names is looked at.
    return av.open(f"file:{path}", "r", format="mov", options=OPENED, metadata_errors="replace")


def _check_layout(path: Path) -> None:
    kinds = [box.kind for box in boxes(path) if box.kind != "free"]
    _promise("boxes", found=" ".join(kinds), promised="ftyp moov mdat")


def _check_streams(file: InputContainer, profile: Profile) -> tuple[VideoStream, AudioStream]:
    kinds = " ".join(stream.type for stream in file.streams)
    _promise("streams", found=kinds, promised="video audio")
    video, audio = file.streams.video[0], file.streams.audio[0]
    for stream in (video, audio):
        # PyAV's types do not say that a stream of an unknown codec has no context.
        if getattr(stream, "codec_context", None) is None:
            raise NotAsPromised(what=f"{stream.type} codec", found="unknown", promised="known")
    for what, found, promised in (*_of_video(video, profile), *_of_audio(audio, profile)):
        _promise(what, found=found, promised=promised)
    if profile.spliceable and headers_in(video, audio) != headers_of(profile):
        raise NotAsPromised(what="headers", found="others", promised="the profile's own")
    return video, audio


def _of_video(video: VideoStream, profile: Profile) -> Iterator[tuple[str, object, object]]:
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


def _of_audio(audio: AudioStream, profile: Profile) -> Iterator[tuple[str, object, object]]:
    context, spec = audio.codec_context, profile.audio
    yield "audio codec", context.name, spec.codec
    yield "audio profile", context.profile, "LC"
    yield "samples a second", context.sample_rate, spec.rate_hz
    yield "channels", context.layout.nb_channels, spec.channels


def _step(video: VideoStream, profile: Profile) -> int:
    ticks = 1 / (profile.rate * (video.time_base or 1))
    _promise("ticks a frame", found=ticks.denominator, promised=1)
    return ticks.numerator
