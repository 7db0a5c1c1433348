"""A line of text -> how much of each pixel it covers, to be laid on any picture."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from reelmill.media.paragraphs import lay_out
from reelmill.media.text import Lettering, Style

Mask = NDArray[np.uint8]
"""How much of each pixel is covered, `(height, width)`, 0 to 255."""


def line_of(text: str, style: Style, max_width_px: int) -> Mask:
    """Draw one line, cut short with an ellipsis where it is wider than `max_width_px`."""
    letters = _letters(style)
    words = lay_out(text, letters, width_px=max_width_px, max_lines=1).words
    width = max((x + cut.advance for x, _, cut in words), default=0)
    line = np.zeros((letters.height_px, width), np.uint8)
    for x, _, cut in words:
        line[:, x : x + cut.advance] = cut.luma
    return line


def lay(
    pixels: NDArray[np.uint8], mask: Mask, at: tuple[int, int], ink: int | tuple[int, ...]
) -> None:
    """Paint through a mask; what would be outside of the picture is left out.

    >>> plane = np.zeros((1, 3), np.uint8)
    >>> lay(plane, np.array([[255, 128]], np.uint8), (1, 0), 200)
    >>> plane.tolist()
    [[0, 200, 100]]

    Args:
        pixels: `(height, width)` of one plane, or `(height, width, 3)` RGB; painted on.
        mask: What is painted.
        at: Pixels left of the mask and above it; may be negative.
        ink: The value of the plane, or red, green and blue.
    """
    left, top = at
    height, width = pixels.shape[:2]
    rows = slice(max(0, top), max(0, min(height, top + mask.shape[0])))
    columns = slice(max(0, left), max(0, min(width, left + mask.shape[1])))
    place = pixels[rows, columns]
    seen = mask[max(0, -top) :, max(0, -left) :][: place.shape[0], : place.shape[1]]
    share = seen.astype(np.float32) / 255
    if pixels.ndim > seen.ndim:
        share = share[..., None]
    under = place.astype(np.float32)
    place[:] = np.rint(under + (np.asarray(ink, np.float32) - under) * share).astype(np.uint8)


@lru_cache(maxsize=32)
def _letters(style: Style) -> Lettering:
    return Lettering(style, ink=255, ground=0)
