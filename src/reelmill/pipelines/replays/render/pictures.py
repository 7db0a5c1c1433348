"""Game, timeline and look -> pictures. Draws; opens no file.

One set of planes is painted over and over: each picture differs from the last one only where the
game does. Whoever takes a picture is done with it before asking for the next.
"""

from collections.abc import Iterator, Mapping

from reelmill.media.raster import Box, Held
from reelmill.pipelines.replays.game import Cell, Game
from reelmill.pipelines.replays.plan import Moment, ShotKind, Timeline, moments
from reelmill.pipelines.replays.render.arena import Arena
from reelmill.pipelines.replays.render.canvas import Align, Canvas, Pen
from reelmill.pipelines.replays.render.cards import draw_end, draw_title
from reelmill.pipelines.replays.render.layout import Grid, Layout, Look, grid, layout
from reelmill.pipelines.replays.render.panels import Panel
from reelmill.pipelines.replays.render.tiles import spot_colors

__all__ = ["Look", "board_cells", "pictures", "poster_index", "spot_colors"]


def pictures(game: Game, timeline: Timeline, look: Look) -> Iterator[Held]:
    """Every picture of a video, in order, with the number of frames that it is held.

    The planes are the same in all of them and painted over between two.
    """
    canvas = Canvas(look)
    stage: _Stage | None = None
    shown = moments(game)
    for shot in timeline.shots:
        if shot.kind is ShotKind.TITLE:
            draw_title(canvas, game)
        elif shot.kind is ShotKind.END:
            draw_end(canvas, game)
        elif shot.moment_index is not None:
            stage = stage or _Stage(canvas, game)
            stage.show(shown[shot.moment_index])
        yield Held(canvas.picture, shot.frames)


def poster_index(game: Game) -> int:
    """The moment that stands for the game: the last one at which all still live."""
    lively = (moment for moment in reversed(moments(game)) if not moment.terminal)
    return next((moment.position for moment in lively if not moment.dead), 0)


def board_cells(game: Game, look: Look) -> Mapping[Cell, Box]:
    """Where each cell of the board lies in the pictures of rounds."""
    cells = _grid(game, _layout(game, look))
    return {
        Cell(x, y): cells.cell(Cell(x, y)) for x in range(game.width) for y in range(game.height)
    }


def _layout(game: Game, look: Look) -> Layout:
    return layout(look.size, len(game.players))


def _grid(game: Game, where: Layout) -> Grid:
    return grid(where, game.width, game.height)


class _Stage:
    """Board, panels and progress of the rounds of one game."""

    def __init__(self, canvas: Canvas, game: Game) -> None:
        self._canvas = canvas
        self._rounds = game.rounds
        self._where = _layout(game, Look(size=canvas.picture.size, theme=canvas.theme))
        players = [player.id for player in game.players]
        longest = max(
            (len(body) for state in game.states for body in state.snakes.values()), default=1
        )
        self._arena = Arena(canvas, self._where, _grid(game, self._where), players)
        self._panels = [
            Panel(canvas, self._where, number, player, longest=longest)
            for number, player in enumerate(game.players)
        ]
        canvas.clear()
        self._arena.prepare()
        for panel in self._panels:
            panel.prepare()

    def show(self, moment: Moment) -> None:
        self._arena.show(moment)
        for panel in self._panels:
            panel.show(moment)
        self._show_round(moment)

    def _show_round(self, moment: Moment) -> None:
        canvas, where = self._canvas, self._where
        page = canvas.colors.page
        played = moment.round_label
        label = f"Round {played} / {self._rounds}" if played else "Start"
        pen = Pen(where.style(16, bold=True), page, Align.CENTER)
        canvas.write(label, where.round, pen)
        share = played / self._rounds if self._rounds else 1.0
        canvas.bar(where.progress, share, canvas.colors.accent, page)
