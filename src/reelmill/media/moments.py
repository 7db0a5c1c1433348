"""A video, from wherever it lies -> the frames that are shown at some moments, and no others."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple, Protocol

import numpy as np
from av.container import InputContainer
from av.stream import Discard
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

from reelmill.media.geometry import Size
from reelmill.media.info import NothingToPlay, TooLarge
from reelmill.media.probe import Unreadable, plays

#: Threads of a decoder that decodes all that leads to a moment. Source: two cores for a job.
THREADS = 2

#: Pixels of a frame, of which a decoder may keep twenty: of 5K still less than half a gigabyte.
MAX_PIXELS = 5120 * 2880

#: Seconds before a moment in which every frame is decoded; before them those that others need.
NEAR_S = Fraction(1, 4)

#: Seconds that rounding may take from a moment; far less than a frame.
HAIR_S = Fraction(1, 1_000_000)

#: Seconds that are decoded through rather than jumped over, in a file that has no index.
UNINDEXED_S = 3


class Moment(NamedTuple):
    """A frame as it is shown."""

    begins_s: float
    """Seconds from the first frame of the video to this one."""

    pixels: NDArray[np.uint8]
    """`(height, width, 3)` RGB, upright."""


class Timing(NamedTuple):
    """How long a video is, by its frames."""

    frames: int
    """Frames in it."""

    duration_s: float
    """Seconds from the start of the first to the end of the last."""


class _Index(NamedTuple):
    """Where a file says that its frames lie, in ticks of the stream, in the order of decoding."""

    stamps: Sequence[int]
    """Of every frame."""

    keys: Sequence[int]
    """Of those that need no other; when each is shown, by which a demuxer seeks."""

    @classmethod
    def of(cls, stream: VideoStream) -> "_Index":
        """The file's index; an empty one when it does not cover every frame."""
        entries = [entry for entry in stream.index_entries if not entry.is_discard]
        if not stream.frames or len(entries) != stream.frames:
            return cls((), ())
        # A frame that needs no other is shown so much after it was decoded as the first is.
        delay = (stream.start_time or 0) - entries[0].timestamp
        keys = [entry.timestamp + delay for entry in entries if entry.is_keyframe]
        return cls([entry.timestamp for entry in entries], keys)


class _Reader(Protocol):
    """A way to the frame of a moment."""

    def frame_at(self, at: Fraction) -> VideoFrame | None:
        """The frame for a moment in ticks of the stream; None: there is no frame at all."""
        ...


def as_shown(shown: Size) -> Size:
    """Pictures as large as the video."""
    return shown


class Footage:
    """The pictures of an opened video.

    Args:
        file: As it was opened; nothing else may read from it.
        way: The way to its frames: `exactly`, or `by_key_frames`.

    Raises:
        NothingToPlay: it has no pictures.
        TooLarge: they have more than `MAX_PIXELS`.
    """

    def __init__(
        self,
        file: InputContainer,
        way: "Callable[[InputContainer, VideoStream, _Index], _Reader]",
    ) -> None:
        self._file, self._stream = file, _only_pictures(file)
        self._stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
        self._index = _Index.of(self._stream)
        self._reader = way(file, self._stream, self._index)
        self._zero = Fraction(self._stream.start_time or 0)
        self._turns: int | None = None
        self._make = VideoReformatter()

    @property
    def shown(self) -> Size:
        """Size of its frames, upright; the first is decoded for it, unless one was before.

        Raises:
            Unreadable: not even that can be decoded.
        """
        if self._turns is None:
            self._frame_at(self._zero)
        return self._upright(Size(self._stream.width, self._stream.height))

    @property
    def duration_s_from_header(self) -> float | None:
        """Seconds, as the container says of the pictures."""
        if self._stream.duration is None:
            return None
        return float(self._stream.duration * self._base)

    @property
    def indexed(self) -> Timing | None:
        """How long it is by the file's index of all frames; None where there is none."""
        stamps = self._index.stamps
        if not stamps:
            return None
        length = stamps[-1] - stamps[0]
        # The last frame lasts as long as the others do.
        last = Fraction(length, len(stamps) - 1) if len(stamps) > 1 else self._frame_ticks
        return Timing(len(stamps), float((length + last) * self._base))

    def counted(self) -> Timing:
        """How long it is by its packets, all of which are read."""
        # Told the time of the first frame, a transport stream begins behind it.
        self._file.seek(0)
        # Of a packet its times are kept, never the packet: all of them are the whole file.
        times = [(one.pts, one.duration) for one in self._file.demux(self._stream) if one.size]
        stamps = sorted(pts for pts, _ in times if pts is not None)
        if not stamps:
            return Timing(len(times), 0.0)
        last = times[-1][1] or self._frame_ticks
        return Timing(len(times), float((stamps[-1] - stamps[0] + last) * self._base))

    def at(
        self, moments_s: Iterable[float], fitted: Callable[[Size], Size] = as_shown
    ) -> Iterator[Moment]:
        """The frames at some moments, in the order of the moments, one at a time.

        Args:
            moments_s: Seconds from the first frame, ascending; behind the end it is the last one.
            fitted: Size of the video, upright -> size of the pictures.

        Raises:
            Unreadable: what leads to a frame is broken.
        """
        for moment_s in moments_s:
            frame = self._frame_at(self._zero + (Fraction(moment_s) + HAIR_S) / self._base)
            yield Moment(self._seconds(frame), self._pixels(frame, fitted(self.shown)))

    def _frame_at(self, at: Fraction) -> VideoFrame:
        frame = self._reader.frame_at(at)
        if frame is None:
            at_s = float((at - self._zero) * self._base)
            raise Unreadable(problem="no frame can be decoded", at_s=round(at_s, 3))
        if self._turns is None:
            self._turns = (-frame.rotation % 360) // 90
        return frame

    @property
    def _base(self) -> Fraction:
        return self._stream.time_base or Fraction(1)

    @property
    def _frame_ticks(self) -> Fraction:
        return 1 / (self._stream.average_rate or Fraction(1)) / self._base

    def _seconds(self, frame: VideoFrame) -> float:
        return float(((frame.pts or 0) - self._zero) * self._base)

    def _upright(self, size: Size) -> Size:
        return Size(size.height, size.width) if (self._turns or 0) % 2 else size

    def _pixels(self, frame: VideoFrame, size: Size) -> NDArray[np.uint8]:
        stored = self._upright(size)
        made = self._make.reformat(frame, *stored, format="rgb24", interpolation="AREA")
        pixels = np.asarray(made.to_ndarray(), np.uint8)
        return np.rot90(pixels, -self._turns) if self._turns else pixels


def exactly(file: InputContainer, stream: VideoStream, index: _Index) -> _Reader:
    """The frame that is on screen at the moment, to the frame."""
    return _Exact(file, stream, index)


def by_key_frames(file: InputContainer, stream: VideoStream, index: _Index) -> _Reader:
    """The key frame that is nearest to the moment: one frame is decoded for each."""
    return _Nearest(file, stream, index)


class _Exact:
    """Decodes on from where it is, unless a key frame lies between there and the moment."""

    def __init__(self, file: InputContainer, stream: VideoStream, index: _Index) -> None:
        self._file, self._stream, self._keys = file, stream, index.keys
        context = stream.codec_context
        context.thread_count, context.thread_type = THREADS, "FRAME"
        self._near = NEAR_S / (stream.time_base or 1)
        self._far = UNINDEXED_S / (stream.time_base or Fraction(1))
        self._sparing_until = Fraction(0)
        self._held: VideoFrame | None = None
        self._ahead: VideoFrame | None = None
        self._frames = self._decoded()

    def frame_at(self, at: Fraction) -> VideoFrame | None:
        """The last frame that does not begin after the moment, or the first of all."""
        self._sparing_until = at - self._near
        if self._is_worth_a_jump(at):
            self._jump(self._key_before(at))
        frame = self._shown_at(at)
        if frame is None or _pts(frame) > at:
            # It was led behind the moment, or behind the end.
            frame = self._from(int(self._stream.start_time or 0), at)
        elif _pts(frame) < at - self._near:
            # What was spared may be what is shown: frames may last long.
            frame = self._from(self._key_before(at), at)
        return frame

    def _from(self, ticks: int, at: Fraction) -> VideoFrame | None:
        self._jump(ticks)
        self._sparing_until = Fraction(-(2**62))
        return self._shown_at(at)

    def _shown_at(self, at: Fraction) -> VideoFrame | None:
        while True:
            if self._ahead is None:
                self._ahead = next(self._frames, None)
            if self._ahead is None or _pts(self._ahead) > at:
                return self._held or self._ahead
            self._held, self._ahead = self._ahead, None

    def _is_worth_a_jump(self, at: Fraction) -> bool:
        here = self._held or self._ahead
        if here is None:
            return False
        if at < _pts(here):
            return True
        if not self._keys:
            return at - _pts(here) > self._far
        return self._key_before(at) > _pts(self._ahead or here)

    def _key_before(self, at: Fraction) -> int:
        """Where to begin, so that the frame of a moment is met."""
        if not self._keys:
            return int(at)
        return self._keys[max(0, bisect_right(self._keys, at) - 1)]

    def _jump(self, ticks: int) -> None:
        self._file.seek(ticks, stream=self._stream)
        self._held = self._ahead = None
        self._frames = self._decoded()

    def _decoded(self) -> Iterator[VideoFrame]:
        context = self._stream.codec_context
        for packet in self._file.demux(self._stream):
            is_far = packet.pts is not None and packet.pts < self._sparing_until
            context.skip_frame = "NONREF" if is_far else "DEFAULT"
            yield from (frame for frame in packet.decode() if frame.pts is not None)


class _Nearest:
    """Decodes one key frame for each moment; two moments may have the same."""

    def __init__(self, file: InputContainer, stream: VideoStream, index: _Index) -> None:
        self._file, self._stream, self._keys = file, stream, index.keys
        stream.codec_context.thread_count = 1
        self._last: tuple[int, VideoFrame] | None = None

    def frame_at(self, at: Fraction) -> VideoFrame | None:
        """The nearest key frame."""
        key = self._nearest(at)
        if self._last is not None and self._last[0] == key:
            return self._last[1]
        if self._last is not None or key != self._first:
            self._file.seek(key, stream=self._stream)
        frame = self._next_key_frame()
        if frame is not None:
            self._last = (key, frame)
        return frame

    @property
    def _first(self) -> int:
        return self._keys[0] if self._keys else int(self._stream.start_time or 0)

    def _nearest(self, at: Fraction) -> int:
        if not self._keys:
            return int(at)
        place = bisect_right(self._keys, at)
        around = self._keys[max(0, place - 1) : place + 1]
        return min(around, key=lambda key: abs(key - at))

    def _next_key_frame(self) -> VideoFrame | None:
        context = self._stream.codec_context
        for packet in self._file.demux(self._stream):
            if not packet.is_keyframe:
                continue
            # The decoder keeps what may have to wait for others, unless it is told to give all.
            for frame in (*packet.decode(), *_rest(context)):
                if frame.pts is not None:
                    return frame
        return None


def _rest(context: VideoCodecContext) -> Iterable[VideoFrame]:
    return context.decode(None)


def _pts(frame: VideoFrame) -> int:
    assert frame.pts is not None
    return frame.pts


def _only_pictures(file: InputContainer) -> VideoStream:
    """The first stream of pictures; the bytes of all others are left where they are."""
    found = next((one for one in file.streams.video if plays(one)), None)
    if found is None:
        raise NothingToPlay(wanted="pictures", streams=len(file.streams))
    if found.width * found.height > MAX_PIXELS:
        raise TooLarge(width=found.width, height=found.height, limit_pixels=MAX_PIXELS)
    for other in file.streams:
        if other.index != found.index:
            other.discard = Discard.all
    return found
