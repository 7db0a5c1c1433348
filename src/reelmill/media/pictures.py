"""Packets of pictures, in their order -> every one decoded and held against the profile."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from reelmill.media.profiles import Profile
from reelmill.media.promises import PIXELS, STRICT, UNSMOOTHED, NotAsPromised, promise, step_of
from reelmill.media.seals import digest_of

#: PyAV tells packets apart by what else was asked for.
AnyPacket: TypeAlias = "Packet[Stream] | Packet[VideoStream]"


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """Pictures that were decoded to the last without a fault, and how to know them again."""

    headers: bytes
    """What the decoder was told before the first packet."""

    packets: tuple[tuple[int | None, bytes], ...]
    """Of each, as they are stored: its timestamp in ticks, and what `digest_of` tells of it."""

    key_frames: int
    """Frames from which a player can start."""


class Pictures:
    """Decodes packets, and holds every frame against the profile.

    Args:
        video: What the packets are of.
        profile: What they were made for.
        first: The number of the first frame that comes out.
    """

    def __init__(self, video: VideoStream, profile: Profile, *, first: int = 0) -> None:
        # One thread, for libav's own say nothing to the one who listens.
        video.codec_context.thread_count = 1
        # A held frame has next to nothing to smooth.
        video.codec_context.options = STRICT if profile.spliceable else UNSMOOTHED
        self._profile = profile
        self._step = step_of(video, profile)
        self._first = first
        self._last_key = 0
        self.frames = 0
        self.key_frames = 0

    def take(self, packet: AnyPacket) -> None:
        """Decode a packet, or what is left behind the last one.

        Raises:
            NotAsPromised: a frame is not what the profile promises.
        """
        _check_whole(packet)
        for frame in _frames_of(packet):
            self._check_frame(frame)
            if frame.key_frame:
                self.key_frames += 1
                self._last_key = self.frames
            self.frames += 1
            self._check_distance()

    def _check_frame(self, frame: VideoFrame) -> None:
        number = self._first + self.frames
        seen = (frame.pts, frame.width, frame.height, frame.format.name, frame.is_corrupt)
        expected = (number * self._step, *self._profile.size, PIXELS, False)
        if seen != expected:
            raise NotAsPromised(what="frame", frame=number, found=str(seen), promised=str(expected))

    def _check_distance(self) -> None:
        promise("first frame is a key frame", found=self.key_frames > 0, promised=True)
        since_key, gop_frames = self.frames - self._last_key, self._profile.gop_frames
        if since_key > gop_frames:
            raise NotAsPromised(
                what="frames from key frame to key frame", found=since_key, promised=gop_frames
            )


class SamePictures:
    """Holds packets against those that were decoded, instead of decoding them once more.

    A decoder of one thread that is told the same makes the same pictures of the same packets.

    Args:
        video: What the packets are of.
        decoded: What was decoded.

    Raises:
        NotAsPromised: another decoder would be needed.
    """

    def __init__(self, video: VideoStream, decoded: Decoded) -> None:
        same = (video.codec_context.extradata or b"") == decoded.headers
        promise("headers are those that were decoded", found=same, promised=True)
        self._decoded = decoded
        self.frames = 0
        self.key_frames = decoded.key_frames

    def take(self, packet: AnyPacket) -> None:
        """Look at a packet; behind the last there is nothing to do.

        Raises:
            NotAsPromised: it is another than the one decoded in its place.
        """
        _check_whole(packet)
        if packet.size:
            known = self._decoded.packets[self.frames : self.frames + 1]
            if known != ((packet.pts, digest_of(memoryview(packet))),):
                raise NotAsPromised(what="packet", found="another", promised="the one decoded")
            self.frames += 1


def _check_whole(packet: AnyPacket) -> None:
    if packet.is_corrupt:
        raise NotAsPromised(what="packet", found="cut off", promised="whole")


def _frames_of(packet: AnyPacket) -> Iterator[VideoFrame]:
    for frame in packet.decode():
        assert isinstance(frame, VideoFrame)
        yield frame
