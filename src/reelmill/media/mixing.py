"""A voice and music -> one stream of sound: music looped, giving way to speech, faded out."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from av.audio.frame import AudioFrame
from av.filter import Graph
from av.filter.context import FilterContext

from reelmill.media.info import NothingToPlay
from reelmill.media.profiles import AudioSpec
from reelmill.media.sound import IN_FULL, Filter, Tap, chained, decoded, run

#: Seconds of music up to which its samples are kept and not decoded again for each round.
KEPT_S = 60.0

#: Music gives way when the voice is above the threshold, by all but one part in `RATIO` of what
#: is above it: about 9 dB under speech at -16 LUFS. It gives way within a syllable and comes back
#: within a breath; the knee hides both.
DUCKING = "threshold=0.02:ratio=3:attack=20:release=400:knee=6:detection=rms:link=average"

#: Frames of AAC that are handed over together: each hand-over costs as much as the work on one.
FRAMES_AT_ONCE = 24

#: A limiter that looks ahead, does not turn up what is left, and delays nothing.
LIMITER = "attack=5:release=60:level=0:latency=1"


@dataclass(frozen=True, kw_only=True)
class Mixture:
    """How two sounds become one."""

    samples: int
    """Samples a channel of the result; a voice that is shorter is followed by silence."""

    voice_db: float
    """What the voice is turned up by, in decibels."""

    music_db: float
    """What the music is turned up by, in decibels."""

    ducking: bool
    """Whether music gives way to speech."""

    ceiling_db: float
    """Level that no sample is above, in decibels of full scale."""

    fade_samples: int
    """Samples over which the music ends; 1 at least."""

    form: AudioSpec
    """Rate and channels of the result."""

    rise_samples: int = 0
    """Samples over which the whole comes out of silence."""

    fall_samples: int = 0
    """Samples over which the whole goes into silence at its end."""


def mixed(voice: Path | None, music: Path | None, how: Mixture) -> Iterator[AudioFrame]:
    """Mix, while it is read. There is a voice, or music, or both.

    Raises:
        NothingToPlay: a file without a single sample.
        BadMedia: another leaf that says why a file cannot be read.
    """
    graph = Graph()
    # The same samples whatever the machine.
    graph.threads = 1
    taps, ends = [], []
    if voice is not None:
        taps.append(Tap(graph, decoded(voice)))
        ends.append(_voice(graph, taps[-1], how))
    if music is not None:
        taps.append(Tap(graph, looped(music)))
        ends.append(_music(graph, taps[-1], how))
    end = _over(graph, ends[0], ends[1], how) if voice and music else ends[0]
    return run(graph, taps, chained(graph, end, *_finish(how)))


def _voice(graph: Graph, tap: Tap, how: Mixture) -> FilterContext:
    return chained(graph, tap.context, *_at(how.voice_db, how), Filter("apad"))


def _music(graph: Graph, tap: Tap, how: Mixture) -> FilterContext:
    fades_at = how.samples - how.fade_samples
    fade = Filter("afade", f"type=out:start_sample={fades_at}:nb_samples={how.fade_samples}")
    return chained(graph, tap.context, *_at(how.music_db, how), fade)


def _at(gain_db: float, how: Mixture) -> tuple[Filter, ...]:
    return (
        Filter("aresample", str(how.form.rate_hz)),
        IN_FULL,
        Filter("volume", f"{gain_db:.3f}dB:precision=double"),
    )


def _over(graph: Graph, voice: FilterContext, music: FilterContext, how: Mixture) -> FilterContext:
    mix = graph.add("amix", "inputs=2:normalize=0:duration=first")
    if not how.ducking:
        voice.link_to(mix, 0, 0)
        music.link_to(mix, 0, 1)
        return mix
    split = chained(graph, voice, Filter("asplit", "2"))
    ducked = graph.add("sidechaincompress", DUCKING)
    music.link_to(ducked, 0, 0)
    split.link_to(ducked, 1, 1)
    split.link_to(mix, 0, 0)
    ducked.link_to(mix, 0, 1)
    return mix


def _finish(how: Mixture) -> tuple[Filter, ...]:
    return (
        Filter("atrim", f"end_sample={how.samples}"),
        Filter("alimiter", f"limit={how.ceiling_db:.3f}dB:{LIMITER}"),
        # The limiter's last frame is as long as its look ahead.
        Filter("atrim", f"end_sample={how.samples}"),
        *_faded(how),
        Filter("aformat", "sample_fmts=fltp:channel_layouts=stereo"),
        Filter("asetnsamples", f"n={FRAMES_AT_ONCE * how.form.frame_samples}:p=0"),
    )


def _faded(how: Mixture) -> Iterator[Filter]:
    if how.rise_samples:
        yield Filter("afade", f"type=in:start_sample=0:nb_samples={how.rise_samples}")
    if how.fall_samples:
        falls_at = how.samples - how.fall_samples
        yield Filter("afade", f"type=out:start_sample={falls_at}:nb_samples={how.fall_samples}")


def looped(path: Path) -> Iterator[AudioFrame]:
    """The sound of a file, again and again without an end.

    Raises:
        NothingToPlay: there is not a single sample.
    """
    kept: list[AudioFrame] = []
    seconds = 0.0
    for frame in decoded(path):
        seconds += frame.samples / frame.sample_rate
        if seconds <= KEPT_S:
            kept.append(frame)
        yield frame
    if not seconds:
        raise NothingToPlay(wanted="music")
    while True:
        yield from kept if seconds <= KEPT_S else decoded(path)
