"""A picture under the brush: surfaces, bars and text, in the colours of a theme."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reelmill.media.paragraphs import Block, Placed, lay_out
from reelmill.media.raster import Box, Yuv420, blank, fill, ink_of, paste, planes_of
from reelmill.media.shapes import capsule, rounded_box
from reelmill.media.text import Lettering, Style
from reelmill.pipelines.replays.game import STEPS, Direction
from reelmill.pipelines.replays.render import palette as colors
from reelmill.pipelines.replays.render.layout import Look
from reelmill.pipelines.replays.render.palette import Ground, Rgb, palette, rgb
from reelmill.pipelines.replays.render.tiles import Tile, tile
from reelmill.units import even

#: Luma above which a colour wants dark signs on it.
MIDDLE_LUMA = 110

#: Which line a word stands on.
_LINE = itemgetter(1)


class Align(StrEnum):
    """Where lines begin."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


class Pen(NamedTuple):
    """How a text is written."""

    style: Style
    """Size and weight."""

    ground: Ground
    """What it stands on."""

    align: Align = Align.LEFT
    """Where lines begin."""

    quiet: bool = False
    """Whether it is of lesser weight."""

    def letters(self) -> Lettering:
        """The letters to write with."""
        ink = self.ground.quiet if self.quiet else self.ground.text
        return lettering(self.style, ink, self.ground.ink.y)


@lru_cache(maxsize=40)
def lettering(style: Style, ink: int, ground: int) -> Lettering:
    """Letters that are shared by all pictures of this process."""
    return Lettering(style, ink=ink, ground=ground)


def whole(texts: Iterable[tuple[str, Box]], pen: Pen, *, sizes_px: Sequence[int]) -> Pen:
    """The pen in the largest of some sizes in which all texts fit their boxes, else in the last."""
    texts = list(texts)
    pens = [pen._replace(style=pen.style._replace(size_px=size_px)) for size_px in sizes_px]
    return next((each for each in pens if all(_fits(*text, each) for text in texts)), pens[-1])


def _fits(text: str, box: Box, pen: Pen) -> bool:
    letters = pen.letters()
    lines = box.height // letters.height_px
    return lay_out(text, letters, width_px=box.width, max_lines=lines).complete


class Canvas:
    """One picture that is painted over and over."""

    def __init__(self, look: Look) -> None:
        self.theme = look.theme
        self.colors = palette(look.theme)
        self.picture = blank(look.size)
        self.frame = Box(0, 0, *look.size)

    def keep(self) -> Yuv420:
        """A copy of the picture as it is now."""
        return self.picture.copy()

    def restore(self, kept: Yuv420, box: Box) -> None:
        """Put a part of an earlier picture back; the box is even."""
        x, y, right, bottom = box.x, box.y, box.right, box.bottom
        self.picture.y[y:bottom, x:right] = kept.y[y:bottom, x:right]
        rows, columns = slice(y // 2, bottom // 2), slice(x // 2, right // 2)
        self.picture.u[rows, columns] = kept.u[rows, columns]
        self.picture.v[rows, columns] = kept.v[rows, columns]

    def clear(self) -> None:
        """Begin anew with the empty page."""
        fill(self.picture, self.frame, self.colors.page.ink)

    def card(self, box: Box, ground: Ground, around: Ground, *, radius_px: int) -> None:
        """A surface with round corners."""
        fill(self.picture, box, ground.ink)
        reach = min(even(radius_px), even(box.height / 2), even(box.width / 2))
        corners = _corners(reach, tuple(ground.rgb.tolist()), tuple(around.rgb.tolist()))
        right, bottom = box.right - reach, box.bottom - reach
        places = ((box.x, box.y), (right, box.y), (box.x, bottom), (right, bottom))
        for corner, (x, y) in zip(corners, places, strict=True):
            paste(self.picture, corner, x, y)

    def bar(self, box: Box, share: float, color: Rgb, around: Ground) -> None:
        """A bar that is filled from the left."""
        page = tuple(around.rgb.tolist())
        empty = _bar(box.width, box.height, tuple(self.colors.line.tolist()), page)
        full = _bar(box.width, box.height, tuple(color.tolist()), page)
        paste(self.picture, empty, box.x, box.y)
        if filled := even(box.width * min(max(share, 0.0), 1.0)):
            half = filled // 2
            part = Yuv420(y=full.y[:, :filled], u=full.u[:, :half], v=full.v[:, :half])
            paste(self.picture, part, box.x, box.y)

    def tile(self, what: Tile, box: Box, surface: colors.Surface) -> None:
        """What lies on a cell, as large as the box, which is square."""
        paste(self.picture, tile(what, box.width, self.theme, surface), box.x, box.y)

    def arrow(self, direction: Direction | None, box: Box, color: Rgb) -> None:
        """A square in a player's colour with an arrow, or a dash without a direction."""
        ground = tuple(self.colors.panel.rgb.tolist())
        patch = _arrow(direction, box.width, tuple(color.tolist()), ground)
        paste(self.picture, patch, box.x, box.y)

    def write(self, text: str, box: Box, pen: Pen) -> Block:
        """Set a text into a box, in the middle of its height, over what was there.

        What does not fit is not drawn; the text then ends in an ellipsis.
        """
        letters = pen.letters()
        lines = max(1, box.height // letters.height_px)
        block = lay_out(text, letters, width_px=box.width, max_lines=lines)
        self.picture.y[box.y : box.bottom, box.x : box.right] = pen.ground.ink.y
        top = box.y + max(0, (box.height - block.lines * letters.height_px) // 2)
        self._place(block, box, top, letters.height_px, pen.align)
        return block

    def write_whole(self, text: str, box: Box, pen: Pen, *, sizes_px: Sequence[int]) -> Block:
        """Set a text in the largest of some sizes in which all of it fits, else in the last."""
        return self.write(text, box, whole(((text, box),), pen, sizes_px=sizes_px))

    def read(self, text: str, box: Box, pen: Pen) -> None:
        """Set a long text into a box from its top, over what was there."""
        letters = pen.letters()
        height = letters.height_px
        self.picture.y[box.y : box.bottom, box.x : box.right] = pen.ground.ink.y
        block = lay_out(text, letters, width_px=box.width, max_lines=box.height // height)
        for line, words in groupby(block.words, key=_LINE):
            top = box.y + line * height
            _write_line(self.picture.y[top : top + height, box.x :], words, letters.space)

    def _place(self, block: Block, box: Box, top: int, height: int, align: Align) -> None:
        ends = [0] * block.lines
        for x, line, (advance, _) in block.words:
            ends[line] = max(ends[line], x + advance)
        luma = self.picture.y[:, box.x : box.right]
        for x, line, (advance, ink) in block.words:
            spare = box.width - ends[line]
            shift = {Align.LEFT: 0, Align.CENTER: spare // 2, Align.RIGHT: spare}[align]
            y, left = top + line * height, max(0, x + shift)
            rows = max(0, min(height, box.bottom - y))
            luma[y : y + rows, left : left + advance] = ink[:rows]


def _write_line(rows: NDArray[np.uint8], words: Iterable[Placed], space: NDArray[np.uint8]) -> None:
    """Copy the words of one line at once, which takes a third of one by one."""
    parts: list[NDArray[np.uint8]] = []
    start = end = -1
    for x, _, (advance, ink) in words:
        if not parts:
            start = x
        elif x > end:
            parts.append(space)
        parts.append(ink)
        end = x + advance
    np.concatenate(parts, axis=1, out=rows[:, start:end])


_Color = tuple[float, ...]


def _blend(mask: np.ndarray, color: _Color, around: _Color) -> Yuv420:
    front, back = np.array(color, np.float32), np.array(around, np.float32)
    return planes_of((back + (front - back) * mask[..., None]).astype(np.float32))


@lru_cache(maxsize=64)
def _corners(reach: int, color: _Color, around: _Color) -> tuple[Yuv420, ...]:
    mask = rounded_box((2 * reach, 2 * reach), radius=reach)
    top, bottom = mask[:reach], mask[reach:]
    parts = (top[:, :reach], top[:, reach:], bottom[:, :reach], bottom[:, reach:])
    return tuple(_blend(part, color, around) for part in parts)


@lru_cache(maxsize=64)
def _bar(width: int, height: int, color: _Color, around: _Color) -> Yuv420:
    return _blend(rounded_box((height, width), radius=height / 2), color, around)


@lru_cache(maxsize=256)
def _arrow(direction: Direction | None, side: int, color: _Color, around: _Color) -> Yuv420:
    shape, middle = (side, side), side / 2
    step = STEPS[direction] if direction else STEPS[Direction.RIGHT]
    x, y = step.x * side * 0.24, -step.y * side * 0.24
    tip, back = (middle + x, middle + y), (middle - x, middle - y)
    thick = side * 0.065
    mask = capsule(shape, back, tip, thick)
    if direction:
        for turn in (-1, 1):
            wing = tip[0] - x * 0.8 - y * 0.8 * turn, tip[1] - y * 0.8 + x * 0.8 * turn
            mask = np.maximum(mask, capsule(shape, tip, wing, thick))
    badge = rounded_box(shape, radius=side * 0.28)
    front, back_color = np.array(color, np.float32), np.array(around, np.float32)
    ink = rgb(colors.PUPIL if ink_of(front).y > MIDDLE_LUMA else colors.SHINE)
    picture = back_color + (front - back_color) * badge[..., None]
    return planes_of((picture + (ink - picture) * mask[..., None]).astype(np.float32))
