"""What lies on a cell -> its small picture, drawn once and kept.

The middle of each tile has one flat colour, so that a board can be read back from a video.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from reelmill.media.raster import Yuv420, planes_of
from reelmill.media.shapes import Mask, Point, capsule, disc, oval
from reelmill.pipelines.replays.game import STEPS, Direction
from reelmill.pipelines.replays.render import palette as colors
from reelmill.pipelines.replays.render.palette import (
    FADES,
    Palette,
    Rgb,
    SnakeColors,
    Surface,
    mix,
    palette,
    rgb,
)
from reelmill.pipelines.replays.spec import Theme

#: Half the width of a snake at its tip, at the borders of its last cells, and further on, in
#: parts of a cell.
TIP = 0.17
BORDERS = (0.25, 0.32, 0.37, 0.40)

#: Cells smaller than this have no outlines and eyes further out, in pixels.
SMALL = 16

#: Points of the star that marks a crash.
POINTS = 9


class Body(NamedTuple):
    """A cell of a snake behind its head."""

    player: int
    """Whose, as place in the list of players."""

    alive: bool
    """Whether the snake lives."""

    ahead: Direction | None
    """Where the next cell towards the head lies; None when it is not beside this one."""

    behind: Direction | None
    """Where the next cell towards the tail lies; None for the last one."""

    from_tail: int
    """Cells behind it, counted up to 4."""


class Head(NamedTuple):
    """The first cell of a snake."""

    player: int
    """Whose, as place in the list of players."""

    alive: bool
    """Whether the snake lives."""

    heading: Direction
    """Where it moved."""

    gaze: Direction
    """Where it will move."""

    behind: Direction | None
    """Where its neck is; None without one."""

    from_tail: int
    """Cells behind it, counted up to 4; 0 for a snake of one cell."""


class Mark(NamedTuple):
    """What else may lie on a cell."""

    name: str
    """`empty` or `apple`."""


class Crash(NamedTuple):
    """A cell that a snake crashed into."""

    under: Body | Head | Mark
    """What lies there."""


Tile = Body | Head | Mark | Crash
EMPTY, APPLE = Mark("empty"), Mark("apple")


@lru_cache(maxsize=6_000)
def tile(what: Tile, side_px: int, theme: Theme, surface: Surface) -> Yuv420:
    """The picture of a cell.

    Args:
        what: What lies there.
        side_px: Even.
        theme: Whose colours.
        surface: What it lies on.
    """
    look = palette(theme)
    sheet = _Sheet(side_px, look.surface(surface))
    _draw(sheet, what, look)
    return planes_of(sheet.rgb)


def _draw(sheet: "_Sheet", what: Tile, look: Palette) -> None:
    match what:
        case Body():
            _draw_body(sheet, what, _colors(look, what))
        case Head():
            _draw_head(sheet, what, _colors(look, what))
        case Mark("apple"):
            _draw_apple(sheet)
        case Crash():
            _draw(sheet, what.under, look)
            _draw_crash(sheet)


def spot_colors(theme: Theme, players: int) -> tuple[tuple[tuple[str, int | None], Rgb], ...]:
    """The flat colours in the middle of tiles, each with what it stands for and whose it is."""
    look = palette(theme)
    spots: list[tuple[tuple[str, int | None], Rgb]] = [
        (("empty", None), look.cells[0]),
        (("empty", None), look.cells[1]),
        (("apple", None), rgb(colors.APPLE)),
        (("crash", None), rgb(colors.CRASH)),
    ]
    for snakes in (look.alive, look.dead):
        for player, snake in enumerate(snakes[:players]):
            spots.append((("head", player), snake.head))
            spots += [(("body", player), _shade(snake, cells)) for cells in range(len(FADES))]
    return tuple(spots)


class _Sheet:
    """A square to paint on, in parts of its side."""

    def __init__(self, side_px: int, ground: Rgb) -> None:
        self.side = side_px
        self.shape = (side_px, side_px)
        self.rgb = np.empty((side_px, side_px, 3), np.float32)
        self.rgb[:] = ground

    def paint(self, mask: Mask, color: Rgb, opacity: float = 1.0) -> None:
        self.rgb += (color - self.rgb) * (mask * np.float32(opacity))[..., None]

    def at(self, x: float, y: float) -> Point:
        return x * self.side, y * self.side

    def disc(self, x: float, y: float, radius: float) -> Mask:
        return disc(self.shape, self.at(x, y), radius * self.side)

    def rod(self, start: Point, end: Point, radius: float, end_radius: float) -> Mask:
        side = self.side
        return capsule(self.shape, self.at(*start), self.at(*end), radius * side, end_radius * side)


def _colors(look: Palette, what: Body | Head) -> SnakeColors:
    living = look.alive if what.alive else look.dead
    return living[what.player % len(living)]


def _shade(snake: SnakeColors, from_tail: int) -> Rgb:
    return mix(snake.body, snake.tail, FADES[min(from_tail, len(FADES) - 1)])


def _towards(direction: Direction, share: float) -> Point:
    """The point `share` of a side from the middle of a cell; pictures grow downwards."""
    step = STEPS[direction]
    return 0.5 + step.x * share, 0.5 - step.y * share


def _draw_body(sheet: _Sheet, what: Body, snake: SnakeColors) -> None:
    reach = BORDERS[min(what.from_tail, len(BORDERS) - 1)]
    back = TIP if what.from_tail == 0 else BORDERS[min(what.from_tail, len(BORDERS)) - 1]
    line = _line_width(sheet)
    shade = _shade(snake, what.from_tail)
    for inset, color in ((0.0, snake.edge), (line, shade)) if line else ((0.0, shade),):
        mask = sheet.disc(0.5, 0.5, (reach + back) / 2 - inset)
        for direction, radius in ((what.ahead, reach), (what.behind, back)):
            if direction is not None:
                arm = sheet.rod(
                    (0.5, 0.5),
                    _towards(direction, 0.5),
                    (reach + back) / 2 - inset,
                    radius - inset,
                )
                mask = np.maximum(mask, arm)
        sheet.paint(mask, color)


def _line_width(sheet: _Sheet) -> float:
    return 0.0 if sheet.side < SMALL else max(1.0, sheet.side * 0.035) / sheet.side


def _draw_head(sheet: _Sheet, what: Head, snake: SnakeColors) -> None:
    line = _line_width(sheet)
    if what.behind is not None:
        border = BORDERS[min(what.from_tail, len(BORDERS)) - 1]
        neck = _towards(what.behind, 0.5)
        shade = _shade(snake, what.from_tail)
        for inset, color in ((0.0, snake.edge), (line, shade)) if line else ((0.0, shade),):
            sheet.paint(sheet.rod((0.5, 0.5), neck, 0.40 - inset, border - inset), color)
    ends = _towards(what.heading, -0.04), _towards(what.heading, 0.05)
    sheet.paint(sheet.rod(*ends, 0.43, 0.43), mix(snake.head, rgb("#000000"), 0.25))
    sheet.paint(sheet.rod(*ends, 0.43 - line, 0.43 - line), snake.head)
    _draw_eyes(sheet, what)


def _draw_eyes(sheet: _Sheet, what: Head) -> None:
    forward = STEPS[what.heading]
    gaze = STEPS[what.gaze]
    out, aside, size = (0.26, 0.24, 0.14) if sheet.side < SMALL else (0.17, 0.21, 0.135)
    for side in (-1, 1):
        x = 0.5 + forward.x * out + forward.y * aside * side
        y = 0.5 - forward.y * out + forward.x * aside * side
        if what.alive:
            sheet.paint(sheet.disc(x, y, size * 1.16), rgb(colors.PUPIL), 0.45)
            sheet.paint(sheet.disc(x, y, size), rgb(colors.SHINE))
            sheet.paint(
                sheet.disc(x + gaze.x * 0.055, y - gaze.y * 0.055, size * 0.58), rgb(colors.PUPIL)
            )
        else:
            _draw_cross(sheet, x, y, size * 0.72)


def _draw_cross(sheet: _Sheet, x: float, y: float, reach: float) -> None:
    sheet.paint(sheet.disc(x, y, reach * 1.45), rgb("#B9BDC6"))
    for slope in (-1, 1):
        ends = (x - reach, y - reach * slope), (x + reach, y + reach * slope)
        sheet.paint(sheet.rod(*ends, 0.026, 0.026), rgb("#3B404C"))


def _draw_apple(sheet: _Sheet) -> None:
    red = rgb(colors.APPLE)
    side = sheet.side
    sheet.paint(sheet.rod((0.5, 0.30), (0.54, 0.13), 0.030, 0.030), rgb(colors.STEM))
    sheet.paint(sheet.disc(0.5, 0.55, 0.36), mix(red, rgb("#000000"), 0.25))
    sheet.paint(sheet.disc(0.5, 0.545, 0.36 - _line_width(sheet)), red)
    if side >= SMALL:
        leaf = oval(sheet.shape, sheet.at(0.67, 0.17), (0.13 * side, 0.065 * side), -0.45)
        sheet.paint(leaf, rgb(colors.LEAF))
        shine = oval(sheet.shape, sheet.at(0.33, 0.38), (0.05 * side, 0.09 * side), 0.7)
        sheet.paint(shine, rgb(colors.SHINE), 0.75)


def _draw_crash(sheet: _Sheet) -> None:
    sheet.paint(_star(sheet, 0.50), rgb(colors.CRASH_EDGE))
    sheet.paint(_star(sheet, 0.36), rgb(colors.CRASH))


def _star(sheet: _Sheet, reach: float) -> Mask:
    mask = sheet.disc(0.5, 0.5, reach * 0.62)
    for angle in np.linspace(0, 2 * np.pi, POINTS, endpoint=False):
        tip = 0.5 + (reach - 0.02) * np.sin(angle), 0.5 - (reach - 0.02) * np.cos(angle)
        mask = np.maximum(mask, sheet.rod((0.5, 0.5), tip, reach * 0.42, 0.015))
    return mask
