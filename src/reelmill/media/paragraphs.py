"""Text and a width -> lines of placed words, broken where the words really end.

Words are the unit: each is measured as it will be drawn, so nothing runs over. A paragraph whose
first letter is Arabic or Hebrew is set from the right; words of the other direction inside it
keep theirs.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from reelmill.media.scripts import (
    breaks_anywhere,
    clusters,
    has_right_to_left,
    language_of,
    runs_rightwards,
    seen,
)
from reelmill.media.text import MAX_PIECE, Cut, Lettering

ELLIPSIS = "…"

#: Mean width of letters in the narrowest of texts, in parts of the size.
NARROWEST = 0.3

#: Han, kana and hangul may be broken anywhere but before closing punctuation.
_TOKENS = re.compile(
    "([\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff01\uff08\uff0e-\uff19\U00020000-\U0003ffff]"
    "[\u3001-\u3002\u300d\u300f\u3011\u3015\uff01\uff09\uff0c\uff0e\uff1a\uff1b\uff1f]*)"
)

#: A long name is broken after one of its signs, when one is in the second half of the line.
_SEAM = re.compile(r".{8,}[-/_:.,](?=.{1,7}$)|.{4,}[/:](?=.{1,14}$)")


Placed = tuple[int, int, Cut]
"""A word at its place: pixels from the left edge of the block, its line, the word."""


class Block(NamedTuple):
    """Text that was broken into lines."""

    words: list[Placed]
    """From left to right, line by line."""

    lines: int
    """How many lines it takes."""

    complete: bool
    """Whether all of the text is there; otherwise the last line ends in an ellipsis."""


_Word = tuple[bool, str, Cut]
"""Whether a space comes before it, its text, its picture."""


class _Row(NamedTuple):
    words: list[_Word]
    rightwards: bool
    mixed: bool


def lay_out(text: str, letters: Lettering, *, width_px: int, max_lines: int) -> Block:
    """Break a text into lines; newlines are kept, empty lines dropped.

    Looks only at as much of the text as can be shown.
    """
    budget = most_characters(letters, width_px, max_lines)
    rows = list(islice(_rows(seen(text[:budget]), letters, width_px), max_lines + 1))
    complete = len(rows) <= max_lines and len(text) <= budget
    rows = rows[:max_lines]
    if rows and not complete:
        rows[-1] = _with_ellipsis(rows[-1], letters, width_px)
    placed: list[Placed] = []
    for line, row in enumerate(rows):
        _set(placed, row, letters, line, width_px)
    return Block(placed, len(rows), complete)


def most_characters(letters: Lettering, width_px: int, lines: int) -> int:
    """More characters than ever fit into a block."""
    return 200 + int(width_px * lines / (letters.style.size_px * NARROWEST))


def _rows(text: str, letters: Lettering, width_px: int) -> Iterator[_Row]:
    for paragraph in text.split("\n"):
        if not paragraph or paragraph.isspace():
            continue
        mixed = has_right_to_left(paragraph)
        rightwards = not mixed or runs_rightwards(paragraph) is not False
        for words in _broken(paragraph, letters, width_px):
            yield _Row(words, rightwards, mixed)


def _broken(paragraph: str, letters: Lettering, width_px: int) -> Iterator[list[_Word]]:
    """The words of each line. Thousands go through here for each game, hence one plain loop."""
    language, cut_of, space = language_of(paragraph), letters.cut, letters.space_px
    row: list[_Word] = []
    x = 0
    for gap, token in _tokens(paragraph):
        cut = cut_of(token, language)
        end = (x + space if gap and row else x) + cut[0]
        if end <= width_px and len(token) <= MAX_PIECE:
            row.append((gap, token, cut))
            x = end
            continue
        for word in _fitting((gap, token, cut), letters, language, width_px):
            advance = word[2][0]
            end = (x + space if word[0] and row else x) + advance
            if end > width_px and row:
                yield row
                row, end = [], advance
            row.append(word)
            x = end
    if row:
        yield row


def _fitting(word: _Word, letters: Lettering, language: str, width_px: int) -> Iterator[_Word]:
    """A word, in pieces where it is wider than a line."""
    gap, token, cut = word
    if cut.advance <= width_px and len(token) <= MAX_PIECE:
        yield word
        return
    for number, (piece, cut) in enumerate(_pieces(token, letters, language, width_px)):
        yield gap and not number, piece, cut


def _tokens(paragraph: str) -> Iterable[tuple[bool, str]]:
    """What must not be broken, each with whether a space comes before it."""
    words = paragraph.split()
    return (
        _broken_anywhere(words)
        if breaks_anywhere(paragraph)
        else zip([True] * len(words), words, strict=True)
    )


def _broken_anywhere(words: list[str]) -> Iterator[tuple[bool, str]]:
    for word in words:
        for number, part in enumerate(filter(None, _TOKENS.split(word))):
            yield not number, part


def _pieces(
    token: str, letters: Lettering, language: str, width_px: int
) -> Iterator[tuple[str, Cut]]:
    """A word that is wider than a line, in pieces that are not."""
    rest = token
    while rest:
        piece = _prefix(rest[: MAX_PIECE * 2], MAX_PIECE)
        cut = letters.cut(piece, language)
        while cut.advance > width_px:
            shorter = _prefix(piece, min(len(piece) - 1, len(piece) * width_px // cut.advance))
            if shorter == piece:
                break
            piece, cut = shorter, letters.cut(shorter, language)
        if len(piece) < len(rest) and (seam := _SEAM.match(piece)):
            piece, cut = seam.group(), letters.cut(seam.group(), language)
        yield piece, cut
        rest = rest[len(piece) :]


def _prefix(text: str, length: int) -> str:
    """At most `length` characters without cutting a cluster, but one cluster at least."""
    taken = ""
    for cluster in clusters(text):
        if taken and len(taken) + len(cluster) > length:
            break
        taken += cluster
    return taken


def _with_ellipsis(row: _Row, letters: Lettering, width_px: int) -> _Row:
    dots = letters.cut(ELLIPSIS)
    words = list(row.words)
    room = width_px - dots.advance
    while len(words) > 1 and _width(words, letters) > room:
        words.pop()
    if _width(words, letters) > room:
        gap, text, _ = words[-1]
        piece, cut = next(_pieces(text, letters, language_of(text), max(1, room)))
        words[-1] = gap, piece, cut
    return row._replace(words=[*words, (False, ELLIPSIS, dots)])


def _width(words: list[_Word], letters: Lettering) -> int:
    gaps = sum(gap for gap, _, _ in words[1:])
    return sum(cut.advance for _, _, cut in words) + gaps * letters.space_px


def _set(placed: list[Placed], row: _Row, letters: Lettering, line: int, width_px: int) -> None:
    words = _in_visual_order(row) if row.mixed else row.words
    space = letters.space_px
    x = 0 if row.rightwards else width_px - _width(words, letters)
    if words[0][0]:
        x -= space
    for gap, _, cut in words:
        if gap:
            x += space
        placed.append((x, line, cut))
        x += cut[0]


def _in_visual_order(row: _Row) -> list[_Word]:
    """Words from left to right, as rule L2 of the Unicode bidirectional algorithm orders runs."""
    levels = _levels(row)
    order = list(range(len(levels)))
    for level in range(max(levels), 0, -1):
        at = 0
        while at < len(order):
            end = at
            while end < len(order) and levels[order[end]] >= level:
                end += 1
            order[at:end] = order[at:end][::-1]
            at = max(end, at + 1)
    ordered = []
    for before, number in zip([0, *order], order, strict=False):
        gap = row.words[max(before, number)][0]
        ordered.append((gap, *row.words[number][1:]))
    return ordered


def _levels(row: _Row) -> list[int]:
    ways = [runs_rightwards(text) for _, text, _ in row.words]
    for number, way in enumerate(ways):
        if way is None:
            before = ways[number - 1] if number else row.rightwards
            after = next((each for each in ways[number + 1 :] if each is not None), row.rightwards)
            ways[number] = before if before == after else row.rightwards
    if row.rightwards:
        return [0 if way else 1 for way in ways]
    return [2 if way else 1 for way in ways]
