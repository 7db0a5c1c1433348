"""Sealed pictures and finished sound -> one MP4, every packet copied as it is."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
from av.bitstream import BitStreamFilterContext
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from reelmill.media.mux import NotWritten, ticks_of
from reelmill.media.pictures import Decoded
from reelmill.media.pieces import Part, Piece, opened_piece
from reelmill.media.profiles import Profile
from reelmill.media.splice import PiecesDiffer

#: Bytes of the index that a packet takes at most: its size, where it lies, its time, whether it is
#: a key frame, and the beginning of a chunk. Source: ISO/IEC 14496-12, 8.6 and 8.7.
INDEX_BYTES: Final = 4 + 8 + 8 + 4 + 12

#: Bytes of the index beside.
HEADER_BYTES: Final = 64 * 1024


def alike(pieces: Iterable[Path]) -> bool:
    """Whether sealed files carry the same headers, so that `copied` joins them.

    Raises:
        PieceBroken: one is not what it was when it was sealed.
    """
    headers = set()
    for path in pieces:
        with opened_piece(path) as piece:
            headers.add(piece.headers)
    return len(headers) == 1


def copied(
    parts: Sequence[Part],
    sound: Path,
    path: Path,
    profile: Profile,
    *,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Decoded:
    """Join pieces on whole ticks under a sound; the index comes first.

    Args:
        parts: What is shown, in its order; sealed files of pictures alone.
        sound: A file of AAC, as long as all that is shown.
        path: The MP4 to write.
        profile: Its rate.
        on_progress: Told frames done and frames in all, as each piece begins.

    Returns:
        The pictures of the file as they were decoded before, for `verify`.

    Raises:
        PiecesDiffer: their headers are not the same.
        PieceBroken: one is not what it was when it was sealed.
        NotWritten: the disk does not take it.
    """
    total = sum(part.frames for part in parts)
    try:
        with ExitStack() as stack:
            heard = stack.enter_context(av.open(f"file:{sound}", "r", format="mov"))
            first = stack.enter_context(opened_piece(parts[0].path))
            options = _options(total + heard.streams.audio[0].frames, profile)
            file = av.open(f"file:{path}", "w", format="mp4", options=options)
            relay = _Relay(stack.enter_context(file), first, heard, profile)
            for part in parts:
                on_progress(relay.shown, total)
                relay.add(part)
            relay.finish()
    except (av.FFmpegError, OSError) as error:
        raise NotWritten(path=str(path), problem=str(error)) from error
    return relay.decoded()


def poured(parts: Sequence[Part], path: Path) -> None:
    """Write pictures as one bare stream of H.264, each piece with headers of its own.

    Args:
        parts: What is shown, in its order; sealed files of pictures alone.
        path: The file to write.

    Raises:
        PieceBroken: one is not what it was when it was sealed.
        NotWritten: the disk does not take it.
    """
    try:
        with path.open("wb") as file:
            for part in parts:
                with opened_piece(part.path) as piece:
                    bare = BitStreamFilterContext("h264_mp4toannexb", piece.video)
                    for packet, _known in piece.packets(part.frames):
                        file.writelines(memoryview(one) for one in bare.filter(packet))
    except (av.FFmpegError, OSError) as error:
        raise NotWritten(path=str(path), problem=str(error)) from error


def _options(packets: int, profile: Profile) -> dict[str, str]:
    reserved = HEADER_BYTES + INDEX_BYTES * packets
    return {
        # Room is kept before the packets, for moving gigabytes afterwards takes longer than all.
        "moov_size": str(reserved),
        # The muxer would make coarse ticks finer, and packets would be found at other times.
        "video_track_timescale": str(ticks_of(profile.rate).a_second),
        "fflags": "+bitexact",
    }


class _Relay:
    """The file that grows by one packet after the other."""

    def __init__(
        self, file: OutputContainer, first: Piece, heard: InputContainer, profile: Profile
    ) -> None:
        self._file, self._profile = file, profile
        self._headers = first.headers
        self._ticks = ticks_of(profile.rate)
        self._video = file.add_stream_from_template(first.video)
        self._video.time_base = Fraction(1, self._ticks.a_second)
        self._audio = file.add_stream_from_template(heard.streams.audio[0])
        self._sounds = (packet for packet in heard.demux(audio=0) if packet.size)
        self._next_sound = next(self._sounds, None)
        self._known: list[tuple[int | None, bytes]] = []
        self._keys = 0

    @property
    def shown(self) -> int:
        """Frames so far."""
        return len(self._known)

    def add(self, part: Part) -> None:
        """Copy the first frames of a piece."""
        with opened_piece(part.path) as piece:
            if piece.headers != self._headers:
                raise PiecesDiffer(piece=part.path.name)
            for packet, known in piece.packets(part.frames):
                self._keys += packet.is_keyframe
                self._known.append((self._show(packet), known))

    def finish(self) -> None:
        """Let the sound go on to its end."""
        self._hear_until(None)

    def decoded(self) -> Decoded:
        """What was copied, as it was decoded before."""
        return Decoded(headers=self._headers, packets=tuple(self._known), key_frames=self._keys)

    def _show(self, packet: "Packet[VideoStream]") -> int:
        """Add a picture; its time in ticks."""
        self._hear_until(self._profile.audio_samples(self.shown))
        at = self.shown * self._ticks.a_frame
        packet.pts = packet.dts = at
        packet.duration = self._ticks.a_frame
        packet.time_base = Fraction(1, self._ticks.a_second)
        packet.stream = self._video
        self._file.mux_one(packet)
        return at

    def _hear_until(self, sample: int | None) -> None:
        while (sound := self._next_sound) is not None:
            if sample is not None and (sound.pts or 0) > sample:
                return
            sound.stream = self._audio
            self._file.mux_one(sound)
            self._next_sound = next(self._sounds, None)
