"""A record -> its frames on one sheet: all of them, or the middle one of each series. Pure."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reelmill.pipelines.captures.record import STRIDES, Record
from reelmill.pipelines.captures.sheet import Legend, Rgb, Tile, sheet, upright

#: Border of the frames of a series.
COLOURS: Final[dict[str, Rgb]] = {
    "stride-3_chw": (76, 160, 240),
    "stride-30_chw": (240, 168, 60),
    "stride-60_chw": (120, 200, 110),
}


class Form(StrEnum):
    """Which frames are on a sheet."""

    DETAILED = "detailed"
    """All of them, series by series."""

    SUMMARY = "summary"
    """The middle one of each series."""


def grid(record: Record, form: Form) -> NDArray[np.uint8]:
    """Lay the frames of a record out, `(height, width, 3)` RGB."""
    tiles = list(_all(record) if form is Form.DETAILED else _middles(record))
    counts = {series: len(record.frames(series)) for series in STRIDES}
    legend = [
        Legend(COLOURS[series], f"every {stride} s: {counts[series]}")
        for series, stride in STRIDES.items()
    ]
    heading = f"{record.s3_key}   {record.video_id}"
    return sheet(tiles, heading, legend=legend, note="No frame was sampled: the video is short.")


def time_of(series: str, index: int) -> int:
    """When a frame of a series is shown, in seconds.

    >>> time_of("stride-30_chw", 0)
    30
    """
    return (index + 1) * STRIDES[series]


def _all(record: Record) -> Iterator[Tile]:
    for series in STRIDES:
        for index, frame in enumerate(record.frames(series)):
            yield _tile(series, index, frame)


def _middles(record: Record) -> Iterator[Tile]:
    for series in STRIDES:
        frames = record.frames(series)
        if len(frames):
            yield _tile(series, len(frames) // 2, frames[len(frames) // 2])


def _tile(series: str, index: int, frame: NDArray[np.uint8]) -> Tile:
    title = f"{STRIDES[series]}s stride, t={time_of(series, index)}s"
    return Tile(upright(frame), title, COLOURS[series])
