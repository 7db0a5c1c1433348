"""A seed -> a maze of textured walls, and a walk through it. Pure."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

#: Cells of a side of the maze.
SIDE: Final = 24

#: Pixels of a side of a texture.
TEXELS: Final = 64

#: Share of the cells beside the walk that are walls.
BUILT: Final = 0.35

#: Cells beside the walk that are never built on.
CLEARANCE: Final = 0.9

#: How far from the middle the walk leads, in cells.
REACH: Final = 8.5

#: Radians a second of the walk's two swings; one round takes 63 s.
SWINGS: Final = (0.2, 0.3)

#: Radians a second of the gaze, which shares no period with the walk: no second looks like another.
GAZE: Final = (0.83, 1.37)

#: Red, green and blue of what walls, floors and ceilings are made of, 0.0 to 1.0.
MATERIALS: Final = (
    (0.62, 0.38, 0.28),
    (0.52, 0.52, 0.50),
    (0.44, 0.50, 0.34),
    (0.58, 0.48, 0.30),
    (0.36, 0.46, 0.58),
    (0.56, 0.36, 0.44),
)

#: Red, green and blue of the sky, at the horizon and above.
SKY: Final = ((0.80, 0.84, 0.88), (0.32, 0.52, 0.82))


class Stand(NamedTuple):
    """Where somebody is and looks."""

    x: float
    """Cells from the left."""

    y: float
    """Cells from the top."""

    heading: float
    """Radians, from the x axis towards the y axis."""


class World(NamedTuple):
    """What can be seen."""

    walls: NDArray[np.uint8]
    """`(SIDE, SIDE)`, by y and x: 0 is open, else the number of a texture."""

    textures: NDArray[np.float32]
    """`(n, TEXELS, TEXELS, 3)`, 0.0 to 1.0; the first is the floor, the last the ceiling."""

    outdoors: bool
    """Whether there is a sky instead of the ceiling."""

    phase: float
    """Where on its round the walk begins, in radians."""


def make_world(seed: int) -> World:
    """Build a maze around a walk."""
    dice = np.random.default_rng(seed)
    phase = float(dice.uniform(0, 2 * np.pi))
    kinds = dice.permutation(len(MATERIALS))
    textures = np.stack([_texture(MATERIALS[kind], dice) for kind in kinds])
    walls = dice.integers(1, len(textures) - 1, (SIDE, SIDE)).astype(np.uint8)
    inner = np.s_[1:-1, 1:-1]
    walls[inner] *= (dice.random((SIDE, SIDE)) < BUILT)[inner]
    walls[_near_walk(phase)] = 0
    return World(walls, textures, bool(dice.random() < 0.5), phase)  # noqa: PLR2004 - a coin


def stand_at(world: World, at_s: float) -> Stand:
    """Where the player is after so many seconds, looking where the walk leads, and around."""
    x, y = _walk(world.phase, at_s)
    ahead_x, ahead_y = _walk(world.phase, at_s + 0.6)
    glance = 0.45 * np.sin(GAZE[0] * at_s + world.phase) + 0.25 * np.sin(GAZE[1] * at_s)
    return Stand(float(x), float(y), float(np.arctan2(ahead_y - y, ahead_x - x) + glance))


def _walk(
    phase: float, at_s: float | NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x = SIDE / 2 + REACH * np.sin(SWINGS[0] * np.asarray(at_s) + phase)
    y = SIDE / 2 + REACH * np.sin(SWINGS[1] * np.asarray(at_s) + 0.7 * phase)
    return x, y


def _near_walk(phase: float) -> NDArray[np.bool_]:
    """Cells that the walk comes close to in one round."""
    x, y = _walk(phase, np.linspace(0, 2 * np.pi / (SWINGS[1] - SWINGS[0]), 2000))
    rows, columns = np.mgrid[0:SIDE, 0:SIDE] + 0.5
    away = np.maximum(np.abs(columns[..., None] - x), np.abs(rows[..., None] - y))
    near: NDArray[np.bool_] = away.min(axis=-1) < CLEARANCE
    return near


def _texture(colour: tuple[float, ...], dice: np.random.Generator) -> NDArray[np.float32]:
    """Bricks with joints, stains and grain."""
    rows, columns = np.mgrid[0:TEXELS, 0:TEXELS]
    height, width = int(dice.choice([8, 16, 32])), int(dice.choice([16, 32]))
    shifted = columns + (rows // height % 2) * (width // 2)
    joint = (rows % height < 2) | (shifted % width < 2)  # noqa: PLR2004 - texels of a joint
    brick = (rows // height * 7 + shifted // width * 13) % 8
    light = 0.82 + 0.03 * brick + 0.12 * _stains(dice) + 0.06 * dice.standard_normal(rows.shape)
    light[joint] *= 0.55
    shades = light[..., None] * np.asarray(colour)
    texture: NDArray[np.float32] = np.clip(shades, 0.02, 1).astype(np.float32)
    return texture


def _stains(dice: np.random.Generator) -> NDArray[np.float64]:
    coarse = dice.standard_normal((TEXELS // 8, TEXELS // 8))
    smooth = (coarse + np.roll(coarse, 1, 0) + np.roll(coarse, 1, 1)) / 3
    stains: NDArray[np.float64] = smooth.repeat(8, axis=0).repeat(8, axis=1)
    return stains
