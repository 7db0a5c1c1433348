"""Where a video will be shown -> its shape, its longest length and the form of its copies. Pure.

Lengths are what each platform takes from everybody, as far as a video of ours may reach. Sources:
YouTube, Shorts of three minutes since October 2024; Instagram, reels of three minutes since
January 2025, stories of a minute; X, 140 seconds without a subscription; TikTok, Facebook and
LinkedIn take ten minutes or more.
"""

from decimal import Decimal
from typing import Final, NamedTuple

from reelmill.pipelines.storyboards.refusals import WrongLength, WrongShape
from reelmill.pipelines.storyboards.spec import (
    MAX_DURATION_S,
    AspectRatio,
    GenerationRequest,
    Platform,
    Quality,
    VideoFormat,
)


class Preset(NamedTuple):
    """What is shown somewhere."""

    name: str
    """For people."""

    ratios: tuple[AspectRatio, ...]
    """Shapes that fill the screen there; the first where none was asked for."""

    longest_s: int = MAX_DURATION_S
    """Seconds that a video may last."""

    format: VideoFormat = VideoFormat.MP4
    """What copies are packed in, unless asked otherwise."""

    quality: Quality = Quality.HIGH
    """How good they are, unless asked otherwise."""


_WIDE, _TALL, _SQUARE = (AspectRatio.WIDE,), (AspectRatio.TALL,), (AspectRatio.SQUARE,)

#: All that are known.
PRESETS: Final = {
    Platform.YOUTUBE: Preset("YouTube", (AspectRatio.WIDE, AspectRatio.CLASSIC)),
    Platform.YOUTUBE_SHORTS: Preset("YouTube Shorts", (*_TALL, *_SQUARE), 180),
    Platform.INSTAGRAM_REEL: Preset("Instagram reel", _TALL, 180),
    Platform.INSTAGRAM_FEED: Preset("Instagram feed", (*_SQUARE, *_WIDE), 60),
    Platform.INSTAGRAM_STORY: Preset("Instagram story", _TALL, 60),
    Platform.TIKTOK: Preset("TikTok", _TALL),
    Platform.FACEBOOK_FEED: Preset("Facebook feed", (*_SQUARE, *_WIDE, *_TALL)),
    Platform.LINKEDIN: Preset("LinkedIn", (*_WIDE, *_SQUARE, *_TALL)),
    Platform.X: Preset("X", (*_WIDE, *_SQUARE), 140),
}


def settled(request: GenerationRequest) -> GenerationRequest:
    """A request in the shape of its platform.

    Raises:
        WrongShape, WrongLength: the platform does not show what was asked for.

    >>> asked = GenerationRequest(prompt="A walk along the sea", platform=Platform.TIKTOK)
    >>> settled(asked).aspect_ratio.value
    '9:16'
    """
    if request.platform is None:
        return request
    preset = PRESETS[request.platform]
    if "aspect_ratio" not in request.model_fields_set:
        request = request.model_copy(update={"aspect_ratio": preset.ratios[0]})
    if request.aspect_ratio not in preset.ratios:
        taken = ", ".join(ratio.value for ratio in preset.ratios)
        raise WrongShape(platform=preset.name, taken=taken, aspect_ratio=request.aspect_ratio.value)
    admit_length(request.platform, request.duration)
    return request


def admit_length(platform: Platform | None, length_s: Decimal | int) -> None:
    """Let a video be so long.

    Raises:
        WrongLength: its platform does not show so much.
    """
    if platform is not None and length_s > PRESETS[platform].longest_s:
        preset = PRESETS[platform]
        raise WrongLength(platform=preset.name, limit_s=preset.longest_s)


def copy_form(platform: Platform | None) -> tuple[VideoFormat, Quality]:
    """How copies are made where nothing else was asked for.

    >>> [part.value for part in copy_form(None)]
    ['mp4', 'medium']
    """
    if platform is None:
        return VideoFormat.MP4, Quality.MEDIUM
    return PRESETS[platform].format, PRESETS[platform].quality
