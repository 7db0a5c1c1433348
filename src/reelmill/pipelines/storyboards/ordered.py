"""A video as it was ordered and as it came -> in what it differs, in plain words. Pure.

What was paid for is kept however it is; but nobody is to find out by watching it. When its scenes
begin is not judged: a model that makes its own way from one picture to the next has no cuts.
"""

from fractions import Fraction
from typing import Final

from reelmill.media.geometry import Size
from reelmill.pipelines.storyboards.spec import AspectRatio

#: Parts of its length that a video may be longer or shorter than ordered; seconds at least.
LENGTH_SLACK, LEAST_SLACK_S = 0.05, 0.5

#: Part of its shape that a video may be wider or narrower than ordered: sides are even numbers.
SHAPE_SLACK: Final = 0.03


def differences(
    *, wanted_s: float, found_s: float, ratio: AspectRatio, size: Size
) -> tuple[str, ...]:
    """In what a video is not as it was ordered, a sentence each.

    >>> wide, size = AspectRatio.WIDE, Size(1280, 720)
    >>> differences(wanted_s=5, found_s=5.2, ratio=wide, size=size)
    ()
    >>> differences(wanted_s=5, found_s=2.5, ratio=wide, size=size)
    ('The video is 2.5 s long, but 5 s were ordered',)
    >>> differences(wanted_s=5, found_s=5, ratio=wide, size=Size(720, 720))
    ('The video is 720x720, but 16:9 was ordered',)
    """
    found = []
    if abs(found_s - wanted_s) > max(LEAST_SLACK_S, wanted_s * LENGTH_SLACK):
        found.append(f"The video is {found_s:.4g} s long, but {wanted_s:.4g} s were ordered")
    wanted_shape = float(Fraction(ratio.value.replace(":", "/")))
    if abs(size.width / size.height / wanted_shape - 1) > SHAPE_SLACK:
        found.append(f"The video is {size.width}x{size.height}, but {ratio.value} was ordered")
    return tuple(found)
