"""Two pictures of one shot -> how the camera moved, and what moved on its own."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from reelmill.media.raster import Yuv420

#: Corners that are followed from picture to picture, and their least distance in pixels.
CORNERS, CORNER_DISTANCE_PX = 120, 6

#: When a corner is followed well enough: after so many steps, or one of so few pixels. A tenth of
#: the pixel that corners may disagree by; OpenCV's own 30 and 0.01 take twice as long.
FOLLOWED = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 10, 0.03)

#: Corners that must agree on how the camera moved; fewer are chance.
AGREEING = 12

#: Share of the longer side that these must span, from the fifth of a hundred to the ninety-fifth:
#: more than the window does. Before a plain ground all corners are on the thing that moves.
SPANNED = 0.32

#: Least change of luma that is more than noise.
LEAST_CHANGE = 5.0

#: How many times above the median change something must be.
ABOVE_MEDIAN = 4.0

#: Share of the moved picture that must be nearer to the new one than the unmoved is.
BETTER = 0.9

#: The pixels of which medians are taken: every fourth each way. All take ten times as long.
EVERY_PX = (slice(None, None, 4), slice(None, None, 4))

#: Most that the change of one place counts.
MOST_CHANGE = np.uint8(60)

#: Next to what has just come into the picture neighbours are made up: so far nothing is known.
EDGE = np.ones((7, 7), np.uint8)

#: A camera that stands.
STILL = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])

Plane = NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What happened between two pictures."""

    shift_px: tuple[float, float]
    """How far the camera moved the middle of the picture, right and down."""

    energy: Plane
    """`(height, width)` how much each place changed on its own, 0 where it did not."""


def moved(before: Yuv420, now: Yuv420) -> Moved:
    """Take what the camera did out of the difference between two pictures.

    Args:
        before: The picture before.
        now: The same scene, a fraction of a second later.
    """
    height, width = now.y.shape
    camera = _camera(before.y, now.y)
    middle = camera @ np.array([width / 2, height / 2, 1.0]) - (width / 2, height / 2)
    energy = _own(before.y, now.y, camera)
    halved = STILL if camera is STILL else camera * ((1, 1, 0.5), (1, 1, 0.5))
    for was, is_now in ((before.u, now.u), (before.v, now.v)):
        chroma = _own(was, is_now, halved)
        energy = np.asarray(cv2.max(energy, cv2.resize(chroma, (width, height))), np.uint8)
    return Moved(shift_px=(float(middle[0]), float(middle[1])), energy=energy)


def _own(before: Plane, now: Plane, camera: NDArray[np.float64]) -> Plane:
    """How much each place of a plane changed beyond what the camera did."""
    if camera is STILL:
        return _changed(before, now)
    height, width = now.shape
    as_now = cv2.warpAffine(before, camera, (width, height), borderMode=cv2.BORDER_REPLICATE)
    seen = cv2.warpAffine(np.ones_like(before), camera, (width, height), flags=cv2.INTER_NEAREST)
    return _changed(as_now, now) * np.asarray(cv2.erode(seen, EDGE, borderValue=1), np.uint8)


def _changed(before: cv2.typing.MatLike, now: Plane) -> Plane:
    return _beyond_noise(_beyond_neighbours(_as_bright(before, now), now))


def _as_bright(before: cv2.typing.MatLike, now: Plane) -> cv2.typing.MatLike:
    """The picture before with the exposure of the new one: a camera that blinks moves nothing."""
    brighter = _median(now[EVERY_PX].astype(np.int16) - before[EVERY_PX])
    if not brighter:
        return before
    return np.asarray(np.clip(before.astype(np.int16) + brighter, 0, 255), np.uint8)


def _camera(before: Plane, now: Plane) -> NDArray[np.float64]:
    """`(2, 3)` the shift, turn and zoom that most corners agree on, if it explains much."""
    corners = cv2.goodFeaturesToTrack(before, CORNERS, 0.01, CORNER_DISTANCE_PX)
    if corners is None or len(corners) < AGREEING:
        return STILL
    after, found, _ = cv2.calcOpticalFlowPyrLK(
        before,
        now,
        corners,
        np.zeros_like(corners),
        winSize=(15, 15),
        maxLevel=3,
        criteria=FOLLOWED,
    )
    good = found.ravel() == 1
    if good.sum() < AGREEING:
        return STILL
    camera, agreeing = cv2.estimateAffinePartial2D(
        corners[good], after[good], ransacReprojThreshold=1.0
    )
    if camera is None or agreeing.sum() < max(AGREEING, good.sum() * 0.3):
        return STILL
    if _spanned(corners[good][agreeing.ravel() == 1], now.shape) < SPANNED:
        return STILL
    return np.asarray(camera, np.float64) if _explains(before, now, camera) else STILL


def _spanned(corners: NDArray[np.float32], shape: tuple[int, ...]) -> float:
    """How much of the longer side of a picture corners span."""
    longer = 1 if shape[1] >= shape[0] else 0
    places = corners.reshape(-1, 2)[:, 1 - longer]
    first, last = np.percentile(places, (5, 95))
    return float(last - first) / shape[longer]


def _explains(before: Plane, now: Plane, camera: NDArray[np.float64]) -> bool:
    """Whether the moved picture is nearer to the new one than the unmoved, for most of it."""
    height, width = now.shape
    as_now = cv2.warpAffine(before, camera, (width, height), borderMode=cv2.BORDER_REPLICATE)
    with_camera = np.minimum(cv2.absdiff(as_now, now), 40).mean()
    without = np.minimum(cv2.absdiff(before, now), 40).mean()
    return bool(with_camera < BETTER * without)


def _beyond_neighbours(before: cv2.typing.MatLike, now: Plane) -> Plane:
    """How far each pixel is outside of what its neighbourhood was: jitter is nothing."""
    around = np.ones((3, 3), np.uint8)
    above = cv2.subtract(now, cv2.dilate(before, around))
    below = cv2.subtract(cv2.erode(before, around), now)
    return np.asarray(cv2.blur(cv2.max(above, below), (5, 5)), np.uint8)


def _beyond_noise(change: Plane) -> Plane:
    floor = max(LEAST_CHANGE, ABOVE_MEDIAN * _median(change[EVERY_PX]))
    _, above = cv2.threshold(change, min(floor, 255), 0, cv2.THRESH_TOZERO)
    return np.minimum(np.asarray(above, np.uint8), MOST_CHANGE)


def _median(values: NDArray[Any]) -> int:
    """The median of whole numbers; NumPy's own takes four times as long for so few."""
    flat = values.ravel()
    return int(np.partition(flat, len(flat) // 2)[len(flat) // 2])
