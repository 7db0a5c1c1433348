"""A story's sounds, clips and text -> the finished film, each part of it decoded once."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

from reelmill.media.captions import Below, burnt_in
from reelmill.media.cues import Cue
from reelmill.media.frames import frame_at, poster
from reelmill.media.geometry import Size
from reelmill.media.mix import MixAsked, mix
from reelmill.media.pieces import Part
from reelmill.media.relay import alike, copied
from reelmill.media.tools import Tools
from reelmill.media.verify import Verified, verify
from reelmill.pipelines.stories.render.captions import captions_of
from reelmill.pipelines.stories.render.mezzanine import Form, mezzanine_name
from reelmill.pipelines.stories.render.whole import encode_whole
from reelmill.pipelines.stories.spec import StorySpec
from reelmill.pipelines.stories.text import to_vtt


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
        NotAsPromised: what was made is not what was asked.
        BadMedia: another leaf that says why a sound cannot be read.
    """
    return _Making(files=files, spec=spec, form=form, folder=folder, tools=tools).film()


@dataclass(frozen=True, kw_only=True)
class _Making:
    """The making of one film."""

    files: Files
    spec: StorySpec
    form: Form
    folder: Path
    tools: Tools

    def film(self) -> Film:
        sound, video = self.folder / "sound.m4a", self.folder / "final.mp4"
        asked = mix_asked(self.spec)
        with ThreadPoolExecutor(1) as beside:
            mixing = beside.submit(
                mix, self.files.voice, self.files.music, sound, asked, self.tools
            )
            captions = self._captions()
            parts, joined = self._parts(self._drawn(captions))
            mixed = mixing.result()
        found = self._joined(parts, sound, video)
        still = self.folder / "poster.jpg"
        return Film(
            video=video,
            captions=None if captions is None else self._written(captions),
            poster=still,
            size=found.size,
            poster_size=poster(frame_at(video, poster_s(self.spec, self.form)), still),
            frames=found.frames,
            duration_s=found.duration_s,
            size_bytes=found.size_bytes,
            loudness_lufs=mixed.loudness_lufs,
            true_peak_dbtp=mixed.true_peak_dbtp,
            joined=joined,
            commands=tuple(self.tools.ran),
        )

    def _captions(self) -> tuple[Cue, ...] | None:
        texts = [path.read_text("utf-8", errors="replace") for path in self.files.texts]
        duration_s = self.spec.frames / self.spec.render.frame_rate
        return captions_of(texts, self.files.voice, duration_s) or None

    def _written(self, captions: tuple[Cue, ...]) -> Path:
        to = self.folder / "final.vtt"
        to.write_text(to_vtt(captions), "utf-8")
        return to

    def _drawn(self, captions: tuple[Cue, ...] | None) -> str:
        """Filters that draw captions over the picture, where that is asked; empty elsewhere."""
        if captions is None or not self.spec.render.burn_captions:
            return ""
        below = Below(size=self.form.size, rate=Fraction(self.form.rate), frames=self.spec.frames)
        return burnt_in(captions, below, self.folder)

    def _parts(self, drawn: str) -> tuple[list[Part], bool]:
        """What is joined: the clips as they are, or all of them encoded as one."""
        files = self.files.mezzanines
        parts = [
            Part(files[mezzanine_name(piece, self.form)], piece.shown_frames)
            for piece in self.spec.pieces
        ]
        if not drawn and alike({part.path for part in parts}):
            return parts, True
        whole = encode_whole(parts, self.folder / "whole.mp4", self.form, drawn, self.tools)
        return [Part(whole, self.spec.frames)], False

    def _joined(self, parts: Sequence[Part], sound: Path, video: Path) -> Verified:
        """Copy all packets into one file, read it again, hold each against what was decoded."""
        profile = self.form.profile
        decoded = copied(
            parts, sound, video, profile, on_progress=self._told("join", "joining clips")
        )
        return verify(
            video,
            profile,
            frames=self.spec.frames,
            decoded=decoded,
            on_progress=self._told("verify", "proving the video"),
        )

    def _told(self, stage: str, message: str) -> Callable[[int, int], None]:
        return lambda done, total: self.tools.tell(stage, done, total, message)


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


def poster_s(spec: StorySpec, form: Form) -> float:
    """Seconds at which the key frame before the middle is shown, which is decoded at once."""
    ends = list(accumulate(piece.shown_frames for piece in spec.pieces))
    middle, gop = spec.frames // 2, form.profile.gop_frames
    begins = max((end for end in ends if end <= middle), default=0)
    return (begins + (middle - begins) // gop * gop) / form.rate
