"""A picture -> what stands out in it by its brightness and colour."""

import cv2
import numpy as np
from numpy.typing import NDArray

from reelmill.media.raster import Yuv420

#: Chroma says more than luma about what is a thing of its own.
CHROMA_WEIGHT = 1.5

#: Luma up to which a row or column is a bar of a letterbox, in limited range.
BAR_LUMA = 26

#: Width of the blur before the comparison, as a share of the picture's longer side.
BLUR = 0.02


def standing_out(picture: Yuv420) -> NDArray[np.float32]:
    """How far each place is from the mean of the picture; only what is far above the rest stays.

    The idea is that of Achanta and others, "Frequency-tuned salient region detection" (2009).

    Returns:
        `(height / 2, width / 2)`, 0 where nothing stands out.
    """
    far = np.zeros(picture.u.shape, np.float32)
    rows, columns = _without_bars(picture.y)
    if rows and columns:
        far[np.ix_(rows, columns)] = _far(picture, rows, columns)
    return far


def _far(picture: Yuv420, rows: list[int], columns: list[int]) -> NDArray[np.float32]:
    height, width = picture.u.shape
    luma = cv2.resize(picture.y, (width, height), interpolation=cv2.INTER_AREA)
    far = np.zeros((len(rows), len(columns)), np.float32)
    for plane, weight in ((luma, 1.0), (picture.u, CHROMA_WEIGHT), (picture.v, CHROMA_WEIGHT)):
        part = np.asarray(plane[np.ix_(rows, columns)], np.float32)
        soft = cv2.GaussianBlur(part, (0, 0), max(1.0, BLUR * width))
        far += (weight * (soft - np.median(soft))) ** 2
    far = np.sqrt(far)
    return np.asarray(np.maximum(0.0, far - far.mean() - far.std()), np.float32)


def _without_bars(luma: NDArray[np.uint8]) -> tuple[list[int], list[int]]:
    """Rows and columns of the picture at half its size that are more than black."""
    rows, columns = luma.max(axis=1)[::2] > BAR_LUMA, luma.max(axis=0)[::2] > BAR_LUMA
    return np.flatnonzero(rows).tolist(), np.flatnonzero(columns).tolist()
