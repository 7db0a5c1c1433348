"""Pictures one can see through, each with its frame -> a video that is laid over another."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from reelmill.media.mux import NotWritten


class Laid(NamedTuple):
    """A picture, and since when it is there."""

    frame: int
    """The frame from which on it is shown."""

    pixels: NDArray[np.uint8]
    """`(height, width, 2)`: grey, and how little one sees through; 0 is clear."""


def write_overlay(pictures: Iterable[Laid], path: Path, rate: Fraction) -> None:
    """Write a `.mov` that shows each picture until the next.

    Args:
        pictures: At least one; all of one size, each later than the one before.
        path: The file to write.
        rate: Frames a second.

    Raises:
        NotWritten: the disk does not take it.
    """
    try:
        with av.open(f"file:{path}", "w", format="mov", options={"fflags": "+bitexact"}) as file:
            stream: VideoStream | None = None
            for at, pixels in pictures:
                if stream is None:
                    stream = file.add_stream("png", rate=rate, options={"compression_level": "1"})
                    stream.height, stream.width = pixels.shape[:2]
                    stream.pix_fmt = "rgba"
                    stream.codec_context.time_base = 1 / rate
                frame = VideoFrame.from_ndarray(pixels[..., [0, 0, 0, 1]], format="rgba")
                frame.pts, frame.time_base = at, 1 / rate
                file.mux(stream.encode(frame))
            if stream is not None:
                file.mux(stream.encode(None))
    except (av.FFmpegError, OSError) as error:
        raise NotWritten(path=str(path), problem=str(error)) from error
