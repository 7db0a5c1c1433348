"""What a scene is about -> its picture, drawn here: a place in the mood of the words, lettered."""

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reelmill.media.geometry import Size
from reelmill.media.paragraphs import lay_out
from reelmill.media.text import Lettering, Style
from reelmill.pipelines.storyboards.plan import TELLINGS
from reelmill.pipelines.storyboards.render.camera import kept_size
from reelmill.pipelines.storyboards.render.palette import (
    chance_of,
    companion_of,
    kind_of,
    mixed,
    mood_of,
    rgb,
    words_of,
)
from reelmill.pipelines.storyboards.render.scenery import Canvas, scenery
from reelmill.pipelines.storyboards.sizes import CLOSEST

#: Height of letters as shares of the shorter side: of the headline, and of the number above it.
HEADLINE, NUMBER = 0.072, 0.026

#: Distance of letters from the edge of the canvas: outside of it the camera may not see.
MARGIN: Final = (1 - CLOSEST) / 2 + 0.055

#: How far the last scene has turned from the mood of the words to its companion.
TURN: Final = 0.75

#: How far the first scene has turned in further takes of the same words, in turn.
TAKES: Final = (0.2, 0.35, 0.5)

#: Widest line, in shorter sides.
WIDEST: Final = 1.15

#: Lines of the headline, and letters of it.
MAX_LINES, MAX_LETTERS = 3, 64

#: What a prompt says of how and not of what.
_HOW: Final = re.compile(
    r"(, [\w -]{1,60} style)?, high quality, professional cinematography$", re.IGNORECASE
)
_ROLE: Final = re.compile(
    "^({}): ".format(
        "|".join(f"{one.opening}|{one.closing}|{one.context}|{one.middle} \\d+" for one in TELLINGS)
    ),
    re.IGNORECASE,
)


def draw(prompt: str, film: Size, *, number: int, scenes: int, take: int = 0) -> NDArray[np.uint8]:
    """The picture of a scene; the same prompt in the same place always gives the same.

    Args:
        prompt: What it shows.
        film: Size of the film that it is for.
        number: Of the scene, from 1.
        scenes: How many there are.
        take: Another one gives another place, in other light.

    Returns:
        `(height, width, 3)` uint8 RGB, a little larger than the film.
    """
    size = kept_size(film)
    subject = subject_of(prompt)
    way = (number - 1) / max(1, scenes - 1)
    palette = mixed(mood_of(subject), companion_of(subject, take), turn_of(way, take))
    chance = chance_of(*words_of(subject), number, *([take] if take else []))
    canvas = scenery(kind_of(subject, number), palette, size, chance)
    _letter(canvas, f"{number:02d} / {scenes:02d}", headline_of(subject, number), palette.ink)
    canvas *= 255
    return np.asarray(np.rint(canvas, out=canvas), np.uint8)


def turn_of(way: float, take: int) -> float:
    """How far a picture has turned from the mood of the words to its companion.

    >>> turn_of(1.0, 0), round(turn_of(0.0, 1), 2)
    (0.75, 0.35)
    """
    return way * TURN if not take else TAKES[take % len(TAKES)] + way * (TURN - TAKES[0])


def subject_of(prompt: str) -> str:
    """What a prompt is about, without what it says of role and making.

    >>> subject_of("Closing scene: A lake, noir style, high quality, professional cinematography")
    'A lake'
    """
    return _ROLE.sub("", _HOW.sub("", " ".join(prompt.split())))


def headline_of(subject: str, number: int = 1) -> str:
    """A sentence of it, another one in each scene, short enough to be read at a glance.

    >>> headline_of("A lake at dawn. Mist rises from it."), headline_of("A lake. Mist rises.", 2)
    ('A lake at dawn', 'Mist rises')
    """
    said = [each.strip() for each in re.split(r"(?<=\w)[.;:!?](?:\s|$)", subject) if each.strip()]
    clause = said[(number - 1) % len(said)] if said else subject
    if len(clause) <= MAX_LETTERS:
        return clause
    return clause[:MAX_LETTERS].rpartition(" ")[0].rstrip(" ,-") + "…"


def _letter(canvas: Canvas, above: str, headline: str, ink: str) -> None:
    """Number, a line, and the headline, in the upper left where the sky is calm."""
    height, width, _ = canvas.shape
    side = min(width, height)
    left, top = round(width * MARGIN), round(height * MARGIN)
    small = Lettering(Style(round(side * NUMBER)), ink=255, ground=0)
    large = Lettering(Style(round(side * HEADLINE), bold=True), ink=255, ground=0)
    room = min(width - 2 * left, round(side * WIDEST))
    _shade(canvas, side)
    y = _write(canvas, above, small, (left, top, room), ink)
    y += small.height_px // 3
    canvas[y : y + max(2, side // 360), left : left + side // 12] = rgb(ink)
    _write(canvas, headline, large, (left, y + small.height_px // 2, room), ink)


def _shade(canvas: Canvas, side: int) -> None:
    """Make the upper left a little darker, so that white letters stand on it."""
    height, width, _ = canvas.shape
    across = np.arange(width, dtype=np.float32)[None] / np.float32(side * 1.15)
    down = np.arange(height, dtype=np.float32)[:, None] / np.float32(side * 0.7)
    canvas *= (1 - 0.42 * np.exp(-(across**2) - down**2))[..., None]


def _write(
    canvas: Canvas, text: str, letters: Lettering, place: tuple[int, int, int], ink: str
) -> int:
    """Write text at (left, top) into a width; the row under it."""
    left, top, room = place
    block = lay_out(text, letters, width_px=room, max_lines=MAX_LINES)
    for x, line, cut in block.words:
        y = top + line * letters.height_px
        spot = canvas[y : y + letters.height_px, left + x : left + x + cut.advance]
        share = cut.luma[: spot.shape[0], : spot.shape[1], None].astype(np.float32) / 255
        spot += (rgb(ink) - spot) * share
    return top + block.lines * letters.height_px
