"""Moments -> the board, of which only changed cells are painted."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from reelmill.media.raster import Box, fill, paste
from reelmill.pipelines.replays.game import STEPS, Cell, Direction, Game
from reelmill.pipelines.replays.plan import Moment
from reelmill.pipelines.replays.render.canvas import Align, Canvas, Pen
from reelmill.pipelines.replays.render.layout import MARGIN, Grid, Layout
from reelmill.pipelines.replays.render.palette import Surface
from reelmill.pipelines.replays.render.tiles import APPLE, EMPTY, Body, Crash, Head, Tile, tile
from reelmill.units import even

#: Cells behind a cell beyond which tiles do not differ.
_FAR = 4

#: Units of a crash beside a board of small cells.
_SMALLEST_STAR = 18

#: Units a label of an axis needs.
_LABEL = 18

_TOWARDS = {step: direction for direction, step in STEPS.items()}


class Arena:
    """The board in a picture, and what lies on each cell now."""

    def __init__(self, canvas: Canvas, where: Layout, cells: Grid, players: Sequence[str]) -> None:
        self._canvas = canvas
        self._where = where
        self._grid = cells
        self._players = players
        self._now: dict[Cell, Tile] = {}
        self._outside: list[Box] = []

    def prepare(self) -> None:
        """Paint the empty board, its frame and the labels of its axes."""
        thick, box = self._where.px(4), self._grid.box
        fill(self._canvas.picture, box.inset(-thick), self._canvas.colors.frame)
        for x in range(self._grid.columns):
            for y in range(self._grid.rows):
                self._put(Cell(x, y), EMPTY)
        self._label()
        self._bare = self._canvas.keep()

    def show(self, moment: Moment) -> None:
        """Paint what differs from the last moment."""
        tiles = tiles_of(moment, self._players)
        now = self._now
        for cell, what in tiles.items():
            if now.get(cell) != what and self._holds(cell):
                self._put(cell, what)
        for cell in now.keys() - tiles.keys():
            if self._holds(cell):
                self._put(cell, EMPTY)
        self._now = tiles
        self._mark_walls(moment)

    def _holds(self, cell: Cell) -> bool:
        return 0 <= cell[0] < self._grid.columns and 0 <= cell[1] < self._grid.rows

    def _put(self, cell: Cell, what: Tile) -> None:
        x, y = cell
        surface: Surface = "odd" if (x + y) % 2 else "even"
        box = self._grid.cell(cell)
        patch = tile(what, self._grid.side_px, self._canvas.theme, surface)
        paste(self._canvas.picture, patch, box.x, box.y)

    def _mark_walls(self, moment: Moment) -> None:
        for box in self._outside:
            self._canvas.restore(self._bare, box)
        hits = (cell for cell in moment.crashed.values() if not self._holds(cell))
        self._outside = [self._beside(cell) for cell in hits]
        for box in self._outside:
            self._canvas.tile(Crash(EMPTY), box, "page")

    def _beside(self, cell: Cell) -> Box:
        """The square on the margin where a snake left the board."""
        board, thick = self._grid.box, self._where.px(4)
        room = self._where.px(MARGIN) - thick
        side = min(max(self._grid.side_px, self._where.px(_SMALLEST_STAR)), room)
        at = self._grid.cell(cell)
        x, y = at.x + even((at.width - side) / 2), at.y + even((at.height - side) / 2)
        x = min(max(x, board.x - thick - side), board.right + thick)
        y = min(max(y, board.y - thick - side), board.bottom + thick)
        return Box(x, y, side, side)

    def _label(self) -> None:
        where, cells = self._where, self._grid
        style, ground = where.style(11), self._canvas.colors.page
        height, thick = style.line_height_px, where.px(4)
        every = next(n for n in (1, 2, 5, 10) if n * cells.side_px >= where.px(_LABEL) or n == 10)  # noqa: PLR2004
        for x in range(0, cells.columns, every):
            at = cells.cell(Cell(x, 0))
            wide = max(at.width, where.px(_LABEL))
            box = Box(at.x + (at.width - wide) // 2, at.bottom + thick + 2, wide, height)
            self._canvas.write(str(x), box, Pen(style, ground, Align.CENTER, quiet=True))
        for y in range(0, cells.rows, every):
            at = cells.cell(Cell(0, y))
            wide = where.px(MARGIN) - thick - 4
            top = at.y + (at.height - height) // 2
            box = Box(at.x - thick - 4 - wide, top, wide, height)
            self._canvas.write(str(y), box, Pen(style, ground, Align.RIGHT, quiet=True))


def tiles_of(moment: Moment, players: Sequence[str]) -> dict[Cell, Tile]:
    """What lies on each cell that is not empty; later players lie over earlier ones."""
    state = moment.state
    tiles: dict[Cell, Tile] = dict.fromkeys(state.apples, APPLE)
    for number, player in enumerate(players):
        if body := state.snakes.get(player):
            alive = state.alive.get(player, True) and player not in moment.dead
            _lay_body(tiles, body, number, alive=alive)
    for number, player in enumerate(players):
        if body := state.snakes.get(player):
            alive = state.alive.get(player, True) and player not in moment.dead
            tiles[body[0]] = _head(moment, body, number, player, alive=alive)
    for cell in moment.crashed.values():
        under = tiles.get(cell, EMPTY)
        tiles[cell] = under if isinstance(under, Crash) else Crash(under)
    return tiles


def _lay_body(tiles: dict[Cell, Tile], body: Sequence[Cell], number: int, *, alive: bool) -> None:
    ways = [_TOWARDS.get(_step(cell, ahead)) for ahead, cell in pairwise(body)]
    last = len(body) - 1
    for at in range(last, 0, -1):
        behind = _back(ways[at]) if at < last else None
        tiles[body[at]] = Body(number, alive, ways[at - 1], behind, min(last - at, _FAR))


def _head(moment: Moment, body: Sequence[Cell], number: int, player: str, *, alive: bool) -> Head:
    behind = _TOWARDS.get(_step(body[0], body[1])) if len(body) > 1 else None
    thought = moment.thoughts.get(player)
    coming = thought.direction if thought else None
    heading = _back(behind) or coming or Direction.UP
    gaze = coming if coming and alive else heading
    return Head(number, alive, heading, gaze, behind, min(len(body) - 1, _FAR))


def _step(start: Cell, end: Cell) -> Cell:
    return Cell(end[0] - start[0], end[1] - start[1])


_BACK: Mapping[Direction, Direction] = {
    Direction.UP: Direction.DOWN,
    Direction.DOWN: Direction.UP,
    Direction.LEFT: Direction.RIGHT,
    Direction.RIGHT: Direction.LEFT,
}


def _back(direction: Direction | None) -> Direction | None:
    return _BACK[direction] if direction else None


def arena(canvas: Canvas, where: Layout, cells: Grid, game: Game) -> Arena:
    """The board of a game."""
    return Arena(canvas, where, cells, [player.id for player in game.players])
