"""Theme -> colours, as the planes hold them. Pure.

The four players and the apples stay apart for every common kind of colour blindness, and every
spot colour of the board is far enough from all others to be told apart after encoding.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reelmill.media.raster import Ink, ink_of
from reelmill.pipelines.replays.spec import Theme

Rgb = NDArray[np.float32]
"""Red, green, blue, 0.0 to 1.0."""

Surface = Literal["even", "odd", "page", "panel"]
"""The two kinds of cells, the page and the panels."""

#: Colours of the snakes, by place in the list of players.
PLAYERS = ("#2457F5", "#F39214", "#10B070", "#EA62E2")

APPLE = "#DB2F2B"
LEAF = "#3C9A3F"
STEM = "#6B4A2B"
CRASH = "#FFE03A"
CRASH_EDGE = "#B3261E"
SHINE = "#FFFFFF"
PUPIL = "#10141F"

#: Share of the way from a body's colour to its tail's, for the last cells; 0 is the body.
FADES = (1.0, 0.66, 0.33, 0.0)


class Ground(NamedTuple):
    """A surface that text stands on; its text differs from it in luma only."""

    rgb: Rgb
    """The surface."""

    ink: Ink
    """The same, as the planes hold it."""

    text: int
    """Luma of text."""

    quiet: int
    """Luma of text of lesser weight."""


@dataclass(frozen=True)
class SnakeColors:
    """One snake's colours."""

    body: Rgb
    """Most of it."""

    tail: Rgb
    """Its last cell."""

    head: Rgb
    """Its first cell."""

    edge: Rgb
    """The thin line around it."""


@dataclass(frozen=True, kw_only=True)
class Palette:
    """All colours of one theme."""

    page: Ground
    """Behind everything."""

    panel: Ground
    """Behind a player's facts, and of cards."""

    good: Ground
    """Behind good news."""

    bad: Ground
    """Behind bad news."""

    badge: Ground
    """Behind "VS"."""

    line: Rgb
    """Thin lines and empty bars."""

    frame: Ink
    """Around the board."""

    accent: Rgb
    """The bar of progress."""

    cells: tuple[Rgb, Rgb]
    """The two kinds of empty cells."""

    alive: tuple[SnakeColors, ...]
    """Living snakes, by player."""

    dead: tuple[SnakeColors, ...]
    """Dead snakes, by player."""

    def surface(self, name: Surface) -> Rgb:
        """What a tile lies on."""
        match name:
            case "page":
                return self.page.rgb
            case "panel":
                return self.panel.rgb
            case _:
                return self.cells[name == "odd"]


def rgb(code: str) -> Rgb:
    """A colour from its hexadecimal code.

    >>> rgb("#FF0000").tolist()
    [1.0, 0.0, 0.0]
    """
    return np.array([int(code[at : at + 2], 16) / 255 for at in (1, 3, 5)], np.float32)


def mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    """`share` of the way from `one` to `other`."""
    return (one + (other - one) * np.float32(share)).astype(np.float32)


@lru_cache(maxsize=2)
def palette(theme: Theme) -> Palette:
    """The colours of a theme."""
    return _light() if theme == "light" else _dark()


def _light() -> Palette:
    board = rgb("#FBFAF5")
    alive = tuple(_on_light(rgb(code)) for code in PLAYERS)
    return Palette(
        page=_ground("#E9ECF2", text=34, quiet=84),
        panel=_ground("#FFFFFF", text=34, quiet=96),
        good=_ground("#D3F1DE", text=58, quiet=58),
        bad=_ground("#FBDCD9", text=66, quiet=66),
        badge=_ground("#4A5875", text=235, quiet=235),
        line=rgb("#D5DAE4"),
        frame=_ink("#596275"),
        accent=rgb("#4A5875"),
        cells=(board, rgb("#F1EFE6")),
        alive=alive,
        dead=tuple(_dimmed(colors, board) for colors in alive),
    )


def _dark() -> Palette:
    board = rgb("#1B2230")
    alive = tuple(_on_dark(rgb(code)) for code in PLAYERS)
    return Palette(
        page=_ground("#0E131C", text=224, quiet=160),
        panel=_ground("#182030", text=214, quiet=156),
        good=_ground("#123D2A", text=206, quiet=206),
        bad=_ground("#4A1D1F", text=206, quiet=206),
        badge=_ground("#3A4862", text=232, quiet=232),
        line=rgb("#2E394D"),
        frame=_ink("#46536B"),
        accent=rgb("#9DB0D2"),
        cells=(board, rgb("#20293A")),
        alive=alive,
        dead=tuple(_dimmed(colors, board) for colors in alive),
    )


def _ink(code: str) -> Ink:
    return ink_of(rgb(code))


def _ground(code: str, *, text: int, quiet: int) -> Ground:
    return Ground(rgb(code), _ink(code), text, quiet)


def _on_light(body: Rgb) -> SnakeColors:
    return SnakeColors(
        body=body,
        tail=mix(body, rgb("#FFFFFF"), 0.28),
        head=mix(body, rgb("#000000"), 0.40),
        edge=mix(body, rgb("#000000"), 0.26),
    )


def _on_dark(body: Rgb) -> SnakeColors:
    return SnakeColors(
        body=body,
        tail=mix(body, rgb("#000000"), 0.22),
        head=mix(body, rgb("#FFFFFF"), 0.62),
        edge=mix(body, rgb("#000000"), 0.34),
    )


def _dimmed(colors: SnakeColors, board: Rgb) -> SnakeColors:
    body = mix(_greyer(colors.body), board, 0.45)
    return SnakeColors(
        body=body,
        tail=body,
        head=mix(_greyer(colors.head), board, 0.25),
        edge=mix(_greyer(colors.edge), board, 0.40),
    )


def _greyer(color: Rgb) -> Rgb:
    luma = float(color @ np.array([0.2126, 0.7152, 0.0722], np.float32))
    return mix(color, np.full(3, luma, np.float32), 0.5)
