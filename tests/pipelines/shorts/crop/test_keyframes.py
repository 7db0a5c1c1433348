"""Ways of the window -> key frames."""

import pytest

from reelmill.pipelines.shorts.crop.keyframes import Axis


@pytest.mark.parametrize(("length_px", "window_px"), [(641, 202), (640, 202), (1921, 608)])
def test_the_window_begins_at_even_pixels_inside_of_the_picture(
    length_px: int, window_px: int
) -> None:
    axis = Axis(length_px=length_px, window_px=window_px, across=True)
    offsets_px = [axis.offset_px(step / 997) for step in range(998)]
    assert all(offset % 2 == 0 for offset in offsets_px)
    assert min(offsets_px) == 0
    assert length_px - window_px - 1 <= max(offsets_px) <= length_px - window_px
