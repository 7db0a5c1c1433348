"""A seed and a size -> a menu: panels, words, and a highlight that moves. Pure."""

from functools import lru_cache
from random import Random
from typing import Final

import numpy as np
from PIL import Image

from reelmill.media.geometry import Size
from reelmill.media.lines import lay, line_of
from reelmill.media.raster import Box, Yuv420, fill, ink_of, planes_of
from reelmill.media.text import Style
from reelmill.pipelines.captures.samples.scenes import Scene
from reelmill.pipelines.captures.samples.view import view
from reelmill.pipelines.captures.samples.world import make_world, stand_at
from reelmill.units import even

#: Seconds that the highlight stays on a line.
REST_S: Final = 1.7

TITLES: Final = ("PAUSED", "MAIN MENU", "OPTIONS", "LOADOUT", "MULTIPLAYER LOBBY")

WORDS: Final = (
    ("Resume", "Restart checkpoint", "Options", "Controls", "Quit to desktop"),
    ("Continue", "New game", "Load game", "Settings", "Credits", "Exit"),
    ("Field of view", "Motion blur", "Shadow quality", "V-Sync", "Texture detail", "Anti-aliasing"),
    ("Primary weapon", "Secondary weapon", "Grenades", "Armour", "Perks"),
    ("Quick match", "Ranked", "Server browser", "Invite friends", "Statistics"),
)

PANEL, BUTTON, LIT, KNOB = (
    ink_of(np.array(colour, np.float32))
    for colour in ((0.1, 0.12, 0.16), (0.17, 0.2, 0.27), (0.85, 0.55, 0.12), (0.62, 0.66, 0.72))
)

#: Luma of titles, of words, and of the words on the highlight.
TITLE_LUMA, WORD_LUMA, LIT_LUMA = 235, 200, 30


def menu(seed: int, size: Size) -> Scene:
    """A menu over the game, out of focus and dim, with a highlight that moves."""
    dice = Random(seed)  # noqa: S311 - a drawing, not a secret
    number = dice.randrange(len(TITLES))
    order = [dice.randrange(len(WORDS[number])) for _ in range(64)]
    centred = dice.random() < 0.5  # noqa: PLR2004 - a coin

    @lru_cache(maxsize=8)
    def lit(chosen: int) -> Yuv420:
        return _drawn(_dimmed(seed, size), number, chosen, centred=centred)

    return lambda at_s: lit(order[int(at_s / REST_S) % len(order)])


def _dimmed(seed: int, size: Size) -> Yuv420:
    """The game behind a menu."""
    world = make_world(seed)
    pixels = view(world, stand_at(world, 0), Size(64, 36))
    small = Image.fromarray(np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8))
    large = np.asarray(small.resize(size, Image.Resampling.BICUBIC), np.float32)
    return planes_of((large * np.float32(0.35 / 255)).astype(np.float32))


def _drawn(picture: Yuv420, number: int, chosen: int, *, centred: bool) -> Yuv420:
    width, height = picture.size
    words, style = WORDS[number], Style(max(8, height // 26))
    row, gap = even(height / 13), even(height / 60)
    wide = even(width * 0.36)
    left = even((width - wide) / 2) if centred else even(width * 0.08)
    top = even(height * 0.26)
    tall = len(words) * (row + gap) + gap
    fill(picture, Box(left - gap, top - gap, wide + 2 * gap, tall + gap), PANEL)
    title = line_of(TITLES[number], Style(max(10, height // 12), bold=True), width)
    lay(picture.y, title, (left, top - gap - title.shape[0]), TITLE_LUMA)
    for index, text in enumerate(words):
        place = Box(left, top + index * (row + gap), wide, row)
        fill(picture, place, LIT if index == chosen else BUTTON)
        mask = line_of(text, style, wide)
        down = place.y + (row - mask.shape[0]) // 2
        luma = LIT_LUMA if index == chosen else WORD_LUMA
        lay(picture.y, mask, (place.x + gap * 2, down), luma)
        fill(picture, _knob(place, index), KNOB)
    hint = line_of("Enter  Select     Esc  Back", style, width)
    lay(picture.y, hint, (gap * 4, height - row), WORD_LUMA)
    return picture


def _knob(place: Box, index: int) -> Box:
    """The slider at the right of a line."""
    run = even(place.width * 0.05 * (1 + index % 5))
    return Box(place.right - run - 4, place.y + even(place.height / 2) - 2, run, 4)
