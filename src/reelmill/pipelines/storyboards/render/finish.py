"""Frames of a film -> the same, out of black at the beginning and into it at the end."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from reelmill.media.geometry import Size
from reelmill.media.raster import Yuv420, blank
from reelmill.pipelines.storyboards.render.camera import blended


class Fades(NamedTuple):
    """How long a film takes out of black and into it, in frames of its own."""

    opening: int = 0
    """At its beginning; the first frame is black. 0 for none."""

    closing: int = 0
    """At its end; the last frame is black. 0 for none."""

    def within(self, frames: int) -> "Fades":
        """The same of a film of so many frames, a third of which is seen in full.

        >>> Fades(30, 90).within(300), Fades(30, 90).within(60)
        (Fades(opening=30, closing=90), Fades(opening=20, closing=20))
        """
        most = frames // 3
        return Fades(min(self.opening, most), min(self.closing, most))

    def share_at(self, frame: int, frames: int) -> float:
        """How much light there is at a frame, 0.0 to 1.0.

        >>> [Fades(10, 20).share_at(frame, 100) for frame in (0, 5, 10, 79, 89, 99)]
        [0.0, 0.5, 1.0, 1.0, 0.5, 0.0]
        """
        begun = frame / self.opening if self.opening else 1.0
        left = (frames - 1 - frame) / self.closing if self.closing else 1.0
        return min(1.0, begun, left)


#: There is light from the first frame to the last.
NO_FADES: Final = Fades()


def faded(pictures: Iterator[Yuv420], frames: int, size: Size, fades: Fades) -> Iterator[Yuv420]:
    """The same pictures, so many of them, darker at both ends."""
    black = blank(size)
    for frame, picture in enumerate(pictures):
        share = fades.share_at(frame, frames)
        yield picture if share == 1 else blended(black, picture, share)
