"""Every kind of capture that is met, sound and unsound, and what is true of each. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import Final

from reelmill.media.geometry import Size
from reelmill.pipelines.captures.samples import archive, spoiled
from reelmill.pipelines.captures.samples.archive import Member, as_they_are
from reelmill.pipelines.captures.samples.documents import Recorder
from reelmill.pipelines.captures.samples.labels import Outcome
from reelmill.pipelines.captures.samples.menus import menu
from reelmill.pipelines.captures.samples.playing import Device
from reelmill.pipelines.captures.samples.scenes import Scene
from reelmill.pipelines.captures.samples.tapes import ADVENTURE, PUZZLE, Tape, played

#: When the first capture of the present recorder was made, and the first of the older ones.
NOW, ONCE = (
    datetime(2025, 9, 17, 14, 59, 42, tzinfo=UTC),
    datetime(2025, 8, 21, 19, 3, 7, tzinfo=UTC),
)

Packing = Callable[[Sequence[Member], Random], Sequence[Member]]
"""The members as they should be -> as they are."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of TAR."""

    name: str
    """One or two words."""

    about: str
    """A few words for people."""

    tapes: tuple[Tape, ...] = (Tape(),)
    """What is in it; more than one make a legacy bundle."""

    packing: Packing = as_they_are
    """What was done to its members."""

    share: float = 1.0
    """How much of the file is there."""

    outcome: Outcome = Outcome.RECORDS
    """What becomes of it."""

    since: datetime = NOW
    """When the first of its kind was made."""


def spoilt(spoil: Callable[..., Scene], *args: float) -> Callable[[Tape, int, Size], Scene]:
    """The game of a recording, spoilt by something."""
    return lambda tape, seed, size: spoil(played(tape, seed, size), *args)


def _menu(_tape: Tape, seed: int, size: Size) -> Scene:
    return menu(seed, size)


_DARK: Final = Tape(flags=("is_video_mostly_dark",), scene=spoilt(spoiled.dimmed, 0.06))
_BARS: Final = partial(Tape, flags=("is_dpi_scale_issue",))
_MENU: Final = Tape(flags=("is_video_mostly_menu", "is_consecutive_menu"), scene=_menu)
_PAD: Final = Tape(game=ADVENTURE, device=Device.CONTROLLER)
_LEGACY: Final = ("is_video_legacy_aug28",)
_FIRST: Final = partial(Tape, recorder=Recorder.FIRST, python_lists=True, named_by_time=True)

#: All kinds, in the order in which a set has them.
KINDS: Final[tuple[Kind, ...]] = (
    Kind(name="keyboard", about="sound, first person, keyboard and mouse"),
    Kind(name="controller", about="sound, third person, a gamepad", tapes=(_PAD,)),
    Kind(
        name="obs",
        about="sound, a video named by its time, the recorder before the present one",
        tapes=(Tape(recorder=Recorder.PYTHON, named_by_time=True),),
    ),
    Kind(name="puzzle", about="sound, a game that is in no table", tapes=(Tape(game=PUZZLE),)),
    Kind(
        name="python-lists",
        about="legacy, inputs as lists of Python with times of a process's clock",
        tapes=(_FIRST(flags=_LEGACY),),
        since=ONCE,
    ),
    Kind(
        name="integer-times",
        about="legacy, times of inputs without fractions",
        tapes=(Tape(recorder=Recorder.PYTHON, integers=True, named_by_time=True, flags=_LEGACY),),
        since=ONCE,
    ),
    Kind(
        name="bundle",
        about="legacy, three recordings in one TAR, the first two of them unusable",
        tapes=(
            _FIRST(flags=(*_LEGACY, *_DARK.flags), scene=_DARK.scene),
            _FIRST(flags=(*_LEGACY, "is_dpi_scale_issue"), scene=spoilt(spoiled.cornered, 0.75)),
            _FIRST(flags=_LEGACY, length_s=34.0),
        ),
        since=ONCE,
    ),
    Kind(name="dark", about="a screen on which nothing can be seen", tapes=(_DARK,)),
    Kind(
        name="night",
        about="sound, a game that plays at night",
        tapes=(Tape(scene=spoilt(spoiled.dimmed, 0.32)),),
    ),
    Kind(
        name="letterboxed",
        about="black bars above and below",
        tapes=(_BARS(scene=spoilt(spoiled.letterboxed, 0.125)),),
    ),
    Kind(
        name="pillarboxed",
        about="black bars on both sides",
        tapes=(_BARS(scene=spoilt(spoiled.pillarboxed, 0.125)),),
    ),
    Kind(
        name="cornered",
        about="the picture in the upper left of a larger canvas, two thirds of it",
        tapes=(_BARS(scene=spoilt(spoiled.cornered, 2 / 3)),),
    ),
    Kind(
        name="cornered-little",
        about="the picture in the upper left of a larger canvas, four fifths of it",
        tapes=(_BARS(game=ADVENTURE, scene=spoilt(spoiled.cornered, 0.8)),),
    ),
    Kind(
        name="frozen",
        about="a picture that stands still after some seconds",
        tapes=(Tape(flags=("is_video_frozen",), scene=spoilt(spoiled.frozen, 4.0)),),
    ),
    Kind(name="menu", about="nothing but a menu", tapes=(_MENU,)),
    Kind(
        name="slow",
        about="half the frames a second",
        tapes=(Tape(flags=("is_video_low_fps",), pace=0.5),),
    ),
    Kind(
        name="misshapen",
        about="a window of another shape than the video",
        tapes=(Tape(flags=("is_resolution_mismatch",), game_resolution=Size(1024, 768)),),
    ),
    Kind(
        name="glimpse",
        about="two seconds: not one frame can be sampled",
        tapes=(Tape(flags=("is_video_too_short",), length_s=2.0),),
    ),
    Kind(
        name="short",
        about="shorter than recorders send",
        tapes=(Tape(flags=("is_video_too_short",), length_s=12.0),),
    ),
    Kind(
        name="brief",
        about="sound, less than thirty seconds",
        tapes=(Tape(length_s=25.0, device=Device.CONTROLLER),),
    ),
    Kind(
        name="long",
        about="longer than recorders send",
        # A picture for each of the frames that are sampled: more would only take time.
        tapes=(Tape(flags=("is_video_too_long",), length_s=905.0, motion=1 / 3),),
    ),
    Kind(
        name="unsynchronised",
        about="inputs of little more than half the video",
        tapes=(Tape(flags=("is_inputs_out_of_sync",), stretch=0.6),),
    ),
    Kind(name="idle", about="nobody plays", tapes=(Tape(device=Device.NOTHING),)),
    Kind(
        name="no-inputs",
        about="no inputs.csv",
        tapes=(Tape(flags=("is_csv_missing",)),),
        packing=archive.without_inputs,
    ),
    Kind(
        name="spoilt-rows",
        about="rows of inputs of which nothing can be made",
        tapes=(Tape(flags=("is_csv_corrupt",), corrupt_rows=9),),
    ),
    Kind(
        name="traps",
        about="links, devices and names that climb, beside a sound recording",
        packing=archive.with_traps,
        outcome=Outcome.FAILED,
    ),
    Kind(
        name="link",
        about="a link instead of the video",
        packing=archive.video_as_a_link,
        outcome=Outcome.FAILED,
    ),
    Kind(
        name="noise",
        about="a video that nobody can read",
        packing=archive.video_of_noise,
        outcome=Outcome.FAILED,
    ),
    Kind(
        name="hollow",
        about="a video of no bytes",
        packing=archive.video_of_nothing,
        outcome=Outcome.FAILED,
    ),
    Kind(
        name="no-video",
        about="inputs and metadata alone",
        packing=archive.without_video,
        outcome=Outcome.FAILED,
    ),
    Kind(name="truncated", about="the first half of a TAR", share=0.5, outcome=Outcome.FAILED),
    Kind(name="empty", about="a TAR of no bytes", share=0.0, outcome=Outcome.SKIPPED),
)
