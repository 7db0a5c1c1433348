"""Pieces of one form -> one MP4: pictures joined by packet copy, sound encoded once over all."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Stream

from reelmill.errors import BadMedia
from reelmill.media.mux import NotWritten, ticks_of
from reelmill.media.profiles import Profile

#: Seconds by which the first packet may be decoded before it is shown, at most.
LEAD_S = 10


class PiecesDiffer(BadMedia):
    """The pieces carry different headers, so that they do not join by stream copy."""


def join(
    pieces: Sequence[tuple[Path, int]],
    path: Path,
    profile: Profile,
    *,
    title: str = "",
    on_piece: Callable[[int], None] = lambda _number: None,
) -> None:
    """Join pieces on whole ticks, so that nothing is added or lost between them.

    Args:
        pieces: Files with H.264 and PCM, each with the number of its frames; its sound lasts as
            long as they do, to the sample.
        path: The MP4 to write.
        profile: Rate and sound.
        title: For people, in the file.
        on_piece: Told the number of each piece, from 0, before it is joined.

    Raises:
        PiecesDiffer: their headers are not the same.
        NotWritten: the disk does not take it.
    """
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    try:
        with av.open(f"file:{path}", "w", format="mp4", options=options) as file:
            if title:
                file.metadata["title"] = title
            joint = _Joint(file, pieces[0][0], profile)
            for number, (piece, frames) in enumerate(pieces):
                on_piece(number)
                joint.add(piece, frames)
            joint.finish()
    except (av.FFmpegError, OSError) as error:
        raise NotWritten(path=str(path), problem=str(error)) from error


class _Joint:
    """The file that grows by one piece after the other."""

    def __init__(self, file: OutputContainer, first: Path, profile: Profile) -> None:
        self._file, self._ticks = file, ticks_of(profile.rate)
        with _opened(first) as piece:
            self._video = file.add_stream_from_template(piece.streams.video[0])
            self._headers = piece.streams.video[0].codec_context.extradata
        self._video.time_base = Fraction(1, self._ticks.a_second)
        sound = profile.audio
        audio = file.add_stream(sound.codec, rate=sound.rate_hz, layout="stereo")
        assert isinstance(audio, AudioStream)
        audio.bit_rate = sound.bitrate_bps
        self._audio = audio
        self._frames = self._samples = 0
        self._decoded = -self._ticks.a_second * LEAD_S

    def add(self, path: Path, frames: int) -> None:
        with _opened(path) as piece:
            video, audio = piece.streams.video[0], piece.streams.audio[0]
            if video.codec_context.extradata != self._headers:
                raise PiecesDiffer(piece=path.name)
            for packet in piece.demux(video, audio):
                if packet.stream_index == audio.index:
                    for sound in packet.decode():
                        assert isinstance(sound, AudioFrame)
                        self._hear(sound)
                elif packet.size:
                    self._show(packet)
        self._frames += frames

    def finish(self) -> None:
        self._file.mux(self._audio.encode(None))

    def _show(self, packet: "Packet[Stream]") -> None:
        assert packet.pts is not None
        assert packet.dts is not None
        ticks = Fraction(packet.time_base) * self._ticks.a_second
        begins = self._frames * self._ticks.a_frame
        packet.pts = int(packet.pts * ticks) + begins
        # A piece of a frame or two is decoded with less of a lead than the piece behind it.
        self._decoded = max(int(packet.dts * ticks) + begins, self._decoded + 1)
        packet.dts = self._decoded
        packet.duration = self._ticks.a_frame
        packet.time_base = Fraction(1, self._ticks.a_second)
        packet.stream = self._video
        self._file.mux(packet)

    def _hear(self, sound: AudioFrame) -> None:
        sound.pts, sound.time_base = self._samples, Fraction(1, sound.sample_rate)
        self._samples += sound.samples
        self._file.mux(self._audio.encode(sound))


def _opened(path: Path) -> InputContainer:
    return av.open(f"file:{path}", "r", format="mov")
