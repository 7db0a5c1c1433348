"""A voice, music, one of them or none -> one track of AAC, measured after it was decoded."""

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Final

import structlog

from reelmill.errors import BadMedia
from reelmill.media.ahead import ahead
from reelmill.media.loudness import FLOOR_DB, SILENCE_LUFS, Loudness, measure_loudness
from reelmill.media.mixing import Mixture, mixed
from reelmill.media.profiles import AudioSpec
from reelmill.media.sound import decoded, silence, write_aac
from reelmill.media.tools import Tools

log = structlog.get_logger()

#: Form of the sound.
SOUND: Final = AudioSpec(bitrate_bps=192_000)

#: Level of music beside a voice of 1.0, after both were brought to the same loudness.
#: Source: specification, section 6.
MUSIC_LEVEL: Final = 0.25

#: Seconds over which music ends, where the track is long enough.
FADE_S: Final = 3.0

#: What a track may be off its loudness before it is made again, in LU.
LOUDNESS_SLACK_LU: Final = 0.3

#: What coding adds to the peaks of limited speech, in decibels.
CODING_DB: Final = 1.0

#: Most that a sound is turned up by, in decibels: what is quieter is noise.
MAX_GAIN_DB: Final = 50.0

#: Times that a track is made until its loudness and its peaks are right.
TRIES: Final = 6


class TooLoud(BadMedia):
    """The peaks of the sound cannot be brought down."""


@dataclass(frozen=True, kw_only=True)
class MixAsked:
    """What is wanted of a track."""

    frames: int
    """Frames of picture that it lasts as long as."""

    rate: int
    """Frames a second."""

    voice_lufs: float | None = None
    """Integrated loudness of the voice; None where there is none."""

    music_lufs: float | None = None
    """Integrated loudness of the music; None where there is none."""

    fade_in_frames: int = 0
    """Frames of picture over which all of it comes out of silence."""

    fade_out_frames: int = 0
    """Frames of picture over which all of it goes into silence at its end."""

    ducking: bool = True
    """Whether music gives way to speech."""

    loudness_lufs: float = -16.0
    """Integrated loudness of the track."""

    true_peak_dbtp: float = -1.5
    """Highest true peak of the track."""


@dataclass(frozen=True, kw_only=True)
class Mixed:
    """A track, measured after it was decoded."""

    loudness_lufs: float
    """Integrated loudness; -70 is silence."""

    true_peak_dbtp: float
    """Highest true peak."""

    samples: int
    """Samples a channel."""


def mix(voice: Path | None, music: Path | None, to: Path, asked: MixAsked, tools: Tools) -> Mixed:
    """Make the sound of a video: in AAC, exactly as long as its pictures.

    Args:
        voice: Narration, only read; None for none.
        music: Looped under it, or by itself; None for none.
        to: The `.m4a` to write.
        asked: What is wanted.
        tools: Who is told, and who may end it.

    Raises:
        TooLoud: its peaks cannot be brought down.
        BadMedia: a leaf that says why a file cannot be read.
    """
    how = first_mixture(asked, with_music=music is not None)
    if voice is None and music is None:
        write_aac(silence(how.samples, SOUND), to, SOUND)
        return Mixed(loudness_lufs=SILENCE_LUFS, true_peak_dbtp=FLOOR_DB, samples=how.samples)
    for number in range(TRIES):
        tools.tell("mix", number, 0, "mixing sound")
        write_aac(ahead(mixed(voice, music, how)), to, SOUND)
        found = measure_loudness(ahead(decoded(to)))
        if is_right(found, asked):
            break
        how = corrected(how, found, asked)
    else:
        _accept(found, asked)
    return Mixed(
        loudness_lufs=found.integrated_lufs,
        true_peak_dbtp=found.true_peak_dbtp,
        samples=how.samples,
    )


def first_mixture(asked: MixAsked, *, with_music: bool) -> Mixture:
    """What should be right, from what is known of both sounds."""

    def samples_of(frames: int) -> int:
        return int(Fraction(frames * SOUND.rate_hz, asked.rate))

    samples = samples_of(asked.frames)
    under_db = 0.0 if asked.voice_lufs is None else 20 * math.log10(MUSIC_LEVEL)
    return Mixture(
        samples=samples,
        voice_db=_gain(asked.voice_lufs, asked.loudness_lufs),
        music_db=_gain(asked.music_lufs, asked.loudness_lufs) + under_db if with_music else 0.0,
        ducking=asked.ducking,
        ceiling_db=asked.true_peak_dbtp - CODING_DB,
        fade_samples=min(int(FADE_S * SOUND.rate_hz), samples // 2),
        form=SOUND,
        rise_samples=samples_of(asked.fade_in_frames),
        fall_samples=samples_of(asked.fade_out_frames),
    )


def _gain(from_lufs: float | None, to_lufs: float) -> float:
    if from_lufs is None or from_lufs <= SILENCE_LUFS:
        return 0.0
    return min(MAX_GAIN_DB, to_lufs - from_lufs)


def is_right(found: Loudness, asked: MixAsked) -> bool:
    """Whether a track is what was asked; of one without a sound only the peaks are looked at."""
    off = abs(found.integrated_lufs - asked.loudness_lufs)
    silent = found.integrated_lufs <= SILENCE_LUFS
    return found.true_peak_dbtp <= asked.true_peak_dbtp and (silent or off <= LOUDNESS_SLACK_LU)


def _accept(found: Loudness, asked: MixAsked) -> None:
    """Take a track that no try made right, if it is only less loud than was asked; say so.

    Raises:
        TooLoud: its peaks are too high.
    """
    if found.true_peak_dbtp > asked.true_peak_dbtp:
        raise TooLoud(true_peak_dbtp=found.true_peak_dbtp, limit_dbtp=asked.true_peak_dbtp)
    log.warning(
        "sound is not as loud as asked",
        loudness_lufs=round(found.integrated_lufs, 1),
        asked_lufs=asked.loudness_lufs,
        tries=TRIES,
    )


def corrected(how: Mixture, found: Loudness, asked: MixAsked) -> Mixture:
    """What should be right, from what came of the last."""
    louder = asked.loudness_lufs - found.integrated_lufs
    if found.integrated_lufs <= SILENCE_LUFS:
        louder = 0.0
    return replace(
        how,
        voice_db=how.voice_db + louder,
        music_db=how.music_db + louder,
        ceiling_db=how.ceiling_db - max(0.0, found.true_peak_dbtp - asked.true_peak_dbtp + 0.1)
        if found.true_peak_dbtp > asked.true_peak_dbtp
        else how.ceiling_db,
    )
