"""A world and where somebody stands in it -> what they see, ray by ray. Pure."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reelmill.media.geometry import Size
from reelmill.pipelines.captures.samples.world import SIDE, SKY, TEXELS, Stand, World

Pixels = NDArray[np.float32]
"""`(height, width, 3)` RGB, 0.0 to 1.0."""

#: Half the width of what is seen, in lengths of the gaze: a field of view of 70 degrees.
SPREAD: Final = 0.7

#: Lines that a wall reaches beside its distance are as many as the picture has, times this.
WALL_HEIGHT: Final = 1.1

#: How fast things grow dim with distance, a cell.
DIMMING: Final = 0.07

#: How dim walls are whose face looks along the y axis.
ASIDE: Final = 0.78

#: Part of a direction below which a ray would never leave its column of cells.
LEAST: Final = np.float32(1e-6)

#: Cells that a ray crosses at most.
CROSSED: Final = 2 * SIDE


class _Hits(NamedTuple):
    """Where each ray ends."""

    away: NDArray[np.float32]
    """Distance along the gaze, in cells."""

    texture: NDArray[np.uint8]
    """What the wall is made of."""

    across: NDArray[np.float32]
    """Where on the wall, 0.0 to 1.0."""

    aside: NDArray[np.bool_]
    """Whether the face looks along the y axis."""


def view(world: World, stand: Stand, size: Size) -> Pixels:
    """Draw what is seen."""
    rays = _rays(stand, size.width)
    hits = _cast(world.walls, stand, rays)
    ground = _ground(world, stand, rays, size)
    return _walled(ground, world, hits)


def _rays(stand: Stand, columns: int) -> NDArray[np.float32]:
    """Direction of each column, `(columns, 2)`; the gaze is of length 1."""
    gaze = np.array([np.cos(stand.heading), np.sin(stand.heading)])
    right = np.array([-gaze[1], gaze[0]])
    across = np.linspace(-SPREAD, SPREAD, columns)
    rays: NDArray[np.float32] = (gaze + across[:, None] * right).astype(np.float32)
    return np.where(np.abs(rays) < LEAST, LEAST, rays)


def _cast(walls: NDArray[np.uint8], stand: Stand, rays: NDArray[np.float32]) -> _Hits:
    """Go from cell to cell along every ray until there is a wall."""
    eye = np.array([stand.x, stand.y], np.float32)
    cell = np.broadcast_to(np.floor(eye).astype(np.intp), rays.shape).copy()
    step = np.sign(rays).astype(np.intp)
    delta = np.abs(1 / rays)
    edge = np.where(rays < 0, eye - cell, cell + 1 - eye) * delta
    axis = np.zeros(len(rays), np.intp)
    number = np.arange(len(rays))
    going = np.ones(len(rays), bool)
    for _ in range(CROSSED):
        axis = np.where(going, np.argmin(edge, axis=1), axis)
        cell[number, axis] += np.where(going, step[number, axis], 0)
        edge[number, axis] += np.where(going, delta[number, axis], 0)
        going &= walls[cell[:, 1], cell[:, 0]] == 0
        if not going.any():
            break
    away = edge[number, axis] - delta[number, axis]
    met = eye + away[:, None] * rays
    return _Hits(
        away=np.maximum(away, np.float32(0.05)),
        texture=walls[cell[:, 1], cell[:, 0]],
        across=(met[number, 1 - axis] % 1).astype(np.float32),
        aside=axis == 1,
    )


def _ground(world: World, stand: Stand, rays: NDArray[np.float32], size: Size) -> Pixels:
    """Floor below the horizon; above it the ceiling or the sky."""
    half = size.height // 2
    away = (WALL_HEIGHT * half / (np.arange(half) + 0.5)).astype(np.float32)[:, None]
    x, y = stand.x + away * rays[:, 0], stand.y + away * rays[:, 1]
    texels = (y * TEXELS).astype(np.intp) % TEXELS, (x * TEXELS).astype(np.intp) % TEXELS
    light = (1 / (1 + DIMMING * away))[..., None]
    floor = world.textures[0][texels] * light
    above = _sky(stand, size) if world.outdoors else world.textures[-1][texels] * light * ASIDE
    return np.concatenate([above[::-1], floor])


def _sky(stand: Stand, size: Size) -> Pixels:
    """From the horizon upwards, with clouds that stay where they are when the player turns."""
    half, width = size.height // 2, size.width
    height = np.linspace(0, 1, half, dtype=np.float32)[:, None]
    turn = stand.heading + np.linspace(-0.6, 0.6, width, dtype=np.float32)
    clouds = np.sin(5 * turn + 6 * height) + np.sin(11 * turn - 9 * height + 1.3)
    share = np.clip(0.25 * clouds, 0, 0.5)[..., None] * (1 - height[..., None])
    low, high = np.asarray(SKY, np.float32)
    sky = low + (high - low) * height[..., None]
    clouded: Pixels = (sky + (1 - sky) * share).astype(np.float32)
    return clouded


def _walled(ground: Pixels, world: World, hits: _Hits) -> Pixels:
    """Put a stripe of wall into each column."""
    lines = len(ground)
    tall = WALL_HEIGHT * lines / hits.away
    rows = np.arange(lines, dtype=np.float32)[:, None] + np.float32(0.5)
    down = (rows - lines / 2) / tall + 0.5
    line, column = np.nonzero((down >= 0) & (down < 1))
    texels = _texels(down[line, column]), _texels(hits.across)
    light = np.where(hits.aside, ASIDE, 1) / (1 + DIMMING * hits.away)
    stones = world.textures[hits.texture[column], texels[0], texels[1][column]]
    ground[line, column] = stones * light[column, None]
    return ground


def _texels(shares: NDArray[np.floating]) -> NDArray[np.intp]:
    """Which texel lies there on a wall, of shares from 0.0 to 1.0, which rounding may reach.

    >>> _texels(np.array([0, 0.5, 0.99999999], np.float32)).tolist()
    [0, 32, 63]
    """
    return np.minimum((shares * TEXELS).astype(np.intp), TEXELS - 1)
