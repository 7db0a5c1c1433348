"""Small pictures with a title each -> one large picture in rows and columns. Pure."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from reelmill.media.lines import lay, line_of
from reelmill.media.text import Style

Rgb = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""

#: Most pictures beside each other. Source: the documented pipeline.
MAX_COLUMNS: Final = 5

#: Longest side of a picture on the sheet, in pixels.
TILE_PX: Final = 320

#: Width of the border around each, and distance between two, in pixels.
BORDER_PX, GAP_PX = 4, 12

#: What everything lies on, and what is written.
GROUND, INK, QUIET = (18, 20, 24), (232, 234, 238), (150, 156, 166)

TITLE, HEADING, NOTE = Style(14), Style(20, bold=True), Style(14)


class Tile(NamedTuple):
    """One picture on the sheet."""

    pixels: NDArray[np.uint8]
    """`(height, width, 3)` RGB."""

    title: str
    """What is written above it, one line."""

    colour: Rgb
    """Its border."""


class Legend(NamedTuple):
    """What a colour means."""

    colour: Rgb
    """The colour."""

    text: str
    """Its meaning, a few words."""


def sheet(
    tiles: Sequence[Tile], heading: str, *, legend: Sequence[Legend] = (), note: str = ""
) -> NDArray[np.uint8]:
    """Lay pictures out, in their order.

    Args:
        tiles: Any sizes; each is made to fit into a square of `TILE_PX`.
        heading: One line above everything.
        legend: Meanings of colours, in one line below the heading.
        note: Said instead of pictures when there are none.

    Returns:
        `(height, width, 3)` RGB.
    """
    small = [tile._replace(pixels=fitted(tile.pixels, TILE_PX)) for tile in tiles]
    columns = max(1, min(MAX_COLUMNS, len(small)))
    cell_px = max((tile.pixels.shape[1] for tile in small), default=TILE_PX) + 2 * BORDER_PX
    width = max(2 * TILE_PX, columns * (cell_px + GAP_PX)) + GAP_PX
    rows = [small[at : at + columns] for at in range(0, len(small), columns)]
    bands = [_head(heading, legend, width), *(_row(row, cell_px, width) for row in rows)]
    if not small:
        bands.append(_words([(GAP_PX, note, QUIET)], NOTE, width))
    return np.concatenate([*bands, _empty(GAP_PX, width)])


def fitted(pixels: NDArray[np.uint8], side_px: int) -> NDArray[np.uint8]:
    """The picture, its longer side `side_px`.

    Args:
        pixels: `(height, width, 3)` RGB.
        side_px: Pixels.
    """
    height, width = pixels.shape[:2]
    scale = side_px / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if size == (width, height):
        return pixels
    small = Image.fromarray(np.ascontiguousarray(pixels)).resize(size, Image.Resampling.LANCZOS)
    return np.asarray(small, np.uint8)


def upright(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A frame as records hold it, `(3, height, width)`, as pictures are: `(height, width, 3)`."""
    return np.moveaxis(frame, 0, -1)


def _empty(height: int, width: int) -> NDArray[np.uint8]:
    band = np.empty((height, width, 3), np.uint8)
    band[:] = GROUND
    return band


def _words(words: Sequence[tuple[int, str, Rgb]], style: Style, width: int) -> NDArray[np.uint8]:
    """A band with words at their places."""
    band = _empty(style.line_height_px, width)
    for x, text, colour in words:
        lay(band, line_of(text, style, width - x), (x, 0), colour)
    return band


def _head(heading: str, legend: Sequence[Legend], width: int) -> NDArray[np.uint8]:
    above = [_empty(GAP_PX, width), _words([(GAP_PX, heading, INK)], HEADING, width)]
    if not legend:
        return np.concatenate(above)
    band, x = _empty(NOTE.line_height_px + GAP_PX, width), GAP_PX
    for colour, text in legend:
        mark, words = NOTE.size_px, line_of(text, NOTE, width)
        band[4 : 4 + mark, x : x + mark] = colour
        lay(band, words, (x + mark + 6, 0), QUIET)
        x += mark + words.shape[1] + 3 * GAP_PX
    return np.concatenate([*above, band])


def _row(tiles: Sequence[Tile], cell_px: int, width: int) -> NDArray[np.uint8]:
    places = [GAP_PX + number * (cell_px + GAP_PX) for number in range(len(tiles))]
    tall = max(tile.pixels.shape[0] for tile in tiles) + 2 * BORDER_PX
    titles, pictures = _empty(TITLE.line_height_px, width), _empty(tall, width)
    for x, (pixels, title, colour) in zip(places, tiles, strict=True):
        lay(titles, line_of(title, TITLE, cell_px), (x, 0), INK)
        height, wide = (side + 2 * BORDER_PX for side in pixels.shape[:2])
        pictures[:height, x : x + wide] = colour
        inner = np.s_[BORDER_PX : height - BORDER_PX, x + BORDER_PX : x + wide - BORDER_PX]
        pictures[inner] = pixels
    return np.concatenate([titles, pictures, _empty(GAP_PX, width)])
