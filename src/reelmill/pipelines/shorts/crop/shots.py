"""Thumbs of the frames -> where one shot ends and the next begins. Pure."""

import numpy as np
from numpy.typing import NDArray

#: Side of the blocks into which a thumb is summed up, in pixels of the thumb.
BLOCK = 4

#: Least change of the blocks from one shot to the next, in steps of luma.
LEAST_CHANGE = 10.0

#: How many times larger a cut is than the largest change near it; a whipped camera is not.
ABOVE_NEIGHBOURS = 2.0

#: Frames before and after that are near it.
NEIGHBOURS = 3

Thumbs = NDArray[np.uint8]


def cuts(thumbs: Thumbs) -> list[int]:
    """The frames with which a new shot begins.

    A cut changes the picture much more than anything around it does, and it stays changed: a flash
    or a shaking camera is none.

    Args:
        thumbs: `(n, height, width)` in the order of time.
    """
    blocks = _blocks(thumbs)
    change = _change(blocks[:-1], blocks[1:])
    return [at + 1 for at in range(len(change)) if _is_cut(at, change, blocks)]


def largest_change(thumbs: Thumbs) -> int:
    """The frame that differs most from the one before it; n >= 2 frames."""
    blocks = _blocks(thumbs)
    return int(_change(blocks[:-1], blocks[1:]).argmax()) + 1


def _blocks(thumbs: Thumbs) -> NDArray[np.float64]:
    count, height, width = thumbs.shape
    cut = thumbs.reshape(count, height // BLOCK, BLOCK, width // BLOCK, BLOCK)
    return np.asarray(cut.mean(axis=(2, 4)), np.float64)


def _change(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.abs(after - before).mean(axis=(1, 2)), np.float64)


def _is_cut(at: int, change: NDArray[np.float64], blocks: NDArray[np.float64]) -> bool:
    near = [*change[max(0, at - NEIGHBOURS) : at], *change[at + 1 : at + 1 + NEIGHBOURS]]
    if change[at] < max(LEAST_CHANGE, ABOVE_NEIGHBOURS * max(near, default=0.0)):
        return False
    later = min(at + 1 + NEIGHBOURS, len(blocks) - 1)
    return float(np.abs(blocks[later] - blocks[at]).mean()) >= LEAST_CHANGE
