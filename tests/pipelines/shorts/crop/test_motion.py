"""Two pictures -> what the camera did, and what moved on its own."""

import cv2
import numpy as np
import pytest

from reelmill.media.raster import Yuv420
from reelmill.pipelines.shorts.crop.motion import moved

WIDTH, HEIGHT = 320, 180

TEXTURE = cv2.resize(
    np.random.default_rng(4).integers(40, 210, (90, 160)).astype(np.uint8),
    (2 * WIDTH, HEIGHT),
    interpolation=cv2.INTER_NEAREST,
)


def picture(luma: np.ndarray) -> Yuv420:
    grey = np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8)
    return Yuv420(y=np.ascontiguousarray(luma), u=grey, v=grey)


def thing(left_px: int) -> Yuv420:
    """A textured thing before a ground without any."""
    luma = np.full((HEIGHT, WIDTH), 120, np.uint8)
    luma[30:150, left_px : left_px + 90] = TEXTURE[30:150, :90]
    return picture(luma)


def test_a_camera_moves_all_that_is_seen() -> None:
    between = moved(picture(TEXTURE[:, 100:420]), picture(TEXTURE[:, 94:414]))
    assert between.shift_px == pytest.approx((6, 0), abs=0.3)
    assert np.count_nonzero(between.energy) < 0.01 * WIDTH * HEIGHT


def test_before_a_plain_ground_the_thing_moves_and_not_the_camera() -> None:
    between = moved(thing(100), thing(106))
    assert between.shift_px == (0, 0)
    columns = np.flatnonzero(np.count_nonzero(between.energy, axis=0))
    assert (columns[0], columns[-1]) == pytest.approx((100, 196), abs=4)
