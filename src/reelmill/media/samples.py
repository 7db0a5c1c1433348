"""A part of a video -> some of its frames, small and upright, each with its exact time. Fast."""

from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

from reelmill.media.geometry import Size
from reelmill.media.info import NothingToPlay, VideoInfo
from reelmill.media.probe import opened, probe
from reelmill.media.raster import Yuv420
from reelmill.media.span import ROUNDED_S
from reelmill.units import even

#: Size of the thumb that every frame leaves; enough to tell one shot from another.
THUMB = Size(64, 36)

#: Threads of the decoder. Source: two cores are what planning may have.
DECODING_THREADS = 2

#: Samples that are made before they are asked for, so that decoder and reader both work.
AHEAD = 64

#: Which frames libav leaves out, by what a reader asks for.
Skip = Literal["NONREF", "DEFAULT"]


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """Which frames are wanted, and how large."""

    start_s: float
    """Seconds into the video; the frame on screen then is the first."""

    end_s: float
    """Seconds into the video; the frame that begins then is not wanted."""

    per_second: float
    """Pictures a second at most; all other frames leave a thumb."""

    side_px: int
    """Longer side of the pictures, in pixels; smaller videos stay as they are."""

    whole: bool = False
    """False: frames that no other frame needs may be left out, which halves the work."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One frame, made small."""

    at_s: float
    """Seconds from the start of the sampling to the moment when the frame begins; never below 0."""

    thumb: NDArray[np.uint8]
    """`(36, 64)` uint8 grey in full range, not turned."""

    picture: Yuv420 | None
    """The frame as a player shows it: turned, with square pixels. None: only a thumb was due."""


def samples(path: Path, sampling: Sampling) -> Iterator[Sample]:
    """Decode a part of a video once, in the order in which it is shown, ahead of the reader.

    A thread of its own decodes: libav lets go of Python's lock. The loop filter is left out, so
    that pictures are to be looked at by programs alone.

    Raises:
        BadMedia: a leaf that says why it cannot be read.
    """
    decoded = _decoded(path, sampling)
    with ThreadPoolExecutor(1) as decoder:
        try:
            coming = deque(decoder.submit(next, decoded, None) for _ in range(AHEAD))
            while (sample := coming.popleft().result()) is not None:
                coming.append(decoder.submit(next, decoded, None))
                yield sample
        finally:
            decoder.shutdown(cancel_futures=True)
            decoded.close()


def _decoded(path: Path, sampling: Sampling) -> Generator[Sample]:
    video = first_picture(path)
    with opened(path) as file:
        stream = file.streams[video.index]
        assert isinstance(stream, VideoStream)
        maker = _Maker(video, sampling)
        for at_s, frame in _from_start(_timed(file, stream, sampling)):
            yield maker.sample(max(0.0, at_s), frame)


def first_picture(path: Path) -> VideoInfo:
    """The stream of pictures that a player shows.

    Raises:
        NothingToPlay: there is none.
    """
    for video in probe(path).video:
        return video
    raise NothingToPlay(wanted="pictures")


class _Maker:
    """Makes samples; keeps the scalers, which are costly to set up."""

    def __init__(self, video: VideoInfo, sampling: Sampling) -> None:
        self._turns = video.rotation_deg // 90
        self._size = _stored_size(video, sampling.side_px)
        self._per_second = sampling.per_second
        self._taken = -1
        self._to_thumb, self._to_picture = VideoReformatter(), VideoReformatter()

    def sample(self, at_s: float, frame: VideoFrame) -> Sample:
        # The grid is counted in integers: a thousandth of rounding must not skip a picture.
        turn = int(at_s * self._per_second + 1e-3)
        due, self._taken = turn > self._taken, max(turn, self._taken)
        thumb = self._to_thumb.reformat(frame, *THUMB, format="gray", interpolation="POINT")
        return Sample(
            at_s=at_s,
            thumb=np.asarray(thumb.to_ndarray(), np.uint8),
            picture=self._picture(frame) if due else None,
        )

    def _picture(self, frame: VideoFrame) -> Yuv420:
        small = self._to_picture.reformat(
            frame, *self._size, format="yuv420p", interpolation="AREA"
        )
        y, u, v = (
            np.rot90(np.asarray(plane).reshape(plane.height, -1)[:, : plane.width], -self._turns)
            for plane in small.planes
        )
        return Yuv420(y=y.copy(), u=u.copy(), v=v.copy())


def _stored_size(video: VideoInfo, side_px: int) -> Size:
    """What a stored frame is scaled to, so that turned upright it is of the size wanted."""
    shown = video.shown
    scale = min(1.0, side_px / max(shown))
    size = Size(*(max(2, even(side * scale + 0.5)) for side in shown))
    return Size(size.height, size.width) if video.rotation_deg % 180 else size


def _timed(
    file: InputContainer, stream: VideoStream, sampling: Sampling
) -> Iterator[tuple[float, VideoFrame]]:
    """Frames with their seconds from the start of the sampling, until its end."""
    # Times count from where the file begins, as ffmpeg's own -ss does.
    zero_s = (file.start_time or 0) / av.time_base + sampling.start_s
    _be_quick(stream)
    file.seek(max(int(zero_s * av.time_base), file.start_time or 0))
    for packet in file.demux(stream):
        stream.codec_context.skip_frame = _skipped(packet, zero_s, sampling)
        for frame in packet.decode():
            if frame.time is None:
                continue
            if frame.time - zero_s >= sampling.end_s - sampling.start_s:
                return
            yield frame.time - zero_s, frame


def _be_quick(stream: VideoStream) -> None:
    context = stream.codec_context
    context.thread_count, context.thread_type = DECODING_THREADS, "FRAME"
    context.options = {"skip_loop_filter": "all"}


def _skipped(packet: "av.Packet[VideoStream]", zero_s: float, sampling: Sampling) -> Skip:
    if not sampling.whole or packet.pts is None:
        return "DEFAULT" if sampling.whole else "NONREF"
    return "DEFAULT" if packet.pts * packet.time_base >= zero_s - 1 else "NONREF"


def _from_start(
    timed: Iterator[tuple[float, VideoFrame]],
) -> Iterator[tuple[float, VideoFrame]]:
    """Of the frames before the start, the one that is still on screen then; all later ones."""
    on_screen = None
    for at_s, frame in timed:
        if at_s <= ROUNDED_S:
            on_screen = (at_s, frame)
            continue
        if on_screen is not None:
            yield on_screen
            on_screen = None
        yield at_s, frame
    if on_screen is not None:
        yield on_screen
