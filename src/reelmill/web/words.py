"""Values -> the words and shapes that people read on a page. Pure."""

import json
import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from reelmill.web.languages import ENGLISH, Language, gettext_noop

#: What each state is called, in the order of a job's life.
STATES: Final = {
    "pending": gettext_noop("Waiting"),
    "in_progress": gettext_noop("Running"),
    "completed": gettext_noop("Completed"),
    "failed": gettext_noop("Failed"),
    "canceled": gettext_noop("Canceled"),
}

#: What rooms below advise, which say nothing in another language.
ADVICE: Final = (
    gettext_noop("Wait a while, then try again."),
    gettext_noop("It waits for a free node. `reelmill serve` or `reelmill work` starts one."),
    gettext_noop("It is being worked on. Should its node die, another takes it over."),
)

#: States that a job never leaves by itself.
FINAL_STATES: Final = frozenset({"completed", "failed", "canceled"})

_UNITS_OF_AGE: Final = (
    (60, 1, gettext_noop("%(count)s s ago")),
    (3600, 60, gettext_noop("%(count)s min ago")),
    (86400, 3600, gettext_noop("%(count)s h ago")),
)
_SECONDS_OF_DAY: Final = 86400
_JUST_NOW_S: Final = 5
_KIB: Final = 1024
_SIZES: Final = ("KB", "MB", "GB", "TB")

#: How the engine ends its advice about a job that failed.
_AGAIN: Final = re.compile(r"(.*?) ?(`reelmill jobs retry [^`]+`) tries it again\.", re.DOTALL)

#: Stands for a number that is not there.
NOTHING: Final = "\N{EN DASH}"


def states(language: Language) -> dict[str, str]:
    """`STATES` in a language."""
    return {state: language.gettext(name) for state, name in STATES.items()}


def size(size_bytes: float, language: Language = ENGLISH) -> str:
    """Bytes as people say them.

    >>> size(999), size(1536), size(5 * 1024 * 1024)
    ('999 B', '1.5 KB', '5.0 MB')
    """
    if size_bytes < _KIB:
        return f"{size_bytes:.0f} B"
    power = min(int(math.log(size_bytes, _KIB)), len(_SIZES))
    return f"{language.number(size_bytes / _KIB**power, 1)} {_SIZES[power - 1]}"


def took(seconds: float | None, language: Language = ENGLISH) -> str:
    """A duration.

    >>> took(0.034), took(2.5), took(75), took(4000)
    ('34 ms', '2.5 s', '1 min 15 s', '1 h 06 min')
    """
    if seconds is None:
        return NOTHING
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:  # noqa: PLR2004 - seconds of a minute
        return language.gettext("%(seconds)s s", seconds=language.number(seconds, 1))
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:  # noqa: PLR2004 - minutes of an hour
        padded = f"{rest:02}"
        return language.gettext("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=padded)
    hours, padded = minutes // 60, f"{minutes % 60:02}"
    return language.gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=padded)


def ago(then: datetime, now: datetime, language: Language = ENGLISH) -> str:
    """How long ago something was; the page's script keeps the same words.

    >>> from datetime import timedelta
    >>> noon = datetime(2026, 1, 1, 12)
    >>> ago(noon - timedelta(minutes=3), noon), ago(noon, noon)
    ('3 min ago', 'just now')
    """
    seconds = (now - then).total_seconds()
    if seconds < _JUST_NOW_S:
        return language.gettext("just now")
    for limit, unit, words in _UNITS_OF_AGE:
        if seconds < limit:
            return language.gettext(words, count=int(seconds // unit))
    return language.gettext("%(count)s d ago", count=int(seconds // _SECONDS_OF_DAY))


def advice(told: str, language: Language = ENGLISH) -> str:
    """What the engine advises, in a language; the command in it stays as it is typed.

    >>> advice("Try later. `reelmill jobs retry a/b` tries it again.")
    'Try later. `reelmill jobs retry a/b` tries it again.'
    """
    found = _AGAIN.fullmatch(told)
    if found is None:
        return language.known(told) or told
    before, command = found.groups()
    again = language.gettext("%(command)s tries it again.", command=command)
    return f"{language.known(before) or before} {again}".strip()


def progress(stage: str, done: int, total: int, message: str, language: Language = ENGLISH) -> str:
    """How far a job is, in one line.

    The names of stages are for those who know the pipeline: where a language has words for what
    is being done, those stand alone.

    >>> progress("draw", 3, 12, ""), progress("publish", 0, 0, "to the store")
    ('draw · 3 of 12', 'publish · to the store')
    """
    amount = _amount(done, total, language)
    if told := language.known(message) if message else None:
        return " · ".join(part for part in (told, amount) if part)
    return " · ".join(part for part in (language.known(stage) or stage, amount, message) if part)


def _amount(done: int, total: int, language: Language) -> str:
    if not total:
        return language.number(done) if done else ""
    done_of, whole = language.number(done), language.number(total)
    return language.gettext("%(done)s of %(total)s", done=done_of, total=whole)


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
