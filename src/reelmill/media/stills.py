"""A stranger's picture -> its pixels, upright and in RGB. Run in a child that may be killed."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from reelmill.errors import BadMedia
from reelmill.media.geometry import Size

#: Decoders that are tried; all others are for files that nobody shows.
FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF")

#: Most pixels of a picture: three bytes each, and as many again while it is turned.
MAX_PIXELS: Final = 8192 * 8192

#: Most pixels of one side.
MAX_SIDE_PX: Final = 16_384


class NotAStill(BadMedia):
    """The file is not a picture that can be decoded."""


class StillTooLarge(BadMedia):
    """The picture has more pixels than are taken in."""


def read_still(path: Path, *, longest_px: int = MAX_SIDE_PX) -> NDArray[np.uint8]:
    """The picture of a file; the first one of an animation.

    What can be seen through is shown on black. A JPEG that is much larger than what is wanted is
    decoded smaller, which takes a fraction of time and memory.

    Args:
        path: The file.
        longest_px: Longest side of what is returned; smaller pictures stay as they are.

    Returns:
        `(height, width, 3)` uint8 RGB, as a camera meant it to be turned.

    Raises:
        NotAStill: it cannot be decoded to the end.
        StillTooLarge: it has too many pixels; known before they are decoded.
    """
    with _opened(path) as image:
        turned = _upright(image, longest_px)
        if turned.has_transparency_data:
            below = Image.new("RGBA", turned.size, "black")
            turned = Image.alpha_composite(below, turned.convert("RGBA"))
        return _small(turned.convert("RGB"), longest_px)


def read_clear(path: Path, *, longest_px: int = MAX_SIDE_PX) -> NDArray[np.uint8]:
    """The same, with how little one sees through it: `(height, width, 4)` uint8 RGBA.

    What has no word about that is seen in full: 255.

    Raises:
        NotAStill, StillTooLarge: as `read_still`.
    """
    with _opened(path) as image:
        return _small(_upright(image, longest_px).convert("RGBA"), longest_px)


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=FORMATS) as image:
                yield image
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        if isinstance(error, Image.DecompressionBombError):
            raise StillTooLarge(limit=MAX_PIXELS) from error
        raise NotAStill(problem=str(error)[:200]) from error


def _upright(image: Image.Image, longest_px: int) -> Image.Image:
    """All of it, as a camera meant it to be turned, in eight bits."""
    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE_PX:
        raise StillTooLarge(width=width, height=height, limit=MAX_PIXELS)
    image.draft("RGB", (longest_px, longest_px))
    image.load()
    turned = ImageOps.exif_transpose(image)
    if turned.mode.startswith("I"):
        # Pillow cuts sixteen bits off at 255 instead of bringing them to eight.
        turned = Image.fromarray((np.asarray(turned) >> 8).astype(np.uint8))
    return turned


def _small(shown: Image.Image, longest_px: int) -> NDArray[np.uint8]:
    shown.thumbnail((longest_px, longest_px), Image.Resampling.LANCZOS)
    return np.asarray(shown, np.uint8)


def shrunk(pixels: NDArray[np.uint8], longest_px: int) -> NDArray[np.uint8]:
    """A picture of which no side is longer; one that is small enough stays as it is.

    >>> shrunk(np.zeros((20, 40, 3), np.uint8), 10).shape
    (5, 10, 3)
    """
    image = Image.fromarray(pixels)
    image.thumbnail((longest_px, longest_px), Image.Resampling.LANCZOS)
    return np.asarray(image, np.uint8)


def filling(pixels: NDArray[np.uint8], size: Size) -> NDArray[np.uint8]:
    """The middle of a picture, as large as its shape allows, brought to a size.

    Returns:
        `(size.height, size.width, 3)` uint8 RGB.
    """
    image = Image.fromarray(pixels)
    scale = min(image.width / size.width, image.height / size.height)
    width, height = size.width * scale, size.height * scale
    left, top = (image.width - width) / 2, (image.height - height) / 2
    part = (left, top, left + width, top + height)
    return np.asarray(image.resize(size, Image.Resampling.LANCZOS, box=part), np.uint8)
