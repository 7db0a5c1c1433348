"""Does the video have the shape of what was played?"""

from typing import Final, NamedTuple

from reelmill.pipelines.captures.checks.check import Check
from reelmill.pipelines.captures.checks.told import session_in, size_of
from reelmill.pipelines.captures.record import Record


class ShapeFigures(NamedTuple):
    """How large video and game are; None: nobody says."""

    video_width_px: int | None
    """Width of the video."""

    video_height_px: int | None
    """Height of the video."""

    game_width_px: int | None
    """Width of the window of the game."""

    game_height_px: int | None
    """Height of the window of the game."""


class ShapeLimits(NamedTuple):
    """What is another shape."""

    shape_gap_over: float = 0.02
    """Share by which width over height differ; even sides alone make up to 0.01."""


class ShapeVerdict(NamedTuple):
    """Whether it is another shape."""

    is_resolution_mismatch: bool | None
    """The video is stretched, or has bars: recorders scale the game, and keep its shape."""


def measure(record: Record) -> ShapeFigures:
    """Read both sizes."""
    video, game = size_of(record), session_in(record).game_resolution
    return ShapeFigures(*(video or (None, None)), *(game or (None, None)))


def judge(figures: ShapeFigures, limits: ShapeLimits) -> ShapeVerdict:
    """Compare width over height."""
    if None in figures or 0 in figures:
        return ShapeVerdict(None)
    width, height, game_width, game_height = (float(side or 0) for side in figures)
    gap = abs(width * game_height / (height * game_width) - 1)
    return ShapeVerdict(gap > limits.shape_gap_over)


#: The check.
SHAPE: Final = Check(
    name="shape",
    version="1",
    measure=measure,
    figures=ShapeFigures,
    limits=ShapeLimits(),
    judge=judge,
    verdicts=ShapeVerdict,
    about="The video has another shape than the game.",
)
