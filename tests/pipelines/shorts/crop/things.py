"""Draws wide things of many shapes, colours and textures before many grounds."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from tests.pipelines.shorts.crop.drawn import Picture, Where

WIDTH, HEIGHT = 640, 360

#: Width of the window in such a picture, in pixels.
WINDOW_PX = 202

Light = NDArray[np.float32]

COLOURS = {
    "blue": (40, 90, 200),
    "green": (60, 150, 70),
    "yellow": (220, 190, 60),
    "grey": (78, 80, 84),
    "pale": (205, 200, 190),
    "violet": (120, 60, 150),
}

TEXTURES = ("none", "stripes", "checks", "cloth", "shaded")

GROUNDS = ("plain", "white", "wall", "busy", "trees")

WAYS = ("right", "left", "turn", "two speeds", "pauses", "to and fro")


@dataclass(frozen=True, kw_only=True)
class Thing:
    """A wide thing that goes somewhere."""

    shape: str
    """Of `SHAPES`."""

    width: float
    """In windows."""

    colour: str = "blue"
    texture: str = "none"
    ground: str = "busy"
    way: str = "right"

    speed_px: float = 6.0
    """Pixels a frame."""

    noise: float = 0.0
    """Standard deviation of the noise of each frame, in steps of luma."""

    seed: int = 1

    @property
    def radius(self) -> int:
        """Half of its width, in pixels."""
        return round(WINDOW_PX * self.width / 2)

    @property
    def frames(self) -> int:
        """How many."""
        return self._path[1]

    @property
    def where(self) -> Where:
        """The path of its middle."""
        return self._path[0]

    @property
    def _path(self) -> tuple[Where, int]:
        low, high = self.radius + 8, WIDTH - 8 - self.radius
        if self.way == "to and fro":
            return _swing(low, high, self.speed_px)
        half = round((high - low) / 2 / self.speed_px)
        middle = (low + high) / 2
        stops = {
            "right": ((25, low), (25 + 2 * half, high)),
            "left": ((25, high), (25 + 2 * half, low)),
            "turn": ((20, low), (20 + 2 * half, high), (20 + 4 * half, low)),
            "two speeds": ((20, high), (20 + 2 * half, middle), (20 + 3 * half, low)),
            "pauses": ((20, low), (20 + half, middle), (60 + half, middle), (60 + 2 * half, high)),
        }[self.way]
        frames, places = zip(*stops, strict=True)
        return lambda frame: (float(np.interp(frame, frames, places)), 180.0), frames[-1] + 25

    def pictures(self) -> Iterator[Picture]:
        """`(height, width, 3)` RGB each."""
        dice = np.random.default_rng(self.seed)
        ground, (colours, mask) = GROUND[self.ground](dice), self._drawn(dice)
        height, width = mask.shape
        for frame in range(self.frames):
            where = self.where(frame)
            assert where is not None
            shift = np.array([[1, 0, where[0] - width / 2], [0, 1, where[1] - height / 2]])
            share = cv2.warpAffine(mask, shift, (WIDTH, HEIGHT))[..., None]
            thing = cv2.warpAffine(colours, shift, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
            picture = ground * (1 - share) + thing * share
            picture += dice.normal(0, self.noise, (HEIGHT, WIDTH, 1)) if self.noise else 0
            yield np.clip(picture, 0, 255).astype(np.uint8)

    def inside(self, frame: int, left: float, _top: float, width: int, _height: int) -> bool:
        """Whether a window holds the whole thing."""
        where = self.where(frame)
        assert where is not None
        return left <= where[0] - self.radius + 1 and where[0] + self.radius - 1 <= left + width

    def _drawn(self, dice: np.random.Generator) -> tuple[Light, Light]:
        """Its colours, and where it is, 0 to 1."""
        mask = SHAPES[self.shape](2 * self.radius)
        colours = np.full((*mask.shape, 3), COLOURS[self.colour], np.float32)
        colours = _textured(colours, self.texture, dice)
        if self.shape == "person":
            colours[:95], colours[235:] = (206, 160, 130), (50, 55, 80)
        return np.clip(colours, 0, 255).astype(np.float32), mask


def _swing(low: float, high: float, speed_px: float) -> tuple[Where, int]:
    """To and fro from the middle, for one and a half times; it rests before and after."""
    middle, far = (low + high) / 2, (high - low) / 2
    whole = 2 * math.pi * far / speed_px
    last = round(1.5 * whole)

    def where(frame: int) -> tuple[float, float]:
        going = max(0, min(frame - 20, last))
        return middle + far * math.sin(2 * math.pi * going / whole), 180.0

    return where, last + 45


def _square(width: int) -> Light:
    return np.ones((min(width, 300), width), np.float32)


def _ellipse(width: int) -> Light:
    height = min(320, round(1.35 * width))
    rows, columns = np.mgrid[:height, :width]
    far = np.hypot((columns - width / 2 + 0.5) / width, (rows - height / 2 + 0.5) / height)
    return (far <= 0.5).astype(np.float32)


def _person(width: int) -> Light:
    """A head, shoulders, a body that narrows, and legs."""
    rows, columns = np.mgrid[:330, :width]
    aside = np.abs(columns - width / 2 + 0.5) / width
    head = np.hypot(aside / 0.3, (rows - 55) / 55) <= 1
    shoulders = np.hypot(aside / 0.5, (rows - 125) / 35) <= 1
    body = (aside <= 0.5 - 0.001 * np.clip(rows - 105, 0, 120)) & (rows >= 105) & (rows < 235)
    legs = (aside >= 0.05) & (aside <= 0.36) & (rows >= 235)
    return (head | shoulders | body | legs).astype(np.float32)


def _textured(colours: Light, texture: str, dice: np.random.Generator) -> Light:
    rows, columns = np.mgrid[: colours.shape[0], : colours.shape[1]]
    light = {
        "none": np.ones(rows.shape),
        "stripes": np.where(rows // 14 % 2, 1.0, 0.6),
        "checks": np.where((rows // 22 + columns // 22) % 2, 1.0, 0.65),
        "shaded": 1.1 - 0.5 * columns / columns.max(),
        "cloth": 1 + _cells(rows.shape, dice, (24, 0.12), (8, 0.09))[..., 0],
    }[texture]
    return colours * light[..., None].astype(np.float32)


def _cells(
    shape: tuple[int, ...], dice: np.random.Generator, *sizes: tuple[int, float], planes: int = 1
) -> NDArray[np.float64]:
    """Blocks of several sizes, each with its contrast."""
    out = np.zeros((*shape, planes))
    for size, contrast in sizes:
        cells = dice.normal(0, contrast, (shape[0] // size + 1, shape[1] // size + 1, planes))
        out += np.kron(cells, np.ones((size, size, 1)))[: shape[0], : shape[1]]
    return out


def _wall(_: np.random.Generator) -> Light:
    """Lit from one side, above a floor."""
    ground = np.empty((HEIGHT, WIDTH, 3), np.float32)
    ground[:] = np.linspace(95, 165, WIDTH)[None, :, None]
    ground[280:] = (92, 74, 60)
    return ground


def _busy(dice: np.random.Generator) -> Light:
    cells = _cells((HEIGHT, WIDTH), dice, (60, 26), (22, 22), (7, 16), planes=3)
    return np.clip(cv2.GaussianBlur(120 + cells, (0, 0), 1.2), 0, 255).astype(np.float32)


def _trees(dice: np.random.Generator) -> Light:
    ground = np.full((HEIGHT, WIDTH, 3), (150, 165, 140), np.float32)
    for _ in range(26):
        left, width = dice.integers(0, WIDTH), dice.integers(8, 40)
        ground[:, left : left + width] = dice.uniform(60, 140, 3)
    return np.clip(ground + _cells((HEIGHT, WIDTH), dice, (5, 9)), 0, 255).astype(np.float32)


def _even(*colour: int) -> Callable[[np.random.Generator], Light]:
    return lambda _: np.full((HEIGHT, WIDTH, 3), colour, np.float32)


SHAPES = {"square": _square, "ellipse": _ellipse, "person": _person}

GROUND = {
    "plain": _even(128, 134, 126),
    "white": _even(236, 236, 232),
    "wall": _wall,
    "busy": _busy,
    "trees": _trees,
}


def drawn_by_lot(count: int, *, seed: int) -> Iterator[Thing]:
    """Things of all shapes, textures, grounds and ways, with what is left to chance."""
    dice = np.random.default_rng(seed)
    for at in range(count):
        yield Thing(
            shape=list(SHAPES)[at % 3],
            width=float(dice.choice([0.5, 0.6, 0.7, 0.8, 0.85, 0.9])),
            colour=str(dice.choice(list(COLOURS))),
            texture=TEXTURES[at // 3 % 5],
            ground=GROUNDS[at // 2 % 5],
            way=WAYS[at % 6],
            speed_px=float(dice.choice([2, 3, 4, 6, 8, 10.5])),
            noise=float(dice.choice([0, 0, 2, 4])),
            seed=at + 1,
        )
