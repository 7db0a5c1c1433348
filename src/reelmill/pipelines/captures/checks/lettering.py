"""A picture -> how much of it is rows of lettering: what menus are made of. Pure.

Letters are few bright or dark strokes on one tone, side by side along a row; textures of a world
have many tones, and their edges run everywhere. What every frame has while the world behind it
changes is the display of a game that is played, and is left out.
"""

from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

#: Cells from top to bottom; one is as high as a line of small letters.
CELLS: Final = 45

#: Least contrast of letters to what is behind them, of 255.
CONTRAST: Final = 80

#: Greatest difference within the one tone of a cell, of 255.
TONE: Final = 5

#: Share of a cell that strokes take at least, and that others on the far side of the tone may.
STROKES, STRAY = 0.04, 0.02

#: Cells with letters side by side that make a row.
ROW: Final = 3

#: Share of the width that rows of letters take at most.
LINE: Final = 0.45

#: Share of the frames that have letters in a cell when they are part of a game's display.
LASTING: Final = 0.8

#: Frames from which on it can be told what lasts.
LASTING_FRAMES: Final = 4

#: Difference of two cells from which on what they show has changed, of 255.
CHANGED: Final = 12

#: Share of a picture that changes when one moves through a world.
MOVING: Final = 0.4


def lettering(frames: NDArray[np.uint8]) -> NDArray[np.float64]:
    """How much of each frame is rows of lettering.

    Args:
        frames: `(n, 3, height, width)` uint8 RGB, in the order of time.

    Returns:
        `(n,)`, 0 to 1; 0 for pictures that are too small for letters.

    >>> lettering(np.zeros((1, 3, 90, 160), np.uint8)).tolist()
    [0.0]
    """
    side = frames.shape[2] // CELLS if frames.size else 0
    if side < 2:  # noqa: PLR2004 - a cell of one pixel has no strokes
        return np.zeros(len(frames))
    luma = np.stack([_luma(frame) for frame in frames])
    cells = [_cells(picture, side) for picture in luma]
    rows = np.stack([_rows(_strokes(cell)) for cell in cells])
    if _moves(cells):
        rows &= rows.mean(axis=0) < LASTING
    shares: NDArray[np.float64] = rows.mean(axis=(1, 2))
    return shares


def _luma(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    # BT.601 in 256ths, which 16 bits hold.
    red, green, blue = frame.astype(np.uint16)
    luma: NDArray[np.uint8] = ((red * 77 + green * 150 + blue * 29) >> 8).astype(np.uint8)
    return luma


def _cells(luma: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The picture in squares, `(rows, columns, side * side)`; what is left over is cut off."""
    rows, columns = luma.shape[0] // side, luma.shape[1] // side
    whole = luma[: rows * side, : columns * side].reshape(rows, side, columns, side)
    return whole.swapaxes(1, 2).reshape(rows, columns, side * side)


def _strokes(cells: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Cells with few strokes on one tone, `(rows, columns)`."""
    darkest, brightest = cells.min(axis=2), cells.max(axis=2)
    found: NDArray[np.bool_] = brightest - darkest > CONTRAST
    some = cells[found].astype(np.int16)
    middle = np.median(some, axis=1)
    above = (some - middle[:, None] >= CONTRAST / 2).mean(axis=1)
    below = (middle[:, None] - some >= CONTRAST / 2).mean(axis=1)
    on_dark = (middle - darkest[found] < TONE) & (above >= STROKES) & (below < STRAY)
    on_bright = (brightest[found] - middle < TONE) & (below >= STROKES) & (above < STRAY)
    found[found] = on_dark | on_bright
    return found


def _rows(found: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Only cells that stand in a row of them.

    Where most of the width is found there are no words, but the end of a bar or of a panel.
    """
    columns = found.shape[1] - ROW + 1
    starts = np.logical_and.reduce([found[:, at : at + columns] for at in range(ROW)])
    kept = np.zeros_like(found)
    for at in range(ROW):
        kept[:, at : at + columns] |= starts
    kept[found.mean(axis=1) > LINE] = False
    return kept


def _moves(cells: list[NDArray[np.uint8]]) -> bool:
    """Whether most frames show another part of a world than the one before."""
    if len(cells) < LASTING_FRAMES:
        return False
    means = [cell.mean(axis=2) for cell in cells]
    changed = [(np.abs(a - b) > CHANGED).mean() for a, b in pairwise(means)]
    return float(np.median(changed)) > MOVING
