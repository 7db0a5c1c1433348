"""What differs from the order is told; what is within a tolerance is not."""

import pytest

from reelmill.media.geometry import Size
from reelmill.pipelines.storyboards.ordered import differences
from reelmill.pipelines.storyboards.spec import AspectRatio


@pytest.mark.parametrize(
    ("wanted_s", "found_s", "is_told"),
    [
        pytest.param(5, 5.5, False, id="half a second of five"),
        pytest.param(5, 5.6, True, id="more than that"),
        pytest.param(5, 4.4, True, id="shorter"),
        pytest.param(60, 62.9, False, id="a twentieth of a minute"),
        pytest.param(60, 56.9, True, id="less than that"),
    ],
)
def test_a_length_may_differ_by_a_twentieth_and_by_half_a_second(
    wanted_s: float, found_s: float, *, is_told: bool
) -> None:
    told = differences(
        wanted_s=wanted_s, found_s=found_s, ratio=AspectRatio.WIDE, size=Size(1920, 1080)
    )
    assert bool(told) == is_told


@pytest.mark.parametrize(
    ("ratio", "size", "is_told"),
    [
        (AspectRatio.WIDE, Size(854, 480), False),
        (AspectRatio.WIDE, Size(1344, 768), False),
        (AspectRatio.TALL, Size(1920, 1080), True),
        (AspectRatio.SQUARE, Size(1024, 1024), False),
        (AspectRatio.CLASSIC, Size(640, 480), False),
        (AspectRatio.CLASSIC, Size(1280, 720), True),
    ],
)
def test_a_shape_may_differ_by_what_even_sides_make_of_it(
    ratio: AspectRatio, size: Size, *, is_told: bool
) -> None:
    assert bool(differences(wanted_s=5, found_s=5, ratio=ratio, size=size)) == is_told
