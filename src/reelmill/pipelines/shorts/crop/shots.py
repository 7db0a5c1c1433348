"""Thumbs of the frames -> where one shot ends and the next begins. Pure."""

import cv2
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

#: How far a view may turn between two frames, in pixels of the thumb: across, and down.
TURN_PX = (8, 4)

#: How alike two thumbs must be for one scene, from -1 to 1. Source: of 400 pairs of pictures of
#: different scenes the most alike came to 0.27, of 14 turns and flashes of a game
#: the median to 0.47.
ONE_SCENE = 0.3

#: Width of the surroundings with which a place is compared, in pixels of the thumb.
SURROUNDINGS_PX = 4

#: Luma up to which a place is black, in full range; bars are no likeness.
BLACK = 12

Thumbs = NDArray[np.uint8]


def cuts(thumbs: Thumbs) -> list[int]:
    """The frames with which a new shot begins.

    A cut changes the picture much more than anything around it does, and it stays changed: a flash
    or a shaking camera is none. Nor is a view that turns at once, or one in a new light: what was
    before and after is then still the same scene, moved.

    Args:
        thumbs: `(n, height, width)` in the order of time.
    """
    blocks = _blocks(thumbs)
    change = _change(blocks[:-1], blocks[1:])
    return [
        at + 1
        for at in range(len(change))
        if _is_cut(at, change, blocks) and not one_scene(thumbs[at], thumbs[at + 1])
    ]


def largest_change(thumbs: Thumbs) -> int:
    """The frame that differs most from the one before it; n >= 2 frames."""
    blocks = _blocks(thumbs)
    return int(_change(blocks[:-1], blocks[1:]).argmax()) + 1


def one_scene(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> bool:
    """Whether two thumbs show the same things, be they moved, brighter, or of another contrast."""
    lit = np.maximum(before, after) > BLACK
    part = np.ix_(lit.any(axis=1), lit.any(axis=0))
    was, now = before[part], after[part]
    across, down = TURN_PX
    if was.shape[0] < 3 * down or was.shape[1] < 3 * across:
        return False
    middle = _relief(was)[down:-down, across:-across]
    return float(cv2.matchTemplate(_relief(now), middle, cv2.TM_CCOEFF_NORMED).max()) > ONE_SCENE


def _relief(thumb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How each place differs from its surroundings, by what is usual there: light is nothing."""
    light = thumb.astype(np.float32)
    off = light - cv2.GaussianBlur(light, (0, 0), SURROUNDINGS_PX)
    usual = np.sqrt(cv2.GaussianBlur(off * off, (0, 0), SURROUNDINGS_PX))
    return np.asarray(off / (usual + 2), np.float32)


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
