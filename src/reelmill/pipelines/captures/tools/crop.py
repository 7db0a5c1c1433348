"""A recording whose picture is smaller than its canvas -> the picture alone, as large as that."""

from collections.abc import Sequence
from math import ceil
from pathlib import Path
from typing import Final

import numpy as np

from reelmill.errors import Refused
from reelmill.media.filters import crop_then_scale
from reelmill.media.geometry import Crop, Size, contain
from reelmill.media.moments import Footage, by_key_frames
from reelmill.media.probe import opened_stream
from reelmill.media.tools import Tools
from reelmill.media.verify import Verified
from reelmill.pipelines.captures.checks.padding import PADDING
from reelmill.pipelines.captures.record import Record
from reelmill.pipelines.captures.tools.opened import opened
from reelmill.pipelines.captures.tools.places import object_at
from reelmill.pipelines.captures.tools.remake import even_size, part_of, remade
from reelmill.units import even

#: Where to look for the picture, as shares of the duration.
LOOKS: Final = (0.1, 0.3, 0.5, 0.7, 0.9)

#: Difference of two shapes up to which one is stretched to the other: rounding of a display's
#: scale takes a pixel or two.
SAME_SHAPE: Final = 0.02

#: Series that the frames are shown to the check as.
SERIES: Final = "stride-3_chw"


class NothingToCrop(Refused):
    """The picture fills its canvas."""


def crop(tar: str, base: str, path: Path, folder: Path, tools: Tools) -> Verified:
    """Cut bars and black off a recording and enlarge what is left; its sound is kept.

    Args:
        tar: Path or URL of the TAR.
        base: Which recording of a bundle.
        path: The video to write, in `folder`.
        folder: For what is needed meanwhile; the caller owns it.
        tools: What it is done with.

    Raises:
        NoVideo, SeveralRecordings: there is none, or none was named.
        NothingToCrop: the check finds no bars.
        BadMedia: a leaf that says what is wrong with the video.
    """
    inside = opened(*object_at(tar))
    group = inside.group(base)
    assert group.video is not None
    source = folder / "recording"
    tools.tell("fetch", 0, 0, "fetching the video")
    inside.fetch(group.video, source)
    picture, canvas = _look(source)
    size = _enlarged(picture, canvas)
    return remade(part_of(source, 0.0, None), crop_then_scale(picture, size), size, path, tools)


def _look(source: Path) -> tuple[Crop, Size]:
    """Where the picture is, by the check's own eyes, and the size of the canvas."""
    with source.open("rb") as stream, opened_stream(stream) as file:
        footage = Footage(file, by_key_frames)
        length_s = (footage.indexed or footage.counted()).duration_s
        seen = [one.pixels for one in footage.at(share * length_s for share in LOOKS)]
    frames = np.stack([np.moveaxis(one, -1, 0) for one in seen])
    record = Record(
        s3_key="",
        video_id="",
        video_metadata={},
        session_metadata={},
        sampled_frames={SERIES: frames},
    )
    figures = PADDING.measure(record)
    if not PADDING.judge(figures, PADDING.limits).is_dpi_scale_issue:
        raise NothingToCrop(picture=figures.dpi_picture)
    canvas = Size(frames.shape[3], frames.shape[2])
    return box_in(figures.dpi_picture, canvas), canvas


def box_in(picture: Sequence[float], canvas: Size) -> Crop:
    """The picture in pixels: what is surely of it, with even sides.

    >>> box_in((0.0, 0.125, 1.0, 0.875), Size(640, 360))
    Crop(x=0, y=46, width=640, height=268)

    Args:
        picture: Left, top, right and bottom, as shares of the canvas.
        canvas: Its size.
    """
    left, top, right, bottom = (
        round(share * side) for share, side in zip(picture, (*canvas, *canvas), strict=True)
    )
    x, y = 2 * ceil(left / 2), 2 * ceil(top / 2)
    return Crop(x=x, y=y, width=max(2, even(right - x)), height=max(2, even(bottom - y)))


def _enlarged(picture: Crop, canvas: Size) -> Size:
    """The canvas, or as much of it as the shape of the picture fills."""
    to = even_size(canvas)
    shape = picture.width * canvas.height / (picture.height * canvas.width)
    if abs(shape - 1) <= SAME_SHAPE:
        return to
    inner = contain(Size(picture.width, picture.height), to)
    return Size(inner.width, inner.height)
