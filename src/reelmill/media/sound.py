"""A file of sound -> its decoded samples; what filters make of them; AAC. In bounded memory."""

import math
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.filter import Graph
from av.filter.context import FilterContext

from reelmill.errors import BadMedia
from reelmill.media.info import NothingToPlay, TooLarge
from reelmill.media.mux import NotWritten
from reelmill.media.probe import opened, plays
from reelmill.media.profiles import AudioSpec

#: Share of a file's packets that may be damaged: tags and leftovers at both ends are common.
DAMAGED_SHARE = 0.02

#: Damaged packets that are no reason to refuse a short file.
DAMAGED_PACKETS = 3


#: Seconds that enter a graph between two looks at what leaves it: a look costs as much as a frame.
PUSH_S = 0.5


class DamagedSound(BadMedia):
    """Too much of the sound cannot be decoded."""


class UnevenSound(BadMedia):
    """The sound changes its rate or its channels on the way."""


class Filter(NamedTuple):
    """One filter of libav."""

    name: str
    """As libav calls it."""

    args: str = ""
    """In libav's own grammar."""


#: What all work on sound is done in: 64 bits, so that a filter costs no conversion.
IN_FULL = Filter("aformat", "sample_fmts=dbl:channel_layouts=stereo")


def decoded(path: Path, *, longest_s: float = math.inf) -> Iterator[AudioFrame]:
    """The sound of a file from its first sample to its last, damaged packets left out.

    Args:
        path: The file.
        longest_s: Seconds that it may last, whatever its header says.

    Raises:
        TooLarge: it is longer.
        NothingToPlay: there is no sound.
        DamagedSound: too much of it is damaged; raised at its end.
        BadMedia: another leaf that says why it cannot be read.
    """
    packets = damaged = 0
    seconds = 0.0
    with opened(path) as file:
        stream = sound_stream(file)
        for packet in file.demux(stream):
            packets += 1
            try:
                frames = packet.decode()
            except av.InvalidDataError:
                damaged += 1
                continue
            seconds += sum(frame.samples / frame.sample_rate for frame in frames)
            if seconds > longest_s:
                raise TooLarge(duration_s=seconds, limit_s=longest_s)
            yield from frames
    if damaged > max(DAMAGED_PACKETS, packets * DAMAGED_SHARE):
        raise DamagedSound(packets=packets, damaged=damaged)


def sound_stream(file: InputContainer) -> AudioStream:
    """The first stream of sound that can be decoded.

    Raises:
        NothingToPlay: there is none.
    """
    for stream in file.streams.audio:
        if plays(stream):
            stream.codec_context.thread_count = 1
            return stream
    raise NothingToPlay(wanted="sound")


class Tap:
    """Where the frames of one source enter a graph.

    Args:
        graph: The graph, not yet configured.
        frames: What enters; the first is read at once.

    Raises:
        NothingToPlay: there is not a single frame.
    """

    def __init__(self, graph: Graph, frames: Iterable[AudioFrame]) -> None:
        self._frames = iter(frames)
        first = next(self._frames, None)
        if first is None:
            raise NothingToPlay(wanted="sound")
        self._next: AudioFrame | None = first
        self._form = _form(first)
        self.context = graph.add_abuffer(
            sample_rate=first.sample_rate,
            format=first.format.name,
            layout=first.layout.name,
            time_base=Fraction(1, first.sample_rate),
        )
        self._samples = 0
        self.ended = False

    @property
    def given_s(self) -> float:
        """Seconds of sound that have entered."""
        return self._samples / self._form[0]

    def push(self) -> None:
        """Let the next `PUSH_S` seconds enter, or what is left and then the end.

        Raises:
            UnevenSound: a frame is of another form than the first.
        """
        until_s = self.given_s + PUSH_S
        while not self.ended and self.given_s < until_s:
            self._push_one()

    def _push_one(self) -> None:
        frame, self._next = self._next, None
        if frame is None:
            self.context.push(None)
            self.ended = True
            return
        if _form(frame) != self._form:
            raise UnevenSound(before=str(self._form), after=str(_form(frame)))
        # The file's own clock has gaps, and begins anew where music does.
        frame.pts, frame.time_base = self._samples, Fraction(1, self._form[0])
        self._samples += frame.samples
        self._next = next(self._frames, None)
        try:
            self.context.push(frame)
        except av.EOFError:
            # What follows in the graph wants no more.
            self.ended = True


def _form(frame: AudioFrame) -> tuple[int, str, str]:
    return frame.sample_rate, frame.format.name, frame.layout.name


def chained(graph: Graph, start: FilterContext, *filters: Filter) -> FilterContext:
    """Put filters one behind the other; the last of them."""
    last = start
    for one in filters:
        added = graph.add(one.name, one.args)
        last.link_to(added)
        last = added
    return last


def run(graph: Graph, taps: list[Tap], end: FilterContext) -> Iterator[AudioFrame]:
    """Every frame that leaves a graph; whichever source is behind is read next."""
    sink = chained(graph, end, Filter("abuffersink"))
    graph.configure()
    while True:
        try:
            frame = sink.pull()
        except av.BlockingIOError:
            waiting = [tap for tap in taps if not tap.ended]
            min(waiting, key=lambda tap: tap.given_s).push()
        except av.EOFError:
            return
        else:
            assert isinstance(frame, AudioFrame)
            yield frame


def filtered(frames: Iterable[AudioFrame], *filters: Filter) -> Iterator[AudioFrame]:
    """Send sound through filters, one behind the other."""
    graph = Graph()
    tap = Tap(graph, frames)
    return run(graph, [tap], chained(graph, tap.context, *filters))


def silence(samples: int, spec: AudioSpec) -> Iterator[AudioFrame]:
    """That many samples a channel of nothing to hear."""
    most = int(spec.rate_hz * PUSH_S)
    for at in range(0, samples, most):
        nothing = np.zeros((spec.channels, min(most, samples - at)), np.float32)
        frame = AudioFrame.from_ndarray(nothing, "fltp", "stereo")
        frame.sample_rate, frame.pts = spec.rate_hz, at
        yield frame


def write_aac(frames: Iterable[AudioFrame], path: Path, spec: AudioSpec) -> None:
    """Encode sound into an `.m4a` that lasts as long, to the sample.

    Args:
        frames: Of the rate and channels of `spec`.
        path: The file to write.
        spec: Form of the sound.

    Raises:
        NotWritten: the disk does not take it.
    """
    try:
        options = {"fflags": "+bitexact", "movie_timescale": str(spec.rate_hz)}
        with av.open(f"file:{path}", "w", format="ipod", options=options) as file:
            stream = file.add_stream(spec.codec, rate=spec.rate_hz, options=dict(AAC_OPTIONS))
            assert isinstance(stream, AudioStream)
            stream.codec_context.layout = "stereo"
            stream.bit_rate = spec.bitrate_bps
            for frame in frames:
                file.mux(stream.encode(frame))
            file.mux(stream.encode(None))
    except (av.FFmpegError, OSError) as error:
        raise NotWritten(path=str(path), problem=str(error)) from error


#: How AAC is searched for at a bitrate that leaves it room. Measured on ten minutes of narration
#: at 192 kb/s: 4 s instead of 8.5 s.
AAC_OPTIONS = {"aac_coder": "fast", "aac_ms": "0", "aac_is": "0", "aac_pns": "0", "aac_tns": "0"}
