"""Bars around a picture are found on every side, and dark frames are not mistaken for them."""

from collections.abc import Callable

import numpy as np
import pytest
from tests.pipelines.captures.checks.sights import HEIGHT, WIDTH, Frames, record, series, world

from reelmill.pipelines.captures.checks.padding import PADDING, PaddingFigures


def _figures(frames: Frames) -> PaddingFigures:
    figures = PADDING.measure(record(series(frames)))
    assert isinstance(figures, PaddingFigures)
    return figures


def _is_issue(frames: Frames) -> bool | None:
    return PADDING.judge(_figures(frames), PADDING.limits).is_dpi_scale_issue


def _keep(top: float, right: float, bottom: float, left: float) -> Callable[[Frames], Frames]:
    """Black but for what lies between these shares."""

    def spoil(frames: Frames) -> Frames:
        inside = np.s_[
            :,
            :,
            int(top * HEIGHT) : int(bottom * HEIGHT),
            int(left * WIDTH) : int(right * WIDTH),
        ]
        black = np.random.default_rng(1).integers(0, 5, frames.shape).astype(np.uint8)
        black[inside] = frames[inside]
        return black

    return spoil


@pytest.mark.parametrize(
    ("spoil", "is_issue"),
    [
        pytest.param(lambda frames: frames, False, id="a whole picture is sound"),
        pytest.param(_keep(0.125, 1, 0.875, 0), True, id="bars above and below"),
        pytest.param(_keep(0, 0.85, 1, 0.15), True, id="bars left and right"),
        pytest.param(_keep(0, 0.66, 0.66, 0), True, id="the picture in the upper left"),
        pytest.param(_keep(0, 0.8, 0.8, 0), True, id="four fifths in the upper left"),
        pytest.param(_keep(0.2, 0.8, 0.8, 0.2), True, id="bars on all sides"),
        pytest.param(_keep(0, 1, 0.8, 0), False, id="black below alone is a floor"),
        pytest.param(_keep(0.2, 1, 1, 0), False, id="black above alone is a sky"),
        pytest.param(_keep(0.03, 1, 0.97, 0), False, id="bars of a few lines are borders"),
    ],
)
def test_bars_are_found_on_every_side(spoil: Callable[[Frames], Frames], *, is_issue: bool) -> None:
    assert _is_issue(spoil(world(15))) is is_issue


def test_black_on_one_frame_alone_does_not_alarm() -> None:
    frames = world(15)
    frames[0] = 0
    assert _is_issue(frames) is False
    frames[0] = _keep(0.2, 1, 0.8, 0)(world(1))[0]
    assert _is_issue(frames) is False


def test_black_frames_between_letterboxed_ones_hide_nothing() -> None:
    frames = _keep(0.15, 1, 0.85, 0)(world(15))
    frames[3:6] = 0
    assert _is_issue(frames) is True


def test_a_dark_scene_with_a_light_here_and_there_has_no_bars() -> None:
    frames = (world(15) // 14).astype(np.uint8)
    frames[:, :, 80:100, 150:170] = 200
    frames[:, :, ::5, ::5] = 90
    assert _is_issue(frames) is False


@pytest.mark.parametrize("count", [0, 1])
def test_of_too_few_frames_nobody_can_say(count: int) -> None:
    assert _is_issue(_keep(0.2, 1, 0.8, 0)(world(count))) is None


def test_a_black_video_shows_no_bars_and_is_no_crash() -> None:
    assert _is_issue(np.zeros((15, 3, HEIGHT, WIDTH), np.uint8)) is None


def test_it_is_told_where_the_picture_lies() -> None:
    left, top, right, bottom = _figures(_keep(0.1, 0.75, 0.9, 0.25)(world(15))).dpi_picture or ()
    assert (left, top, right, bottom) == pytest.approx((0.25, 0.1, 0.75, 0.9), abs=0.01)
