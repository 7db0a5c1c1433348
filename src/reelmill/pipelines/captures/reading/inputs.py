"""Lines of an `inputs.csv` -> events, by the recorder's own rule. Pure.

A row is `{time},{TYPE},"{JSON}"`, and the quotes inside of the JSON are not escaped, so that no
CSV reader understands it: split at the first two commas, strip one pair of quotes, read JSON.
"""

import ast
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from math import isfinite
from typing import Any, Final, NamedTuple

from reelmill.pipelines.captures.events import (
    Edge,
    Event,
    Held,
    Key,
    Kind,
    Marker,
    MouseButton,
    MouseMove,
    Pad,
    PadAxis,
    PadButton,
    PadValue,
    Scroll,
    What,
)

#: Longest row that is read, bytes; the START of four gamepads takes less than one thousand.
MAX_ROW_BYTES: Final = 64 * 1024

#: Longest arguments that are read as Python would; lists of the first recorders are short.
MAX_REPR: Final = 256

#: Latest time that is one, seconds since 1970: the year 5138. Corrupt ones are far later.
MAX_TIME_S: Final = 1e11


class Row(NamedTuple):
    """One row below the header."""

    event: Event | None
    """None: the row is corrupt."""

    whole_seconds: bool = False
    """Whether its time has no fraction, as recordings before 2025-08-28 have it by mistake."""


class _Corrupt(ValueError):
    """The row says nothing that can be understood."""


def events(lines: Iterable[bytes]) -> Iterator[Event]:
    """The events of a file; rows that say nothing are left out.

    >>> [event.what for event in events([b'1756.5,KEYBOARD,"[87,true]"'])]
    [Key(code=87, down=True, kind=<Kind.KEYBOARD: 'KEYBOARD'>)]
    """
    for row in rows(lines):
        if row.event is not None:
            yield row.event


def rows(lines: Iterable[bytes]) -> Iterator[Row]:
    """Every row below the header, blank ones left out.

    Args:
        lines: Of the file, with or without their ends; none needs to be short.
    """
    for number, line in enumerate(lines):
        bare = line.strip()
        if number == 0 and bare.removeprefix(b"\xef\xbb\xbf").startswith(b"timestamp"):
            continue
        if bare:
            yield _row(bare)


def _row(line: bytes) -> Row:
    try:
        if len(line) > MAX_ROW_BYTES:
            return Row(None)
        at, kind, args = line.decode().split(",", 2)
        at_s = float(at)
        if not (isfinite(at_s) and 0 <= at_s <= MAX_TIME_S):
            return Row(None)
        event = Event(at_s, _what(kind.strip(), args.strip()))
    except (ValueError, TypeError, LookupError, OverflowError):
        return Row(None)
    return Row(event, whole_seconds="." not in at)


def _what(kind: str, args: str) -> What:
    reads = _READERS.get(kind)
    if reads is not None:
        return reads(_arguments(args))
    if kind in _EDGES:
        return Edge(Kind(kind), _held_or_nothing(args))
    return Marker(Kind(kind) if kind in Kind.__members__ else Kind.UNKNOWN)


def _arguments(text: str) -> Any:
    bare = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
    try:
        return json.loads(bare)
    except ValueError:
        # Rows that passed through a CSV writer have their quotes doubled.
        with suppress(ValueError):
            return json.loads(bare.replace('""', '"'))
    except RecursionError as error:
        raise _Corrupt from error
    return _as_python(bare)


def _as_python(text: str) -> Any:
    """Lists of the Python recorders, as `repr` writes them: `[87, True]`."""
    if len(text) > MAX_REPR:
        raise _Corrupt
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError) as error:
        raise _Corrupt from error


def _held_or_nothing(args: str) -> Held:
    try:
        match _arguments(args):
            case {"inputs": dict(inputs)}:
                return _held(inputs)
    except (ValueError, TypeError, AttributeError):
        pass
    return Held()


def _held(inputs: Mapping[str, Any]) -> Held:
    pads = {str(name): _pad(pad) for name, pad in (inputs.get("gamepads") or {}).items()}
    old = {"digital": inputs.get("gamepad_digital"), "analog": inputs.get("gamepad_analog")}
    if not pads and any(old.values()):
        pads = {"": _pad(old)}
    return Held(
        keyboard=_whole_numbers(inputs.get("keyboard")),
        mouse=_whole_numbers(inputs.get("mouse")),
        gamepads=pads,
    )


def _pad(pad: Mapping[str, Any]) -> Pad:
    return Pad(
        digital=_whole_numbers(pad.get("digital")),
        analog=_by_number(pad.get("analog")),
        axis=_by_number(pad.get("axis")),
    )


def _whole_numbers(values: Any) -> tuple[int, ...]:
    return tuple(int(value) for value in values or ())


def _by_number(values: Any) -> tuple[tuple[int, float], ...]:
    return tuple(sorted((int(name), float(value)) for name, value in (values or {}).items()))


def _number(value: Any) -> float:
    if isinstance(value, int | float) and isfinite(value):
        return float(value)
    raise _Corrupt


def _code(value: Any) -> int:
    if isinstance(value, int) and 0 <= value <= 0xFFFF:  # noqa: PLR2004 - u16 in the recorder
        return value
    raise _Corrupt


def _down(value: Any) -> bool:
    if value in (True, False):
        return bool(value)
    raise _Corrupt


def _pad_name(rest: list[Any]) -> str:
    return str(rest[0]) if rest else ""


def _move(args: Any) -> What:
    dx, dy = args
    return MouseMove(_number(dx), _number(dy))


def _mouse_button(args: Any) -> What:
    button, down = args
    return MouseButton(_code(button), _down(down))


def _scroll(args: Any) -> What:
    # The recorder writes one number; the first ones both axes, the wheel last.
    return Scroll(_number(args[-1]))


def _key(args: Any) -> What:
    code, down = args
    return Key(_code(code), _down(down))


def _pad_button(args: Any) -> What:
    button, down, *rest = args
    return PadButton(_code(button), _down(down), _pad_name(rest))


def _pad_value(args: Any) -> What:
    button, value, *rest = args
    return PadValue(_code(button), _number(value), _pad_name(rest))


def _pad_axis(args: Any) -> What:
    axis, value, *rest = args
    return PadAxis(_code(axis), _number(value), _pad_name(rest))


_EDGES: Final = frozenset({Kind.START.value, Kind.END.value})

_READERS: Final[Mapping[str, Callable[[Any], What]]] = {
    Kind.MOUSE_MOVE: _move,
    Kind.MOUSE_BUTTON: _mouse_button,
    Kind.SCROLL: _scroll,
    Kind.KEYBOARD: _key,
    Kind.GAMEPAD_BUTTON: _pad_button,
    Kind.GAMEPAD_BUTTON_VALUE: _pad_value,
    Kind.GAMEPAD_AXIS: _pad_axis,
}
