"""A finished file and its profile -> every frame decoded, nothing found but what was promised."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from av.audio.frame import AudioFrame
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from reelmill.media.geometry import Size
from reelmill.media.h264 import IDR_SLICE, kind_of
from reelmill.media.pictures import Decoded, Pictures, SamePictures
from reelmill.media.profiles import Profile
from reelmill.media.promises import (
    STRICT,
    NotAsPromised,
    check_layout,
    check_streams,
    opened_strictly,
    promise,
    strictly,
)

#: Frames between two reports of progress.
REPORT_FRAMES = 256

#: Bytes before each NAL unit that tell its length; fewer would only leave a file undivided.
LENGTH_BYTES = 4


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
    decoded: Decoded | None = None,
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
        decoded: Its pictures as they were decoded while it was made; that they are the same in
            the file, each and in their order, is then seen without decoding them once more.
        on_progress: Told frames done and frames in all, now and then.

    Raises:
        NotAsPromised: with `what` differs, `promised` and `found`.
    """
    report = on_progress or (lambda _done, _total: None)
    asked = _Asked(path, profile, frames, decoded, report)
    parts = strictly(_parts, asked)
    # A second decoder in a thread, for libav's own threads say nothing to the one who listens.
    with ThreadPoolExecutor(1) as other:
        later = [other.submit(strictly, _read, asked, part) for part in parts[1:]]
        seen = [strictly(_read, asked, parts[0]), *(one.result() for one in later)]
    return strictly(_verified, asked, seen)


class _Asked(NamedTuple):
    """What `verify` was asked."""

    path: Path
    profile: Profile
    frames: int
    decoded: Decoded | None
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
    audio_frames: int = 0
    audio_end: int = 0


def _parts(asked: _Asked) -> list[_Part]:
    """Look at the headers, and halve a transcode where a decoder can start anew."""
    check_layout(asked.path)
    # Pictures that stand still are decoded faster by one, and those that were are not again.
    if not asked.profile.spliceable and asked.decoded is None:
        with opened_strictly(asked.path) as file:
            video, _audio = check_streams(file, asked.profile)
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
        self._part = part
        self._packets = 0
        self._seen = _Seen()

    def run(self) -> _Seen:
        with opened_strictly(self._asked.path) as file:
            video, audio = check_streams(file, self._profile)
            pictures = self._pictures(video)
            audio.codec_context.options = STRICT
            for packet in file.demux(video, audio):
                if packet.stream_index == video.index:
                    self._see(packet, pictures)
                elif not self._part.start:
                    self._hear(packet)
        self._seen.frames, self._seen.keys = pictures.frames, pictures.key_frames
        return self._seen

    def _pictures(self, video: VideoStream) -> Pictures | SamePictures:
        if self._asked.decoded is not None:
            return SamePictures(video, self._asked.decoded)
        return Pictures(video, self._profile, first=self._part.start)

    def _see(self, packet: "Packet[Stream]", pictures: Pictures | SamePictures) -> None:
        if not packet.size or self._is_mine():
            pictures.take(packet)
        self._packets += 1
        if self._packets % REPORT_FRAMES == 0 and not self._part.start:
            # The other part is as far.
            share = self._packets / max(1, self._part.end)
            self._asked.report(int(min(1.0, share) * self._asked.frames), self._asked.frames)

    def _is_mine(self) -> bool:
        """Whether the next packet is in this part; what is more than promised is in the last."""
        last = self._part.end == self._asked.frames
        return self._packets >= self._part.start and (last or self._packets < self._part.end)

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
