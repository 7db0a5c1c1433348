"""A picture of a round -> what lies on each cell, read from its pixels alone."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reelmill.media.raster import Box, Yuv420, ink_of
from reelmill.pipelines.replays.game import Cell, Game
from reelmill.pipelines.replays.plan import Moment
from reelmill.pipelines.replays.render.layout import Look
from reelmill.pipelines.replays.render.pictures import board_cells, spot_colors

#: Half the side of the spot that is looked at, in parts of a cell.
SPOT = 0.1


class Seen(NamedTuple):
    """What a cell shows."""

    kind: str
    """`empty`, `apple`, `body`, `head` or `crash`."""

    player: int | None = None
    """Whose body or head, as place in the list of players."""


def read_board(picture: Yuv420 | NDArray[np.uint8], game: Game, look: Look) -> dict[Cell, Seen]:
    """Classify every cell by the colour of its middle.

    Args:
        picture: Planes, or `(height, width, 3)` uint8 RGB.
        game: Whose board it is.
        look: How it was drawn.
    """
    kinds = spot_colors(look.theme, len(game.players))
    inks = np.array([ink_of(color) for _, color in kinds], float)
    board = board_cells(game, look)
    spots = np.array([_spot(picture, box) for box in board.values()])
    nearest = ((spots[:, None] - inks[None]) ** 2).sum(-1).argmin(1)
    return {cell: Seen(*kinds[at][0]) for cell, at in zip(board, nearest, strict=True)}


def _spot(picture: Yuv420 | NDArray[np.uint8], box: Box) -> NDArray[np.float64]:
    reach = max(1, round(box.width * SPOT))
    x, y = box.x + box.width // 2, box.y + box.height // 2
    rows, columns = slice(y - reach, y + reach), slice(x - reach, x + reach)
    if isinstance(picture, Yuv420):
        half = tuple(slice(side.start // 2, (side.stop + 1) // 2) for side in (rows, columns))
        spots = picture.y[rows, columns], picture.u[half], picture.v[half]
        return np.array([spot.mean() for spot in spots])
    color = picture[rows, columns].reshape(-1, 3).mean(0) / 255
    return np.array(ink_of(color.astype(np.float32)), float)


def expected_board(moment: Moment, game: Game) -> dict[Cell, Seen]:
    """What a cell must show, told from the state."""
    state = moment.state
    board = {Cell(x, y): Seen("empty") for x in range(game.width) for y in range(game.height)}
    laid: dict[Cell, Seen] = dict.fromkeys(state.apples, Seen("apple"))
    for number, player in enumerate(game.players):
        laid |= dict.fromkeys(state.snakes.get(player.id, ())[1:], Seen("body", number))
    for number, player in enumerate(game.players):
        laid |= dict.fromkeys(state.snakes.get(player.id, ())[:1], Seen("head", number))
    laid |= dict.fromkeys(moment.crashed.values(), Seen("crash"))
    return board | {cell: seen for cell, seen in laid.items() if cell in board}


def differences(
    seen: Mapping[Cell, Seen], wanted: Mapping[Cell, Seen]
) -> dict[Cell, tuple[Seen, Seen]]:
    """Cells that show something else, each with what it shows and what it should."""
    return {cell: (seen[cell], wanted[cell]) for cell in wanted if seen[cell] != wanted[cell]}
