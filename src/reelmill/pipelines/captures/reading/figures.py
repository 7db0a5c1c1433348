"""Events of a session -> the figures that tell whether somebody played, and with what. Pure."""

from collections import Counter
from collections.abc import Iterable
from math import log2
from typing import Final

from reelmill.pipelines.captures.events import (
    Edge,
    Event,
    Key,
    Kind,
    MouseMove,
    PadAxis,
    PadButton,
    PadValue,
    What,
)
from reelmill.pipelines.captures.reading.inputs import Row, rows
from reelmill.pipelines.captures.record import InputsSummary

#: Virtual key codes of W, A, S and D.
WASD: Final = frozenset(b"WASD")

#: Frames a second of a recording, by which mouse movement is gathered. Source: the recorder.
FRAME_RATE: Final = 60

#: Times before this are of a process's own clock: 2001-09-09.
EPOCH_FROM_S: Final = 1e9


def summary(lines: Iterable[bytes]) -> InputsSummary:
    """What a file holds, read once and in constant memory.

    Args:
        lines: Of the `inputs.csv`.
    """
    tally = _Tally()
    for row in rows(lines):
        tally.take(row)
    return tally.summary()


class _Tally:
    """Counts rows; gives what happens between start and end to the play."""

    def __init__(self) -> None:
        self._rows = self._corrupt = self._whole = 0
        self._events: Counter[str] = Counter()
        self._first_s: float | None = None
        self._last_s: float | None = None
        self._marks: dict[Kind, float] = {}
        self._play = _Play()

    def take(self, row: Row) -> None:
        self._rows += 1
        if row.event is None:
            self._corrupt += 1
            return
        self._whole += row.whole_seconds
        at_s, what = row.event
        self._events[what.kind.value] += 1
        self._first_s = at_s if self._first_s is None else self._first_s
        self._last_s = at_s
        if type(what) is Edge:
            self._edge(at_s, what.kind)
        elif what.kind is Kind.VIDEO_START:
            self._marks.setdefault(what.kind, at_s)
        elif what.kind is Kind.VIDEO_END:
            self._marks[what.kind] = at_s
        elif Kind.END not in self._marks:
            self._play.take(row.event)

    def _edge(self, at_s: float, kind: Kind) -> None:
        if kind is Kind.START and kind not in self._marks:
            # What came before it is none of the session.
            self._play = _Play()
        if kind is Kind.START or Kind.START in self._marks:
            self._marks.setdefault(kind, at_s)

    def summary(self) -> InputsSummary:
        told = InputsSummary(
            rows=self._rows,
            corrupt_rows=self._corrupt,
            integer_timestamps=self._whole,
            epoch=self._first_s is None or self._first_s >= EPOCH_FROM_S,
            start_s=self._marks.get(Kind.START, self._first_s),
            end_s=self._marks.get(Kind.END, self._last_s),
            video_start_s=self._marks.get(Kind.VIDEO_START),
            video_end_s=self._marks.get(Kind.VIDEO_END),
            events=dict(sorted(self._events.items())),
        )
        return told.model_copy(update=self._play.figures(told.minutes))


class _Play:
    """What was done with keyboard, mouse and gamepads, in constant memory."""

    def __init__(self) -> None:
        self._keys: Counter[int] = Counter()
        self._keyboard_events = 0
        self._mouse = _Mouse()
        self._buttons: Counter[int] = Counter()
        self._pad_events = 0
        self._axes = _Axes()

    def take(self, event: Event) -> None:
        match event.what:
            case MouseMove() as move:
                self._mouse.move(event.at_s, move)
            case Key(code, down):
                self._keyboard_events += 1
                if down:
                    self._keys[code] += 1
            case PadButton() | PadValue() | PadAxis() as what:
                self._pad_events += 1
                self._pad(what)
            case _:
                pass

    def _pad(self, what: What) -> None:
        match what:
            case PadButton(button, down) if down:
                self._buttons[button] += 1
            case PadAxis() as axis:
                self._axes.move(axis)
            case _:
                pass

    def figures(self, minutes: float) -> dict[str, float]:
        self._mouse.close_frame()
        wasd = sum(number for code, number in self._keys.items() if code in WASD)
        return {
            "wasd_apm": _a_minute(wasd, minutes),
            "apm": _a_minute(self._keyboard_events, minutes),
            "unique_keys": len(self._keys),
            "key_diversity": diversity(self._keys),
            "mouse_mean": self._mouse.mean,
            "mouse_max": self._mouse.max,
            "gamepad_events": self._pad_events,
            "gamepad_button_apm": _a_minute(self._buttons.total(), minutes),
            "gamepad_unique_buttons": len(self._buttons),
            "gamepad_button_diversity": diversity(self._buttons),
            **self._axes.figures(),
        }


class _Mouse:
    """Movement by frame: mean of the movements in each, of which mean and largest are kept."""

    def __init__(self) -> None:
        self.max = 0.0
        self._frame = -1
        self._x = self._y = 0.0
        self._moves = 0
        self._total = 0.0
        self._frames = 0

    @property
    def mean(self) -> float:
        return self._total / self._frames if self._frames else 0.0

    def move(self, at_s: float, move: MouseMove) -> None:
        frame = int(at_s * FRAME_RATE)
        if frame != self._frame:
            self.close_frame()
            self._frame = frame
        self._x += move.dx
        self._y += move.dy
        self._moves += 1

    def close_frame(self) -> None:
        if self._moves:
            mean = max(abs(self._x), abs(self._y)) / self._moves
            self.max = max(self.max, mean)
            self._total += mean
            self._frames += 1
        self._x = self._y = 0.0
        self._moves = 0


class _Axes:
    """Where axes stand, and how far they move."""

    def __init__(self) -> None:
        self._stands: dict[tuple[str, int], float] = {}
        self._events = self._moves = 0
        self._distance = self._movement = self._max = 0.0

    def move(self, axis: PadAxis) -> None:
        which = (axis.pad, axis.axis)
        before = self._stands.get(which)
        if before is not None:
            self._moves += 1
            self._movement += abs(axis.value - before)
        self._stands[which] = axis.value
        self._events += 1
        self._distance += abs(axis.value)
        self._max = max(self._max, abs(axis.value))

    def figures(self) -> dict[str, float]:
        return {
            "gamepad_axis_activity": self._distance / self._events if self._events else 0.0,
            "gamepad_axis_movement": self._movement / self._moves if self._moves else 0.0,
            "gamepad_max_axis": self._max,
        }


def diversity(counts: Counter[int]) -> float:
    """Entropy over the most that so many kinds can have, 0 to 1; 0 when there is but one.

    >>> diversity(Counter({87: 5, 65: 5})), diversity(Counter({87: 5}))
    (1.0, 0.0)
    """
    total = counts.total()
    if len(counts) < 2:  # noqa: PLR2004 - of one kind there is nothing to tell
        return 0.0
    shares = (number / total for number in counts.values())
    return -sum(share * log2(share) for share in shares) / log2(len(counts))


def _a_minute(number: int, minutes: float) -> float:
    return number / minutes if minutes > 0 else 0.0
