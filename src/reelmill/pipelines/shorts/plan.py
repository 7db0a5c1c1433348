"""A cut, a strategy and a quality -> what is shown where, in how many bytes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Final

from reelmill.media.filters import (
    Stop,
    crop_then_scale,
    moving_crop,
    over_blurred,
    scale_then_pad,
    scaled,
)
from reelmill.media.geometry import Size, contain, cover
from reelmill.pipelines.shorts.spec import (
    MAX_SCENE_S,
    MIN_SCENE_S,
    BadCropPlan,
    CropPlan,
    Cut,
    OutsideVideo,
    Quality,
    SceneTooLong,
    SceneTooShort,
    Strategy,
)

#: Width and height of a short, in pixels. Source: export API, output.
SHORT_SIZE: Final = Size(1080, 1920)

#: Seconds by which a scene may end behind the video: durations are rounded by whoever tells them.
END_SLACK_S: Final = 0.1

#: Seconds that floating point may add to the length of a scene.
ROUNDING_S: Final = 1e-6


#: Pixels by which the width of a window may be off the exact shape, for its sides are even.
SHAPE_SLACK_PX: Final = 2

#: Bits a second that pictures may have, whatever the budget: what level 4.2 plays, and a reserve.
FASTEST_BPS: Final = 30_000_000

#: Share of a file that is index and not media. Measured: 0.3 % at 60 frames a second.
INDEX_SHARE: Final = 0.01

#: Share by which the encoder of sound may be off its rate.
SOUND_SLACK: Final = 0.03

#: Seconds at the highest rate that the encoder has in hand when it starts, with `BUFFER_S` = 2.
IN_HAND_S: Final = 1.8


@dataclass(frozen=True, kw_only=True)
class Form:
    """What a quality means."""

    crf: int
    """libx264's constant rate factor; lower is better."""

    audio_bps: int
    """Bits a second of sound."""

    max_bytes: int
    """Size of the file, at most."""


#: What each quality means. Source: export API, output.
FORMS: Final = {
    Quality.HIGH: Form(crf=18, audio_bps=192_000, max_bytes=60_000_000),
    Quality.MEDIUM: Form(crf=23, audio_bps=128_000, max_bytes=30_000_000),
}


def admit(cut: Cut, video_duration_s: float) -> None:
    """Let the cut through, or say why not.

    Raises:
        SceneTooLong: above `MAX_SCENE_S`.
        SceneTooShort: below `MIN_SCENE_S`, or it ends before it begins.
        OutsideVideo: not a part of the video.
    """
    if cut.duration_s > MAX_SCENE_S + ROUNDING_S:
        raise SceneTooLong(scene_duration_s=cut.duration_s, max_duration_s=MAX_SCENE_S)
    if cut.duration_s < MIN_SCENE_S - ROUNDING_S:
        raise SceneTooShort(scene_duration_s=cut.duration_s, min_duration_s=MIN_SCENE_S)
    if cut.start_s >= video_duration_s or cut.end_s > video_duration_s + END_SLACK_S:
        raise OutsideVideo(start_s=cut.start_s, end_s=cut.end_s, video_duration_s=video_duration_s)


def window_of(source: Size) -> Size:
    """The largest 9:16 window inside a picture as it is shown, both sides even.

    >>> window_of(Size(1920, 1080))
    Size(width=608, height=1080)
    >>> window_of(Size(360, 1280))
    Size(width=360, height=640)
    """
    crop = cover(source, SHORT_SIZE)
    return Size(crop.width, crop.height)


def admit_plan(plan: CropPlan, shown: Size) -> None:
    """Let a crop plan through that fits the video.

    Raises:
        BadCropPlan: made for another size, of another shape, or its window leaves the picture.
    """
    if (plan.source_width, plan.source_height) != shown:
        raise BadCropPlan(found=_text(plan.source_width, plan.source_height), video=_text(*shown))
    wide, high = plan.window_width, plan.window_height
    off_px = abs(wide - high * SHORT_SIZE.width / SHORT_SIZE.height)
    if wide % 2 or high % 2 or off_px > SHAPE_SLACK_PX:
        raise BadCropPlan(window=_text(wide, high), problem="not of the shape 9:16, or odd")
    for key in plan.keyframes:
        if key.x + wide > shown.width or key.y + high > shown.height:
            raise BadCropPlan(at_s=key.at_s, problem="the window leaves the picture")


def _text(width: int, height: int) -> str:
    return f"{width}x{height}"


def picture_filter(strategy: Strategy, shown: Size) -> str:
    """The text of the filters by which a whole picture becomes a short's, without a crop plan.

    >>> picture_filter(Strategy.CENTER_CROP, Size(1920, 1080))
    'crop=608:1080:656:0,zscale=1080:1920:f=lanczos,setsar=1'
    """
    inner = contain(shown, SHORT_SIZE)
    if Size(inner.width, inner.height) == SHORT_SIZE:
        return scaled(SHORT_SIZE)
    if strategy is Strategy.LETTERBOX:
        return scale_then_pad(inner, SHORT_SIZE)
    if strategy is Strategy.BLUR_FILL:
        return over_blurred(inner, cover(shown, SHORT_SIZE), SHORT_SIZE)
    return crop_then_scale(cover(shown, SHORT_SIZE), SHORT_SIZE)


def followed(plan: CropPlan, late_s: float) -> str:
    """The text of the filters by which a window follows its path.

    Args:
        plan: The path, in seconds from the start of the cut.
        late_s: Seconds that the first frame has been on the screen when the cut starts.
    """
    stops = [
        Stop(at_s=key.at_s + late_s if key.at_s else 0.0, x=key.x, y=key.y, jump=key.jump)
        for key in plan.keyframes
    ]
    return moving_crop(stops, Size(plan.window_width, plan.window_height), SHORT_SIZE)


def video_budget_bps(form: Form, duration_s: float, share: float = 1.0) -> int:
    """The highest rate of pictures with which no cut of that length passes the size of its form.

    Args:
        form: What the quality means.
        duration_s: Length of the cut.
        share: Less than 1 where an attempt came out too large.

    >>> video_budget_bps(FORMS[Quality.HIGH], 180.0)
    2418059
    """
    bits = form.max_bytes * 8 * (1 - INDEX_SHARE) * share
    sound = form.audio_bps * (1 + SOUND_SLACK) * duration_s
    return min(FASTEST_BPS, int(max(0.0, bits - sound) / (duration_s + IN_HAND_S)))


def reel_size(target_height: int) -> Size:
    """Size of a reel of that height, 16:9, both sides even.

    >>> reel_size(486)
    Size(width=864, height=486)
    """
    return Size(round(target_height * 16 / 9 / 2) * 2, target_height)


def frames_of(durations_s: Sequence[float], rate: Fraction) -> list[int]:
    """Frames of each part, so that all together last as long as they should, to half a frame.

    >>> frames_of([0.15, 0.15, 0.15], Fraction(30))
    [4, 5, 4]
    """
    ends = [round(Fraction(end_s) * rate) for end_s in accumulate(durations_s, initial=0.0)]
    return [max(1, end - start) for start, end in pairwise(ends)]


def in_reel(shown: Size, reel: Size) -> str:
    """The text of the filters that fit a whole picture into a reel.

    >>> in_reel(Size(640, 480), Size(1280, 720))
    'zscale=960:720:f=lanczos,setsar=1,pad=1280:720:160:0:color=black'
    """
    return scale_then_pad(contain(shown, reel), reel)
