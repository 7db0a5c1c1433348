"""Game -> the cards before and after it."""

import math
from datetime import date, datetime

from reelmill.media.raster import Box
from reelmill.pipelines.replays.game import Direction, Game, Outcome
from reelmill.pipelines.replays.plan import Standing, Verdict, verdict
from reelmill.pipelines.replays.render.canvas import Align, Canvas, Pen, whole
from reelmill.pipelines.replays.render.card_layout import (
    SNAKE_CELLS,
    Contender,
    Row,
    end_layout,
    letters,
    title_layout,
)
from reelmill.pipelines.replays.render.palette import Ground
from reelmill.pipelines.replays.render.tiles import APPLE, Body, Head
from reelmill.units import even

#: Sizes of names on the title card, in units; all names have the same.
NAME_UNITS = (32, 26, 22, 18, 15)

#: Between the facts of one line.
_DOT = "  ·  "

#: What `plan` says of those who live.
SURVIVED = "Survived"

_MONTHS = "January February March April May June July August September October November December"

#: How results read, and whether they are good news.
_RESULTS = {
    Outcome.WON: "Won",
    Outcome.LOST: "Lost",
    Outcome.TIED: "Tied",
    Outcome.UNKNOWN: "Ended",
}


def draw_title(canvas: Canvas, game: Game) -> None:
    """Who plays, on which board, when."""
    where = title_layout(canvas.picture.size, len(game.players))
    unit, page = where.unit, canvas.colors.page
    canvas.clear()
    canvas.write(_board(game), where.top, Pen(letters(unit, 22, bold=True), page, Align.CENTER))
    names = [
        (player.name, place.name)
        for player, place in zip(game.players, where.contenders, strict=True)
    ]
    pen = Pen(letters(unit, 32, bold=True), canvas.colors.panel, Align.CENTER)
    pen = whole(names, pen, sizes_px=[letters(unit, units).size_px for units in NAME_UNITS])
    for number, place in enumerate(where.contenders):
        _draw_contender(canvas, game, number, place, pen)
    for box in where.between:
        accent = canvas.colors.badge
        canvas.card(box, accent, page, radius_px=box.width // 2)
        style = letters(1.0, box.height * 0.36, bold=True)
        canvas.write("VS", box.inset(even(box.width * 0.2)), Pen(style, accent, Align.CENTER))
    quiet = Pen(letters(unit, 18), page, Align.CENTER, quiet=True)
    canvas.write(_occasion(game), where.bottom, quiet)


def _draw_contender(canvas: Canvas, game: Game, number: int, place: Contender, pen: Pen) -> None:
    radius_px = place.snake.height // 4
    canvas.card(place.frame, canvas.colors.panel, canvas.colors.page, radius_px=radius_px)
    last = number == len(game.players) - 1 and number > 0
    ahead, behind = (Direction.LEFT, Direction.RIGHT) if last else (Direction.RIGHT, Direction.LEFT)
    side, alive = place.snake.height, True
    for cell in range(SNAKE_CELLS):
        column = SNAKE_CELLS - 1 - cell if last else cell
        box = Box(place.snake.x + column * side, place.snake.y, side, side)
        if cell == SNAKE_CELLS - 1:
            canvas.tile(Head(number, alive, ahead, ahead, behind, cell), box, "panel")
        else:
            canvas.tile(Body(number, alive, ahead, behind if cell else None, cell), box, "panel")
    canvas.write(game.players[number].name, place.name, pen)


def draw_end(canvas: Canvas, game: Game) -> None:
    """Who won, how each player ended, and what it cost."""
    facts = verdict(game)
    where = end_layout(canvas.picture.size, len(game.players))
    unit, page = where.unit, canvas.colors.page
    canvas.clear()
    headline = f"🏆 {facts.headline}" if facts.winners else facts.headline
    pen = Pen(letters(unit, 28, bold=True), page, Align.CENTER)
    sizes_px = [letters(unit, units).size_px for units in (36, 28)]
    canvas.write_whole(headline, where.headline, pen, sizes_px=sizes_px)
    pen = Pen(letters(unit, 17), page, Align.CENTER, quiet=True)
    canvas.write(_outcome(facts), where.facts, pen)
    for number, (standing, row) in enumerate(zip(facts.standings, where.rows, strict=True)):
        _draw_row(canvas, number, standing, row, unit)


def _draw_row(canvas: Canvas, number: int, standing: Standing, row: Row, unit: float) -> None:
    ground = canvas.colors.panel
    canvas.card(row.frame, ground, canvas.colors.page, radius_px=round(14 * unit))
    alive = standing.fate == SURVIVED
    head = Head(number, alive, Direction.RIGHT, Direction.RIGHT, None, 0)
    canvas.tile(head, row.avatar, "panel")
    name = Pen(letters(unit, 17, bold=True), ground)
    sizes_px = [letters(unit, units).size_px for units in (17, 15, 13, 12)]
    canvas.write_whole(standing.name, row.name, name, sizes_px=sizes_px)
    canvas.write(standing.fate, row.fate, Pen(letters(unit, 14.5), ground))
    canvas.write(_price(standing), row.price, Pen(letters(unit, 13.5), ground, quiet=True))
    result = _news(canvas, standing.result)
    canvas.card(row.result, result, ground, radius_px=row.result.height // 2)
    pen = Pen(letters(unit, 13, bold=True), result, Align.CENTER)
    canvas.write(_RESULTS[standing.result], row.result.inset(4), pen)
    canvas.tile(APPLE, row.apple, "panel")
    score = Pen(letters(unit, 30, bold=True), ground, Align.RIGHT)
    canvas.write(str(standing.score), row.score, score)


def _news(canvas: Canvas, result: Outcome) -> Ground:
    if result is Outcome.WON:
        return canvas.colors.good
    return canvas.colors.bad if result is Outcome.LOST else canvas.colors.page


def _board(game: Game) -> str:
    apples = f"{game.num_apples} apple{'s' if game.num_apples != 1 else ''}"
    parts = [f"{game.width} \N{MULTIPLICATION SIGN} {game.height} board"]
    return _DOT.join(parts + [apples] * (game.num_apples > 0))


def _occasion(game: Game) -> str:
    limit = f"Up to {game.max_rounds} rounds" if game.max_rounds > 0 else ""
    return _DOT.join(filter(None, (limit, day_of(game.started_at), game.game_type)))


def _outcome(facts: Verdict) -> str:
    played = f"{facts.rounds} round{'s' if facts.rounds != 1 else ''}"
    if facts.max_rounds >= facts.rounds > 0:
        played = f"{facts.rounds} of {facts.max_rounds} rounds"
    return _DOT.join(filter(None, (facts.reason, played, money(facts.cost_usd))))


def _price(standing: Standing) -> str:
    tokens = f"{standing.tokens:,} tokens" if standing.tokens > 0 else ""
    return _DOT.join(filter(None, (tokens, money(standing.cost_usd))))


def money(cost_usd: float) -> str:
    """An amount in US dollars, empty for nothing.

    >>> money(0.00125), money(12.5), money(0.0)
    ('$0.0013', '$12.50', '')
    """
    if not 0 < cost_usd < math.inf:
        return ""
    if cost_usd >= 1:
        return f"${cost_usd:,.2f}"
    return f"${cost_usd:.4f}" if cost_usd >= 0.0001 else "under $0.0001"  # noqa: PLR2004


def day_of(moment: str) -> str:
    """The day of an ISO time, as people write it; empty when it is none.

    >>> day_of("2025-02-04T11:37:01"), day_of("yesterday")
    ('4 February 2025', '')
    """
    try:
        day: date = datetime.fromisoformat(moment)
    except ValueError:
        return ""
    return f"{day.day} {_MONTHS.split()[day.month - 1]} {day.year}"
