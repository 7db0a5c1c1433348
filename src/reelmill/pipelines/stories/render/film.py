"""A story's sounds, clips and text -> the finished film, each part of it decoded once."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from reelmill.media.frames import frame_at, poster
from reelmill.media.geometry import Size
from reelmill.media.proof import Report, decoded_sound, prove
from reelmill.media.relay import copied
from reelmill.media.tools import Tools
from reelmill.media.verify import Verified
from reelmill.pipelines.stories.render.mezzanine import Form, mezzanine_name
from reelmill.pipelines.stories.render.mix import MixAsked, mix
from reelmill.pipelines.stories.spec import StorySpec


@dataclass(frozen=True, kw_only=True)
class Files:
    """What a film is made of, on this machine; only read."""

    voice: Path
    """Narration."""

    music: Path | None
    """Music under it, if any."""

    mezzanines: Mapping[str, Path]
    """Conformed clips by their names; each that the story shows."""

    texts: tuple[Path, ...]
    """Text of the chapter, in order."""


@dataclass(frozen=True, kw_only=True)
class Film:
    """A finished film, in the caller's folder."""

    video: Path
    """MP4; its index comes first."""

    captions: Path | None
    """WebVTT; None where there is no text, or none that fits the voice."""

    poster: Path
    """JPEG of a picture near the middle."""

    size: Size
    """Of the video, in pixels."""

    poster_size: Size
    """Of the poster, in pixels."""

    frames: int
    """Frames whose packets are those that were decoded."""

    duration_s: float
    """Seconds that they last."""

    size_bytes: int
    """Size of the video."""

    loudness_lufs: float
    """Integrated, measured in the decoded sound."""

    true_peak_dbtp: float
    """Measured in the decoded sound."""

    joined: bool
    """Whether clips were joined as they are; else all of it was encoded anew."""

    commands: tuple[tuple[tuple[str, ...], float], ...]
    """What was run, each with the seconds that it took."""


def make_film(files: Files, spec: StorySpec, form: Form, folder: Path, tools: Tools) -> Film:
    """Mix the sound, join the clips under it, and prove every packet. In a child process.

    Args:
        files: What it is made of.
        spec: What is shown and heard.
        form: That of the clips.
        folder: Where all is written; the caller owns it.
        tools: What it is done with.

    Raises:
        PieceBroken: a clip must be conformed anew; `piece` is its file.
        NotAsPromised, Unlike: what was made is not what was asked.
        BadMedia: another leaf that says why a sound cannot be read.
    """
    sound = folder / "sound.m4a"
    with ThreadPoolExecutor(1) as beside:
        mixing = beside.submit(mix, files.voice, files.music, sound, mix_asked(spec), tools)
        pieces = [
            (files.mezzanines[mezzanine_name(piece, form)], piece.shown_frames)
            for piece in spec.pieces
        ]
        mixed = mixing.result()
    video = folder / "final.mp4"
    found = _joined(pieces, sound, video, form, tools)
    still = folder / "poster.jpg"
    return Film(
        video=video,
        captions=None,
        poster=still,
        size=found.size,
        poster_size=poster(frame_at(video, poster_s(pieces, form)), still),
        frames=found.frames,
        duration_s=found.duration_s,
        size_bytes=found.size_bytes,
        loudness_lufs=mixed.loudness_lufs,
        true_peak_dbtp=mixed.true_peak_dbtp,
        joined=True,
        commands=tuple(tools.ran),
    )


def mix_asked(spec: StorySpec) -> MixAsked:
    """The sound that a story has."""
    return MixAsked(
        frames=spec.frames,
        rate=spec.render.frame_rate,
        voice_lufs=spec.voice.loudness_lufs,
        music_lufs=spec.music.loudness_lufs if spec.music else None,
        ducking=spec.render.ducking,
        loudness_lufs=spec.render.loudness_lufs,
        true_peak_dbtp=spec.render.true_peak_dbtp,
    )


def _joined(
    pieces: Sequence[tuple[Path, int]], sound: Path, video: Path, form: Form, tools: Tools
) -> Verified:
    """Copy all packets into one file, read it again, and hold each against what was decoded."""

    def reached(stage: str, message: str) -> Report:
        return lambda done, total: tools.tell(stage, done, total, message)

    known = copied(pieces, sound, video, form.profile, on_progress=reached("join", "joining clips"))
    return prove(
        video,
        form.profile,
        pictures=known,
        sounds=decoded_sound(sound, form.profile),
        on_progress=reached("verify", "proving the video"),
    )


def poster_s(pieces: Sequence[tuple[Path, int]], form: Form) -> float:
    """Seconds at which the key frame before the middle is shown, which is decoded at once."""
    ends = list(accumulate(frames for _, frames in pieces))
    middle, gop = ends[-1] // 2, form.profile.gop_frames
    begins = max((end for end in ends if end <= middle), default=0)
    return (begins + (middle - begins) // gop * gop) / form.rate
