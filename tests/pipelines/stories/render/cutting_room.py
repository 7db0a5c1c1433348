"""Clips whose frames carry their numbers, conformed and joined at the size of a stamp."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from tests.media.coded import Coded, draw

from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.geometry import Size
from reelmill.media.tools import Tools
from reelmill.pipelines.stories.render.conform import Look, conform
from reelmill.pipelines.stories.render.film import Files
from reelmill.pipelines.stories.render.mezzanine import Form, mezzanine_name
from reelmill.pipelines.stories.spec import Piece, Render, Sound, StorySpec
from reelmill.units import StoreKey

#: Size and rate of everything here unless told.
SMALL = Size(320, 180)
FORM = Form(size=SMALL, rate=30)

#: Samples a second of what is spoken and played.
RATE_HZ = 48_000


def quiet_tools(ffmpeg: Ffmpeg) -> Tools:
    return Tools(ffmpeg=ffmpeg, tell=lambda *_: None)


def piece_of(frames: int, shown: int | None = None, name: str = "a") -> Piece:
    shown_frames = frames if shown is None else shown
    return Piece(key=StoreKey(name), sha256=name, frames=frames, shown_frames=shown_frames)


def write_tone(path: Path, seconds: float, hertz: float = 220.0) -> Path:
    """A voice, or music: a tone that swells and fades twice a second."""
    at = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    tone = 0.2 * np.sin(2 * np.pi * hertz * at) * (1 + np.sin(4 * np.pi * at)) / 2
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libmp3lame", rate=RATE_HZ, layout="mono")
        for start in range(0, len(tone), 1152):
            part = tone[None, start : start + 1152].astype(np.float32)
            frame = av.AudioFrame.from_ndarray(part, format="fltp", layout="mono")
            frame.sample_rate, frame.pts = RATE_HZ, start
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


@dataclass(frozen=True)
class Story:
    """What `make_film` is given."""

    files: Files
    spec: StorySpec


def story_of(
    folder: Path,
    clips: Sequence[tuple[int, int]],
    ffmpeg: Ffmpeg,
    *,
    form: Form = FORM,
    texts: tuple[Path, ...] = (),
    **render: object,
) -> Story:
    """A story of clips, each with its frames and how many of them are shown."""
    known, pieces = {}, []
    for number, (frames, shown) in enumerate(clips):
        piece = piece_of(frames, shown, name=f"clip-{number}")
        name = mezzanine_name(piece, form)
        # A ground of its own, so that nobody takes a frame of one clip for another's.
        what = Coded(frames=frames, rate=Fraction(30), colour=(60 + 20 * number, 128, 128))
        source = draw(folder / f"clip-{number}.mp4", what)
        known[name] = folder / f"{name}.mp4"
        conform(source, piece, known[name], Look(form=form), quiet_tools(ffmpeg))
        pieces.append(piece)
    seconds = sum(shown for _, shown in clips) / form.rate
    return Story(
        files=Files(
            voice=write_tone(folder / "voice.mp3", seconds),
            music=write_tone(folder / "music.mp3", 0.7, hertz=440.0),
            mezzanines=known,
            texts=texts,
        ),
        spec=StorySpec(
            task_id="t",
            category="sea",
            story_name="tide",
            voice=sound("voice", seconds, -22.0),
            music=sound("music", 0.7, -22.0),
            pieces=tuple(pieces),
            seed=1,
            render=Render(resolution="x".join(map(str, form.size)), frame_rate=form.rate, **render),
        ),
    )


def sound(name: str, duration_s: float, loudness_lufs: float) -> Sound:
    return Sound(
        key=StoreKey(name), sha256=name, duration_s=duration_s, loudness_lufs=loudness_lufs
    )
