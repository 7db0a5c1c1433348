"""Pictures of a video, one after the other -> what is seen in each."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from reelmill.media.raster import Box, Yuv420
from reelmill.media.samples import Sample
from reelmill.pipelines.shorts.crop.evidence import BINS, Profile, Seen
from reelmill.pipelines.shorts.crop.faces import EVERY, FaceFinder, steady
from reelmill.pipelines.shorts.crop.motion import moved
from reelmill.pipelines.shorts.crop.saliency import BAR_LUMA, standing_out

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

    seen: Seen
    """Everything but the faces, which need the others of the shot."""

    faces: tuple[Box, ...] | None
    """In pixels of the small picture; None: not looked for."""

    length_px: int
    """Pixels of the small picture along the axis."""

    brightest: Profile
    """`(BINS,)` luma of the brightest place in each part."""


class Looker:
    """Looks at pictures, each compared with the one before.

    Args:
        across: Whether the window moves to the left and right.
        window: Its width as a share of the axis.
    """

    def __init__(self, *, across: bool, window: float) -> None:
        self._across, self._window = across, window
        self._finder = FaceFinder()
        self._before: Yuv420 | None = None
        self._looks = 0

    def look(self, sample: Sample) -> Glance:
        """What the picture of a sample shows; it must have one."""
        assert sample.picture is not None
        luma = sample.picture.y
        motion, shift = self._motion(sample.picture)
        self._before = sample.picture
        faces = self._finder.find(luma) if self._looks % EVERY == 0 else None
        self._looks += 1
        return Glance(
            seen=Seen(
                at_s=sample.at_s,
                faces=np.zeros(BINS),
                motion=motion,
                saliency=self._saliency(sample.picture),
                shift=shift,
            ),
            faces=faces,
            length_px=luma.shape[1 if self._across else 0],
            brightest=_spread(self._along(luma).max(axis=0)),
        )

    def faces_of(self, glances: Sequence[Glance]) -> Iterator[Seen]:
        """What the samples of one shot show, with the faces that stay."""
        looked = [at for at, one in enumerate(glances) if one.faces is not None]
        found = steady([glances[at].faces or () for at in looked])
        for at, glance in enumerate(glances):
            nearest = min(range(len(looked)), key=lambda look: abs(looked[look] - at), default=None)
            boxes = () if nearest is None else found[nearest]
            yield replace(glance.seen, faces=self._face_profile(boxes, glance.length_px))

    def _motion(self, picture: Yuv420) -> tuple[Profile, float]:
        if self._before is None:
            return np.zeros(BINS), 0.0
        between = moved(self._before, picture)
        length = picture.y.shape[1 if self._across else 0]
        shift = between.shift_px[0 if self._across else 1] / length
        energy = _spread(self._along(between.energy).sum(axis=0))
        return _profile(energy, _amount(between.energy) * self._trust(energy)), shift

    def _trust(self, energy: Profile) -> float:
        """How far motion is that of one thing: 0 when it is nearly everywhere."""
        low, high = GATHERED
        return min(1.0, max(0.0, (self._gathered(energy) - low) / (high - low)))

    def _saliency(self, picture: Yuv420) -> Profile:
        out = _spread(self._along(standing_out(picture)).sum(axis=0))
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

    def _along(self, plane: NDArray[np.generic]) -> NDArray[np.float64]:
        """The plane with the axis as its columns."""
        return np.asarray(plane if self._across else plane.T, np.float64)


def _amount(energy: NDArray[np.float64]) -> float:
    """How much moves: 0 for nothing, and for so much that the camera was not understood."""
    share = float((energy > 0).mean())
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
