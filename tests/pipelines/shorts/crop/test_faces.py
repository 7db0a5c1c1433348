"""Drawn faces, found by the real cascades."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.pipelines.shorts.crop.drawn import face

from reelmill.media.raster import Box
from reelmill.pipelines.shorts.crop.faces import FaceFinder, steady

HERE, BESIDE, THERE = Box(100, 50, 40, 40), Box(108, 52, 42, 42), Box(220, 50, 40, 40)


def ground() -> NDArray[np.uint8]:
    """A picture in which there is nothing to be seen."""
    return np.full((180, 320), 110, np.uint8)


@pytest.mark.parametrize("width", [40, 50, 60, 80])
@pytest.mark.parametrize("x", [70, 240])
def test_a_face_is_found_where_it_is(x: int, width: int) -> None:
    luma = ground()
    face(luma, (x, 90), width)
    (box,) = FaceFinder().find(cv2.GaussianBlur(luma, (0, 0), 1).astype(np.uint8))
    assert abs(box.x + box.width / 2 - x) < width / 4
    assert abs(box.y + box.height / 2 - 90) < width / 4


def test_where_there_is_none_none_is_found() -> None:
    finder = FaceFinder()
    assert [finder.find(ground()) for _ in range(3)] == [(), (), ()]


@pytest.mark.parametrize(
    ("found", "stays"),
    [
        pytest.param([[HERE]] * 4, [[HERE]] * 4, id="a face that stays"),
        pytest.param([[HERE], [BESIDE], [HERE]], [[HERE], [BESIDE], [HERE]], id="that sways"),
        pytest.param([[], [HERE], [], [], []], [[]] * 5, id="a face in the leaves"),
        pytest.param([[HERE], [HERE, THERE], [HERE]], [[HERE]] * 3, id="one of two is chance"),
        pytest.param([[HERE]], [[HERE]], id="a shot with one look"),
        pytest.param([], [], id="no look"),
    ],
)
def test_only_what_is_seen_again_is_a_face(found: list[list[Box]], stays: list[list[Box]]) -> None:
    assert [list(boxes) for boxes in steady(found)] == stays
