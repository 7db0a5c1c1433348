"""Packets that were decoded, and a file made of them -> no packet of it is another, none is late.

Decoding 4K takes a second for each two of video. What was decoded once, to its last bit and
without a remark, need not be decoded again: a decoder that begins at a key frame, with the same
headers, makes the same pictures of the same packets. So these are shown to be the same.
"""

from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path

from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from reelmill.errors import BadMedia
from reelmill.media.profiles import Profile
from reelmill.media.promises import (
    PIXELS,
    STRICT,
    UNSMOOTHED,
    NotAsPromised,
    audio_promises,
    check_layout,
    check_streams,
    opened_strictly,
    promise,
    step_of,
    strictly,
    video_promises,
)
from reelmill.media.seals import digest_of
from reelmill.media.verify import REPORT_FRAMES, Verified

#: Told frames done and frames in all.
Report = Callable[[int, int], None]


def _unheard(_done: int, _total: int) -> None:
    """Progress that nobody asked for."""


class Unlike(BadMedia):
    """A packet is not the one that was decoded."""


def decoded_pictures(
    path: Path, profile: Profile, *, frames: int, on_progress: Report = _unheard
) -> tuple[bytes, ...]:
    """Decode a file of pictures alone, and hold it against the profile.

    Each packet must be one picture, shown in the order in which they are stored: then it may be
    cut behind any of them.

    Args:
        path: An MP4 of our own making.
        profile: What it was made for; its sound is not looked at.
        frames: How many there must be.
        on_progress: Told now and then.

    Returns:
        What each packet is known by, as `digest_of` tells it.

    Raises:
        NotAsPromised: with `what` differs, `promised` and `found`.
    """
    return strictly(_pictures, path, profile, frames, on_progress)


def decoded_sound(path: Path, profile: Profile) -> tuple[bytes, ...]:
    """Decode a file of sound alone, and hold it against the profile.

    Returns:
        What each packet is known by, as `digest_of` tells it.

    Raises:
        NotAsPromised: with `what` differs, `promised` and `found`.
    """
    return strictly(_sounds, path, profile)


def prove(
    path: Path,
    profile: Profile,
    *,
    pictures: Iterable[bytes],
    sounds: Iterable[bytes],
    on_progress: Report = _unheard,
) -> Verified:
    """Read a finished file, and hold every packet against those that were decoded.

    Args:
        path: An MP4 of our own making.
        profile: What it was made for; how many bits it takes is not looked at.
        pictures: What its packets of pictures must be known by, in their order.
        sounds: The same of its sound.
        on_progress: Told now and then.

    Raises:
        NotAsPromised: with `what` differs, `promised` and `found`.
    """
    check_layout(path)
    proof = _Proof(path, profile, tuple(pictures), tuple(sounds), on_progress)
    return strictly(proof.run)


def _pictures(path: Path, profile: Profile, frames: int, report: Report) -> tuple[bytes, ...]:
    with opened_strictly(path) as file:
        video = _only_pictures(file, profile)
        step, size = step_of(video, profile), profile.size
        digests: list[bytes] = []
        shown = 0
        for packet in file.demux(video):
            if packet.size:
                _check_packet(packet, len(digests), step)
                digests.append(digest_of(memoryview(packet)))
            for frame in packet.decode():
                seen = (frame.pts, frame.width, frame.height, frame.format.name, frame.is_corrupt)
                promise("frame", found=seen, promised=(shown * step, *size, PIXELS, False))
                shown += 1
                if shown % REPORT_FRAMES == 0:
                    report(shown, frames)
    promise("frames", found=shown, promised=frames)
    promise("packets", found=len(digests), promised=frames)
    return tuple(digests)


def _only_pictures(file: InputContainer, profile: Profile) -> VideoStream:
    promise("streams", found=" ".join(one.type for one in file.streams), promised="video")
    video = file.streams.video[0]
    for what, found, promised in video_promises(video, profile):
        promise(what, found=found, promised=promised)
    # One thread: libav's own say nothing to the one who listens.
    video.codec_context.thread_count = 1
    video.codec_context.options = UNSMOOTHED
    return video


def _check_packet(packet: "Packet[Stream] | Packet[VideoStream]", number: int, step: int) -> None:
    promise("packet is cut off", found=packet.is_corrupt, promised=False)
    promise("times of packet", found=(packet.pts, packet.dts), promised=(number * step,) * 2)
    if not number:
        promise("first frame is a key frame", found=packet.is_keyframe, promised=True)


def _sounds(path: Path, profile: Profile) -> tuple[bytes, ...]:
    with opened_strictly(path) as file:
        promise("streams", found=" ".join(one.type for one in file.streams), promised="audio")
        audio = file.streams.audio[0]
        for what, found, promised in audio_promises(audio, profile):
            promise(what, found=found, promised=promised)
        audio.codec_context.options = STRICT
        digests = []
        for packet in file.demux(audio):
            promise("audio packet is cut off", found=packet.is_corrupt, promised=False)
            if packet.size:
                digests.append(digest_of(memoryview(packet)))
            corrupt = any(frame.is_corrupt for frame in packet.decode())
            promise("audio frame is corrupt", found=corrupt, promised=False)
    return tuple(digests)


class _Proof:
    """One pass over a finished file."""

    def __init__(
        self,
        path: Path,
        profile: Profile,
        pictures: tuple[bytes, ...],
        sounds: tuple[bytes, ...],
        report: Report,
    ) -> None:
        self._path, self._profile, self._report = path, profile, report
        self._pictures, self._sounds = pictures, sounds
        self._shown = self._heard = self._keys = 0
        self._audio_end = 0

    def run(self) -> Verified:
        with opened_strictly(self._path) as file:
            video, audio = check_streams(file, self._profile)
            step = step_of(video, self._profile)
            for packet in file.demux(video, audio):
                if not packet.size:
                    continue
                if packet.stream_index == video.index:
                    self._see(packet, step)
                else:
                    self._hear(packet)
        return self._verified()

    def _see(self, packet: "Packet[Stream]", step: int) -> None:
        _check_packet(packet, self._shown, step)
        _same("picture", packet, self._shown, self._pictures)
        self._shown += 1
        self._keys += packet.is_keyframe
        if self._shown % REPORT_FRAMES == 0:
            self._report(self._shown, len(self._pictures))

    def _hear(self, packet: "Packet[Stream]") -> None:
        promise("audio packet is cut off", found=packet.is_corrupt, promised=False)
        _same("sound", packet, self._heard, self._sounds)
        if not self._heard:
            # What an encoder needs to get under way; players leave it out.
            self._audio_end = min(0, max(packet.pts or 0, -self._profile.audio.frame_samples))
        promise("start of audio packet", found=packet.pts, promised=self._audio_end)
        self._audio_end += packet.duration or 0
        self._heard += 1

    def _verified(self) -> Verified:
        promise("frames", found=self._shown, promised=len(self._pictures))
        promise("packets of sound", found=self._heard, promised=len(self._sounds))
        length, audio = self._shown / self._profile.rate, self._profile.audio
        sound = self._audio_end / Fraction(audio.rate_hz)
        if abs(sound - length) > Fraction(audio.frame_samples, audio.rate_hz):
            raise NotAsPromised(what="seconds of sound", found=float(sound), promised=float(length))
        size_bytes = self._path.stat().st_size
        return Verified(
            frames=self._shown,
            duration_s=float(length),
            size_bytes=size_bytes,
            size=self._profile.size,
            key_frames=self._keys,
            audio_frames=self._heard,
            bitrate_bps=int(size_bytes * 8 / length),
        )


def _same(what: str, packet: "Packet[Stream]", number: int, known: tuple[bytes, ...]) -> None:
    expected = known[number] if number < len(known) else b""
    if digest_of(memoryview(packet)) != expected:
        raise Unlike(kind=what, number=number)
