"""A picture that stands still is found, also when it only begins to after a while."""

import numpy as np
import pytest
from tests.pipelines.captures.checks.sights import Frames, record, series, world

from reelmill.pipelines.captures.checks.frozen import FROZEN


def _is_frozen(frames: Frames) -> bool | None:
    return FROZEN.judge(FROZEN.measure(record(series(frames))), FROZEN.limits).is_video_frozen


@pytest.mark.parametrize(
    ("still_from", "is_frozen"),
    [
        pytest.param(0, True, id="from the start"),
        pytest.param(2, True, id="after some seconds"),
        pytest.param(12, False, id="at the very end"),
        pytest.param(15, False, id="never"),
    ],
)
def test_a_video_that_stands_still_for_most_of_the_time_is_frozen(
    still_from: int, *, is_frozen: bool
) -> None:
    frames = world(15)
    frames[still_from:] = frames[min(still_from, 14)]
    noise = np.random.default_rng(3).integers(0, 2, frames.shape).astype(np.uint8)
    assert _is_frozen(frames // 2 + noise) is is_frozen


def test_one_frame_has_nothing_to_be_compared_to() -> None:
    assert _is_frozen(world(1)) is None
    assert _is_frozen(world(0)) is None


def test_the_same_moment_in_two_series_is_not_a_picture_that_stands_still() -> None:
    frames = world(10)
    figures = FROZEN.measure(record({"stride-3_chw": frames, "stride-30_chw": frames[9:]}))
    assert figures.frozen_share == 0


def test_it_is_told_how_long_and_from_when() -> None:
    frames = world(15)
    frames[4:9] = frames[4]
    figures = FROZEN.measure(record(series(frames)))
    assert figures == (4 / 14, 12.0, "stride-3_chw[4]")
