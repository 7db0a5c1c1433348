"""How large films are, and which pictures have too few pixels for them."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from reelmill.media.geometry import Size
from reelmill.pipelines.storyboards.looks import Looks, Resolution
from reelmill.pipelines.storyboards.records import Picture, SceneRow
from reelmill.pipelines.storyboards.sizes import enlarged_times, film_size, times_as_long, too_small
from reelmill.pipelines.storyboards.spec import AspectRatio, PictureStatus, Transition
from reelmill.units import StoreKey

ROW = SceneRow(
    id="0" * 32,
    board_id="1" * 32,
    number=1,
    description="The sea",
    duration=Decimal(5),
    image_prompt="The sea",
    transition=Transition.CUT,
    title="",
    picture_key=None,
    picture_status=PictureStatus.COMPLETED,
    error="",
)


class Shown:
    """What is asked of a board."""

    def __init__(self, ratio: AspectRatio, resolution: Resolution) -> None:
        self.aspect_ratio, self.looks = ratio, Looks(resolution=resolution)


def row(number: int, first: tuple[Any, Any], last: tuple[Any, Any] | None = None) -> SceneRow:
    told = Picture(StoreKey("a.png"), *first).as_first
    told |= Picture(StoreKey("b.png"), *last).as_last if last else {}
    return replace(ROW, number=number, **told)


@pytest.mark.parametrize("ratio", list(AspectRatio))
@pytest.mark.parametrize("resolution", list(Resolution))
def test_a_film_has_its_lines_and_its_shape(ratio: AspectRatio, resolution: Resolution) -> None:
    size = film_size(ratio, resolution)
    across, down = map(int, ratio.value.split(":"))
    assert min(size) == resolution.lines
    assert size.width * down == size.height * across
    assert (size.width % 2, size.height % 2) == (0, 0)


def test_time_grows_with_pixels_and_is_never_less_than_usual() -> None:
    sizes = [film_size(AspectRatio.SQUARE, resolution) for resolution in Resolution]
    assert [times_as_long(size) for size in sizes] == [1.0, 1.0, 2.25]


@pytest.mark.parametrize(
    ("picture", "film", "times"),
    [
        pytest.param(Size(2232, 1256), Size(1920, 1080), 1.0, id="a drawn picture is not enlarged"),
        pytest.param(Size(2232, 1256), Size(3840, 2160), 2.0, id="in 4K it is twice as large"),
        pytest.param(Size(4464, 1256), Size(1920, 1080), 1.0, id="a wide one is as its height is"),
        pytest.param(Size(1256, 1256), Size(1080, 1920), 1.78, id="a square one in a tall film"),
    ],
)
def test_a_picture_is_enlarged(picture: Size, film: Size, times: float) -> None:
    assert enlarged_times(picture, film) == pytest.approx(times, abs=0.01)


def test_pictures_with_too_few_pixels_are_told_with_their_scenes() -> None:
    rows = [
        row(1, (2232, 1254)),
        row(2, (4464, 2508), (800, 450)),
        row(3, (None, None)),
        replace(row(5, (None, None)), picture_key=None),
        row(4, (4464, 2508)),
    ]
    wide_4k: Any = Shown(AspectRatio.WIDE, Resolution.P2160)
    wide: Any = Shown(AspectRatio.WIDE, Resolution.P1080)
    assert too_small(wide_4k, rows) == [
        "Scenes 1, 2: too few pixels for 3840x2160, shown up to 5.6 times enlarged",
        "Scene 3: made before pixels were counted, may be too few for 3840x2160",
    ]
    assert too_small(wide, rows[2:3]) == []
    assert too_small(wide, rows[:1]) == []
    assert too_small(wide, rows[1:2]) == [
        "Scene 2: too few pixels for 1920x1080, shown up to 2.8 times enlarged"
    ]
