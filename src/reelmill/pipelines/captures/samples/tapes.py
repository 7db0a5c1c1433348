"""A kind of recording and a seed -> its video and its documents, and what is true of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Final, NamedTuple
from uuid import UUID

from reelmill.media.encode import encode_held
from reelmill.media.geometry import Size
from reelmill.media.profiles import Profile
from reelmill.media.raster import Held
from reelmill.pipelines.captures.samples.documents import (
    Recorder,
    Taping,
    inputs,
    metadata,
    python_inputs,
    spoiled,
)
from reelmill.pipelines.captures.samples.playing import Device, play
from reelmill.pipelines.captures.samples.scenes import Scene, gameplay

#: Seconds between two key frames. Source: OBS writes one every 250 frames.
GOP_S: Final = Fraction(4)

#: Quantiser of the videos; recorders aim at 2 Mbit/s.
QP: Final = 26


#: Bits a second below which a recording is not sound, as small ones are. Source: the recorder.
LEAST_BPS: Final = 500_000

#: What the present recorder writes.
RECORDED_SIZE: Final = Size(1280, 720)


@dataclass(frozen=True, kw_only=True)
class Form:
    """How large and how long captures are."""

    size: Size = RECORDED_SIZE
    """Width and height of the videos."""

    fps: int = 60
    """Frames a second. Source: the recorder."""

    length_s: float = 48.0
    """Seconds of a capture whose kind says nothing else."""

    motion: float = 2.0
    """Different pictures a second; each is held until the next, which costs next to nothing."""


class Game(NamedTuple):
    """A program that is recorded."""

    exe: str
    """Its name."""

    flag: str = ""
    """What the view of it makes true."""

    third_person: bool = False
    """Whether one sees who is played."""


SHOOTER, ADVENTURE, PUZZLE = (
    Game("cs2.exe", "is_video_first_person"),
    Game("eldenring.exe", "is_video_third_person", third_person=True),
    Game("blocks.exe"),
)


def played(tape: "Tape", seed: int, size: Size) -> Scene:
    """The game of a recording, as it is meant to look."""
    return gameplay(seed, size, third_person=tape.game.third_person)


@dataclass(frozen=True, kw_only=True)
class Tape:
    """One kind of recording."""

    flags: tuple[str, ...] = ()
    """What is wrong with it, by columns of the manifest."""

    scene: Callable[["Tape", int, Size], Scene] = played
    """What is seen."""

    game: Game = SHOOTER
    """What is played."""

    device: Device = Device.KBM
    """What is played with."""

    recorder: Recorder = Recorder.RUST
    """Who wrote the documents."""

    named_by_time: bool = False
    """Whether the video is named as OBS does."""

    length_s: float | None = None
    """Seconds; None: as the form has it."""

    pace: float = 1.0
    """Frames a second, in parts of what the form has."""

    motion: float | None = None
    """Different pictures a second; None: as the form has it."""

    game_resolution: Size | None = None
    """Size of the window; None: that of the video."""

    python_lists: bool = False
    """Whether inputs are written as the first recorders did."""

    integers: bool = False
    """Whether times in the inputs have lost their fractions."""

    corrupt_rows: int = 0
    """Rows of the inputs of which nothing can be made."""

    stretch: float = 1.0
    """How long the inputs last, in parts of the video."""


class Taped(NamedTuple):
    """One recording, made."""

    video_id: str
    """Stem of the video's name."""

    video: Path
    """The video."""

    inputs: bytes
    """Its `inputs.csv`."""

    metadata: bytes
    """Its `metadata.json`."""

    flags: tuple[str, ...]
    """What is true of it, in order."""

    duration_s: float
    """Seconds of the video."""


class Filmed(NamedTuple):
    """A video that is there."""

    video: Path
    """The file."""

    size: Size
    """Width and height."""

    rate: Fraction
    """Frames a second."""

    duration_s: float
    """Seconds."""


def record(tape: Tape, form: Form, started: datetime, dice: Random, video: Path) -> Taped:
    """Record, with a video in the file `video`."""
    duration_s = form.length_s if tape.length_s is None else tape.length_s
    rate = Fraction(form.fps) * Fraction(tape.pace)
    scene = tape.scene(tape, dice.getrandbits(32), form.size)
    profile = Profile(name="capture", size=form.size, rate=rate, gop_s=GOP_S, qp=QP)
    motion = form.motion if tape.motion is None else tape.motion
    made = encode_held(_pictures(scene, duration_s, rate, motion), video, profile)
    return documented(tape, Filmed(video, form.size, rate, made.duration_s), started, dice)


def documented(tape: Tape, filmed: Filmed, started: datetime, dice: Random) -> Taped:
    """Write the documents of a recording whose video is there."""
    taping = Taping(
        session_id=UUID(int=dice.getrandbits(128), version=4),
        device=tape.device,
        game_exe=tape.game.exe,
        game_resolution=tape.game_resolution or filmed.size,
        started=started,
        duration_s=filmed.duration_s,
        fps=float(filmed.rate),
        done=play(tape.device, filmed.duration_s * tape.stretch, dice),
    )
    return Taped(
        video_id=f"{started:%Y-%m-%d %H-%M-%S}" if tape.named_by_time else "recording",
        video=filmed.video,
        inputs=_inputs(tape, taping, dice),
        metadata=metadata(taping, tape.recorder),
        flags=tuple(sorted(_flags(tape, filmed))),
        duration_s=filmed.duration_s,
    )


def _pictures(scene: Scene, duration_s: float, rate: Fraction, motion: float) -> Iterator[Held]:
    frames = max(1, round(duration_s * rate))
    step = max(1, round(float(rate) / motion))
    for first in range(0, frames, step):
        yield Held(scene(float(first / rate)), min(step, frames - first))


def _inputs(tape: Tape, taping: Taping, dice: Random) -> bytes:
    if tape.python_lists:
        return python_inputs(taping, clock_s=dice.uniform(10, 90_000))
    rows = inputs(taping, integers=tape.integers)
    return spoiled(rows, tape.corrupt_rows, dice) if tape.corrupt_rows else rows


_BY_DEVICE: Final = {
    Device.KBM: "is_video_kbm",
    Device.CONTROLLER: "is_video_controller",
    Device.NOTHING: "is_inputs_idle",
}


def _flags(tape: Tape, filmed: Filmed) -> Iterator[str]:
    """What is true of a recording beside what is wrong with it."""
    yield from tape.flags
    if filmed.video.stat().st_size * 8 < LEAST_BPS * filmed.duration_s:
        yield "is_video_low_bitrate"
    yield _BY_DEVICE[tape.device]
    if tape.game.flag and tape.recorder is Recorder.RUST:
        yield tape.game.flag
