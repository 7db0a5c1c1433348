"""Pictures as the encoder takes them: three planes of yuv420p. Pure."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reelmill.media.geometry import Size

#: Luma of black in BT.709 with limited range. Source: ITU-R BT.709-6, 4.6.
BLACK_LUMA = 16

#: Weights of red and blue in luma. Source: ITU-R BT.709-6, 3.2.
RED_LUMA, BLUE_LUMA = 0.2126, 0.0722

#: Chroma of every grey in BT.709 with limited range. Source: ITU-R BT.709-6, 4.6.
NEUTRAL_CHROMA = 128


@dataclass(frozen=True, kw_only=True)
class Yuv420:
    """A picture in yuv420p, BT.709, limited range."""

    y: NDArray[np.uint8]
    """Luma, `(height, width)`, 16 to 235."""

    u: NDArray[np.uint8]
    """Blue difference, `(height / 2, width / 2)`, 16 to 240."""

    v: NDArray[np.uint8]
    """Red difference, `(height / 2, width / 2)`, 16 to 240."""

    @property
    def size(self) -> Size:
        """Width and height of the luma plane."""
        height, width = self.y.shape
        return Size(width, height)

    def copy(self) -> "Yuv420":
        """The picture as it is now, in planes of its own."""
        return Yuv420(y=self.y.copy(), u=self.u.copy(), v=self.v.copy())


class Ink(NamedTuple):
    """A colour as the planes hold it."""

    y: int
    """Luma, 16 to 235."""

    u: int
    """Blue difference, 16 to 240."""

    v: int
    """Red difference, 16 to 240."""


class Box(NamedTuple):
    """A rectangle in a picture."""

    x: int
    """Pixels left of it."""

    y: int
    """Pixels above it."""

    width: int
    """Its width in pixels."""

    height: int
    """Its height in pixels."""

    @property
    def right(self) -> int:
        """First pixel right of it."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """First pixel under it."""
        return self.y + self.height

    def inset(self, by: int) -> "Box":
        """The box without a border of `by` pixels.

        >>> Box(0, 0, 10, 8).inset(2)
        Box(x=2, y=2, width=6, height=4)
        """
        return Box(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)


class Held(NamedTuple):
    """A picture that stands still for a while."""

    picture: Yuv420
    """What is seen; its planes may be drawn over as soon as the next one is asked for."""

    frames: int
    """For how many frames, at least 1."""


def blank(
    size: Size, luma: int = BLACK_LUMA, u: int = NEUTRAL_CHROMA, v: int = NEUTRAL_CHROMA
) -> Yuv420:
    """A picture of one colour, black unless told otherwise.

    Args:
        size: Even sides.
        luma: 16 (black) to 235 (white).
        u: Blue difference.
        v: Red difference.

    >>> blank(Size(4, 2), luma=235).y.tolist()
    [[235, 235, 235, 235], [235, 235, 235, 235]]
    """
    half = (size.height // 2, size.width // 2)
    return Yuv420(
        y=np.full((size.height, size.width), luma, np.uint8),
        u=np.full(half, u, np.uint8),
        v=np.full(half, v, np.uint8),
    )


def planes_of(rgb: NDArray[np.float32]) -> Yuv420:
    """A picture in the encoder's planes; each chroma sample is the mean of its four pixels.

    Args:
        rgb: `(height, width, 3)`, 0.0 to 1.0, both sides even.

    >>> planes_of(np.ones((2, 2, 3), np.float32)).y.tolist()
    [[235, 235], [235, 235]]
    """
    red, green, blue = (rgb[..., channel] for channel in range(3))
    luma = RED_LUMA * red + (1 - RED_LUMA - BLUE_LUMA) * green + BLUE_LUMA * blue
    return Yuv420(
        y=np.rint(16 + 219 * luma).astype(np.uint8),
        u=_chroma((blue - luma) / (2 - 2 * BLUE_LUMA)),
        v=_chroma((red - luma) / (2 - 2 * RED_LUMA)),
    )


#: Rows that are converted at a time: as whole numbers of 4K they take 3 MB, as fractions 130.
BAND_ROWS = 128


def planes_of_bytes(rgb: NDArray[np.uint8]) -> Yuv420:
    """The same planes of whole numbers, a band of rows at a time.

    Args:
        rgb: `(height, width, 3)`, 0 to 255, both sides even.

    >>> planes_of_bytes(np.full((2, 2, 3), 255, np.uint8)).y.tolist()
    [[235, 235], [235, 235]]
    """
    bands = [
        planes_of(rgb[row : row + BAND_ROWS].astype(np.float32) / np.float32(255))
        for row in range(0, rgb.shape[0], BAND_ROWS)
    ]
    y, u, v = (np.concatenate([getattr(band, name) for band in bands]) for name in "yuv")
    return Yuv420(y=y, u=u, v=v)


def _chroma(difference: NDArray[np.float32]) -> NDArray[np.uint8]:
    # By whole rows: a mean over axes of two takes twenty times as long, and is the same.
    pairs = difference[0::2] + difference[1::2]
    small = (pairs[:, 0::2] + pairs[:, 1::2]) / 4
    samples: NDArray[np.uint8] = np.rint(128 + 224 * small).astype(np.uint8)
    return samples


def ink_of(rgb: NDArray[np.float32]) -> Ink:
    """One colour, 0.0 to 1.0, as the planes hold it.

    >>> ink_of(np.array([1, 0, 0], np.float32))
    Ink(y=63, u=102, v=240)
    """
    one = planes_of(np.broadcast_to(rgb, (2, 2, 3)))
    return Ink(int(one.y[0, 0]), int(one.u[0, 0]), int(one.v[0, 0]))


def rgb_of(picture: Yuv420) -> NDArray[np.uint8]:
    """A picture for people's eyes and for JPEG: `(height, width, 3)` RGB."""
    luma = (picture.y.astype(np.float32) - 16) / 219
    blue = luma + _full(picture.u) * (2 - 2 * BLUE_LUMA)
    red = luma + _full(picture.v) * (2 - 2 * RED_LUMA)
    green = (luma - RED_LUMA * red - BLUE_LUMA * blue) / (1 - RED_LUMA - BLUE_LUMA)
    share = np.clip(np.stack((red, green, blue), axis=-1), 0, 1)
    pixels: NDArray[np.uint8] = np.rint(share * 255).astype(np.uint8)
    return pixels


def _full(chroma: NDArray[np.uint8]) -> NDArray[np.float32]:
    share: NDArray[np.float32] = (chroma.astype(np.float32) - 128) / np.float32(224)
    return share.repeat(2, axis=0).repeat(2, axis=1)


def fill(picture: Yuv420, box: Box, ink: Ink) -> None:
    """Paint a rectangle; all its numbers are even."""
    x, y, right, bottom = box.x, box.y, box.right, box.bottom
    picture.y[y:bottom, x:right] = ink.y
    picture.u[y // 2 : bottom // 2, x // 2 : right // 2] = ink.u
    picture.v[y // 2 : bottom // 2, x // 2 : right // 2] = ink.v


def paste(picture: Yuv420, patch: Yuv420, x: int, y: int) -> None:
    """Copy a small picture into a large one; `x` and `y` are even, and it fits."""
    height, width = patch.y.shape
    picture.y[y : y + height, x : x + width] = patch.y
    x, y, height, width = x // 2, y // 2, height // 2, width // 2
    picture.u[y : y + height, x : x + width] = patch.u
    picture.v[y : y + height, x : x + width] = patch.v
