"""Words -> how they look: runs of fonts, shaped, as masks of one line's height. Never fails.

A `Lettering` is one style of text on one ground. Its ink differs from the ground in luma only,
so that a word is one array to copy, and words are drawn once and kept.
"""

import unicodedata
from collections import defaultdict
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from reelmill.media import fonts
from reelmill.media.scripts import (
    EMOJI_STYLE,
    SILENT,
    TAG,
    clusters,
    joined,
    runs_rightwards,
    seen,
    stands_alone,
)
from reelmill.media.shapes import rounded_box

#: Longest piece of a word that is shaped at once, in characters.
MAX_PIECE = 64

#: Bytes of drawn words that one lettering keeps.
KEPT_BYTES = 32_000_000

#: Letters that one lettering keeps for one language.
KEPT_LETTERS = 2_000

#: Ascent and height of a line in parts of the size. Source: Noto Sans, `hhea` table.
ASCENT, LINE = 1.07, 1.37

#: How much larger letters are drawn before they are averaged down: Pillow puts glyphs on whole
#: pixels, which at 15 pixels a letter makes uneven gaps.
FINE = 4

#: Share of a line's height of the box that stands for a missing glyph.
_BOX = 0.52


class Style(NamedTuple):
    """Size and weight of letters."""

    size_px: int
    """Height of an em."""

    bold: bool = False
    """Whether the letters are heavy."""

    @property
    def line_height_px(self) -> int:
        """Distance of two baselines."""
        return round(self.size_px * LINE)

    @property
    def weight(self) -> int:
        """Value of the weight axis."""
        return fonts.BOLD if self.bold else fonts.REGULAR


class Cut(NamedTuple):
    """One word, ready to be copied into the luma plane."""

    advance: int
    """Pixels from its start to its end."""

    luma: NDArray[np.uint8]
    """`(line_height_px, advance)`, ground included."""


class _Letter(NamedTuple):
    advance: int
    phases: tuple[NDArray[np.uint8], ...]


@lru_cache(maxsize=20_000)
def _face(cluster: str, language: str) -> tuple[fonts.Face | None, str]:
    visible = "".join(char for char in cluster if char not in SILENT and ord(char) not in TAG)
    emoji = EMOJI_STYLE in cluster
    if face := fonts.face_for(visible, language, emoji=emoji):
        return face, cluster
    plain = unicodedata.normalize("NFKC", visible)
    if plain != visible and (face := fonts.face_for(plain, language)):
        return face, plain
    if len(visible) > 1 and (face := fonts.face_for(visible[0], language, emoji=emoji)):
        return face, visible[0]
    return None, cluster


def _runs(word: str, language: str) -> list[tuple[fonts.Face | None, str]]:
    found = [_face(cluster, language) for cluster in clusters(word)]
    return [
        (face, "".join(text for _, text in run)) for face, run in groupby(found, key=lambda x: x[0])
    ]


class Lettering:
    """One style of text on one ground, with the words that were drawn lately."""

    def __init__(self, style: Style, *, ink: int, ground: int) -> None:
        self.style = style
        self.height_px = style.line_height_px
        self.space_px = max(2, round(style.size_px * 0.26))
        self._margin = style.size_px // 2
        self._baseline = round(style.size_px * ASCENT)
        self.space = np.full((self.height_px, self.space_px), ground, np.uint8)
        self._shades = np.rint(np.linspace(ground, ink, 256)).astype(np.uint8).tobytes()
        self._letters: dict[str, dict[str, _Letter]] = defaultdict(dict)
        self._young: dict[str, Cut] = {}
        self._old: dict[str, Cut] = {}
        self._kept = 0

    def cut(self, word: str, language: str = "zh") -> Cut:
        """A word without spaces; at most `MAX_PIECE` characters of it."""
        key = word if word.isascii() else word + language
        found = self._young.get(key)
        if found is None:
            found = self._old.get(key) or self._drawn(word[:MAX_PIECE], language)
            self._keep(key, found)
        return found

    def _keep(self, key: str, cut: Cut) -> None:
        self._kept += cut.luma.nbytes + 300
        if self._kept > KEPT_BYTES // 2:
            self._old, self._young, self._kept = self._young, {}, 0
        self._young[key] = cut

    def _drawn(self, word: str, language: str) -> Cut:
        """Put letters side by side, on quarters of a pixel.

        Columns lie one after another here, for then a letter is one stretch of memory.
        """
        plain = word.isascii() and word.isprintable()
        shown = word if plain else seen(word).replace("\n", " ")
        letters = self._letters_of(shown, language)
        fine = sum([letter[0] for letter in letters])
        advance, height = (fine + FINE // 2) // FINE, self.height_px
        columns = np.zeros((advance + 4 * self._margin + 8) * height, np.uint8)
        at = 0
        for wide, phases in letters:
            ink = phases[at % FINE]
            start = at // FINE * height
            place = columns[start : start + len(ink)]
            np.maximum(place, ink, out=place)
            at += wide
        mask = columns[self._margin * height : (self._margin + advance) * height]
        # A table of bytes does in one microsecond what an index of the array takes five for.
        luma = np.frombuffer(mask.tobytes().translate(self._shades), np.uint8)
        return Cut(advance, np.ascontiguousarray(luma.reshape(advance, height).T))

    def _letters_of(self, word: str, language: str) -> list[_Letter]:
        if word.isascii() or stands_alone(word):
            known = self._letters[language]
            return [known.get(char) or self._letter(char, language) for char in word]
        backwards = runs_rightwards(word) is False
        runs = _runs(word, language)
        letters: list[_Letter] = []
        for face, text in runs[::-1] if backwards else runs:
            if face is None:
                letters += [self._box()] * sum(1 for _ in clusters(text))
            else:
                letters.append(self._run(face, text, backwards=backwards))
        return letters

    def _letter(self, char: str, language: str) -> _Letter:
        known = self._letters[language]
        if len(known) >= KEPT_LETTERS:
            known.clear()
        face, shown = _face(char if char.isprintable() else " ", language)
        known[char] = found = self._inked(face, shown, None) if face else self._box()
        return found

    def _run(self, face: fonts.Face, text: str, *, backwards: bool) -> _Letter:
        """Letters of one font that are shaped together."""
        if fonts.shapes_scripts():
            return self._inked(face, text, "rtl" if backwards else "ltr")
        plain = joined(text)
        if not all(char in fonts.characters(face) for char in plain):
            plain = text
        return self._inked(face, "".join([*clusters(plain)][::-1]) if backwards else plain, None)

    def _inked(self, face: fonts.Face, text: str, direction: str | None) -> _Letter:
        """Draw finely, after a margin, for some letters reach to the left; then average."""
        font = fonts.opened(face, self.style.size_px * FINE, self.style.weight)
        try:
            advance = round(font.getlength(text, direction=direction))
            size = (2 * self._margin + advance // FINE + 2) * FINE, self.height_px * FINE
            fine = Image.new("L", size)
            start = self._margin * FINE, self._baseline * FINE
            ImageDraw.Draw(fine).text(start, text, 255, font, anchor="ls", direction=direction)
        except (OSError, RuntimeError, ValueError):
            # FreeType refuses glyphs of damaged system fonts, Raqm texts that it cannot order.
            return self._box()
        moved = (fine.crop((-phase, 0, size[0] - phase, size[1])) for phase in range(FINE))
        phases = tuple(np.asarray(each.reduce(FINE)).T.ravel() for each in moved)
        return _Letter(advance, phases)

    def _box(self) -> _Letter:
        """What stands for a character that no font here has."""
        height = round(self.height_px * _BOX)
        width = round(height * 0.7)
        outer = rounded_box((height, width), inset=0.5, radius=2.0)
        inner = rounded_box((height, width), inset=1.5 + self.style.size_px / 30, radius=1.0)
        cell = np.zeros((self.height_px, self._margin + width + 3), np.uint8)
        top, left = self._baseline - height, self._margin + 1
        cell[top : top + height, left : left + width] = np.rint((outer - inner) * 255)
        return _Letter((width + 3) * FINE, (cell.T.ravel(),) * FINE)
