"""Platforms, told."""

from typing import Self

from reelmill.pipelines.storyboards.platforms import PRESETS
from reelmill.pipelines.storyboards.spec import (
    MIN_DURATION_S,
    AspectRatio,
    Platform,
    Quality,
    VideoFormat,
)
from reelmill.pipelines.storyboards.views.common import Said


class PlatformOut(Said):
    """Where a video may be shown."""

    platform: Platform
    """As a request names it."""

    name: str
    """For people."""

    aspect_ratios: list[AspectRatio]
    """Shapes that are shown there; the first where none is asked for."""

    min_duration: int
    """Seconds that a video lasts at least."""

    max_duration: int
    """Seconds that it may last there."""

    export_format: VideoFormat
    """What copies are packed in, unless asked otherwise."""

    export_quality: Quality
    """How good they are, unless asked otherwise."""

    @classmethod
    def of(cls, platform: Platform) -> Self:
        """A platform, told."""
        preset = PRESETS[platform]
        return cls(
            platform=platform,
            name=preset.name,
            aspect_ratios=list(preset.ratios),
            min_duration=MIN_DURATION_S,
            max_duration=preset.longest_s,
            export_format=preset.format,
            export_quality=preset.quality,
        )
