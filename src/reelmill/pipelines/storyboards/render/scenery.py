"""A palette and chance -> a place: sky, light, and layers that grow darker as they come near. Pure.

Everything is drawn as shares of the canvas, so that a place looks the same at every size.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reelmill.media.geometry import Size
from reelmill.pipelines.storyboards.render.palette import Kind, Palette, rgb

Canvas = NDArray[np.float32]
"""`(height, width, 3)`, 0.0 to 1.0."""

#: Layers of a landscape.
LAYERS: Final = 5

#: Rows that are worked on at a time, so that what is in between stays small.
BAND_ROWS: Final = 256

#: How much a canvas is roughened, so that wide gradients show no steps.
GRAIN: Final = 0.012


def scenery(kind: Kind, palette: Palette, size: Size, chance: np.random.Generator) -> Canvas:
    """A whole place."""
    canvas = _sky(palette, size)
    _light(canvas, palette, chance)
    match kind:
        case "orbs":
            _orbs(canvas, palette, chance)
        case "city":
            _layers(canvas, palette, [_skyline(size.width, n, chance) for n in range(LAYERS - 1)])
            _windows(canvas, palette, chance)
        case "waves":
            _layers(canvas, palette, [_wave(size.width, n, chance) for n in range(LAYERS)])
        case "hills":
            _layers(canvas, palette, [_ridge(size.width, n, chance) for n in range(LAYERS)])
    noise = chance.standard_normal(canvas.shape[:2], np.float32)
    for first, band in _bands(canvas):
        band[:] += noise[first : first + len(band), :, None] * np.float32(GRAIN)
        np.clip(band, 0, 1, out=band)
    return canvas


def _bands(canvas: Canvas, begin: int = 0) -> Iterator[tuple[int, Canvas]]:
    """Some rows after the other, with the number of the first: a canvas of 4K takes 134 MB."""
    for first in range(begin, canvas.shape[0], BAND_ROWS):
        yield first, canvas[first : first + BAND_ROWS]


def _sky(palette: Palette, size: Size) -> Canvas:
    """Three colours from the upper edge down; the last reaches the horizon."""
    at = np.linspace(0, 1, size.height, dtype=np.float32)
    stops = (0.0, 0.38, 0.72)
    colours = np.stack([rgb(colour) for colour in palette.sky])
    column = np.stack([np.interp(at, stops, colours[:, one]) for one in range(3)], axis=-1)
    return np.repeat(column[:, None].astype(np.float32), size.width, axis=1)


def _light(canvas: Canvas, palette: Palette, chance: np.random.Generator) -> None:
    """A sun or a moon, and the glow around it."""
    height, width, _ = canvas.shape
    side = min(width, height)
    x, y = chance.uniform(0.66, 0.84) * width, chance.uniform(0.43, 0.5) * height
    radius = side * chance.uniform(0.055, 0.095)
    across = np.arange(width, dtype=np.float32)[None] - np.float32(x)
    down = np.arange(height, dtype=np.float32)[:, None] - np.float32(y)
    away = np.hypot(across, down)
    glow = 0.62 * np.exp(-away / np.float32(side * 0.24))
    disc = np.clip(np.float32(radius) - away + 0.5, 0, 1)
    _cover(canvas, palette.light, np.maximum(glow, disc))


def _cover(canvas: Canvas, colour: str, share: NDArray[np.float32]) -> None:
    for first, band in _bands(canvas):
        band[:] += (rgb(colour) - band) * share[first : first + len(band), :, None].astype(
            np.float32
        )


def _layers(canvas: Canvas, palette: Palette, edges: list[NDArray[np.float32]]) -> None:
    """Draw what lies under each edge, the farthest first; mist rises between them."""
    height = canvas.shape[0]
    far, near, haze = rgb(palette.far), rgb(palette.near), rgb(palette.sky[2])
    for number, edge in enumerate(edges):
        way = np.float32(number / max(1, len(edges) - 1))
        tone = far + (near - far) * way
        top = edge[None] * height
        # Above the highest point of its edge there is nothing of a layer.
        first = max(0, int(top.min() - 0.5))
        for row, band in _bands(canvas, first):
            rows = np.arange(row, row + len(band), dtype=np.float32)[:, None]
            inside = np.clip(rows - top + 0.5, 0, 1)
            depth = np.clip((rows - top) / (height * 0.22), 0, 1)
            mist = (1 - way) * 0.42 * depth
            shade = tone + (haze - tone) * mist[..., None]
            band[:] += (shade - band) * inside[..., None]


def _noise(
    width: int, chance: np.random.Generator, octaves: tuple[int, ...]
) -> NDArray[np.float32]:
    """A smooth line through chance, -1.0 to 1.0, rougher with each octave."""
    at = np.linspace(0, 1, width, dtype=np.float32)
    line = np.zeros(width, np.float32)
    for power, bumps in enumerate(octaves):
        knots = chance.uniform(-1, 1, bumps + 3).astype(np.float32)
        place = at * bumps
        left = place.astype(int)
        part = place - left
        soft = part * part * (3 - 2 * part)
        line += (knots[left] + (knots[left + 1] - knots[left]) * soft) * np.float32(0.5**power)
    return line / np.float32(2)


def _ridge(width: int, number: int, chance: np.random.Generator) -> NDArray[np.float32]:
    rough = (3, 7, 15, 33, 70) if number < LAYERS - 2 else (2, 5, 11)
    base, reach = 0.52 + number * 0.105, 0.15 - number * 0.014
    return np.asarray(base + _noise(width, chance, rough) * reach, np.float32)


def _wave(width: int, number: int, chance: np.random.Generator) -> NDArray[np.float32]:
    at = np.linspace(0, 1, width, dtype=np.float32)
    turns, begins = chance.uniform(1.2, 3.2), chance.uniform(0, 2 * np.pi)
    swell = np.sin(at * np.float32(turns * 2 * np.pi) + np.float32(begins))
    ripple = _noise(width, chance, (6, 13))
    height = 0.012 + number * 0.007
    base = 0.55 + number * 0.1
    return np.asarray(base + swell * height + ripple * height * 0.7, np.float32)


def _skyline(width: int, number: int, chance: np.random.Generator) -> NDArray[np.float32]:
    """Roofs: stretches of even height."""
    edge = np.empty(width, np.float32)
    at, base = 0, 0.48 + number * 0.13
    while at < width:
        house = max(4, int(width * chance.uniform(0.025, 0.075)))
        edge[at : at + house] = base + chance.uniform(-0.13, 0.1) * (1 - number * 0.12)
        at += house
    return edge


def _windows(canvas: Canvas, palette: Palette, chance: np.random.Generator) -> None:
    """Small lights in the lower half, in rows."""
    height, width, _ = canvas.shape
    side = min(width, height)
    wide, tall = max(2, side // 200), max(3, side // 130)
    for _ in range(int(170 * width * height / side**2)):
        x = int(chance.integers(0, width - wide)) // (wide * 3) * wide * 3
        y = int(chance.integers(int(height * 0.64), height - tall)) // (tall * 2) * tall * 2
        spot = canvas[y : y + tall, x : x + wide]
        spot += (rgb(palette.light) - spot) * np.float32(chance.uniform(0.35, 0.95))


def _orbs(canvas: Canvas, palette: Palette, chance: np.random.Generator) -> None:
    """Large soft spheres that overlap, lit from above."""
    height, width, _ = canvas.shape
    side = min(width, height)
    across = np.arange(width, dtype=np.float32)[None]
    for number in range(7):
        radius = np.float32(side * chance.uniform(0.1, 0.34))
        x, y = chance.uniform(0.3, 1.02) * width, chance.uniform(0.58, 1.02) * height
        way = np.float32(number / 6)
        tone = rgb(palette.far) + (rgb(palette.near) - rgb(palette.far)) * way
        for row, band in _bands(canvas):
            down = np.arange(row, row + len(band), dtype=np.float32)[:, None] - np.float32(y)
            away = np.hypot(across - np.float32(x), down) / radius
            lit = np.clip(0.5 - down / radius * 0.5, 0, 1)
            body = np.clip((1 - away) * radius + 0.5, 0, 1)
            shade = tone + (rgb(palette.light) - tone) * (lit**2 * 0.55)[..., None]
            band[:] += (shade - band) * (body * 0.86)[..., None]
