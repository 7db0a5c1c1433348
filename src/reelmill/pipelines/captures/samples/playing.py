"""A seed -> what somebody does with keyboard and mouse, or with a controller. Pure."""

from collections.abc import Callable, Iterator
from enum import StrEnum
from math import cos, pi, sin
from random import Random
from typing import Any, Final, NamedTuple

#: Windows' codes of W, A, S, D, space, left shift, R and E.
KEYS: Final = (87, 65, 83, 68, 32, 160, 82, 69)

#: How much more often the first keys are pressed than the last.
KEY_WEIGHTS: Final = (8, 4, 4, 4, 3, 2, 1, 1)

#: Buttons of a standard gamepad, and its four axes.
BUTTONS: Final = (0, 1, 2, 3, 4, 5, 12, 13)
AXES: Final = (0, 1, 2, 3)

#: Seconds between two reports of a mouse or a stick; devices are faster, files need not be.
REPORT_S: Final = 0.05

#: Id of the gamepad.
PAD: Final = "0"


class Device(StrEnum):
    """What is played with."""

    KBM = "kbm"
    """Keyboard and mouse."""

    CONTROLLER = "controller"
    """A gamepad."""

    NOTHING = "nothing"
    """Nobody plays."""


class Done(NamedTuple):
    """Something that was done."""

    at_s: float
    """Seconds since the recording began."""

    kind: str
    """As `inputs.csv` names it."""

    args: Any
    """As JSON holds it."""


def play(device: Device, duration_s: float, dice: Random) -> list[Done]:
    """Play for so many seconds.

    Returns:
        In order of time: START, HOOK_START and VIDEO_START first, VIDEO_END and END last.
    """
    doing = _DOING[device]
    within = (done for done in doing(duration_s, dice) if done.at_s < duration_s)
    return [
        Done(0.0, "START", {"inputs": _held(device)}),
        Done(0.0, "HOOK_START", []),
        Done(0.0, "VIDEO_START", []),
        *sorted(within, key=lambda done: done.at_s),
        Done(duration_s, "VIDEO_END", []),
        Done(duration_s, "END", {"inputs": _held(device)}),
    ]


def _held(device: Device) -> dict[str, Any]:
    pad = {"digital": [], "analog": {}, "axis": {str(axis): 0.0 for axis in AXES}}
    pads = {PAD: pad} if device is Device.CONTROLLER else {}
    return {"keyboard": [], "mouse": [], "gamepads": pads}


def _keyboard_and_mouse(duration_s: float, dice: Random) -> Iterator[Done]:
    yield from _presses("KEYBOARD", KEYS, duration_s, dice, weights=KEY_WEIGHTS)
    yield from _presses("MOUSE_BUTTON", (1, 1, 1, 2), duration_s, dice, apart_s=1.5)
    for at_s in _times(duration_s, 7.0, dice):
        yield Done(at_s, "SCROLL", [dice.choice((-1, 1))])
    phase = dice.uniform(0, 2 * pi)
    for number in range(int(duration_s / REPORT_S)):
        at_s = number * REPORT_S
        swing = 14 * sin(0.9 * at_s + phase) + 9 * sin(3.1 * at_s)
        move = round(swing + dice.gauss(0, 3)), round(0.4 * swing * cos(at_s) + dice.gauss(0, 2))
        if any(move):
            yield Done(at_s, "MOUSE_MOVE", list(move))


def _gamepad(duration_s: float, dice: Random) -> Iterator[Done]:
    for done in _presses("GAMEPAD_BUTTON", BUTTONS, duration_s, dice):
        yield done._replace(args=[*done.args, PAD])
    for at_s in _times(duration_s, 2.5, dice):
        for pressed in (0.4, 1.0, 0.0):
            yield Done(at_s + 0.1 * pressed, "GAMEPAD_BUTTON_VALUE", [7, pressed, PAD])
    phase = dice.uniform(0, 2 * pi)
    for number in range(int(duration_s / REPORT_S)):
        at_s, axis = number * REPORT_S, AXES[number % len(AXES)]
        stand = 0.8 * sin((0.5 + 0.4 * axis) * at_s + phase + axis)
        yield Done(at_s, "GAMEPAD_AXIS", [axis, round(stand, 6), PAD])


def _nothing(_duration_s: float, _dice: Random) -> Iterator[Done]:
    yield from ()


_DOING: Final[dict[Device, Callable[[float, Random], Iterator[Done]]]] = {
    Device.KBM: _keyboard_and_mouse,
    Device.CONTROLLER: _gamepad,
    Device.NOTHING: _nothing,
}


def _presses(  # noqa: PLR0913 - how often, and of what
    kind: str,
    codes: tuple[int, ...],
    duration_s: float,
    dice: Random,
    *,
    apart_s: float = 0.7,
    weights: tuple[int, ...] | None = None,
) -> Iterator[Done]:
    """Presses with their releases, of which each ends before the same code is pressed again."""
    free_s = dict.fromkeys(codes, 0.0)
    for at_s in _times(duration_s, apart_s, dice):
        (code,) = dice.choices(codes, weights)
        if at_s < free_s[code]:
            continue
        free_s[code] = at_s + dice.uniform(0.05, 0.6)
        yield Done(at_s, kind, [code, True])
        yield Done(free_s[code], kind, [code, False])


def _times(duration_s: float, apart_s: float, dice: Random) -> Iterator[float]:
    at_s = dice.expovariate(1 / apart_s)
    while at_s < duration_s:
        yield at_s
        at_s += dice.expovariate(1 / apart_s)
