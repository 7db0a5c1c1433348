"""Pictures while they are still being encoded -> each decoded, as soon as it comes.

A decoder finds room on the cores that an encoder leaves idle now and then, so that a file costs
less time than encoding and then decoding it. What comes through the pipe is not the finished
file: `verify` shows afterwards that its packets are those that were decoded here.
"""

import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from reelmill.media.pictures import Decoded, Pictures
from reelmill.media.profiles import Profile
from reelmill.media.promises import opened_strictly, promise, strictly
from reelmill.media.seals import digest_of

#: Bytes read at once of what nobody looks at any more.
DRAINED_BYTES = 1 << 16


class Follower:
    """Made by `follow`."""

    def __init__(self, entry: BinaryIO, decoded: "Future[Decoded]") -> None:
        self.entry = entry
        """Takes the pictures as a MOV in fragments; closed when nothing more comes."""
        self._decoded = decoded

    def decoded(self) -> Decoded:
        """Wait until everything that came was decoded.

        Raises:
            NotAsPromised: with `what` differs, `promised` and `found`.
        """
        self.entry.close()
        return self._decoded.result()


@contextmanager
def follow(profile: Profile) -> Iterator[Follower]:
    """Decode in a thread what comes into a pipe; it ends with the last that could write there.

    Args:
        profile: What the pictures are held against; sound does not come this way.
    """
    reading, writing = os.pipe()
    with (
        os.fdopen(reading, "rb", buffering=0) as leaving,
        ThreadPoolExecutor(1) as decoder,
        os.fdopen(writing, "wb", buffering=0) as entry,
    ):
        yield Follower(entry, decoder.submit(_followed, leaving, profile))


def _followed(leaving: BinaryIO, profile: Profile) -> Decoded:
    try:
        return decoded_pictures(leaving, profile)
    finally:
        # A fault here must not break the encoder's pipe, which would look like a fault of its own.
        while leaving.read(DRAINED_BYTES):
            pass


def decoded_pictures(source: Path | BinaryIO, profile: Profile) -> Decoded:
    """Decode a file of pictures alone, or a pipe of them, and hold it against the profile.

    Raises:
        NotAsPromised: with `what` differs, `promised` and `found`.
    """
    return strictly(_decoded, source, profile)


def _decoded(source: Path | BinaryIO, profile: Profile) -> Decoded:
    known = []
    with opened_strictly(source) as file:
        promise("streams", found=" ".join(one.type for one in file.streams), promised="video")
        video = file.streams.video[0]
        headers = video.codec_context.extradata or b""
        pictures = Pictures(video, profile)
        for packet in file.demux(video):
            if packet.size:
                known.append((packet.pts, digest_of(memoryview(packet))))
            pictures.take(packet)
    promise("frames", found=pictures.frames, promised=len(known))
    return Decoded(headers=headers, packets=tuple(known), key_frames=pictures.key_frames)
