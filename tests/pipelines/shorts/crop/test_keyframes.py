"""Ways of the window -> key frames."""

import numpy as np
import pytest

from reelmill.pipelines.shorts.crop.camera import Way
from reelmill.pipelines.shorts.crop.evidence import Reason
from reelmill.pipelines.shorts.crop.keyframes import Axis, keyframes
from reelmill.pipelines.shorts.crop.target import Target


@pytest.mark.parametrize(("length_px", "window_px"), [(641, 202), (640, 202), (1921, 608)])
def test_the_window_begins_at_even_pixels_inside_of_the_picture(
    length_px: int, window_px: int
) -> None:
    axis = Axis(length_px=length_px, window_px=window_px, across=True)
    offsets_px = [axis.offset_px(step / 997) for step in range(998)]
    assert all(offset % 2 == 0 for offset in offsets_px)
    assert min(offsets_px) == 0
    assert length_px - window_px - 1 <= max(offsets_px) <= length_px - window_px


def test_both_ends_of_a_stand_are_rounded_alike() -> None:
    axis = Axis(length_px=640, window_px=202, across=True)
    level = 322 / 640
    hair = np.spacing(level)
    way = Way(
        times_s=np.arange(4.0), middle=np.array([0.3, level - 2 * hair, level + 2 * hair, 0.7])
    )
    target = Target(
        times_s=np.arange(4.0),
        middle=way.middle,
        reach=np.full(4, 0.1),
        confidence=np.ones(4),
        reasons=(Reason.MOTION,) * 4,
        sure=np.zeros(4, bool),
    )
    assert axis.offset_px(float(way.middle[1])) != axis.offset_px(float(way.middle[2]))
    (_, begins, ends, _) = keyframes(axis, [(0.0, way, target)])
    assert begins.x == ends.x
