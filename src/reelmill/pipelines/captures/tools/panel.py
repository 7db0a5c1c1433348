"""Controls -> a panel that is laid over the video: keys, a compass of the mouse, sticks. Pure."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from math import hypot, log1p
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reelmill.media.geometry import Size
from reelmill.media.lines import line_of
from reelmill.media.overlay import Laid
from reelmill.media.shapes import Mask, capsule, disc, rounded_box
from reelmill.media.text import Style
from reelmill.pipelines.captures.tools.controls import Controls
from reelmill.pipelines.captures.tools.keys import key_name
from reelmill.units import even

Glass = NDArray[np.uint8]
"""`(height, width, 2)`: grey, and how little one sees through; 0 is clear."""

#: Lines of a picture for which the sizes below are meant.
LINES: Final = 720

#: Side of a key, distance of two, and radius of a compass, in pixels.
KEY_PX, GAP_PX, COMPASS_PX = 40, 6, 66

#: Distance of the panel from the bottom of the picture.
MARGIN_PX: Final = 16

#: How much of what is behind a key one does not see, of 255: at rest, and held.
AT_REST, HELD = 150, 235

#: Grey of what is dark, and of what is bright.
DARK, BRIGHT = 20, 240

#: Frames over which movements are averaged: mice report seldomer than a frame lasts.
LASTING: Final = 6

#: Counts in a frame that move the needle to the rim.
FASTEST: Final = 60.0

#: Smallest letters that can be read, in pixels.
LEAST_PX: Final = 5

#: Keys that are always shown: column, row and width, in keys.
KEYS: Final[dict[tuple[int, ...], tuple[float, int, float]]] = {
    (81,): (0, 0, 1),
    (87,): (1, 0, 1),
    (69,): (2, 0, 1),
    (82,): (3, 0, 1),
    (65,): (0, 1, 1),
    (83,): (1, 1, 1),
    (68,): (2, 1, 1),
    (70,): (3, 1, 1),
    (160, 161, 16): (0, 2, 1.5),
    (32,): (1.5, 2, 1.5),
    (162, 163, 17): (3, 2, 1),
}

#: Buttons of a mouse; Windows numbers the middle one 4, others 3.
MOUSE_BUTTONS: Final = {"L": {1}, "M": {3, 4}, "R": {2}}

#: Buttons of a gamepad that are always shown.
PAD_BUTTONS: Final = tuple(range(16))


class _Pen(NamedTuple):
    """Draws onto one glass in one scale."""

    glass: Glass
    scale: float

    def px(self, size: float) -> int:
        return max(1, round(size * self.scale))

    def key(self, x: float, y: float, width: float, text: str, *, held: bool) -> None:
        """A key with its upper left corner at (x, y), in pixels of 720 lines."""
        shape = self.px(KEY_PX), self.px(width)
        ground, ink = (BRIGHT, DARK) if held else (DARK, BRIGHT)
        place = self._place(x, y, shape)
        place[..., 0] = ground
        place[..., 1] = np.rint(_plate(shape) * (HELD if held else AT_REST))
        self._write(place, text, ink)

    def _write(self, place: Glass, text: str, ink: int) -> None:
        height, width = place.shape[:2]
        style = Style(height * 9 // 20, bold=True)
        if style.size_px < LEAST_PX:
            return
        letters = line_of(text, style, width)
        top, left = (height - letters.shape[0]) // 2, (width - letters.shape[1]) // 2
        inner = place[top : top + letters.shape[0], left : left + letters.shape[1]]
        share = letters.astype(np.float32) / 255
        inner[..., 0] = np.rint(inner[..., 0] + (ink - inner[..., 0].astype(np.float32)) * share)
        inner[..., 1] = np.maximum(inner[..., 1], letters)

    def dial(self, x: float, y: float, across: float, down: float) -> None:
        """A round dial whose needle points to (across, down), each -1.0 to 1.0."""
        side = self.px(2 * COMPASS_PX)
        shape, middle, radius = (side, side), (side / 2, side / 2), side / 2 - 1
        place = self._place(x, y, shape)
        place[..., 0], place[..., 1] = _face(side)
        tip = side / 2 + across * radius * 0.85, side / 2 + down * radius * 0.85
        needle = np.maximum(
            capsule(shape, middle, tip, radius * 0.045), disc(shape, tip, radius * 0.14)
        )
        place[..., 0] = np.maximum(place[..., 0], np.rint(needle * BRIGHT))
        place[..., 1] = np.maximum(place[..., 1], np.rint(needle * 255))

    def bar(self, x: float, y: float, share: float) -> None:
        """A trigger: a bar that fills from below."""
        shape = self.px(2 * COMPASS_PX), self.px(KEY_PX / 2)
        place = self._place(x, y, shape)
        filled = np.arange(shape[0])[:, None] >= shape[0] * (1 - share)
        place[..., 0] = np.where(filled, BRIGHT, DARK)
        place[..., 1] = np.rint(_plate(shape) * np.where(filled, HELD, AT_REST))

    def _place(self, x: float, y: float, shape: tuple[int, int]) -> Glass:
        left, top = round(x * self.scale), round(y * self.scale)
        return self.glass[top : top + shape[0], left : left + shape[1]]


@lru_cache(maxsize=32)
def _plate(shape: tuple[int, int]) -> Mask:
    return rounded_box(shape, radius=shape[0] * 0.18)


@lru_cache(maxsize=4)
def _face(side: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """A disc with a rim and a cross."""
    shape, middle, radius = (side, side), (side / 2, side / 2), side / 2 - 1
    whole = disc(shape, middle, radius)
    rim = whole - disc(shape, middle, radius * 0.95)
    arms = [
        capsule(shape, (side / 2 - x, side / 2 - y), (side / 2 + x, side / 2 + y), 0.5)
        for x, y in ((radius * 0.9, 0), (0, radius * 0.9))
    ]
    drawn = np.maximum(rim, 0.35 * np.maximum(*arms))
    grey = np.rint(DARK + (BRIGHT - DARK) * drawn).astype(np.uint8)
    return grey, np.rint(np.maximum(whole * AT_REST, rim * HELD)).astype(np.uint8)


class Panel:
    """What is shown of a session, and where.

    Args:
        picture: Size of the video.
        every: The controls of all its frames: devices that were never used are not shown.
    """

    def __init__(self, picture: Size, every: Sequence[Controls]) -> None:
        self._pads = any(one.axes or one.triggers or one.pad_buttons for one in every)
        self._keys = not self._pads or any(one.keys or one.mouse_buttons for one in every)
        self._triggers = sorted({number for one in every for number, _ in one.triggers})[:4]
        keys_px = 4 * (KEY_PX + GAP_PX) + 2 * COMPASS_PX + 3 * GAP_PX
        pads_px = 4 * COMPASS_PX + 2 * GAP_PX + len(self._triggers) * (KEY_PX / 2 + GAP_PX)
        pads_px += len(PAD_BUTTONS) / 4 * (KEY_PX * 0.8 + GAP_PX)
        wide = keys_px * self._keys + pads_px * self._pads
        tall = 3 * (KEY_PX + GAP_PX) + KEY_PX
        # A panel that would be wider than the picture is drawn smaller.
        self._scale = min(picture.height / LINES, (picture.width - 4) / wide)
        self.size = Size(
            even(wide * self._scale) + 4,
            min(even(picture.height), even(tall * self._scale) + 4),
        )
        self.x = max(0, even((picture.width - self.size.width) / 2))
        self.y = max(0, even(picture.height - self.size.height - MARGIN_PX * self._scale))
        self._pads_x = keys_px if self._keys else 0

    def drawn(self, one: Controls) -> Glass:
        """The panel for one frame."""
        pen = _Pen(np.zeros((self.size.height, self.size.width, 2), np.uint8), self._scale)
        if self._keys:
            self._keyboard(pen, one)
        if self._pads:
            self._gamepad(pen, one)
        return pen.glass

    def _keyboard(self, pen: _Pen, one: Controls) -> None:
        step = KEY_PX + GAP_PX
        held = set(one.keys)
        for codes, (column, row, width) in KEYS.items():
            wide = width * step - GAP_PX
            pen.key(column * step, row * step, wide, key_name(codes[0]), held=bool(held & {*codes}))
        known = set(chain.from_iterable(KEYS))
        others = " ".join(key_name(code) for code in one.keys if code not in known)
        pen.key(0, 3 * step, 4 * step - GAP_PX, others, held=bool(others))
        left = 4 * step + GAP_PX
        pen.dial(left, 0, *_needle(one.mouse_dx, one.mouse_dy))
        wide = (2 * COMPASS_PX - 2 * GAP_PX) / 3
        for number, (text, buttons) in enumerate(MOUSE_BUTTONS.items()):
            place = left + number * (wide + GAP_PX), 3 * step
            pen.key(*place, wide, text, held=bool(buttons & {*one.mouse_buttons}))

    def _gamepad(self, pen: _Pen, one: Controls) -> None:
        axes, triggers = dict(one.axes), dict(one.triggers)
        x = float(self._pads_x)
        for number in (0, 2):
            # Sticks count upwards, pictures downwards.
            pen.dial(x, 0, _part(axes.get(number)), -_part(axes.get(number + 1)))
            x += 2 * COMPASS_PX + GAP_PX
        for number in self._triggers:
            pen.bar(x, 0, min(1.0, max(0.0, triggers.get(number, 0.0))))
            x += KEY_PX / 2 + GAP_PX
        side = KEY_PX * 0.8
        for button in PAD_BUTTONS:
            row, column = divmod(button, 4)
            place = x + column * (side + GAP_PX), row * (KEY_PX + GAP_PX)
            pen.key(*place, side, str(button), held=button in one.pad_buttons)


def _part(value: float | None) -> float:
    return min(1.0, max(-1.0, value or 0.0))


def _needle(dx: float, dy: float) -> tuple[float, float]:
    """Where the compass points: by direction, and farther the faster."""
    speed = hypot(dx, dy)
    if not speed:
        return 0.0, 0.0
    far = min(1.0, log1p(speed) / log1p(FASTEST))
    return dx / speed * far, dy / speed * far


def timeline(every: Sequence[Controls], panel: Panel) -> Iterator[Laid]:
    """The panel of each frame in which it changes."""
    shown: tuple[object, ...] = ()
    for one in _lasting(every):
        state = (
            *(one.keys, one.mouse_buttons, one.pad_buttons, one.triggers, one.axes),
            *(round(part, 2) for part in _needle(one.mouse_dx, one.mouse_dy)),
        )
        if state != shown:
            shown = state
            yield Laid(one.frame, panel.drawn(one))


def _lasting(every: Sequence[Controls]) -> Iterator[Controls]:
    """The same with movements averaged over the last frames."""
    for number, one in enumerate(every):
        last = every[max(0, number - LASTING + 1) : number + 1]
        yield Controls(
            frame=one.frame,
            mouse_dx=sum(each.mouse_dx for each in last) / len(last),
            mouse_dy=sum(each.mouse_dy for each in last) / len(last),
            keys=one.keys,
            mouse_buttons=one.mouse_buttons,
            pad_buttons=one.pad_buttons,
            triggers=one.triggers,
            axes=one.axes,
        )
