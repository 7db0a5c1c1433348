"""Sizes in, rectangles out: what to crop, where to pad. Pure."""

from typing import NamedTuple

from reelmill.units import even


class Size(NamedTuple):
    """Width and height of a picture."""

    width: int
    """Pixels from left to right."""

    height: int
    """Pixels from top to bottom."""


class Crop(NamedTuple):
    """A part of a picture; all sides even."""

    x: int
    """Pixels left of it."""

    y: int
    """Pixels above it."""

    width: int
    """Its width in pixels."""

    height: int
    """Its height in pixels."""


def cover(source: Size, target: Size) -> Crop:
    """The largest centred part of `source` that has the shape of `target`.

    >>> cover(Size(1920, 1080), Size(1080, 1920))
    Crop(x=656, y=0, width=608, height=1080)
    """
    scale = min(source.width / target.width, source.height / target.height)
    width = _side(target.width * scale, source.width)
    height = _side(target.height * scale, source.height)
    return Crop(
        x=even((source.width - width) / 2),
        y=even((source.height - height) / 2),
        width=width,
        height=height,
    )


def contain(source: Size, target: Size) -> Crop:
    """Where the whole of `source` lies, as large as possible, centred inside `target`.

    >>> contain(Size(1920, 1080), Size(1080, 1920))
    Crop(x=0, y=656, width=1080, height=608)
    """
    scale = min(target.width / source.width, target.height / source.height)
    width = _side(source.width * scale, target.width)
    height = _side(source.height * scale, target.height)
    return Crop(
        x=even((target.width - width) / 2),
        y=even((target.height - height) / 2),
        width=width,
        height=height,
    )


def _side(exact: float, limit: int) -> int:
    """The nearest even number, as ffmpeg rounds too, and not more than there is room for."""
    return max(2, min(even(exact + 1), even(limit)))
