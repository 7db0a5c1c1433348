"""What was recorded, when, and through whose eyes is it seen?"""

from typing import Final, NamedTuple

from reelmill.pipelines.captures.checks.check import Check, Nothing
from reelmill.pipelines.captures.checks.games import View, game_of
from reelmill.pipelines.captures.checks.told import began_s_of, session_in
from reelmill.pipelines.captures.record import Record


class LegacyFigures(NamedTuple):
    """When it was recorded."""

    recorded_at_s: float | None
    """When it began, seconds since 1970."""


class LegacyLimits(NamedTuple):
    """What is old."""

    legacy_before_s: float = 1_756_339_200.0
    """Seconds since 1970: the start of 2025-08-28 in UTC; recorders before it wrote bad times."""


class LegacyVerdict(NamedTuple):
    """Whether it is old."""

    is_video_legacy_aug28: bool | None
    """Recorded until 2025-08-27; None: nobody says when."""


class ViewFigures(NamedTuple):
    """What is played."""

    game_exe: str | None
    """The program, as the recorder names it."""

    game_title: str | None
    """The game; None when nobody knows the program."""

    game_view: str | None
    """`first_person`, `third_person`, or `either`."""


class ViewVerdict(NamedTuple):
    """Whose eyes; None for games that nobody knows, and for those that offer both."""

    is_video_first_person: bool | None
    """Those of the one who is played."""

    is_video_third_person: bool | None
    """Those of a camera behind."""


def began(record: Record) -> LegacyFigures:
    """Read when it was recorded."""
    return LegacyFigures(began_s_of(record))


def judge_legacy(figures: LegacyFigures, limits: LegacyLimits) -> LegacyVerdict:
    """Hold the moment against the limit."""
    at_s = figures.recorded_at_s
    return LegacyVerdict(None if at_s is None else at_s < limits.legacy_before_s)


def played(record: Record) -> ViewFigures:
    """Look the program up."""
    exe = session_in(record).game_exe
    game = game_of(exe)
    return ViewFigures(exe, game.title if game else None, game.view.value if game else None)


def judge_view(figures: ViewFigures, _: Nothing) -> ViewVerdict:
    """Only what is certain."""
    if figures.game_view in {None, View.EITHER}:
        return ViewVerdict(None, None)
    return ViewVerdict(figures.game_view == View.FIRST, figures.game_view == View.THIRD)


#: The checks.
LEGACY: Final = Check(
    name="legacy",
    version="1",
    measure=began,
    figures=LegacyFigures,
    limits=LegacyLimits(),
    judge=judge_legacy,
    verdicts=LegacyVerdict,
    marks={"recorded_at_s": ("legacy_before_s",)},
    about="Recorded before 28 August 2025, when recorders wrote bad times.",
)
VIEW: Final = Check(
    name="view",
    version="1",
    measure=played,
    figures=ViewFigures,
    judge=judge_view,
    verdicts=ViewVerdict,
    finds_faults=False,
    about="Through whose eyes the game is seen, by its program.",
)
