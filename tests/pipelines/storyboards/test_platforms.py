"""Platforms give a video its shape and limit its length; what they do not show is refused."""

from decimal import Decimal
from typing import Any

import pytest

from reelmill.pipelines.storyboards.platforms import PRESETS, admit_length, copy_form, settled
from reelmill.pipelines.storyboards.refusals import WrongLength, WrongShape
from reelmill.pipelines.storyboards.spec import (
    AspectRatio,
    GenerationRequest,
    Platform,
    Quality,
    VideoFormat,
)


def asked(**given: Any) -> GenerationRequest:
    return GenerationRequest.model_validate({"prompt": "A walk along the sea", **given})


def test_every_platform_has_a_shape_and_a_length_that_is_made() -> None:
    assert set(PRESETS) == set(Platform)
    for preset in PRESETS.values():
        assert preset.ratios
        assert 5 <= preset.longest_s <= 300


@pytest.mark.parametrize("platform", list(Platform))
def test_a_request_without_a_shape_gets_the_first_of_its_platform(platform: Platform) -> None:
    assert settled(asked(platform=platform)).aspect_ratio is PRESETS[platform].ratios[0]


def test_a_request_for_no_platform_stays_as_it_is() -> None:
    request = asked(duration=300)
    assert settled(request) is request
    assert request.aspect_ratio is AspectRatio.WIDE


def test_a_shape_that_the_platform_shows_too_stays() -> None:
    request = asked(platform="youtube_shorts", aspect_ratio="1:1")
    assert settled(request).aspect_ratio is AspectRatio.SQUARE


def test_a_shape_that_the_platform_does_not_show_is_refused() -> None:
    with pytest.raises(WrongShape) as caught:
        settled(asked(platform="youtube_shorts", aspect_ratio="16:9"))
    assert caught.value.message == "YouTube Shorts shows 9:16, 1:1, and not 16:9"


def test_a_length_that_the_platform_does_not_show_is_refused() -> None:
    with pytest.raises(WrongLength) as caught:
        settled(asked(platform="x", duration=141))
    assert caught.value.message == "X shows 140 seconds at most"
    assert settled(asked(platform="x", duration=140)).duration == 140
    with pytest.raises(WrongLength):
        admit_length(Platform.X, Decimal("140.01"))
    admit_length(None, Decimal(300))


def test_copies_for_a_platform_are_large() -> None:
    assert copy_form(Platform.TIKTOK) == (VideoFormat.MP4, Quality.HIGH)
    assert copy_form(None) == (VideoFormat.MP4, Quality.MEDIUM)
