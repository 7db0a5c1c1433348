"""A seed and a size -> what is on the screen at any second: a game, or one of its menus. Pure."""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reelmill.media.geometry import Size
from reelmill.media.lines import lay, line_of
from reelmill.media.raster import Box, Yuv420, fill, ink_of, planes_of
from reelmill.media.shapes import capsule, disc
from reelmill.media.text import Style
from reelmill.pipelines.captures.samples.view import Pixels, view
from reelmill.pipelines.captures.samples.world import SIDE, World, make_world, stand_at
from reelmill.units import even

Scene = Callable[[float], Yuv420]
"""Seconds since the start -> the picture then; the same for the same second."""

#: Lines from which on a view is drawn smaller and enlarged: what is looked at is no taller.
DRAWN_LINES: Final = 360

SKIN, COAT, STEEL = (
    np.array(colour, np.float32)
    for colour in ((0.78, 0.6, 0.48), (0.2, 0.26, 0.4), (0.3, 0.3, 0.33))
)

#: Luma of walls on the map.
WALL_LUMA: Final = 96

WHITE, AMBER, RED, PLATE = (
    ink_of(np.array(colour, np.float32))
    for colour in ((0.96, 0.96, 0.96), (0.95, 0.7, 0.2), (0.8, 0.15, 0.12), (0.08, 0.09, 0.11))
)


def gameplay(seed: int, size: Size, *, third_person: bool = False) -> Scene:
    """Somebody walks through a maze, seen through their eyes or from behind."""
    world = make_world(seed)
    grain = max(1, size.height // DRAWN_LINES)
    low = Size(even(size.width / grain), even(size.height / grain))

    def at(at_s: float) -> Yuv420:
        pixels = view(world, stand_at(world, at_s), low)
        (_avatar if third_person else _weapon)(pixels, at_s)
        picture = enlarged(planes_of(np.clip(pixels, 0, 1)), size)
        _hud(picture, world, at_s)
        return picture

    return at


def enlarged(picture: Yuv420, size: Size) -> Yuv420:
    """The picture in another size, without smoothing."""
    half = Size(size.width // 2, size.height // 2)
    return Yuv420(
        y=_resized(picture.y, size), u=_resized(picture.u, half), v=_resized(picture.v, half)
    )


def _resized(plane: NDArray[np.uint8], size: Size) -> NDArray[np.uint8]:
    height, width = plane.shape
    rows = np.arange(size.height) * height // size.height
    columns = np.arange(size.width) * width // size.width
    resized: NDArray[np.uint8] = plane[rows[:, None], columns]
    return resized


def _paint(pixels: Pixels, mask: NDArray[np.float32], colour: NDArray[np.float32]) -> None:
    pixels += (colour - pixels) * mask[..., None]


def _weapon(pixels: Pixels, at_s: float) -> None:
    """A hand and what it holds, swaying with the steps; in the lower right quarter."""
    height, width = pixels.shape[:2]
    part = pixels[height // 2 :, width // 2 :]
    sway, bob = 0.012 * np.sin(5 * at_s), 0.015 * abs(np.sin(5 * at_s))
    grip = (width * (0.22 + sway), height * (0.47 + bob))
    muzzle = (width * (0.08 + sway), height * (0.24 + bob))
    shape = part.shape[:2]
    _paint(part, capsule(shape, grip, muzzle, height * 0.07, height * 0.03), STEEL)
    _paint(part, disc(shape, (grip[0], grip[1] + height * 0.02), height * 0.09), SKIN)


def _avatar(pixels: Pixels, at_s: float) -> None:
    """A figure from behind, walking; in the middle, in the lower two thirds."""
    height, width = pixels.shape[:2]
    top, left = height // 3, width // 3
    part = pixels[top:, left : 2 * left]
    middle, stride = width * 0.47 - left, np.sin(6 * at_s) * height * 0.035
    shape, hip = part.shape[:2], height * 0.78 - top
    for side in (-1, 1):
        foot = (middle + side * (height * 0.035 + stride), height * 0.97 - top)
        _paint(part, capsule(shape, (middle, hip), foot, height * 0.03), STEEL)
    neck = (middle, height * 0.6 - top)
    _paint(part, capsule(shape, (middle, hip), neck, height * 0.065), COAT)
    _paint(part, disc(shape, (middle, height * 0.5 - top), height * 0.05), SKIN)


def _hud(picture: Yuv420, world: World, at_s: float) -> None:
    """Health, ammunition, score, cross hair and map, as games lay them over everything."""
    width, height = picture.size
    edge, bar = even(height / 24), even(height / 36)
    health = 1 - 0.6 * (0.5 + 0.5 * np.sin(0.11 * at_s + world.phase))
    low = height - edge - bar
    fill(picture, _even_box(edge, low, width * 0.22, bar), PLATE)
    fill(picture, _even_box(edge, low, width * 0.22 * health, bar), RED)
    style = Style(max(8, height // 24), bold=True)
    ammo = f"{30 - int(2 * at_s) % 30} / 120"
    lines = ((f"{int(health * 100)}", edge, low - style.line_height_px), (ammo, None, low - bar))
    for text, left, top in (*lines, (f"{int(at_s) * 50:06d}", edge, edge)):
        mask = line_of(text, style, width)
        lay(picture.y, mask, (width - edge - mask.shape[1] if left is None else left, top), WHITE.y)
    middle, arm = (even(width / 2), even(height / 2)), even(height / 60)
    fill(picture, Box(middle[0] - arm, middle[1], 2 * arm, 2), WHITE)
    fill(picture, Box(middle[0], middle[1] - arm, 2, 2 * arm), WHITE)
    _map(picture, world, at_s)


def _map(picture: Yuv420, world: World, at_s: float) -> None:
    """The maze from above, in the upper right, with a dot for the player."""
    width, height = picture.size
    cell = max(2, even(height / 4 / SIDE))
    left, top = even(width - cell * SIDE - height / 24), even(height / 24)
    fill(picture, Box(left, top, cell * SIDE, cell * SIDE), PLATE)
    built = np.where(world.walls > 0, 255, 0).astype(np.uint8)
    lay(picture.y, built.repeat(cell, axis=0).repeat(cell, axis=1), (left, top), WALL_LUMA)
    stand = stand_at(world, at_s)
    fill(picture, _even_box(left + stand.x * cell - 2, top + stand.y * cell - 2, 4, 4), AMBER)


def _even_box(x: float, y: float, width: float, height: float) -> Box:
    return Box(*(max(0, even(side)) for side in (x, y, width, height)))
