"""A sealed file of pictures alone -> its packets, each shown to be the one that was decoded."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from reelmill.errors import BadMedia
from reelmill.media.seals import NotSealed, Seal, digest_of, seal_of

#: No picture is decoded to find out what the streams are: with it, a piece of 4K takes 40 ms to be
#: opened, which is more than to be copied, measured.
COPIED: Final = {"skip_frame": "all"}


class PieceBroken(BadMedia):
    """A conformed clip is not what it was when it was decoded; conform it anew."""


class Part(NamedTuple):
    """A sealed file, and how much of it is shown."""

    path: Path
    """The file; `conform` seals them."""

    frames: int
    """How many of its frames, from the first on."""


class Piece:
    """A sealed file that is open. Made by `opened_piece`."""

    def __init__(self, path: Path, file: InputContainer, seal: Seal) -> None:
        self._name, self._file, self._seal = path.name, file, seal
        self.video: VideoStream = file.streams.video[0]
        self.headers = self.video.codec_context.extradata or b""

    def packets(self, frames: int) -> Iterator[tuple["Packet[VideoStream]", bytes]]:
        """The first packets, each a picture, and what each is known by.

        Raises:
            PieceBroken: one is another than it was, or there are fewer.
        """
        coming = self._coming()
        for number in range(frames):
            packet = next(coming, None)
            known = self._seal.packets[number : number + 1]
            if packet is None or known != (digest_of(memoryview(packet)),):
                raise PieceBroken(piece=self._name, frame=number)
            yield packet, known[0]

    def _coming(self) -> Iterator["Packet[VideoStream]"]:
        try:
            yield from (packet for packet in self._file.demux(video=0) if packet.size)
        except av.FFmpegError as error:
            raise PieceBroken(piece=self._name, problem=str(error)) from error


@contextmanager
def opened_piece(path: Path) -> Iterator[Piece]:
    """Open a sealed file of pictures alone, and see that its headers are those it had.

    Raises:
        PieceBroken: it is not sealed, not whole, or another than it was.
    """
    try:
        seal = seal_of(path)
        file = av.open(f"file:{path}", "r", format="mov", options=COPIED)
    except (NotSealed, av.FFmpegError, OSError) as error:
        raise PieceBroken(piece=path.name, problem=str(error)) from error
    with file:
        if [stream.type for stream in file.streams] != ["video"]:
            raise PieceBroken(piece=path.name, problem="not pictures alone")
        piece = Piece(path, file, seal)
        if digest_of(piece.headers) != seal.headers:
            raise PieceBroken(piece=path.name, problem="other headers")
        yield piece
