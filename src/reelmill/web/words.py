"""Values -> the words and shapes that people read on a page. Pure."""

import json
import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

#: What each state is called, in the order of a job's life.
STATES: Final = {
    "pending": "Waiting",
    "in_progress": "Running",
    "completed": "Completed",
    "failed": "Failed",
    "canceled": "Canceled",
}

#: States that a job never leaves by itself.
FINAL_STATES: Final = frozenset({"completed", "failed", "canceled"})

_UNITS_OF_AGE: Final = ((60, 1, "s"), (3600, 60, "min"), (86400, 3600, "h"))
_SECONDS_OF_DAY: Final = 86400
_JUST_NOW_S: Final = 5
_KIB: Final = 1024
_SIZES: Final = ("KB", "MB", "GB", "TB")

#: Stands for a number that is not there.
NOTHING: Final = "\N{EN DASH}"


def size(size_bytes: float) -> str:
    """Bytes as people say them.

    >>> size(999), size(1536), size(5 * 1024 * 1024)
    ('999 B', '1.5 KB', '5.0 MB')
    """
    if size_bytes < _KIB:
        return f"{size_bytes:.0f} B"
    power = min(int(math.log(size_bytes, _KIB)), len(_SIZES))
    return f"{size_bytes / _KIB**power:.1f} {_SIZES[power - 1]}"


def took(seconds: float | None) -> str:
    """A duration.

    >>> took(0.034), took(2.5), took(75), took(4000)
    ('34 ms', '2.5 s', '1 min 15 s', '1 h 06 min')
    """
    if seconds is None:
        return NOTHING
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:  # noqa: PLR2004 - seconds of a minute
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:  # noqa: PLR2004 - minutes of an hour
        return f"{minutes} min {rest:02} s"
    return f"{minutes // 60} h {minutes % 60:02} min"


def ago(then: datetime, now: datetime) -> str:
    """How long ago something was; the page's script keeps the same words.

    >>> from datetime import timedelta
    >>> noon = datetime(2026, 1, 1, 12)
    >>> ago(noon - timedelta(minutes=3), noon), ago(noon, noon)
    ('3 min ago', 'just now')
    """
    seconds = (now - then).total_seconds()
    if seconds < _JUST_NOW_S:
        return "just now"
    for limit, unit, name in _UNITS_OF_AGE:
        if seconds < limit:
            return f"{int(seconds // unit)} {name} ago"
    return f"{int(seconds // _SECONDS_OF_DAY)} d ago"


def progress(stage: str, done: int, total: int, message: str) -> str:
    """How far a job is, in one line.

    >>> progress("draw", 3, 12, ""), progress("publish", 0, 0, "to the store")
    ('draw · 3 of 12', 'publish · to the store')
    """
    amount = f"{done:,} of {total:,}" if total else (f"{done:,}" if done else "")
    return " · ".join(part for part in (stage, amount, message) if part)


def share(done: int, total: int) -> str:
    """Percent, empty when the whole is unknown.

    >>> share(1, 3), share(5, 0)
    ('33 %', '')
    """
    return f"{min(done, total) * 100 // total} %" if total else ""


class Frame(NamedTuple):
    """One state's stretch of the strip."""

    state: str
    """Name of the state; empty where there is no job."""

    x: float
    """Left edge, 0 to 100."""

    width: float
    """Width, of 100."""


def strip(counts: Mapping[str, int]) -> tuple[Frame, ...]:
    """Jobs by state as stretches of one strip; the smallest is still visible.

    >>> strip({"completed": 3, "failed": 1})
    (Frame(state='completed', x=0.0, width=75.0), Frame(state='failed', x=75.0, width=25.0))
    """
    present = {state: counts[state] for state in _STRIP_ORDER if counts.get(state)}
    if not present:
        return (Frame("", 0.0, 100.0),)
    whole = sum(present.values())
    weights = {state: max(count, whole * _LEAST_SHARE) for state, count in present.items()}
    scale = 100 / sum(weights.values())
    frames, x = [], 0.0
    for state, weight in weights.items():
        frames.append(Frame(state, round(x, 3), round(weight * scale, 3)))
        x += weight * scale
    return tuple(frames)


#: Finished work first: the strip fills from the left.
_STRIP_ORDER: Final = ("completed", "failed", "canceled", "in_progress", "pending")

#: A state with any job at all gets this share of the strip, so that one failure is seen.
_LEAST_SHARE: Final = 0.02


def pretty(value: Any) -> str:
    """JSON for reading.

    >>> print(pretty({"a": "ü"}))
    {
      "a": "ü"
    }
    """
    return json.dumps(value, indent=2, ensure_ascii=False)
