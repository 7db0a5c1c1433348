"""Which frames are kept, and how large."""

import pytest

from reelmill.media.geometry import Size
from reelmill.pipelines.captures.plan import moments, sampled_size


@pytest.mark.parametrize(
    ("duration_s", "counts"),
    [
        pytest.param(0.0, (0, 0, 0), id="nothing"),
        pytest.param(2.99, (0, 0, 0), id="shorter than a stride"),
        pytest.param(3.0, (1, 0, 0), id="a stride to the end"),
        pytest.param(29.9, (9, 0, 0), id="less than thirty seconds"),
        pytest.param(30.0, (10, 1, 0), id="thirty seconds"),
        pytest.param(60.0, (15, 2, 1), id="a minute"),
        pytest.param(449.9, (15, 14, 5), id="almost all"),
        pytest.param(7200.0, (15, 15, 5), id="two hours"),
    ],
)
def test_frames_are_those_of_extracted_data(duration_s: float, counts: tuple[int, ...]) -> None:
    planned = moments(duration_s)
    assert tuple(planned) == ("stride-3_chw", "stride-30_chw", "stride-60_chw")
    assert tuple(map(len, planned.values())) == counts
    for stride_s, series in zip((3, 30, 60), planned.values(), strict=True):
        assert series == tuple((i + 1) * stride_s for i in range(len(series)))


@pytest.mark.parametrize(
    ("shown", "kept"),
    [
        pytest.param((1280, 720), (640, 360), id="720 lines"),
        pytest.param((640, 360), (640, 360), id="360 lines stay"),
        pytest.param((320, 200), (320, 200), id="small ones are not made larger"),
        pytest.param((1000, 720), (500, 360), id="another shape"),
        pytest.param((1366, 766), (641, 360), id="an odd width stays odd"),
        pytest.param((3440, 1440), (860, 360), id="ultra wide"),
        pytest.param((1, 5000), (1, 360), id="a line"),
    ],
)
def test_only_what_is_taller_than_360_lines_is_made_smaller(
    shown: tuple[int, int], kept: tuple[int, int]
) -> None:
    assert sampled_size(Size(*shown)) == Size(*kept)
