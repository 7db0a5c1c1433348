"""A still picture and a view -> one frame, sampled between pixels."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from reelmill.media.geometry import Size
from reelmill.media.raster import Yuv420, planes_of_bytes
from reelmill.media.stills import filling
from reelmill.pipelines.storyboards.render.motion import View
from reelmill.pipelines.storyboards.sizes import CLOSEST
from reelmill.units import even

#: How much larger than the film a still is kept: where the camera is closest, a pixel is a pixel.
OVERSIZE: Final = 1 / CLOSEST


def kept_size(film: Size) -> Size:
    """The size at which stills are kept while they are filmed.

    >>> kept_size(Size(1920, 1080))
    Size(width=2232, height=1254)
    """
    return Size(even(film.width * OVERSIZE), even(film.height * OVERSIZE))


class Still:
    """A picture in front of the camera.

    Args:
        pixels: `(height, width, 3)` uint8 RGB, of any size and shape; its middle is shown.
        film: Size of the frames.
    """

    def __init__(self, pixels: NDArray[np.uint8], film: Size) -> None:
        shown = filling(pixels, kept_size(film))
        planes = planes_of_bytes(shown)
        self._planes = (planes.y, planes.u, planes.v)
        self._sizes = (film, Size(film.width // 2, film.height // 2))

    def seen(self, view: View) -> Yuv420:
        """One frame.

        OpenCV places each sample to a thirty-second of a pixel and mixes its four neighbours;
        the filter `zoompan` of ffmpeg moves by whole pixels, which one sees as trembling.
        """
        y, u, v = (
            _warped(plane, view, self._sizes[min(number, 1)])
            for number, plane in enumerate(self._planes)
        )
        return Yuv420(y=y, u=u, v=v)


def _warped(plane: NDArray[np.uint8], view: View, to: Size) -> NDArray[np.uint8]:
    height, width = plane.shape
    across, down = width * view.share / to.width, height * view.share / to.height
    # The middle of the first pixel is half a pixel from the edge, in both.
    left = view.x * width - across * to.width / 2 + across / 2 - 0.5
    top = view.y * height - down * to.height / 2 + down / 2 - 0.5
    matrix = np.array([[across, 0, left], [0, down, top]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    warped = cv2.warpAffine(plane, matrix, to, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, np.uint8)


def blended(before: Yuv420, after: Yuv420, share: float) -> Yuv420:
    """Two frames in one: `share` of the later, 0.0 to 1.0."""
    y, u, v = (
        np.asarray(cv2.addWeighted(one, 1 - share, other, share, 0), np.uint8)
        for one, other in (
            (before.y, after.y),
            (before.u, after.u),
            (before.v, after.v),
        )
    )
    return Yuv420(y=y, u=u, v=v)
