"""Dark videos are found by the mean of their frames, and unknown is not a number."""

import numpy as np
import pytest
from tests.pipelines.captures.checks.sights import HEIGHT, WIDTH, Frames, record

from reelmill.pipelines.captures.checks.dark import DARK, DarkLimits

NONE = np.zeros(0, np.uint8)


def _flat(level: int, count: int = 2) -> Frames:
    return np.full((count, 3, HEIGHT, WIDTH), level, np.uint8)


def _verdict(**frames: Frames) -> bool | None:
    found = {f"stride-{name[1:]}_chw": one for name, one in frames.items()}
    return DARK.judge(DARK.measure(record(found)), DARK.limits).is_video_mostly_dark


@pytest.mark.parametrize(
    ("level", "is_dark"),
    [
        pytest.param(14, True, id="below the limit is dark"),
        pytest.param(15, False, id="at the limit is not"),
        pytest.param(90, False, id="bright is not"),
        pytest.param(0, True, id="black is"),
    ],
)
def test_the_mean_of_the_frames_at_every_thirty_seconds_is_held_against_the_limit(
    level: int, *, is_dark: bool
) -> None:
    assert _verdict(s3=_flat(255), s30=_flat(level), s60=_flat(255)) is is_dark


def test_a_video_of_less_than_thirty_seconds_is_judged_by_what_frames_it_has() -> None:
    assert _verdict(s3=_flat(3), s30=NONE, s60=NONE) is True
    assert _verdict(s3=_flat(99), s30=NONE, s60=NONE) is False


def test_without_a_frame_nobody_can_say_and_no_figure_is_nan() -> None:
    figures = DARK.measure(record({"stride-3_chw": NONE}))
    assert figures == (None, None)
    assert DARK.judge(figures, DARK.limits) == (None,)


def test_the_darkest_frame_is_named() -> None:
    frames = np.concatenate([_flat(80), _flat(2, 1), _flat(70)])
    assert DARK.measure(record({"stride-30_chw": frames})).dark_frame == "stride-30_chw[2]"


def test_another_limit_needs_no_frame() -> None:
    figures = DARK.measure(record({"stride-30_chw": _flat(20)}))
    assert DARK.judge(figures, DarkLimits(dark_mean_under=25)).is_video_mostly_dark is True
