"""Round shapes -> how much of each pixel they cover. Pure.

Every shape is a distance to its edge, so edges are smooth at any size. Units are pixels; (0, 0)
is the upper left corner of the canvas and the middle of its first pixel is (0.5, 0.5).
"""

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.float32]
"""Share of each pixel that is covered, `(height, width)`, 0.0 to 1.0."""

Point = tuple[float, float]
"""Pixels from the left and from the top."""


def _grid(shape: tuple[int, int]) -> tuple[Mask, Mask]:
    height, width = shape
    x = np.arange(width, dtype=np.float32) + np.float32(0.5)
    y = np.arange(height, dtype=np.float32) + np.float32(0.5)
    return x[None, :], y[:, None]


def _covered(distance: Mask) -> Mask:
    covered: Mask = np.clip(np.float32(0.5) - distance, 0, 1).astype(np.float32, copy=False)
    return covered


def disc(shape: tuple[int, int], middle: Point, radius: float) -> Mask:
    """A filled circle.

    >>> (disc((3, 3), (1.5, 1.5), 1.0) * 10).round().astype(int).tolist()
    [[1, 5, 1], [5, 10, 5], [1, 5, 1]]
    """
    x, y = _grid(shape)
    return _covered(np.hypot(x - middle[0], y - middle[1]) - radius)


def oval(shape: tuple[int, int], middle: Point, radii: Point, tilt: float = 0.0) -> Mask:
    """A filled ellipse, turned by `tilt` radians."""
    x, y = _grid(shape)
    across, down = x - middle[0], y - middle[1]
    along = across * np.cos(tilt) + down * np.sin(tilt)
    aside = down * np.cos(tilt) - across * np.sin(tilt)
    inner = np.hypot(along / radii[0], aside / radii[1])
    return _covered((inner - 1) * min(radii)).astype(np.float32)


def capsule(
    shape: tuple[int, int], start: Point, end: Point, radius: float, end_radius: float | None = None
) -> Mask:
    """A thick line with round ends, which may grow thinner on its way."""
    x, y = _grid(shape)
    run_x, run_y = end[0] - start[0], end[1] - start[1]
    length2 = max(run_x * run_x + run_y * run_y, 1e-6)
    share = np.clip(((x - start[0]) * run_x + (y - start[1]) * run_y) / length2, 0, 1)
    distance = np.hypot(x - start[0] - share * run_x, y - start[1] - share * run_y)
    thinner = radius if end_radius is None else radius + (end_radius - radius) * share
    return _covered((distance - thinner).astype(np.float32))


def rounded_box(shape: tuple[int, int], *, inset: float = 0.0, radius: float = 0.0) -> Mask:
    """The canvas with round corners, `inset` pixels from its edge."""
    height, width = shape
    x, y = _grid(shape)
    reach = min(radius, min(width, height) / 2 - inset)
    across = np.abs(x - width / 2) - (width / 2 - inset - reach)
    down = np.abs(y - height / 2) - (height / 2 - inset - reach)
    outside = np.hypot(np.maximum(across, 0), np.maximum(down, 0))
    inside = np.minimum(np.maximum(across, down), 0)
    return _covered((outside + inside - reach).astype(np.float32))
