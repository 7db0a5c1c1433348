"""A stranger's video -> its pictures: small ones of every frame, upright ones of a few moments."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from reelmill.media.geometry import Size
from reelmill.media.info import Limits, TooLarge, VideoInfo
from reelmill.media.probe import Unreadable, opened
from reelmill.units import even

#: Threads of a decoder: two keep a core busy that waits for the demuxer.
THREADS = 2

#: Decoder options for pictures that are only compared: a fifth faster, and a little blocky.
HASTY = {"skip_loop_filter": "all"}

#: Frames a second of a video that does not say.
USUAL_RATE = 25.0


class Preview(NamedTuple):
    """A frame of a video, small."""

    at_s: float
    """Seconds from the start of the file, as a player counts them."""

    lasts_s: float
    """Seconds that it stays on the screen, 0 when the file does not say."""

    pixels: NDArray[np.uint8]
    """`(height, width, 3)`, BGR, as it is stored: neither turned nor stretched."""


def previews(
    path: Path, shape: VideoInfo, longest_px: int, limits: Limits | None = None
) -> Iterator[Preview]:
    """Every frame that can be decoded, small, in the order of time. What is broken is passed over.

    Args:
        path: The video.
        shape: What `probe` found of its pictures.
        longest_px: Longest side of each picture; a small video is not enlarged.
        limits: What a stranger's file may be at most.

    Raises:
        TooLarge: it goes on for longer than `limits`, or has more pixels or streams.
        BadMedia: another leaf that says why not a single frame can be read.
    """
    limits = limits or Limits()
    size, at_s = None, 0.0
    with _picture(path, shape, limits, HASTY) as (file, video):
        for frame in _whatever_decodes(file, video):
            size = size or fitted(Size(frame.width, frame.height), longest_px)
            at_s = max(at_s, _time_of(frame, file, otherwise_s=at_s + _lasts_s(frame, video)))
            if at_s > limits.duration_s:
                raise TooLarge(duration_s=at_s, limit_s=limits.duration_s)
            yield Preview(at_s, _lasts_s(frame, video), _scaled(frame, size, "bgr24"))
    if size is None:
        raise Unreadable(problem="not a single frame can be decoded")


def stills(
    path: Path, moments_s: Iterable[float], shape: VideoInfo, longest_px: int
) -> Iterator[NDArray[np.uint8]]:
    """The picture on the screen at each of some moments, upright, with square pixels.

    Args:
        path: The video.
        moments_s: Seconds from the start of the file.
        shape: What `probe` found of its pictures.
        longest_px: Longest side of each picture; a small video is not enlarged.

    Returns:
        `(height, width, 3)` uint8 RGB each.

    Raises:
        BadMedia: a leaf that says why there is none.
    """
    shown = fitted(shape.shown, longest_px)
    turned = shape.rotation_deg % 180 != 0
    stored = Size(shown.height, shown.width) if turned else shown
    with _picture(path, shape, Limits()) as (file, video):
        for moment_s in moments_s:
            pixels = _scaled(_frame_at(file, video, moment_s), stored, "rgb24")
            # Counted against the clock.
            yield np.ascontiguousarray(np.rot90(pixels, -shape.rotation_deg // 90))


def fitted(size: Size, longest_px: int) -> Size:
    """The size at which a picture is shown that is not to be larger than that; even sides.

    >>> fitted(Size(1920, 1080), 640), fitted(Size(320, 180), 640)
    (Size(width=640, height=360), Size(width=320, height=180))
    """
    share = min(1.0, longest_px / max(size))
    return Size(max(2, even(size.width * share)), max(2, even(size.height * share)))


@contextmanager
def _picture(
    path: Path, shape: VideoInfo, limits: Limits, options: Mapping[str, str] = MappingProxyType({})
) -> Iterator[tuple[InputContainer, VideoStream]]:
    """The file and one stream of its pictures, ready to be decoded."""
    with opened(path, limits) as file:
        video = file.streams[shape.index]
        assert isinstance(video, VideoStream)
        video.thread_type, video.codec_context.thread_count = "AUTO", THREADS
        # Also of a frame far behind the header, which may claim another size.
        video.codec_context.options = {"max_pixels": str(limits.pixels), **options}
        yield file, video


def _whatever_decodes(file: InputContainer, video: VideoStream) -> Iterator[VideoFrame]:
    """Frames until the file ends or breaks off; as players do, broken packets are passed over."""
    with suppress(av.InvalidDataError, av.EOFError):
        for packet in file.demux(video):
            with suppress(av.InvalidDataError):
                yield from packet.decode()


def _frame_at(file: InputContainer, video: VideoStream, moment_s: float) -> VideoFrame:
    start_us = file.start_time or 0
    for place_us in (start_us + int(moment_s * av.time_base), start_us):
        # A file without an index is read on from where it is; moments mostly ascend.
        with suppress(av.PermissionError):
            file.seek(place_us)
        # Nothing may come out when some formats are entered near their end.
        if (shown := _last_before(file, video, moment_s)) is not None:
            return shown
    raise Unreadable(problem="no frame can be decoded there", at_s=moment_s)


def _last_before(file: InputContainer, video: VideoStream, moment_s: float) -> VideoFrame | None:
    shown = None
    for frame in _whatever_decodes(file, video):
        if shown is not None and _time_of(frame, file, otherwise_s=0.0) > moment_s:
            break
        shown = frame
    return shown


def _time_of(frame: VideoFrame, file: InputContainer, *, otherwise_s: float) -> float:
    if frame.pts is None or frame.time_base is None:
        return otherwise_s
    # A fraction, so that the time of a frame is the same number wherever it is computed.
    return float(frame.pts * frame.time_base - Fraction(file.start_time or 0, av.time_base))


def _lasts_s(frame: VideoFrame, video: VideoStream) -> float:
    if frame.duration and frame.time_base is not None:
        return float(frame.duration * frame.time_base)
    return float(1 / (video.average_rate or USUAL_RATE))


def _scaled(frame: VideoFrame, size: Size, pixel_format: str) -> NDArray[np.uint8]:
    small = frame.reformat(*size, format=pixel_format, interpolation="FAST_BILINEAR")
    return np.asarray(small.to_ndarray(), np.uint8)
