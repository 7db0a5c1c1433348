"""Captions -> what is drawn over the picture: letters of any script on a dark band."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reelmill.media.filters import laid_over
from reelmill.media.geometry import Size
from reelmill.media.overlay import Laid, write_overlay
from reelmill.media.paragraphs import Placed, lay_out
from reelmill.media.text import Lettering, Style
from reelmill.pipelines.stories.text import Cue
from reelmill.units import even

#: Height of letters, and distance from the bottom, as shares of the picture's height.
LETTER_SHARE, BOTTOM_SHARE = 0.045, 0.06

#: Smallest letters that can be read, in pixels.
MIN_LETTER_PX: Final = 9

#: Share of the picture's width that captions may take.
WIDTH_SHARE: Final = 0.9

#: Most lines of a caption, where the picture is narrow.
MAX_LINES: Final = 4

#: How little one sees through the band behind the letters, of 255.
BAND: Final = 170


def burnt_in(shown: Sequence[Cue], size: Size, rate: int, folder: Path) -> str:
    """Draw captions, and tell the filters that lay them over a picture.

    Args:
        shown: Captions in order; at least one.
        size: Of the picture.
        rate: Frames a second; the picture's first frame is at 0.
        folder: Where the drawn captions are written; they must stay while the filters run.

    Raises:
        NotWritten: the disk does not take them.
    """
    canvas = Canvas(size)
    path = folder / "captions.mov"
    write_overlay(timeline(shown, rate, canvas), path, Fraction(rate))
    return laid_over(str(path), canvas.x, canvas.y)


class Canvas:
    """The part of a picture where captions are, and how they are drawn.

    Args:
        picture: Size of the whole picture.
    """

    def __init__(self, picture: Size) -> None:
        letter_px = max(MIN_LETTER_PX, round(min(picture) * LETTER_SHARE))
        self._letters = Lettering(Style(letter_px), ink=255, ground=0)
        self._margin = letter_px // 2
        line_px = self._letters.height_px
        wide = max(2, even(picture.width * WIDTH_SHARE))
        high = max(2, even(min(picture.height, MAX_LINES * line_px)))
        self.size = Size(wide, high)
        self.x = even((picture.width - wide) / 2)
        self.y = max(0, even(picture.height * (1 - BOTTOM_SHARE) - high))
        self.clear = np.zeros((high, wide, 2), np.uint8)

    def drawn(self, text: str) -> NDArray[np.uint8]:
        """A caption, its last line at the bottom, its lines in the middle."""
        pixels = self.clear.copy()
        room_px = self.size.width - 2 * self._margin
        block = lay_out(text, self._letters, width_px=room_px, max_lines=MAX_LINES)
        line_px = self._letters.height_px
        for line in range(block.lines):
            words = [word for word in block.words if word[1] == line]
            top = self.size.height - (block.lines - line) * line_px
            self._set(pixels[max(0, top) : top + line_px], words)
        return pixels

    def _set(self, row: NDArray[np.uint8], words: Sequence[Placed]) -> None:
        left = min((x for x, _, _ in words), default=0)
        right = max((x + cut.advance for x, _, cut in words), default=0)
        shift = (self.size.width - (right - left)) // 2 - left
        row[:, left + shift - self._margin : right + shift + self._margin, 1] = BAND
        for x, _, cut in words:
            place = row[:, x + shift : x + shift + cut.advance]
            ink = cut.luma[-len(row) :]
            place[..., 0] = ink
            # Letters are solid, and as soft at their edges as they were drawn.
            place[..., 1] = BAND + ink.astype(np.uint16) * (255 - BAND) // 255


def timeline(shown: Sequence[Cue], rate: int, canvas: Canvas) -> Iterator[Laid]:
    """What is there from which frame on: captions, and nothing between them."""
    behind = 0
    for cue in shown:
        begins = max(behind, round(cue.start_s * rate))
        if begins > behind:
            yield Laid(behind, canvas.clear)
        behind = max(begins + 1, round(cue.end_s * rate))
        yield Laid(begins, canvas.drawn(cue.text))
    yield Laid(behind, canvas.clear)
