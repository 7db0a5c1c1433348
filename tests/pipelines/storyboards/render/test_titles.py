"""Titles lie over a film at every size, in every script, and come and go softly."""

import numpy as np
import pytest

from reelmill.media.geometry import Size
from reelmill.media.raster import NEUTRAL_CHROMA, blank
from reelmill.pipelines.storyboards.render.titles import WHITE_LUMA, Title, shown_share

GREY = 120


def _over(text: str, size: Size, share: float = 1.0) -> np.ndarray:
    picture = blank(size, luma=GREY, u=90, v=160)
    Title(text, size).over(picture, share)
    assert picture.y.min() >= 16
    assert picture.y.max() <= WHITE_LUMA
    return picture.y


@pytest.mark.parametrize("size", [Size(1920, 1080), Size(1080, 1920), Size(160, 90), Size(64, 64)])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("By the lake", id="a few words"),
        pytest.param("W" * 120, id="as long as a title may be, without a space"),
        pytest.param("湖の朝 静かな水面に", id="Japanese"),
        pytest.param("بحيرة عند الفجر", id="from right to left"),
        pytest.param("🐍🍎", id="emoji"),
    ],
)
def test_it_is_drawn_at_the_lower_edge(text: str, size: Size) -> None:
    luma = _over(text, size)
    assert (luma[size.height // 2 :] > 200).any()
    assert (luma[:2] == GREY).all()


def test_the_picture_is_darker_behind_it_and_untouched_above() -> None:
    luma = _over("Hi", Size(320, 180))
    assert (luma[:90] == GREY).all()
    bottom = luma[-4:]
    assert np.median(bottom) < GREY / 2


def test_half_of_it_is_between_nothing_and_all() -> None:
    size = Size(320, 180)
    none, half, all_ = (_over("Hello", size, share).astype(int) for share in (0.0, 0.5, 1.0))
    assert (none == GREY).all()
    shade = (slice(-4, None), slice(None))
    assert np.median(all_[shade]) < np.median(half[shade]) < GREY


def test_letters_are_white_and_without_colour() -> None:
    picture = blank(Size(1280, 720), luma=GREY, u=60, v=200)
    Title("MMMM", Size(1280, 720)).over(picture, 1.0)
    white = picture.y[::2, ::2] > 230
    assert white.sum() > 100
    assert np.abs(picture.u[white].astype(int) - NEUTRAL_CHROMA).max() < 8
    assert np.abs(picture.v[white].astype(int) - NEUTRAL_CHROMA).max() < 8


@pytest.mark.parametrize("frames", [1, 2, 5, 30, 300])
def test_it_is_never_more_than_there_and_gone_at_the_end(frames: int) -> None:
    shares = [shown_share(frame, frames, 30) for frame in range(frames + 18)]
    assert all(0 <= share <= 1 for share in shares)
    assert shares[0] == 0
    assert all(share == 0 for share in shares[frames - 1 :])
