"""Events of a capture -> what was held and moved in each frame of its video. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import floor
from typing import Final, NamedTuple

from reelmill.pipelines.captures.events import (
    Edge,
    Event,
    Held,
    Key,
    Kind,
    Marker,
    MouseButton,
    MouseMove,
    PadAxis,
    PadButton,
    PadValue,
    Scroll,
    What,
)

#: Part of a frame that seconds since 1970 may be wrong by, for floats hold no more of them.
HAIR: Final = 1e-4


@dataclass(frozen=True, kw_only=True)
class Controls:
    """What was done while one frame was shown."""

    frame: int
    """Counts from 0."""

    mouse_dx: float = 0.0
    """Mean of the movements that were reported, to the right; 0 where there was none."""

    mouse_dy: float = 0.0
    """As `mouse_dx`, downwards."""

    scroll: float = 0.0
    """Turns of the wheel, together."""

    keys: tuple[int, ...] = ()
    """Virtual key codes that were down at some time in the frame, in order."""

    mouse_buttons: tuple[int, ...] = ()
    """As `keys`."""

    pad_buttons: tuple[int, ...] = ()
    """As `keys`, of all gamepads."""

    triggers: tuple[tuple[int, float], ...] = ()
    """How far each trigger was pressed at the end of the frame, 0.0 to 1.0, by its number."""

    axes: tuple[tuple[int, float], ...] = ()
    """Where each axis stood at the end of the frame, -1.0 to 1.0, by its number."""


class Window(NamedTuple):
    """From when to when events count."""

    start_s: float
    """Time of the first frame, on the clock of the events."""

    end_s: float
    """Events from then on are left out."""


@dataclass
class _Now:
    """What is held, and what the frame that is being filled has seen."""

    keys: set[int] = field(default_factory=set)
    buttons: set[int] = field(default_factory=set)
    pads: set[int] = field(default_factory=set)
    triggers: dict[int, float] = field(default_factory=dict)
    axes: dict[int, float] = field(default_factory=dict)

    def copies(self) -> "tuple[set[int], set[int], set[int]]":
        return set(self.keys), set(self.buttons), set(self.pads)


def window_of(events: Iterable[Event]) -> Window | None:
    """Where the video lies among the events; None: nothing says when it began.

    From VIDEO_START to VIDEO_END; where a recorder wrote none, from START to END, else from the
    first event to the last.
    """
    first: dict[Kind, float] = {}
    last: dict[Kind, float] = {}
    times: list[float] = []
    for at_s, what in events:
        first.setdefault(what.kind, at_s)
        last[what.kind] = at_s
        times = [min(at_s, *times), max(at_s, *times)] if times else [at_s, at_s]
    if not times:
        return None
    start_s = first.get(Kind.VIDEO_START, first.get(Kind.START, times[0]))
    ends = [last[kind] for kind in (Kind.VIDEO_END, Kind.END) if kind in last]
    return Window(start_s, next((end_s for end_s in ends if end_s > start_s), times[1]))


def controls(
    events: Iterable[Event], window: Window, fps: float, frames: int | None = None
) -> Iterator[Controls]:
    """Tell of every frame, also those in which nothing was done.

    What is held at START is held from the first frame on; events before START and after END are
    left out, as those outside of the window.

    Args:
        events: In any order; those of one capture.
        window: Where the video lies among them, as `window_of` tells.
        fps: Frames a second: an event belongs to frame `floor(seconds * fps)`.
        frames: How many the video has; None: as many as the window holds.
    """
    total = max(1, round((window.end_s - window.start_s) * fps)) if frames is None else frames
    waiting = _trimmed(sorted(events, key=lambda event: event.at_s))
    now, event = _Now(), next(waiting, None)
    before = _Frame(now)
    while event is not None and event.at_s < window.start_s:
        before.take(event.what)
        event = next(waiting, None)
    for number in range(total):
        filling = _Frame(now)
        while event is not None and _frame_of(event.at_s - window.start_s, fps) <= number:
            if event.at_s < window.end_s:
                filling.take(event.what)
            event = next(waiting, None)
        yield filling.done(number)


def _frame_of(since_s: float, fps: float) -> int:
    return floor(since_s * fps + HAIR)


def _trimmed(events: list[Event]) -> Iterator[Event]:
    """From the first START to the first END after it; all where there is none."""
    edges = [number for number, event in enumerate(events) if event.what.kind is Kind.START]
    begin = edges[0] if edges else 0
    for event in events[begin:]:
        if event.what.kind is Kind.END:
            return
        yield event


class _Frame:
    """Collects what happens in one frame."""

    def __init__(self, now: _Now) -> None:
        self._now = now
        self._keys, self._buttons, self._pads = now.copies()
        self._moves: list[MouseMove] = []
        self._scroll = 0.0

    def take(self, what: What) -> None:
        """One event."""
        match what:
            case Key(code, down):
                _press(self._now.keys, self._keys, code, down=down)
            case MouseButton(button, down):
                _press(self._now.buttons, self._buttons, button, down=down)
            case PadButton(button, down):
                _press(self._now.pads, self._pads, button, down=down)
            case PadValue(button, value):
                self._now.triggers[button] = value
            case PadAxis(axis, value):
                self._now.axes[axis] = value
            case MouseMove():
                self._moves.append(what)
            case Scroll(amount):
                self._scroll += amount
            case Edge(Kind.START, held):
                self._hold(held)
            case Marker(Kind.UNFOCUS):
                self._let_go()
            case _:
                pass

    def _hold(self, held: Held) -> None:
        """What was down already when the recording began."""
        for code in held.keyboard:
            _press(self._now.keys, self._keys, code, down=True)
        for button in held.mouse:
            _press(self._now.buttons, self._buttons, button, down=True)
        for pad in held.gamepads.values():
            for button in pad.digital:
                _press(self._now.pads, self._pads, button, down=True)
            self._now.triggers.update(pad.analog)
            self._now.axes.update(pad.axis)

    def _let_go(self) -> None:
        """Whoever looks elsewhere holds nothing here: releases are told to the other window."""
        for held in (self._now.keys, self._now.buttons, self._now.pads):
            held.clear()

    def done(self, number: int) -> Controls:
        """What the frame has seen."""
        count = max(1, len(self._moves))
        return Controls(
            frame=number,
            mouse_dx=sum(move.dx for move in self._moves) / count,
            mouse_dy=sum(move.dy for move in self._moves) / count,
            scroll=self._scroll,
            keys=tuple(sorted(self._keys)),
            mouse_buttons=tuple(sorted(self._buttons)),
            pad_buttons=tuple(sorted(self._pads)),
            triggers=tuple(sorted(self._now.triggers.items())),
            axes=tuple(sorted(self._now.axes.items())),
        )


def _press(held: set[int], seen: set[int], code: int, *, down: bool) -> None:
    if down:
        held.add(code)
        seen.add(code)
    else:
        held.discard(code)
