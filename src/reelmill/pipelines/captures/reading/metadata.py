"""The text of a `metadata.json`, of any generation -> the session. Pure."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Any, Final

from reelmill.media.geometry import Size
from reelmill.pipelines.captures.session import Generation, Session
from reelmill.pipelines.captures.spec import NotASession

#: How the Python recorders write a moment.
STAMP: Final = "%Y%m%d_%H%M%S"

#: Times that a recorder can mean, seconds since 1970: until the year 2100.
MAX_EPOCH_S: Final = 4_102_444_800.0

#: Levels of a document; the recorder's own have four.
MAX_DEPTH: Final = 32

#: Longest whole number that is kept as one: 64 bits hold all of them.
MAX_DIGITS: Final = 18

#: Longest side of a window, in pixels.
MAX_SIDE_PX: Final = 65_536


def read_session(document: bytes | str) -> Session:
    """Read a document.

    >>> read_session('{"session-id": "s", "start-timestamp": "20250817_145942"}').start_s
    1755442782.0

    Raises:
        NotASession: it is no JSON object.
    """
    return session_of(parsed(document))


def parsed(document: bytes | str) -> dict[str, Any]:
    """The document as it is; numbers that are none (NaN) are null.

    Raises:
        NotASession: it is no JSON object.
    """
    try:
        text = document if isinstance(document, str) else document.decode("utf-8-sig")
        found = json.loads(
            text.removeprefix("\ufeff"),
            parse_int=_integer,
            parse_float=_float,
            parse_constant=lambda _: None,
        )
    except (ValueError, RecursionError) as error:
        raise NotASession(problem=str(error) or "nested too deeply") from error
    if not isinstance(found, dict):
        raise NotASession(problem=f"a {type(found).__name__} instead of an object")
    if _is_deep(found):
        raise NotASession(problem="nested too deeply", limit=MAX_DEPTH)
    return found


def _integer(digits: str) -> int | float | None:
    # JSON has no largest number; all that reads it further on has.
    return int(digits) if len(digits) <= MAX_DIGITS else _float(digits)


def _float(digits: str) -> float | None:
    number = float(digits)
    return number if isfinite(number) else None


def _is_deep(document: dict[str, Any]) -> bool:
    level: list[Any] = [document]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _inside(outer)]
    return bool(level)


def _inside(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def session_of(raw: Mapping[str, Any]) -> Session:
    """The session that a document tells of; what it does not say, or says wrongly, is left out."""
    generation = generation_of(raw)
    told = raw if generation is Generation.RUST else _in_snake_case(raw)
    return Session(
        generation=generation,
        session_id=_text(told.get("session_id")) or "",
        hardware_id=_text(told.get("hardware_id")),
        game_exe=_text(told.get("game_exe")),
        window_name=_text(told.get("window_name")),
        game_resolution=_size(told.get("game_resolution")),
        recorder_version=_text(told.get("owl_control_version")),
        recorder=_text(told.get("recorder")),
        start_s=_moment(told.get("start_timestamp")),
        end_s=_moment(told.get("end_timestamp")),
        duration_s=_number(told.get("duration"), most=MAX_EPOCH_S),
        average_fps=_number(told.get("average_fps"), most=100_000),
        input_stats=_numbers(told.get("input_stats")),
        raw=raw,
    )


def generation_of(raw: Mapping[str, Any]) -> Generation:
    """Which recorder wrote a document.

    >>> generation_of({"session-id": "s"}), generation_of({"session_id": "s"})
    (<Generation.FIRST: 'first'>, <Generation.RUST: 'rust'>)
    """
    if not any("-" in key for key in raw):
        return Generation.RUST
    later = ("duration", "cpu_specs", "gpu_specs", "platform", "input_stats")
    return Generation.PYTHON if any(key in raw for key in later) else Generation.FIRST


def _in_snake_case(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key.replace("-", "_"): value for key, value in raw.items()}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Any, *, most: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= most and isfinite(value) else None


def _moment(value: Any) -> float | None:
    if not isinstance(value, str):
        return _number(value, most=MAX_EPOCH_S)
    try:
        return datetime.strptime(value, STAMP).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _size(value: Any) -> Size | None:
    match value:
        case [width, height] if _is_side(width) and _is_side(height):
            return Size(width, height)
        case _:
            return None


def _is_side(value: Any) -> bool:
    return type(value) is int and 0 < value <= MAX_SIDE_PX


def _numbers(value: Any) -> dict[str, float]:
    if not isinstance(value, dict):
        return {}
    return {
        name: float(one)
        for name, one in value.items()
        if isinstance(one, int | float) and abs(one) <= 1e300  # noqa: PLR2004 - what a float holds
    }
