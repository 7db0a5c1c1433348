"""A file of unknown origin -> what is known of it, without believing or following it anywhere."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Protocol, TypeVar

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from reelmill.errors import BadMedia, ReelmillError
from reelmill.media.dolby import admit_colours
from reelmill.media.geometry import Size
from reelmill.media.info import (
    SNIFF_BYTES,
    AudioInfo,
    Colours,
    Limits,
    MediaInfo,
    NothingToPlay,
    TooLarge,
    VideoInfo,
    sniff,
)
from reelmill.media.memory import capped_memory

T = TypeVar("T")

#: AVCOL_RANGE_JPEG of libav.
FULL_RANGE = 2

#: Microseconds of the file that libav may read for the same.
PROBE_US = 5_000_000

#: Memory that the header of a file may take: the index of twelve hours takes half of it.
HEADER_BYTES = 768 * 1024 * 1024


class ByteStream(Protocol):
    """A file that is not on this disk, or has no name."""

    def read(self, size: int = ..., /) -> bytes:
        """Bytes from here on; fewer at the end."""
        ...

    def seek(self, offset: int, whence: int = ..., /) -> int:
        """Go somewhere; says where that is."""
        ...

    def tell(self) -> int:
        """Where the next read begins."""
        ...


class Unreadable(BadMedia):
    """The file cannot be read as what it seems to be."""


def probe(path: Path, limits: Limits | None = None) -> MediaInfo:
    """Read the header and one frame of each kind. For strangers' files, in a child process.

    Raises:
        UnknownFormat: nothing that is read here; playlists are never followed.
        TooLarge: beyond `limits`.
        NothingToPlay: no stream that can be decoded.
        DolbyVisionAlone: its pictures cannot be shown without what stands beside them.
        Unreadable: broken.
    """
    limits = limits or Limits()
    with opened(path, limits) as file:
        return _info(file, path, limits)


def measure(path: Path, limits: Limits | None = None) -> MediaInfo:
    """`probe`, and read every packet: counts and durations that no header can lie about."""
    found = probe(path, limits)
    with opened(path, limits) as file:
        ends = _ends(file)
    return replace(
        found,
        video=tuple(
            replace(
                one,
                frames_from_packets=ends[one.index].packets,
                duration_s_from_packets=ends[one.index].duration_s,
            )
            for one in found.video
        ),
        audio=tuple(
            replace(one, duration_s_from_packets=ends[one.index].duration_s) for one in found.audio
        ),
    )


@contextmanager
def opened(path: Path, limits: Limits | None = None) -> Iterator[InputContainer]:
    """Open a stranger's file with the one demuxer that its first bytes call for.

    Raises:
        UnknownFormat: nothing that is read here.
        TooLarge: more streams than `limits` takes.
        Unreadable: broken, also when it shows only while the block reads on.
    """
    limits = limits or Limits()
    with _translated():
        with path.open("rb") as file:
            demuxer = sniff(file.read(SNIFF_BYTES))
        with _container(f"file:{path}", demuxer, limits) as container:
            yield container


@contextmanager
def opened_stream(file: ByteStream, limits: Limits | None = None) -> Iterator[InputContainer]:
    """As `opened`, of a file that is not on this disk; read from as the demuxer goes to and fro.

    Args:
        file: Can seek. Not closed. What it raises is raised when the block ends.
        limits: What is taken.
    """
    limits = limits or Limits()
    kept = _Kept(file)
    try:
        with _translated():
            demuxer = sniff(kept.read(SNIFF_BYTES))
            kept.seek(0)
            with _container(kept, demuxer, limits) as container:
                yield container
    except BadMedia:
        # What looks like a broken file may be one that was read only in part.
        if kept.error is None:
            raise
    if kept.error is not None:
        raise kept.error


class _Kept:
    """A file whose errors wait for the end: libav loses those that are raised while it reads."""

    def __init__(self, file: ByteStream) -> None:
        self._file = file
        self._file.seek(0)
        self.error: ReelmillError | OSError | None = None

    def read(self, size: int = -1, /) -> bytes:
        """As the file; nothing after an error."""
        if self.error is not None:
            return b""
        try:
            return self._file.read(size)
        except (ReelmillError, OSError) as error:
            self.error = error
            return b""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """As the file."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """As the file."""
        return self._file.tell()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (av.FFmpegError, MemoryError, OSError, ValueError) as error:
        raise Unreadable(problem=str(error)) from error


@contextmanager
def _container(source: str | ByteStream, demuxer: str, limits: Limits) -> Iterator[InputContainer]:
    with capped_memory(HEADER_BYTES):
        opened_file = av.open(
            source,
            "r",
            format=demuxer,
            options=_options(demuxer, limits),
            timeout=limits.open_s,
            metadata_errors="replace",
        )
    with opened_file as container:
        if len(container.streams) > limits.streams:
            raise TooLarge(streams=len(container.streams), limit=limits.streams)
        yield container


def _options(demuxer: str, limits: Limits) -> dict[str, str]:
    return {
        "protocol_whitelist": "file",
        "format_whitelist": demuxer,
        "max_streams": str(limits.streams),
        "max_pixels": str(limits.pixels),
        "probesize": str(limits.probe_bytes),
        "analyzeduration": str(PROBE_US),
    }


def _info(file: InputContainer, path: Path, limits: Limits) -> MediaInfo:
    duration_s = None if file.duration is None else file.duration / av.time_base
    if duration_s is not None and duration_s > limits.duration_s:
        raise TooLarge(duration_s=duration_s, limit_s=limits.duration_s)
    found = MediaInfo(
        demuxer=file.format.name.partition(",")[0],
        size_bytes=path.stat().st_size,
        duration_s_from_header=duration_s,
        video=_best_first(
            (_video(one, file, limits) for one in file.streams.video if plays(one)),
            lambda one: (one.default, one.size.width * one.size.height),
        ),
        audio=_best_first(
            (_audio(one) for one in file.streams.audio if plays(one)),
            lambda one: (one.default, one.channels),
        ),
    )
    if not found.video and not found.audio:
        raise NothingToPlay(streams=len(file.streams))
    if any(one.codec == "hevc" for one in found.video):
        admit_colours(path, found.demuxer)
    return found


def _best_first(streams: Iterable[T], worth: Callable[[T], tuple[bool, int]]) -> tuple[T, ...]:
    """Those that the file wants, then the largest, then the first, as players choose."""
    return tuple(sorted(streams, key=worth, reverse=True))


def plays(stream: Stream) -> bool:
    """Whether a stream can be decoded and is no cover picture."""
    cover = bool(stream.disposition & Disposition.attached_pic)
    return not cover and getattr(stream, "codec_context", None) is not None


def _video(stream: VideoStream, file: InputContainer, limits: Limits) -> VideoInfo:
    context = stream.codec_context
    if context.width * context.height > limits.pixels:
        raise TooLarge(width=context.width, height=context.height, limit_pixels=limits.pixels)
    first = _first_frame(stream, file)
    return VideoInfo(
        index=stream.index,
        codec=context.name,
        size=Size(context.width, context.height),
        rotation_deg=-first.rotation % 360,
        interlaced=first.interlaced_frame,
        pixel_shape=stream.sample_aspect_ratio or Fraction(1),
        pixel_format=context.pix_fmt or "",
        rate_from_header=stream.average_rate,
        frames_from_header=stream.frames or None,
        duration_s_from_header=_seconds(stream),
        colours=Colours(
            primaries=context.color_primaries,
            transfer=context.color_trc,
            matrix=context.colorspace,
            full_range=context.color_range == FULL_RANGE or _always_full(context.pix_fmt or ""),
        ),
        default=bool(stream.disposition & Disposition.default),
    )


def _always_full(pixel_format: str) -> bool:
    return pixel_format.startswith("yuvj")


def _first_frame(stream: VideoStream, file: InputContainer) -> VideoFrame:
    """It tells how it is turned and what its lines are, and shows that one can be decoded."""
    stream.codec_context.thread_count = 1
    # A file without an index cannot be rewound, and was not read yet.
    with suppress(av.PermissionError):
        file.seek(0)
    for frame in file.decode(stream):
        return frame
    raise Unreadable(stream=stream.index, problem="not a single frame can be decoded")


def _audio(stream: AudioStream) -> AudioInfo:
    return AudioInfo(
        index=stream.index,
        codec=stream.codec_context.name,
        rate_hz=stream.codec_context.sample_rate,
        channels=stream.codec_context.layout.nb_channels,
        duration_s_from_header=_seconds(stream),
        default=bool(stream.disposition & Disposition.default),
    )


def _seconds(stream: Stream) -> float | None:
    if stream.duration is None or stream.time_base is None:
        return None
    return float(stream.duration * stream.time_base)


class _Extent:
    """Where a stream's packets begin and end."""

    def __init__(self) -> None:
        self.packets = 0
        self._starts_at: Fraction | None = None
        self._ends_at = Fraction(0)

    @property
    def duration_s(self) -> float:
        return float(self._ends_at - (self._starts_at or 0))

    def take(self, packet: "av.Packet[Stream]") -> None:
        self.packets += 1
        if packet.pts is None:
            return
        starts_at = packet.pts * packet.time_base
        ends_at = starts_at + (packet.duration or 0) * packet.time_base
        known = self._starts_at
        self._starts_at = starts_at if known is None else min(known, starts_at)
        self._ends_at = ends_at if known is None else max(self._ends_at, ends_at)


def _ends(file: InputContainer) -> dict[int, _Extent]:
    extents = {stream.index: _Extent() for stream in file.streams}
    for packet in file.demux():
        if packet.size:
            extents[packet.stream_index].take(packet)
    return extents
