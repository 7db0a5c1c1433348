"""Sealed pictures and finished sound -> one MP4, every packet copied as it is."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Stream

from reelmill.errors import BadMedia
from reelmill.media.mux import NotWritten, Ticks, ticks_of
from reelmill.media.profiles import Profile
from reelmill.media.seals import digest_of, seal_of
from reelmill.media.splice import PiecesDiffer

#: Bytes of the index that a packet takes at most: its size, where it lies, its time, whether it is
#: a key frame, and the beginning of a chunk. Source: ISO/IEC 14496-12, 8.6 and 8.7.
INDEX_BYTES: Final = 4 + 8 + 8 + 4 + 12

#: No picture is decoded to find out what the streams are: with it, a piece of 4K takes 40 ms to be
#: opened, which is more than to be copied, measured.
COPIED: Final = {"skip_frame": "all"}

#: Bytes of the index beside.
HEADER_BYTES: Final = 64 * 1024


class PieceBroken(BadMedia):
    """A conformed clip is not what it was when it was decoded; conform it anew."""


def copied(
    pieces: Sequence[tuple[Path, int]],
    sound: Path,
    path: Path,
    profile: Profile,
    *,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> tuple[bytes, ...]:
    """Join pieces on whole ticks under a sound; the index comes first.

    Args:
        pieces: Sealed files of pictures alone, each with how many of its first frames are shown.
        sound: A file of AAC, as long as all that is shown.
        path: The MP4 to write.
        profile: Its rate.
        on_progress: Told frames done and frames in all, as each piece begins.

    Returns:
        What each packet of pictures is known by, as their seals tell.

    Raises:
        PiecesDiffer: their headers are not the same.
        PieceBroken: one is not sealed, or not what its seal tells.
        NotWritten: the disk does not take it.
    """
    total = sum(frames for _, frames in pieces)
    try:
        with ExitStack() as stack:
            heard = stack.enter_context(_opened(sound))
            first = stack.enter_context(_opened(pieces[0][0]))
            options = _options(total, heard.streams.audio[0].frames)
            file = av.open(f"file:{path}", "w", format="mp4", options=options)
            stack.enter_context(file)
            relay = _Relay(file, first, heard, profile)
            for piece, frames in pieces:
                on_progress(relay.shown, total)
                relay.add(piece, frames)
            relay.finish()
    except (av.FFmpegError, OSError) as error:
        raise NotWritten(path=str(path), problem=str(error)) from error
    return tuple(relay.digests)


def _options(frames: int, sounds: int) -> dict[str, str]:
    reserved = HEADER_BYTES + INDEX_BYTES * (frames + sounds)
    # Room is kept before the packets, for moving gigabytes afterwards takes longer than all else.
    return {"moov_size": str(reserved), "fflags": "+bitexact"}


class _Relay:
    """The file that grows by one packet after the other."""

    def __init__(
        self, file: OutputContainer, first: InputContainer, heard: InputContainer, profile: Profile
    ) -> None:
        self._file, self._profile = file, profile
        self._ticks: Ticks = ticks_of(profile.rate)
        template = first.streams.video[0]
        self._headers = template.codec_context.extradata
        self._video = file.add_stream_from_template(template)
        self._video.time_base = Fraction(1, self._ticks.a_second)
        self._audio = file.add_stream_from_template(heard.streams.audio[0])
        self._sounds = _packets(heard, heard.streams.audio[0])
        self._next_sound = next(self._sounds, None)
        self.digests: list[bytes] = []

    @property
    def shown(self) -> int:
        """Frames so far."""
        return len(self.digests)

    def add(self, path: Path, frames: int) -> None:
        """Copy the first frames of a piece."""
        seal = seal_of(path)
        with _opened(path) as piece:
            video = piece.streams.video[0]
            if video.codec_context.extradata != self._headers:
                raise PiecesDiffer(piece=path.name)
            packets = _packets(piece, video)
            for number in range(frames):
                packet = next(packets, None)
                known = seal[number] if number < len(seal) else b""
                if packet is None or digest_of(memoryview(packet)) != known:
                    raise PieceBroken(piece=path.name, frame=number)
                self._show(packet)
                self.digests.append(known)

    def finish(self) -> None:
        """Let the sound go on to its end."""
        self._hear_until(None)

    def _show(self, packet: "Packet[Stream]") -> None:
        self._hear_until(self._profile.audio_samples(self.shown))
        packet.pts = packet.dts = self.shown * self._ticks.a_frame
        packet.duration = self._ticks.a_frame
        packet.time_base = Fraction(1, self._ticks.a_second)
        packet.stream = self._video
        self._file.mux_one(packet)

    def _hear_until(self, sample: int | None) -> None:
        while (sound := self._next_sound) is not None:
            if sample is not None and (sound.pts or 0) > sample:
                return
            sound.stream = self._audio
            self._file.mux_one(sound)
            self._next_sound = next(self._sounds, None)


def _packets(file: InputContainer, stream: Stream) -> Iterator["Packet[Stream]"]:
    return (packet for packet in file.demux(stream) if packet.size)


def _opened(path: Path) -> InputContainer:
    return av.open(f"file:{path}", "r", format="mov", options=COPIED)
