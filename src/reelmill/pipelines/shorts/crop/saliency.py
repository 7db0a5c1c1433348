"""A picture -> what stands out in it by its brightness and colour."""

import cv2
import numpy as np
from numpy.typing import NDArray

from reelmill.media.raster import Yuv420

#: Chroma says more than luma about what is a thing of its own.
CHROMA_WEIGHT = 1.5

#: Luma up to which a row or column is a bar of a letterbox, in limited range.
BAR_LUMA = 26

#: What stands out in more of the picture's ends than this is the ground beside a large thing.
#: Source: of 488 pictures of games, people, cars and films one had more; a drawn disc of 63 to
#: 84 % of the picture leaves 0.64 and more.
MOST_OF_ENDS = 0.6

#: Width of the blur before the comparison, as a share of the picture's longer side.
BLUR = 0.02


def standing_out(picture: Yuv420) -> NDArray[np.float32]:
    """How far each place is from the mean of the picture; only what is far above the rest stays.

    Where a thing fills most of the picture it is the ground that stands out, at both ends; then
    it is told how deep inside the thing each place is.

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
    out = np.asarray(np.maximum(0.0, far - far.mean() - far.std()), np.float32)
    return _depth(out) if _is_ground(out) else out


def _is_ground(out: NDArray[np.float32]) -> bool:
    """Whether what stands out is only what a large thing leaves of the picture."""
    across = out.shape[1] >= out.shape[0]
    ends = out[:, [0, -1]] if across else out[[0, -1]]
    return bool(np.count_nonzero(ends) > MOST_OF_ENDS * ends.size)


def _depth(ground: NDArray[np.float32]) -> NDArray[np.float32]:
    """How far inside what is not ground each place is, in squared pixels: most in its middle."""
    deep = cv2.distanceTransform((ground == 0).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    return np.asarray(deep**2, np.float32)


def _without_bars(luma: NDArray[np.uint8]) -> tuple[list[int], list[int]]:
    """Rows and columns of the picture at half its size that are more than black."""
    rows, columns = luma.max(axis=1)[::2] > BAR_LUMA, luma.max(axis=0)[::2] > BAR_LUMA
    return np.flatnonzero(rows).tolist(), np.flatnonzero(columns).tolist()
