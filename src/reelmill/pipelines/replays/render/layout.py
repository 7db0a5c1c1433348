"""Size and number of players -> where everything lies. Pure.

Everything is measured in units: a unit is one pixel at 1280x720. All boxes are even, for the
encoder keeps one sample of colour for four pixels.
"""

from dataclasses import dataclass
from functools import lru_cache

from reelmill.media.geometry import Size
from reelmill.media.raster import Box
from reelmill.media.text import Style
from reelmill.pipelines.replays.game import Cell
from reelmill.pipelines.replays.spec import Theme
from reelmill.units import even

#: Units around the board for the labels of its axes and for crashes into its walls.
MARGIN = 28

#: Units between parts of the picture.
GAP = 16

#: A panel that is this much wider than high has its thoughts beside its facts, not under them.
WIDE = 1.7

#: Units that a player's facts take from the top of the panel.
FACTS = 142


#: Pixels of one unit in an upright picture of 1080x1920, and of its board, by players.
UPRIGHT_UNITS = {1: 1.75, 2: 1.75, 3: 1.75, 4: 1.55}
UPRIGHT_BOARDS = {1: 1000, 2: 1000, 3: 880, 4: 880}


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a video shall look like."""

    size: Size
    """Of its frames."""

    theme: Theme
    """Colours of the page."""


@dataclass(frozen=True, kw_only=True)
class PanelLayout:
    """Where a player's facts lie; all boxes but `frame` hold what their name says."""

    frame: Box
    """The whole panel."""

    avatar: Box
    """A square for the snake's head."""

    name: Box
    """One or two lines."""

    apple: Box
    """A square for an apple."""

    score: Box
    """A number."""

    arrow: Box
    """A square for the direction of the next move."""

    move: Box
    """The word for it."""

    state: Box
    """Alive, or the cause of death."""

    length: Box
    """The length in words."""

    bar: Box
    """The length as a bar."""

    thoughts: Box
    """As many lines as fit."""

    @property
    def texts(self) -> tuple[Box, ...]:
        """Every box that holds letters."""
        return self.name, self.score, self.move, self.state, self.length, self.thoughts


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The picture of a round."""

    unit: float
    """Pixels of one unit."""

    zone: Box
    """For the board and its margin."""

    round: Box
    """For "Round 7 / 41"."""

    progress: Box
    """For the bar of progress."""

    panels: tuple[PanelLayout, ...]
    """One for each player."""

    def px(self, units: float) -> int:
        """Units in even pixels, at least 2."""
        return max(2, even(units * self.unit + 0.5))

    def style(self, units: float, *, bold: bool = False) -> Style:
        """Letters of a height in units."""
        return Style(max(8, round(units * self.unit)), bold)


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Where the cells of a board lie."""

    side_px: int
    """Side of a cell, even."""

    rows: int
    """Cells from bottom to top."""

    columns: int
    """Cells from left to right."""

    box: Box
    """The board without its frame."""

    def cell(self, cell: Cell) -> Box:
        """The pixels of a cell, which may lie off the board; row 0 is at the bottom."""
        side = self.side_px
        top = self.box.y + (self.rows - 1 - cell.y) * side
        return Box(self.box.x + cell.x * side, top, side, side)


@lru_cache(maxsize=32)
def layout(size: Size, players: int) -> Layout:
    """The picture of a round for one to four players."""
    return _upright(size, players) if size.height > size.width else _lying(size, players)


def grid(where: Layout, columns: int, rows: int) -> Grid:
    """The largest board that fits the zone, in its middle."""
    zone = where.zone.inset(where.px(MARGIN))
    side = max(2, even(min(zone.width / columns, zone.height / rows)))
    width, height = side * columns, side * rows
    box = Box(
        zone.x + even((zone.width - width) / 2),
        zone.y + even((zone.height - height) / 2),
        width,
        height,
    )
    return Grid(side_px=side, rows=rows, columns=columns, box=box)


def _lying(size: Size, players: int) -> Layout:
    unit = size.height / 720
    gap = even(GAP * unit)
    inner = Box(gap, gap, size.width - 2 * gap, size.height - 2 * gap)
    foot = even(60 * unit)
    if players in (2, 4):
        width = even(300 * unit)
        zone = Box(gap * 2 + width, gap, inner.width - 2 * (gap + width), inner.height - foot)
        left = Box(inner.x, inner.y, width, inner.height)
        right = left._replace(x=inner.right - width)
        frames = _columns(left, right, players // 2, gap)
    else:
        zone = Box(gap, gap, even(624 * unit), inner.height - foot)
        column = Box(zone.right + gap, gap, inner.right - zone.right - gap, inner.height)
        frames = _stack(column, players, gap)
    return _layout(unit, zone, frames, foot)


def _upright(size: Size, players: int) -> Layout:
    scale = size.width / 1080
    unit = scale * UPRIGHT_UNITS[players]
    gap = even(24 * scale)
    board = even(UPRIGHT_BOARDS[players] * scale)
    zone = Box(gap, even(32 * scale), size.width - 2 * gap, board)
    foot = even(96 * scale)
    top = zone.bottom + foot + gap
    rest = Box(gap, top, size.width - 2 * gap, size.height - even(40 * scale) - top)
    if players in (2, 4):
        width = even((rest.width - gap) / 2)
        left = rest._replace(width=width)
        frames = _columns(left, left._replace(x=rest.right - width), players // 2, gap)
    else:
        frames = _stack(rest, players, gap)
    return _layout(unit, zone, frames, foot)


def _columns(left: Box, right: Box, rows: int, gap: int) -> tuple[Box, ...]:
    """Players from left to right, then downwards."""
    pairs = zip(_stack(left, rows, gap), _stack(right, rows, gap), strict=True)
    return tuple(box for pair in pairs for box in pair)


def _stack(box: Box, rows: int, gap: int) -> tuple[Box, ...]:
    height = even((box.height - gap * (rows - 1)) / rows)
    return tuple(Box(box.x, box.y + row * (height + gap), box.width, height) for row in range(rows))


def _layout(unit: float, zone: Box, frames: tuple[Box, ...], foot: int) -> Layout:
    line = even(28 * unit)
    round_box = Box(zone.x, zone.bottom + even((foot - line) / 4), zone.width, line)
    bar = even(8 * unit)
    inset = even(MARGIN * unit)
    progress = Box(zone.x + inset, round_box.bottom + even(4 * unit), zone.width - 2 * inset, bar)
    return Layout(
        unit=unit,
        zone=zone,
        round=round_box,
        progress=progress,
        panels=tuple(_panel(frame, unit) for frame in frames),
    )


def _panel(frame: Box, unit: float) -> PanelLayout:
    def px(units: float) -> int:
        return even(units * unit)

    pad = px(14)
    inner = Box(frame.x + pad, frame.y + px(6) + pad, frame.width - 2 * pad, frame.height)
    if frame.width > WIDE * frame.height:
        facts = inner._replace(width=px(276))
        thoughts = Box(facts.right + px(20), inner.y, inner.right - facts.right - px(20), 0)
    else:
        facts = inner
        thoughts = Box(inner.x, inner.y + px(FACTS - 14), inner.width, 0)
    thoughts = thoughts._replace(height=frame.bottom - px(10) - thoughts.y)
    head, score, badge = px(54), px(40), px(26)
    second, third = facts.y + px(64), facts.y + px(100)
    apple = Box(facts.right - px(22), facts.y + px(16), px(22), px(22))
    number = Box(apple.x - px(4) - score, facts.y, score, head)
    left = facts.x + px(54)
    name = Box(left, facts.y, number.x - px(2) - left, head)
    move = Box(facts.x + badge + px(8), second, px(58), badge)
    length = Box(facts.x, third, px(84), px(20))
    return PanelLayout(
        frame=frame,
        avatar=Box(facts.x, facts.y + px(4), px(46), px(46)),
        name=name,
        apple=apple,
        score=number,
        arrow=Box(facts.x, second, badge, badge),
        move=move,
        state=Box(move.right + px(4), second, facts.right - move.right - px(4), badge),
        length=length,
        bar=Box(length.right, third + px(6), facts.right - length.right, px(8)),
        thoughts=thoughts,
    )
