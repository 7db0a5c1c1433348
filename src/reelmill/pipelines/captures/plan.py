"""How long a video is, and how large -> which of its frames are kept, and at what size. Pure."""

from collections.abc import Mapping
from typing import Final

from reelmill.media.geometry import Size
from reelmill.pipelines.captures.record import STRIDES

#: Most frames of each series. Source: ExtractedData.
MOST_FRAMES: Final[Mapping[str, int]] = {
    "stride-3_chw": 15,
    "stride-30_chw": 15,
    "stride-60_chw": 5,
}

#: Height above which frames are made smaller, in pixels. Source: ExtractedData.
MAX_HEIGHT_PX: Final = 360


def moments(duration_s: float) -> dict[str, tuple[int, ...]]:
    """Seconds of the frames of each series: the first after one stride, none beyond the end.

    >>> moments(61.5)["stride-30_chw"], moments(61.5)["stride-60_chw"], moments(2)["stride-3_chw"]
    ((30, 60), (60,), ())
    """
    return {
        series: tuple(
            at_s
            for at_s in range(stride_s, stride_s * MOST_FRAMES[series] + 1, stride_s)
            if at_s <= duration_s
        )
        for series, stride_s in STRIDES.items()
    }


def sampled_size(shown: Size) -> Size:
    """Size of the kept frames; only what is taller than the limit is made smaller.

    The width may be odd, as that of others' records is.

    >>> sampled_size(Size(1920, 1080)), sampled_size(Size(1366, 768)), sampled_size(Size(320, 180))
    (Size(width=640, height=360), Size(width=640, height=360), Size(width=320, height=180))
    """
    if shown.height <= MAX_HEIGHT_PX:
        return shown
    scale = MAX_HEIGHT_PX / shown.height
    return Size(max(1, int(shown.width * scale)), MAX_HEIGHT_PX)
