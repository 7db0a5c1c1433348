"""Pictures laid out in rows and columns."""

import numpy as np
import pytest

from reelmill.pipelines.captures.sheet import GROUND, Legend, Tile, fitted, sheet

RED = (200, 0, 0)


def tile(height: int = 36, width: int = 64) -> Tile:
    return Tile(np.full((height, width, 3), 90, np.uint8), "3s stride, t=3s", RED)


@pytest.mark.parametrize(
    ("count", "columns", "rows"), [(1, 1, 1), (5, 5, 1), (6, 5, 2), (15, 5, 3)]
)
def test_at_most_five_stand_beside_each_other(count: int, columns: int, rows: int) -> None:
    one, many = sheet([tile()], "h"), sheet([tile()] * count, "h")
    border = (many == RED).all(axis=2)
    assert border.any(axis=0).sum() == columns * (320 + 8)
    assert border.any(axis=1).sum() == rows * (180 + 8)
    assert many.shape[1] >= one.shape[1]


def test_pictures_of_any_shape_fit_and_keep_theirs() -> None:
    assert fitted(np.zeros((720, 1280, 3), np.uint8), 320).shape == (180, 320, 3)
    assert fitted(np.zeros((100, 3, 3), np.uint8), 50).shape == (50, 2, 3)
    whole = sheet([tile(), tile(64, 36), tile(1, 400)], "h", legend=[Legend(RED, "red")])
    assert whole.dtype == np.uint8
    assert whole.shape[2] == 3


def test_no_picture_leaves_words() -> None:
    empty = sheet([], "heading", note="No frame was sampled.")
    assert (empty[-40:] != GROUND).any()
