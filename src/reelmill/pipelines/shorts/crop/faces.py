"""Pictures -> where faces are, and which of them are there for longer than chance. Offline."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from reelmill.media.raster import Box

#: Smallest face, as a share of the shorter side of the picture.
SMALLEST = 0.13

#: Steps between the sizes that are tried. At 1.15 the search takes three times as long.
SCALE = 1.25

#: Detections around one place that make a face.
AGREEING = 3

#: Every so many pictures faces may be looked for: it is ten times the work of all the rest.
EVERY = 6

#: Looks before and after one in which a face is looked for again, and how many must show it.
AROUND, CONFIRMED = 3, 3

#: How far two boxes of one face may differ in size.
ALIKE = 0.6


class FaceFinder:
    """Finds faces with the cascades that come inside OpenCV's package.

    See docs/decisions/0011-faces-by-cascade.md.
    """

    def __init__(self) -> None:
        folder = Path(cv2.__file__).parent / "data"
        self._frontal = cv2.CascadeClassifier(str(folder / "haarcascade_frontalface_alt2.xml"))
        self._profile = cv2.CascadeClassifier(str(folder / "haarcascade_profileface.xml"))
        self._mirrored = True

    def find(self, luma: NDArray[np.uint8]) -> tuple[Box, ...]:
        """Faces from the front, or else from one side: where none is, the other is next.

        Args:
            luma: `(height, width)`, the picture upright.
        """
        even_light = np.asarray(cv2.equalizeHist(luma), np.uint8)
        front = self._search(self._frontal, even_light)
        if front:
            return front
        aside = self._aside(even_light)
        if not aside:
            self._mirrored = not self._mirrored
        return aside

    def _aside(self, luma: NDArray[np.uint8]) -> tuple[Box, ...]:
        if not self._mirrored:
            return self._search(self._profile, luma)
        mirrored = np.ascontiguousarray(luma[:, ::-1])
        return tuple(
            Box(luma.shape[1] - box.right, box.y, box.width, box.height)
            for box in self._search(self._profile, mirrored)
        )

    @staticmethod
    def _search(cascade: cv2.CascadeClassifier, luma: NDArray[np.uint8]) -> tuple[Box, ...]:
        smallest = max(20, int(SMALLEST * min(luma.shape)))
        found = cascade.detectMultiScale(luma, SCALE, AGREEING, 0, (smallest, smallest))
        return tuple(Box(*(int(side) for side in box)) for box in found)


class FaceWatch:
    """Looks into every other picture, and into those between where a face was seen beside."""

    def __init__(self) -> None:
        self._finder = FaceFinder()
        self._found: dict[int, tuple[Box, ...]] = {}
        self._spared: tuple[int, NDArray[np.uint8]] | None = None
        self._seen = False

    def offer(self, number: int, luma: NDArray[np.uint8]) -> None:
        """Look into a picture, unless there is most likely nothing in it.

        Args:
            number: Of the picture; each is greater than the one before.
            luma: `(height, width)`, the picture upright; it must not change any more.
        """
        if self._found and self._spared is None and not self._seen:
            self._spared = number, luma
            return
        self._look(number, luma)
        self._seen = bool(self._found[number])
        if self._seen and self._spared is not None:
            self._look(*self._spared)
        self._spared = None

    def among(self, numbers: range) -> dict[int, tuple[Box, ...]]:
        """The steady faces of each picture that was looked into, by its number."""
        looked = [number for number in sorted(self._found) if number in numbers]
        return dict(zip(looked, steady([self._found[at] for at in looked]), strict=True))

    def _look(self, number: int, luma: NDArray[np.uint8]) -> None:
        self._found[number] = self._finder.find(luma)


def steady(found: Sequence[Sequence[Box]]) -> list[tuple[Box, ...]]:
    """The faces that the looks around show as well; a cascade sees faces in leaves, but once.

    Args:
        found: The faces of each look into one shot.
    """
    needed = min(CONFIRMED, max(1, len(found) - 1))
    return [
        tuple(box for box in boxes if _seen_around(box, found, at) >= needed)
        for at, boxes in enumerate(found)
    ]


def _seen_around(box: Box, found: Sequence[Sequence[Box]], at: int) -> int:
    around = found[max(0, at - AROUND) : at + AROUND + 1]
    return sum(any(_same(box, other) for other in boxes) for boxes in around)


def _same(box: Box, other: Box) -> bool:
    """Whether two boxes are about the same face: near each other and of about one size."""
    off_x = abs(box.x + box.width / 2 - other.x - other.width / 2)
    off_y = abs(box.y + box.height / 2 - other.y - other.height / 2)
    alike = min(box.width, other.width) / max(box.width, other.width)
    return off_x + off_y < (box.width + other.width) / 2 and alike > ALIKE
