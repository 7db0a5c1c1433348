"""How much of the time is a menu open?"""

from collections.abc import Callable
from enum import StrEnum
from itertools import groupby
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reelmill.errors import Unavailable
from reelmill.pipelines.captures.checks.check import Check
from reelmill.pipelines.captures.checks.lettering import lettering
from reelmill.pipelines.captures.checks.shots import Shot, shot
from reelmill.pipelines.captures.record import STRIDES, Record

#: Share of a frame that is rows of lettering, above which it shows a menu. Measured at 640x360:
#: real game and camera footage stays at 0.010 and below, 25 kinds of menus have 0.0128 and more.
MENU_LETTERING: Final = 0.012


class Kind(StrEnum):
    """What a frame shows."""

    MENU = "menu"
    GAMEPLAY = "gameplay"
    ERROR = "error"
    """Nobody can say: the one who was asked did not answer."""


class NobodyAnswers(Unavailable):
    """Nobody tells what the frames show; asked again by the next run."""


#: Frames of one series, `(n, 3, height, width)` uint8 RGB -> what each of them shows.
Classifier = Callable[[NDArray[np.uint8]], tuple[Kind, ...]]


class MenuFigures(NamedTuple):
    """What the frames show."""

    video_menu_percent: float | None
    """Share of the frames that show a menu, 0 to 1; frames that nobody can judge left out."""

    menu_run_frames: int | None
    """Most frames with a menu, one after the other in a series."""

    menu_error_frames: int
    """Frames that nobody could judge."""

    menu_stride_3: tuple[str, ...]
    """What the frames at every 3 s show."""

    menu_stride_30: tuple[str, ...]
    """What the frames at every 30 s show."""

    menu_stride_60: tuple[str, ...]
    """What the frames at every 60 s show."""

    menu_frame: str | None
    """The first frame that shows a menu."""


class MenuLimits(NamedTuple):
    """What is too much."""

    menu_percent_over: float = 0.1
    """Share above which a video is mostly menu. Source: the documented pipeline."""

    menu_run_least: float = 2.0
    """Frames with a menu, one after the other, that make a consecutive menu."""


class MenuVerdict(NamedTuple):
    """Whether it is too much."""

    is_video_mostly_menu: bool | None
    """None: no frame could be judged."""

    menu_flag_threshold: float
    """The share above which a video is mostly menu."""

    is_consecutive_menu: bool | None
    """Whether neighbours in a series both show a menu."""


def by_lettering(frames: NDArray[np.uint8]) -> tuple[Kind, ...]:
    """Tell menus by their rows of lettering; needs nothing but the picture."""
    return tuple(
        Kind.MENU if share > MENU_LETTERING else Kind.GAMEPLAY for share in lettering(frames)
    )


def menu_check(classify: Classifier, version: str) -> Check:
    """The check, with somebody who tells menus from gameplay.

    Args:
        classify: Asked once for each series.
        version: Another one for whoever may answer differently.
    """
    return Check(
        name="menu",
        version=version,
        series=tuple(STRIDES),
        measure=lambda record: measure(record, classify),
        figures=MenuFigures,
        limits=MenuLimits(),
        judge=judge,
        verdicts=MenuVerdict,
        marks={
            "video_menu_percent": ("menu_percent_over",),
            "menu_run_frames": ("menu_run_least",),
        },
        frame="menu_frame",
        about="A menu is open for much of the time.",
    )


def measure(record: Record, classify: Classifier) -> MenuFigures:
    """Ask what the frames show; a moment that is in several series counts once.

    Raises:
        NobodyAnswers: not one of the frames could be judged.
    """
    kinds = {name: _kinds(record.frames(name), classify) for name in STRIDES}
    by_time = {
        Shot(name, index).at_s: kind
        for name in reversed(STRIDES)
        for index, kind in enumerate(kinds[name])
    }
    judged = [kind for kind in by_time.values() if kind is not Kind.ERROR]
    if by_time and not judged:
        raise NobodyAnswers(frames=len(by_time))
    three, thirty, sixty = kinds.values()
    return MenuFigures(
        judged.count(Kind.MENU) / len(judged) if judged else None,
        max(map(_longest, kinds.values())) if judged else None,
        len(by_time) - len(judged),
        three,
        thirty,
        sixty,
        next((shot(n, own.index(Kind.MENU)) for n, own in kinds.items() if Kind.MENU in own), None),
    )


def _kinds(frames: NDArray[np.uint8], classify: Classifier) -> tuple[Kind, ...]:
    return classify(frames) if frames.size else ()


def _longest(kinds: tuple[Kind, ...]) -> int:
    runs = (len(list(run)) for kind, run in groupby(kinds) if kind is Kind.MENU)
    return max(runs, default=0)


def judge(figures: MenuFigures, limits: MenuLimits) -> MenuVerdict:
    """Hold share and run against their limits."""
    percent, run = figures.video_menu_percent, figures.menu_run_frames
    return MenuVerdict(
        None if percent is None else percent > limits.menu_percent_over,
        limits.menu_percent_over,
        None if run is None else run >= limits.menu_run_least,
    )


#: The check that needs nobody else.
MENU: Final = menu_check(by_lettering, "1")
