"""A scene -> the same scene as it is recorded when something goes wrong. Pure."""

import numpy as np

from reelmill.media.geometry import Size
from reelmill.media.raster import BLACK_LUMA, NEUTRAL_CHROMA, Box, Yuv420, blank, paste
from reelmill.pipelines.captures.samples.scenes import Scene, enlarged
from reelmill.units import even


def dimmed(scene: Scene, share: float) -> Scene:
    """Everything darker: only that share of the light is left."""

    def at(at_s: float) -> Yuv420:
        picture = scene(at_s)
        planes = zip(
            (picture.y, picture.u, picture.v),
            (BLACK_LUMA, NEUTRAL_CHROMA, NEUTRAL_CHROMA),
            strict=True,
        )
        y, u, v = (np.rint(zero + (plane - float(zero)) * share) for plane, zero in planes)
        return Yuv420(y=y.astype(np.uint8), u=u.astype(np.uint8), v=v.astype(np.uint8))

    return at


def letterboxed(scene: Scene, share: float) -> Scene:
    """Black bars above and below, each of that share of the height; the picture is cut."""

    def at(at_s: float) -> Yuv420:
        picture = scene(at_s)
        width, height = picture.size
        bar = even(height * share)
        return _on_black(_part(picture, Box(0, bar, width, height - 2 * bar)), picture.size, 0, bar)

    return at


def pillarboxed(scene: Scene, share: float) -> Scene:
    """Black bars on the left and on the right, each of that share of the width."""

    def at(at_s: float) -> Yuv420:
        picture = scene(at_s)
        width, height = picture.size
        bar = even(width * share)
        return _on_black(_part(picture, Box(bar, 0, width - 2 * bar, height)), picture.size, bar, 0)

    return at


def cornered(scene: Scene, share: float) -> Scene:
    """The whole picture smaller, in the upper left; black on its right and below."""

    def at(at_s: float) -> Yuv420:
        picture = scene(at_s)
        small = Size(*(even(side * share) for side in picture.size))
        return _on_black(enlarged(picture, small), picture.size, 0, 0)

    return at


def frozen(scene: Scene, from_s: float) -> Scene:
    """The picture stands still from some second on."""
    return lambda at_s: scene(min(at_s, from_s))


def _part(picture: Yuv420, box: Box) -> Yuv420:
    half = np.s_[box.y // 2 : box.bottom // 2, box.x // 2 : box.right // 2]
    y = picture.y[box.y : box.bottom, box.x : box.right]
    return Yuv420(y=y, u=picture.u[half], v=picture.v[half])


def _on_black(picture: Yuv420, size: Size, x: int, y: int) -> Yuv420:
    canvas = blank(size)
    paste(canvas, picture, x, y)
    return canvas
