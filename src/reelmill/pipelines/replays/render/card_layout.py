"""Size and number of players -> where everything lies on the cards. Pure."""

from dataclasses import dataclass
from functools import lru_cache

from reelmill.media.geometry import Size
from reelmill.media.raster import Box
from reelmill.media.text import Style
from reelmill.units import even

#: Cells of the snake on a player's title card.
SNAKE_CELLS = 5


@dataclass(frozen=True, kw_only=True)
class Contender:
    """A player on the title card."""

    frame: Box
    """The whole card."""

    snake: Box
    """A row of `SNAKE_CELLS` squares."""

    name: Box
    """Up to three lines."""


@dataclass(frozen=True, kw_only=True)
class TitleLayout:
    """The title card."""

    unit: float
    """Pixels of one unit."""

    top: Box
    """One line over the players."""

    contenders: tuple[Contender, ...]
    """One for each player."""

    between: tuple[Box, ...]
    """Squares for "VS", between two players each."""

    bottom: Box
    """One line under the players."""

    @property
    def texts(self) -> tuple[Box, ...]:
        """Every box that holds letters."""
        return self.top, self.bottom, *self.between, *(each.name for each in self.contenders)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A player on the end card."""

    frame: Box
    """The whole row."""

    avatar: Box
    """A square for the snake's head."""

    name: Box
    """One or two lines."""

    fate: Box
    """One line."""

    price: Box
    """One line."""

    result: Box
    """Won, lost or tied."""

    apple: Box
    """A square for an apple."""

    score: Box
    """A number."""


@dataclass(frozen=True, kw_only=True)
class EndLayout:
    """The end card."""

    unit: float
    """Pixels of one unit."""

    headline: Box
    """One or two lines."""

    facts: Box
    """One line."""

    rows: tuple[Row, ...]
    """One for each player."""

    @property
    def texts(self) -> tuple[Box, ...]:
        """Every box that holds letters."""
        inner = ((row.name, row.fate, row.price, row.result, row.score) for row in self.rows)
        return self.headline, self.facts, *(box for boxes in inner for box in boxes)


def unit_of(size: Size) -> float:
    """Pixels of one unit on a card."""
    return size.width / 617 if size.height > size.width else size.height / 720


def letters(unit: float, units: float, *, bold: bool = False) -> Style:
    """Letters of a height in units."""
    return Style(max(8, round(units * unit)), bold)


@lru_cache(maxsize=32)
def title_layout(size: Size, players: int) -> TitleLayout:
    """The title card for one to four players."""
    upright = size.height > size.width
    unit = unit_of(size)

    def px(units: float) -> int:
        return even(units * unit)

    frames, between = _cards(size, players, unit, upright=upright)
    side = px(72 if players <= 2 else 50 if upright else 44)  # noqa: PLR2004
    top, bottom = frames[0].y, frames[-1].bottom
    return TitleLayout(
        unit=unit,
        top=Box(px(30), top - px(80), size.width - 2 * px(30), px(40)),
        contenders=tuple(_contender(frame, side, unit) for frame in frames),
        between=between,
        bottom=Box(px(30), bottom + px(40), size.width - 2 * px(30), px(34)),
    )


def _cards(
    size: Size, players: int, unit: float, *, upright: bool
) -> tuple[tuple[Box, ...], tuple[Box, ...]]:
    """Cards in a row, or below each other, and the squares between them."""
    edge, gap = even(44 * unit), even((84 if players <= 2 or upright else 60) * unit)  # noqa: PLR2004
    badge = even(gap * 0.7)
    if upright:
        gap = even(gap * 0.9)
        height = even(min(260 * unit, (size.height - 250 * unit) / players - gap))
        top = even((size.height - players * height - (players - 1) * gap) / 2)
        frames = [
            Box(edge, top + at * (height + gap), size.width - 2 * edge, height)
            for at in range(players)
        ]
        middle = even((size.width - badge) / 2)
        lift = even((gap - badge) / 2)
        return tuple(frames), tuple(
            Box(middle, frame.bottom + lift, badge, badge) for frame in frames[:-1]
        )
    width = even(min(560 * unit, (size.width - 2 * edge - gap * (players - 1)) / players))
    left = even((size.width - players * width - (players - 1) * gap) / 2)
    top, height = even(200 * unit), even(320 * unit)
    frames = [Box(left + at * (width + gap), top, width, height) for at in range(players)]
    lift, down = even((gap - badge) / 2), even((height - badge) / 2)
    return tuple(frames), tuple(
        Box(frame.right + lift, top + down, badge, badge) for frame in frames[:-1]
    )


def _contender(frame: Box, side: int, unit: float) -> Contender:
    pad = even(14 * unit)
    name = even(min(120 * unit, frame.height - side - 3 * pad))
    top = even((frame.height - side - pad - name) / 2)
    snake = Box(
        frame.x + even((frame.width - SNAKE_CELLS * side) / 2),
        frame.y + top,
        SNAKE_CELLS * side,
        side,
    )
    place = Box(frame.x + pad, snake.bottom + pad, frame.width - 2 * pad, name)
    return Contender(frame=frame, snake=snake, name=place)


@lru_cache(maxsize=32)
def end_layout(size: Size, players: int) -> EndLayout:
    """The end card for one to four players."""
    unit = unit_of(size)

    def px(units: float) -> int:
        return even(units * unit)

    edge, gap, height, head = px(30), px(12), px(116), px(130)
    total = head + players * height + (players - 1) * gap
    top = even(max(px(20), (size.height - total) / 2 - px(10)))
    width = min(px(900), size.width - 2 * edge)
    left = even((size.width - width) / 2)
    rows = [Box(left, top + head + at * (height + gap), width, height) for at in range(players)]
    return EndLayout(
        unit=unit,
        headline=Box(edge, top, size.width - 2 * edge, px(80)),
        facts=Box(edge, top + px(82), size.width - 2 * edge, px(30)),
        rows=tuple(_row(box, unit) for box in rows),
    )


def _row(frame: Box, unit: float) -> Row:
    def px(units: float) -> int:
        return even(units * unit)

    head, chip, score = px(64), px(66), px(58)
    x = frame.x + px(18) + head + px(14)
    apple = Box(frame.right - px(18) - px(32), frame.y + px(42), px(32), px(32))
    number = Box(apple.x - px(6) - score, frame.y + px(34), score, px(48))
    result = Box(number.x - px(8) - chip, frame.y + px(44), chip, px(28))
    text = result.x - px(12) - x
    return Row(
        frame=frame,
        avatar=Box(frame.x + px(20), frame.y + px(26), head, head),
        name=Box(x, frame.y + px(8), text, px(50)),
        fate=Box(x, frame.y + px(60), text, px(22)),
        price=Box(x, frame.y + px(84), text, px(22)),
        result=result,
        apple=apple,
        score=number,
    )
