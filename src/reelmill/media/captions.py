"""Captions -> what is drawn over the picture: letters of any script on a dark band."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reelmill.media.cues import Cue
from reelmill.media.filters import laid_over
from reelmill.media.geometry import Size
from reelmill.media.overlay import Laid, write_overlay
from reelmill.media.paragraphs import Placed, lay_out
from reelmill.media.text import Lettering, Style
from reelmill.units import even

#: Smallest letters that can be read, in pixels.
MIN_LETTER_PX: Final = 9

#: Share of the picture's width that captions may take.
WIDTH_SHARE: Final = 0.9

#: Most lines of a caption, where the picture is narrow.
MAX_LINES: Final = 4

#: How little one sees through the band behind the letters, of 255.
BAND: Final = 170


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How large captions are, and where."""

    letter_share: float = 0.045
    """Height of letters, as a share of the picture's shorter side."""

    bottom_share: float = 0.06
    """Distance of the last line from the bottom, as a share of the picture's height."""


@dataclass(frozen=True, kw_only=True)
class Below:
    """The video that captions are laid over."""

    size: Size
    """Of its pictures."""

    rate: Fraction
    """Frames a second; the first is at 0."""

    frames: int
    """How many it has."""


def burnt_in(shown: Sequence[Cue], below: Below, folder: Path, manner: Manner | None = None) -> str:
    """Draw captions, and tell the filters that lay them over a video.

    Args:
        shown: Captions in order; at least one.
        below: The video.
        folder: Where the drawn captions are written; they must stay while the filters run.
        manner: How large they are, and where.

    Raises:
        NotWritten: the disk does not take them.
    """
    canvas = Canvas(below.size, manner)
    path = folder / "captions.mov"
    write_overlay(timeline(shown, below, canvas), path, below.rate)
    return laid_over(str(path), canvas.x, canvas.y)


class Canvas:
    """The part of a picture where captions are, and how they are drawn.

    Args:
        picture: Size of the whole picture.
        manner: How large they are, and where.
    """

    def __init__(self, picture: Size, manner: Manner | None = None) -> None:
        manner = manner or Manner()
        letter_px = max(MIN_LETTER_PX, round(min(picture) * manner.letter_share))
        self._letters = Lettering(Style(letter_px), ink=255, ground=0)
        self._margin = letter_px // 2
        line_px = self._letters.height_px
        wide = max(2, even(picture.width * WIDTH_SHARE))
        self._lines = min(MAX_LINES, picture.height // line_px)
        high = max(2, even(self._lines * line_px))
        self.size = Size(wide, high)
        self.x = even((picture.width - wide) / 2)
        self.y = max(0, even(picture.height * (1 - manner.bottom_share) - high))
        self.clear = np.zeros((high, wide, 2), np.uint8)

    def drawn(self, text: str) -> NDArray[np.uint8]:
        """A caption, its last line at the bottom, its lines in the middle."""
        pixels = self.clear.copy()
        if not self._lines:
            return pixels
        room_px = self.size.width - 2 * self._margin
        block = lay_out(text, self._letters, width_px=room_px, max_lines=self._lines)
        line_px = self._letters.height_px
        for line in range(block.lines):
            words = [word for word in block.words if word[1] == line]
            top = self.size.height - (block.lines - line) * line_px
            self._set(pixels[top : top + line_px], words)
        return pixels

    def _set(self, row: NDArray[np.uint8], words: Sequence[Placed]) -> None:
        left = min((x for x, _, _ in words), default=0)
        right = max((x + cut.advance for x, _, cut in words), default=0)
        shift = (self.size.width - (right - left)) // 2 - left
        row[:, left + shift - self._margin : right + shift + self._margin, 1] = BAND
        for x, _, cut in words:
            place = row[:, x + shift : x + shift + cut.advance]
            place[..., 0] = cut.luma
            # Letters are solid, and as soft at their edges as they were drawn.
            place[..., 1] = BAND + cut.luma.astype(np.uint16) * (255 - BAND) // 255


def timeline(shown: Sequence[Cue], below: Below, canvas: Canvas) -> Iterator[Laid]:
    """What is there from which frame on: captions, nothing between them, nothing past the end."""
    behind = 0
    for cue in shown:
        begins = max(behind, round(cue.start_s * below.rate))
        if begins >= below.frames:
            break
        if begins > behind:
            yield Laid(behind, canvas.clear)
        yield Laid(begins, canvas.drawn(cue.text))
        behind = max(begins + 1, round(cue.end_s * below.rate))
    if behind < below.frames:
        yield Laid(behind, canvas.clear)
