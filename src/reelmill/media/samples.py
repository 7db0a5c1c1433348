"""A part of a video -> some of its frames, small and upright, each with its exact time. Fast."""

from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import cycle
from math import inf
from pathlib import Path
from typing import Literal, NamedTuple

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

from reelmill.media.ahead import begun
from reelmill.media.geometry import Size
from reelmill.media.info import NothingToPlay, VideoInfo
from reelmill.media.probe import opened, probe
from reelmill.media.raster import Yuv420
from reelmill.media.span import ROUNDED_S
from reelmill.units import even

#: Size of the thumb that every frame leaves; enough to tell one shot from another.
THUMB = Size(64, 36)

#: Threads of each decoder. Source: two cores are what planning may have.
DECODING_THREADS = 2

#: Seconds of video that are decoded apart from what is before, if there are key frames to begin at.
PART_S = 4.0

#: Samples of a part that are made before they are asked for: some seconds, so that both decoders
#: and the reader work.
AHEAD = 128

#: Seconds that rounding may take from a time; far less than a frame.
HAIR_S = 1e-6

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

    Two threads decode, one of them what comes after the next key frames: libav lets go of Python's
    lock. The loop filter is left out, so that pictures are to be looked at by programs alone.

    Raises:
        BadMedia: a leaf that says why it cannot be read.
    """
    video = first_picture(path)
    with ExitStack() as stack:
        files = [stack.enter_context(opened(path))]
        parts = _parts(files[0], video, sampling)
        if len(parts) > 1:
            files.append(stack.enter_context(opened(path)))
        for file in files:
            _be_quick(_stream(file, video))
        decoded = (
            stack.enter_context(closing(_decoded(file, video, sampling, part)))
            for file, part in zip(cycle(files), parts, strict=False)
        )
        made = (stack.enter_context(begun(each, AHEAD)) for each in decoded)
        now = next(made)
        for after in made:
            yield from now
            now = after
        yield from now


class _Part(NamedTuple):
    """What is decoded apart from the rest; seconds of the file's own clock."""

    seek_s: float
    """Asked for this, the file leads to its first key frame."""

    begins_s: float
    """Frames before it are not of this part."""

    ends_s: float
    """Nor are those from here on."""


def _parts(file: InputContainer, video: VideoInfo, sampling: Sampling) -> list[_Part]:
    """Parts of some seconds each; all but the first begin with a key frame."""
    zero_s, length_s = _zero_s(file, sampling), sampling.end_s - sampling.start_s
    seeks_s, begins_s = [zero_s], [-inf]
    for number in range(1, int(length_s / PART_S)):
        asked_s = zero_s + number * PART_S
        key_s = _key_frame_s(file, _stream(file, video), asked_s)
        if key_s is not None and key_s - max(zero_s, begins_s[-1]) >= PART_S / 2:
            seeks_s.append(asked_s)
            begins_s.append(key_s)
    ends_s = [*begins_s[1:], zero_s + length_s]
    return [_Part(*each) for each in zip(seeks_s, begins_s, ends_s, strict=True)]


def _key_frame_s(file: InputContainer, stream: VideoStream, asked_s: float) -> float | None:
    """When the key frame is shown to which the file leads; None: it leads elsewhere."""
    _seek(file, asked_s)
    for packet in file.demux(stream):
        if packet.pts is None or not packet.is_keyframe:
            return None
        return float(packet.pts * packet.time_base) - HAIR_S
    return None


def _decoded(
    file: InputContainer, video: VideoInfo, sampling: Sampling, part: _Part
) -> Generator[Sample]:
    maker = _Maker(video, sampling)
    timed = _timed(file, _stream(file, video), sampling, part)
    for at_s, frame in timed if part.begins_s > -inf else _from_start(timed):
        yield maker.sample(max(0.0, at_s), frame)


def _stream(file: InputContainer, video: VideoInfo) -> VideoStream:
    stream = file.streams[video.index]
    assert isinstance(stream, VideoStream)
    return stream


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
    file: InputContainer, stream: VideoStream, sampling: Sampling, part: _Part
) -> Iterator[tuple[float, VideoFrame]]:
    """Frames of a part with their seconds from the start of the sampling."""
    zero_s = _zero_s(file, sampling)
    _seek(file, part.seek_s)
    for packet in file.demux(stream):
        stream.codec_context.skip_frame = _skipped(packet, zero_s, sampling)
        for frame in packet.decode():
            if frame.time is None or frame.time < part.begins_s:
                continue
            if frame.time >= part.ends_s:
                return
            yield frame.time - zero_s, frame


def _zero_s(file: InputContainer, sampling: Sampling) -> float:
    """When the sampling starts: times count from where the file begins, as ffmpeg's -ss does."""
    return (file.start_time or 0) / av.time_base + sampling.start_s


def _seek(file: InputContainer, at_s: float) -> None:
    file.seek(max(int(at_s * av.time_base), file.start_time or 0))


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
