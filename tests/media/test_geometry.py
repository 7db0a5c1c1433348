import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmill.media.geometry import Crop, Size, contain, cover

sides = st.integers(16, 8192).map(lambda n: n // 2 * 2)
sizes = st.builds(Size, sides, sides)


@pytest.mark.parametrize(
    ("source", "target", "crop"),
    [
        pytest.param(
            Size(1920, 1080), Size(1080, 1920), Crop(656, 0, 608, 1080), id="wide to tall"
        ),
        pytest.param(Size(1080, 1920), Size(1080, 1920), Crop(0, 0, 1080, 1920), id="same"),
        pytest.param(Size(540, 1200), Size(1080, 1920), Crop(0, 120, 540, 960), id="narrower"),
        pytest.param(Size(405, 721), Size(1080, 1920), Crop(0, 0, 404, 720), id="odd sides"),
    ],
)
def test_the_largest_part_of_that_shape(source: Size, target: Size, crop: Crop) -> None:
    assert cover(source, target) == crop


@given(source=sizes, target=sizes)
def test_a_crop_lies_inside_and_is_even(source: Size, target: Size) -> None:
    crop = cover(source, target)
    assert crop.x >= 0
    assert crop.y >= 0
    assert crop.x + crop.width <= source.width
    assert crop.y + crop.height <= source.height
    assert all(side % 2 == 0 for side in crop)


@given(source=sizes, target=sizes)
def test_what_is_contained_lies_inside_and_is_even_and_visible(source: Size, target: Size) -> None:
    inner = contain(source, target)
    assert inner.x >= 0
    assert inner.y >= 0
    assert 0 < inner.width <= target.width - inner.x
    assert 0 < inner.height <= target.height - inner.y
    assert all(side % 2 == 0 for side in inner)
