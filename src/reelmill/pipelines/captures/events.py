"""What a player did, one thing at a time. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """Types of events, as `inputs.csv` names them."""

    START = "START"
    END = "END"
    VIDEO_START = "VIDEO_START"
    VIDEO_END = "VIDEO_END"
    HOOK_START = "HOOK_START"
    FOCUS = "FOCUS"
    UNFOCUS = "UNFOCUS"
    MOUSE_MOVE = "MOUSE_MOVE"
    MOUSE_BUTTON = "MOUSE_BUTTON"
    SCROLL = "SCROLL"
    KEYBOARD = "KEYBOARD"
    GAMEPAD_BUTTON = "GAMEPAD_BUTTON"
    GAMEPAD_BUTTON_VALUE = "GAMEPAD_BUTTON_VALUE"
    GAMEPAD_AXIS = "GAMEPAD_AXIS"
    UNKNOWN = "UNKNOWN"


class Pad(NamedTuple):
    """What is held on one gamepad."""

    digital: tuple[int, ...] = ()
    """Buttons that are down."""

    analog: tuple[tuple[int, float], ...] = ()
    """Triggers, and how far each is pressed."""

    axis: tuple[tuple[int, float], ...] = ()
    """Axes, and where each stands."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """What is held down at a moment; the arguments of START and END."""

    keyboard: tuple[int, ...] = ()
    """Virtual key codes."""

    mouse: tuple[int, ...] = ()
    """Mouse buttons."""

    gamepads: Mapping[str, Pad] = field(default_factory=dict)
    """By the recorder's id; `""` where older recorders name none."""


class Marker(NamedTuple):
    """VIDEO_START, VIDEO_END, HOOK_START, FOCUS, UNFOCUS, or a type that nobody knows."""

    kind: Kind


class Edge(NamedTuple):
    """START or END of the session."""

    kind: Kind
    held: Held


class MouseMove(NamedTuple):
    """Movement of the mouse, in counts of the device; y grows downwards."""

    dx: float
    dy: float
    kind: Kind = Kind.MOUSE_MOVE


class MouseButton(NamedTuple):
    """A mouse button goes down or up."""

    button: int
    down: bool
    kind: Kind = Kind.MOUSE_BUTTON


class Scroll(NamedTuple):
    """A turn of the wheel."""

    amount: float
    kind: Kind = Kind.SCROLL


class Key(NamedTuple):
    """A key goes down or up; by virtual key code: W is 87."""

    code: int
    down: bool
    kind: Kind = Kind.KEYBOARD


class PadButton(NamedTuple):
    """A gamepad button goes down or up."""

    button: int
    down: bool
    pad: str = ""
    kind: Kind = Kind.GAMEPAD_BUTTON


class PadValue(NamedTuple):
    """A trigger moves, 0 to 1."""

    button: int
    value: float
    pad: str = ""
    kind: Kind = Kind.GAMEPAD_BUTTON_VALUE


class PadAxis(NamedTuple):
    """An axis moves, -1 to 1."""

    axis: int
    value: float
    pad: str = ""
    kind: Kind = Kind.GAMEPAD_AXIS


#: All that can happen.
What = Marker | Edge | MouseMove | MouseButton | Scroll | Key | PadButton | PadValue | PadAxis


class Event(NamedTuple):
    """One row of `inputs.csv`."""

    at_s: float
    """Seconds since 1970; since the start of a process in recordings of the Python recorders."""

    what: What
    """What happened."""
