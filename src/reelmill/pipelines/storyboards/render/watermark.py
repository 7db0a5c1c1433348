"""A picture that one may see through -> how it lies in a corner of every frame."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from reelmill.media.geometry import Size, contain
from reelmill.media.raster import BLACK_LUMA, NEUTRAL_CHROMA, Yuv420, planes_of
from reelmill.media.stills import read_clear
from reelmill.pipelines.storyboards.looks import Corner
from reelmill.units import even

#: Share of the film's height that a mark takes at most, however wide it is to be.
HIGHEST: Final = 0.5

#: Full opacity, in the fixed point of the blend.
FULL: Final = 256


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A watermark with its picture on this disk."""

    picture: Path
    """The file, of anybody's making."""

    corner: Corner
    """Where it lies."""

    width_share: float
    """Its width, as a share of the film's."""

    opacity: float
    """How little one sees through it, 0.0 to 1.0."""

    margin_share: float
    """Its distance from both edges, as a share of the film's shorter side."""


class Place(NamedTuple):
    """Where a mark lies in a film; all numbers are even."""

    x: int
    """Pixels left of it."""

    y: int
    """Pixels above it."""

    width: int
    """Its width in pixels."""

    height: int
    """Its height in pixels."""


def place_of(mark: Mark, shown: Size, film: Size) -> Place:
    """Where a mark lies, in its own shape.

    Args:
        mark: The mark.
        shown: Size of its picture.
        film: Size of the frames.
    """
    box = Size(even(film.width * mark.width_share), even(film.height * HIGHEST))
    inner = contain(shown, box)
    margin = even(min(film) * mark.margin_share)
    right, bottom = film.width - margin - inner.width, film.height - margin - inner.height
    return Place(
        x=margin if mark.corner.is_left else right,
        y=margin if mark.corner.is_top else bottom,
        width=inner.width,
        height=inner.height,
    )


class Stamp:
    """A mark, ready to be laid over frames.

    Args:
        mark: The mark.
        film: Size of the frames.

    Raises:
        NotAStill, StillTooLarge: its picture cannot be shown.
    """

    def __init__(self, mark: Mark, film: Size) -> None:
        # Enough for the widest mark of a film, and no more is kept of a picture that is larger.
        pixels = read_clear(mark.picture, longest_px=max(film))
        height, width, _ = pixels.shape
        self._place = place_of(mark, Size(width, height), film)
        # Pillow weighs colours by their opacity when it resizes: no dark seam around the mark.
        resized = Image.fromarray(pixels, "RGBA").resize(
            (self._place.width, self._place.height), Image.Resampling.LANCZOS
        )
        share = np.asarray(resized, np.float32) / np.float32(255)
        opacity = share[..., 3] * np.float32(mark.opacity)
        added = planes_of(share[..., :3] * opacity[..., None])
        halved = opacity.reshape(self._place.height // 2, 2, -1, 2).mean(axis=(1, 3))
        self._y = _Layer(added.y, opacity, BLACK_LUMA)
        self._u = _Layer(added.u, halved, NEUTRAL_CHROMA)
        self._v = _Layer(added.v, halved, NEUTRAL_CHROMA)

    def over(self, picture: Yuv420) -> None:
        """Draw it into a frame."""
        x, y, width, height = self._place
        self._y.over(picture.y[y : y + height, x : x + width])
        x, y, width, height = x // 2, y // 2, width // 2, height // 2
        self._u.over(picture.u[y : y + height, x : x + width])
        self._v.over(picture.v[y : y + height, x : x + width])


class _Layer:
    """One plane of a mark: what it lets through, and what it adds to that.

    Args:
        added: The plane of its colours, each weighed by its opacity.
        opacity: 0.0 to 1.0 for each sample.
        zero: The sample of black.
    """

    def __init__(self, added: NDArray[np.uint8], opacity: NDArray[np.float32], zero: int) -> None:
        self._zero = zero
        self._keep = np.rint((1 - opacity) * FULL).astype(np.int32)
        # Half of a part is added, for the shift rounds down.
        self._add = (added.astype(np.int32) - zero) * FULL + FULL // 2

    def over(self, plane: NDArray[np.uint8]) -> None:
        below = (plane.astype(np.int32) - self._zero) * self._keep
        plane[:] = ((below + self._add) // FULL + self._zero).astype(np.uint8)


def marked(pictures: Iterator[Yuv420], mark: Mark | None, film: Size) -> Iterator[Yuv420]:
    """The same pictures, with a mark on each; they may be drawn over."""
    if mark is None:
        yield from pictures
        return
    stamp = Stamp(mark, film)
    for picture in pictures:
        stamp.over(picture)
        yield picture
