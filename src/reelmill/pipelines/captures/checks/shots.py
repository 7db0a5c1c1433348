"""Frames of a record on one line of time, and names for single ones. Pure."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reelmill.pipelines.captures.record import STRIDES, Record

_SHOT: Final = re.compile(r"(?P<series>[\w-]{1,40})\[(?P<place>\d{1,4})\]")


class Shot(NamedTuple):
    """One frame of a record."""

    series: str
    """Series that it is kept in."""

    place: int
    """Its place there, from 0."""

    @property
    def at_s(self) -> int:
        """Seconds from the start of the video.

        >>> Shot("stride-30_chw", 1).at_s
        60
        """
        return (self.place + 1) * STRIDES.get(self.series, 0)


def shot(series: str, place: int) -> str:
    """The name of a frame, as the manifest has it.

    >>> shot("stride-3_chw", 4)
    'stride-3_chw[4]'
    """
    return f"{series}[{place}]"


def shot_named(name: str) -> Shot | None:
    """The frame of a name; None when it is none.

    >>> shot_named("stride-3_chw[4]")
    Shot(series='stride-3_chw', place=4)
    """
    found = _SHOT.fullmatch(name)
    return Shot(found["series"], int(found["place"])) if found else None


def timeline(
    record: Record, series: Iterable[str] = tuple(STRIDES)
) -> list[tuple[Shot, NDArray[np.uint8]]]:
    """All frames in the order of time, each moment once.

    The frame at 30 s is in three series; it is taken from the first of them.

    Returns:
        Frames with their pictures, `(3, height, width)` uint8 RGB.
    """
    by_time: dict[int, tuple[Shot, NDArray[np.uint8]]] = {}
    for name in series:
        for place, frame in enumerate(record.frames(name)):
            one = Shot(name, place)
            by_time.setdefault(one.at_s, (one, frame))
    return [by_time[at_s] for at_s in sorted(by_time)]
