"""Pictures of a video, one after the other -> what is seen in each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from reelmill.media.raster import Box, Yuv420
from reelmill.media.samples import Sample
from reelmill.pipelines.shorts.crop.ends import Extent, extent
from reelmill.pipelines.shorts.crop.evidence import BINS, Profile, Seen
from reelmill.pipelines.shorts.crop.faces import EVERY, FaceWatch
from reelmill.pipelines.shorts.crop.motion import moved
from reelmill.pipelines.shorts.crop.saliency import BAR_LUMA, standing_out

T = TypeVar("T")

#: Every so many pictures it is seen what stands out; it is taken together over more of them.
SALIENCY_EVERY = 3

#: Share of the picture that must move for motion to count in full: a person far away.
MOVING_IN_FULL = 0.003

#: Share of the picture that moves on its own only when the camera's move was not understood.
MOVING_TOO_MUCH = 0.5

#: How far motion must be gathered in one window to be one thing's: not at all, and in full.
GATHERED = (0.15, 0.5)

#: A face looks one way and belongs to a body: so much of its width is added on either side.
FACE_ROOM = 0.4


@dataclass(frozen=True, kw_only=True)
class Glance:
    """What one picture shows, before it is known which shot it is of."""

    number: int
    """Of the picture, from 0."""

    at_s: float
    """Seconds from the start of the cut."""

    motion: Profile
    """As in `Seen`."""

    amount: float
    """As in `Seen`."""

    ends: Extent | None
    """As in `Seen`."""

    shift: float
    """As in `Seen`."""

    saliency: Profile | None
    """As in `Seen`; None: not looked for."""

    length_px: int
    """Pixels of the small picture along the axis."""

    brightest: Profile
    """`(BINS,)` luma of the brightest place in each part."""


class _Motion(NamedTuple):
    """What moved between two pictures, in the words of `Seen`."""

    profile: Profile
    amount: float
    ends: Extent | None
    shift: float


class Looker:
    """Looks at pictures, each compared with the one before.

    Args:
        across: Whether the window moves to the left and right.
        window: Its width as a share of the axis.
    """

    def __init__(self, *, across: bool, window: float) -> None:
        self._across, self._window = across, window
        self._faces = FaceWatch()
        self._before: Yuv420 | None = None
        self._looks = 0

    def look(self, sample: Sample) -> Glance:
        """What the picture of a sample shows; it must have one."""
        assert sample.picture is not None
        number, luma = self._looks, sample.picture.y
        motion = self._motion(sample.picture)
        self._before, self._looks = sample.picture, number + 1
        if number % EVERY == 0:
            self._faces.offer(number, luma)
        return Glance(
            number=number,
            at_s=sample.at_s,
            motion=motion.profile,
            amount=motion.amount,
            ends=motion.ends,
            shift=motion.shift,
            saliency=self._saliency(sample.picture) if number % SALIENCY_EVERY == 0 else None,
            length_px=luma.shape[1 if self._across else 0],
            brightest=_spread(self._along(luma, cv2.REDUCE_MAX)),
        )

    def shot(self, glances: Sequence[Glance]) -> Iterator[Seen]:
        """What the samples of one shot show, with the faces that stay.

        Args:
            glances: At least one; what was not looked for is as in the nearest that was.
        """
        faces = self._faces.among(range(glances[0].number, glances[-1].number + 1))
        saliency = {one.number: one.saliency for one in glances if one.saliency is not None}
        for one in glances:
            boxes = _nearest(faces, one.number, ())
            yield Seen(
                at_s=one.at_s,
                faces=self._face_profile(boxes, one.length_px),
                motion=one.motion,
                amount=one.amount,
                ends=one.ends,
                saliency=_nearest(saliency, one.number, np.zeros(BINS)),
                shift=one.shift,
            )

    def _motion(self, picture: Yuv420) -> _Motion:
        """What moved between two pictures."""
        if self._before is None:
            return _Motion(np.zeros(BINS), 0.0, None, 0.0)
        between = moved(self._before, picture)
        length = picture.y.shape[1 if self._across else 0]
        energy, amount = between.energy, _amount(between.energy)
        profile = _spread(self._along(energy, cv2.REDUCE_SUM))
        return _Motion(
            profile=_profile(profile, amount * self._trust(profile)),
            amount=amount,
            ends=extent(energy if self._across else energy.T, window=self._window),
            shift=between.shift_px[0 if self._across else 1] / length,
        )

    def _trust(self, energy: Profile) -> float:
        """How far motion is that of one thing: 0 when it is nearly everywhere."""
        low, high = GATHERED
        return min(1.0, max(0.0, (self._gathered(energy) - low) / (high - low)))

    def _saliency(self, picture: Yuv420) -> Profile:
        out = _spread(self._along(standing_out(picture), cv2.REDUCE_SUM))
        return _profile(out, self._gathered(out))

    def _gathered(self, profile: Profile) -> float:
        """How far a profile is gathered in one window: 0 when it is the same everywhere."""
        total = float(profile.sum())
        if total <= 0 or self._window >= 1:
            return 0.0
        window_bins = max(1, round(self._window * BINS))
        best = float(np.convolve(profile, np.ones(window_bins), "valid").max()) / total
        return max(0.0, (best - self._window) / (1 - self._window))

    def _face_profile(self, boxes: Iterable[Box], length_px: int) -> Profile:
        profile = np.zeros(BINS)
        for box in boxes:
            start, size = (box.x, box.width) if self._across else (box.y, box.height)
            low = int((start - FACE_ROOM * size) / length_px * BINS)
            high = int((start + (1 + FACE_ROOM) * size) / length_px * BINS) + 1
            low, high = max(0, low), min(BINS, high)
            # A face twice as large is worth twice as much, however many parts it covers.
            profile[low:high] += size / max(1, high - low)
        return _profile(profile, 1.0)

    def _along(self, plane: NDArray[Any], how: int) -> NDArray[np.float64]:
        """The plane, as one line along the axis."""
        how_deep = cv2.CV_64F if how == cv2.REDUCE_SUM else -1
        return np.asarray(
            cv2.reduce(plane, 0 if self._across else 1, how, dtype=how_deep), np.float64
        ).ravel()


def _nearest(of: Mapping[int, T], number: int, otherwise: T) -> T:
    """What the nearest picture shows that was looked into."""
    nearest = min(of, key=lambda other: abs(other - number), default=None)
    return otherwise if nearest is None else of[nearest]


def _amount(energy: NDArray[np.uint8]) -> float:
    """How much moves: 0 for nothing, and for so much that the camera was not understood."""
    share = cv2.countNonZero(energy) / energy.size
    return min(1.0, share / MOVING_IN_FULL) * max(0.0, 1 - share / MOVING_TOO_MUCH)


def content(glances: Sequence[Glance]) -> tuple[float, float]:
    """Where the picture lies between black bars, as shares of the axis."""
    bright = np.flatnonzero(np.max([one.brightest for one in glances], axis=0) > BAR_LUMA)
    if not len(bright):
        return 0.0, 1.0
    return float(bright[0]) / BINS, float(bright[-1] + 1) / BINS


def _profile(amounts: Profile, total: float) -> Profile:
    whole = float(amounts.sum())
    return amounts * (total / whole) if whole > 0 else amounts


def _spread(line: NDArray[np.float64]) -> Profile:
    """A line of any length as `BINS` parts."""
    return np.asarray(
        cv2.resize(line[None, :], (BINS, 1), interpolation=cv2.INTER_AREA)[0], np.float64
    )
