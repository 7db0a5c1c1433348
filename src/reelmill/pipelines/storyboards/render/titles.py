"""A line of text -> how it lies over a film, with a soft shadow behind it."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from reelmill.media.geometry import Size
from reelmill.media.paragraphs import lay_out
from reelmill.media.raster import BLACK_LUMA, NEUTRAL_CHROMA, Yuv420
from reelmill.media.text import Lettering, Style
from reelmill.units import even

#: Height of letters, and distance of the text from the edges, as shares of the shorter side.
LETTERS, MARGIN = 0.058, 0.075

#: Lines of a title at most.
MAX_LINES: Final = 3

#: How dark the picture gets behind the text: this share of its light is taken away at the bottom.
SHADOW: Final = 0.72

#: Luma of the letters.
WHITE_LUMA: Final = 235

#: Seconds over which a title comes and goes.
FADE_S: Final = 0.4

#: Full opacity, in the fixed point of the blend.
FULL: Final = 256


class Title:
    """A title at the lower edge of a film.

    Args:
        text: What it says.
        film: Size of the frames.
    """

    def __init__(self, text: str, film: Size) -> None:
        side = min(film)
        margin = even(side * MARGIN)
        letters = Lettering(Style(max(12, round(side * LETTERS)), bold=True), ink=255, ground=0)
        block = lay_out(text, letters, width_px=film.width - 2 * margin, max_lines=MAX_LINES)
        height = block.lines * letters.height_px
        # The shadow begins well above the text, and reaches the lower edge.
        band = min(even(height * 2 + 2 * margin), film.height)
        self._top = film.height - band
        ink = np.zeros((band, film.width), np.uint8)
        first = band - margin - height
        for x, line, cut in block.words:
            y = first + line * letters.height_px
            place = ink[y : y + letters.height_px, margin + x : margin + x + cut.advance]
            np.maximum(place, cut.luma[:, : place.shape[1]], out=place)
        fall = np.linspace(0, 1, band, dtype=np.float32)[:, None] ** 1.3 * np.float32(SHADOW)
        self._ink = ink.astype(np.uint16)
        self._shadow = np.broadcast_to((fall * FULL).astype(np.uint16), ink.shape)

    def over(self, picture: Yuv420, share: float) -> None:
        """Draw it into a frame; `share` is how much of it is there, 0.0 to 1.0."""
        luma = picture.y[self._top :]
        scaled = np.uint16(round(share * FULL))
        dark = (self._shadow * scaled) >> np.uint16(8)
        ink = (self._ink * scaled) >> np.uint16(8)
        above = np.maximum(luma, BLACK_LUMA).astype(np.uint16) - np.uint16(BLACK_LUMA)
        shaded = np.uint16(BLACK_LUMA) + above - ((above * dark) >> np.uint16(8))
        luma[:] = _mixed(shaded, WHITE_LUMA, ink)
        cover = np.maximum(dark, ink)[::2, ::2]
        for plane in (picture.u, picture.v):
            rows = plane[self._top // 2 :]
            rows[:] = _mixed(rows.astype(np.uint16), NEUTRAL_CHROMA, cover)


def _mixed(under: NDArray[np.uint16], over: int, share: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """`share` of 256 of one value over others."""
    weighed = under * (np.uint16(FULL) - share) + np.uint16(over) * share
    return np.asarray(weighed >> np.uint16(8), np.uint16)


def shown_share(frame: int, frames: int, rate: int) -> float:
    """How much of a title is there, at a frame of its scene.

    >>> shown_share(0, 90, 30), shown_share(45, 90, 30), shown_share(89, 90, 30) < 0.1
    (0.0, 1.0, True)
    """
    fade = max(1.0, min(FADE_S * rate, frames / 3))
    return max(0.0, min(1.0, frame / fade, (frames - 1 - frame) / fade))
