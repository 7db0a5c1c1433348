"""What can be wrong with a replay: faults, their places, and a notebook for them. Pure."""

import json
import math
from dataclasses import dataclass, field
from enum import StrEnum

#: Keys and indices that lead from the document to a value.
Path = tuple[str | int, ...]

#: Faults noted for one file; the rest would only repeat them.
MAX_FAULTS = 100

#: Longest key or text quoted in a fault, in characters.
_QUOTED = 40


class Severity(StrEnum):
    """What a fault means for the video."""

    FATAL = "fatal"
    """The game cannot be shown."""

    MENDED = "mended"
    """It is shown, with a stand-in value."""

    NOTE = "note"
    """It is shown as it is; the document contradicts itself."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing wrong with a file."""

    code: str
    """For scripts: `wrong_value`, `doubled`, `bad_utf8`, ..."""

    message: str
    """For people: what was expected, what was found, one line."""

    where: str
    """The place, as `frames[3].state.snakes["0"][2]`; empty for the whole document."""

    severity: Severity = Severity.FATAL
    """What it means for the video."""

    repairable: bool = False
    """Whether `repair` can write a document without it."""

    @property
    def sentence(self) -> str:
        """Place and message in one line."""
        return f"{self.where}: {self.message}" if self.where else self.message


@dataclass(frozen=True, kw_only=True)
class Findings:
    """The notebook of one reading."""

    faults: list[Fault] = field(default_factory=list)
    """In the order in which they were found, at most `MAX_FAULTS`."""

    def add(self, fault: Fault) -> None:
        """Write a fault down; a full notebook only takes the first that is fatal."""
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(fault)
        elif fault.severity is Severity.FATAL and self.fatal is None:
            self.faults[-1] = fault

    def broken(self, path: Path, message: str, *, code: str = "wrong_value") -> None:
        """Note that the game cannot be shown."""
        where = place(path)
        self.add(Fault(code=code, message=message, where=where, severity=Severity.FATAL))

    def mended(self, path: Path, message: str, *, code: str = "wrong_value") -> None:
        """Note that a stand-in was taken."""
        where = place(path)
        self.add(Fault(code=code, message=message, where=where, severity=Severity.MENDED))

    def note(self, path: Path, message: str, *, code: str) -> None:
        """Note a contradiction that does no harm."""
        where = place(path)
        self.add(Fault(code=code, message=message, where=where, severity=Severity.NOTE))

    @property
    def fatal(self) -> Fault | None:
        """The first fault that forbids a video, if any."""
        return next((each for each in self.faults if each.severity is Severity.FATAL), None)


def place(path: Path) -> str:
    """A path as people write it.

    >>> place(("frames", 3, "state", "snakes", "0", 2))
    'frames[3].state.snakes["0"][2]'
    """
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif step.isascii() and step.isidentifier() and len(step) <= _QUOTED:
            parts.append(f".{step}" if parts else step)
        else:
            parts.append(f"[{json.dumps(step[:_QUOTED])}]")
    return "".join(parts)


def describe(value: object) -> str:
    """What was found, short enough for one line whatever it is.

    >>> describe([[1, 2], [3, 4]]), describe("a"), describe(None)
    ('a list of 2', '"a"', 'null')
    """
    if isinstance(value, str):
        text = json.dumps(value[:_QUOTED])
        return text if len(value) <= _QUOTED else f"a text of {len(value):,} characters"
    if isinstance(value, list):
        return _short_list(value) or f"a list of {len(value):,}"
    if isinstance(value, dict):
        return f"an object of {len(value):,}"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**15:
        return "a number of more than 15 digits"
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "an infinite number"
    return json.dumps(value)


def _short_list(value: list[object]) -> str:
    pair = 2
    flat = all(isinstance(each, int | float | str | None) for each in value)
    if len(value) > pair or not flat:
        return ""
    return f"[{', '.join(describe(each) for each in value)}]"
