"""Parsed JSON -> values of the right kind, with a note for each that was not. Pure."""

from dataclasses import dataclass
from typing import Any

from reelmill.pipelines.replays.reading.faults import Findings, Path, describe

#: Largest count that is believed: tokens, rounds, scores.
MAX_COUNT = 10**12

#: Highest price that is believed, in US dollars.
MAX_USD = 1e9


@dataclass(frozen=True, slots=True)
class Part:
    """An object inside a document, the place it came from, and the notebook for its faults.

    >>> findings = Findings()
    >>> part = Part({"max_rounds": "ten"}, ("game",), findings)
    >>> part.count("max_rounds"), findings.faults[0].sentence
    (0, 'game.max_rounds: expected a whole number, found "ten"')
    """

    values: dict[str, Any]
    """What it holds."""

    path: Path
    """Where it is."""

    findings: Findings
    """Where faults go."""

    def part(self, name: str) -> "Part":
        """An object inside; an empty one stands in for a missing or wrong one."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, dict):
            self._mended(name, "an object", value)
        return Part(value if isinstance(value, dict) else {}, (*self.path, name), self.findings)

    def count(self, name: str, default: int = 0) -> int:
        """A whole number, 0 or more."""
        value = self.values.get(name)
        if value is None:
            return default
        if type(value) is int and 0 <= value <= MAX_COUNT:
            return value
        self._mended(name, "a whole number", value)
        return default

    def usd(self, name: str) -> float | None:
        """A price in US dollars, None when there is none."""
        value = self.values.get(name)
        if value is None:
            return None
        if type(value) in (int, float) and 0 <= value <= MAX_USD:
            return float(value)
        self._mended(name, "a price", value)
        return None

    def text(self, name: str, *, longest: int) -> str:
        """A text, cut after `longest` characters; empty when there is none."""
        value = self.values.get(name)
        if isinstance(value, str):
            return whole_characters(value[:longest])
        if value is not None:
            self._mended(name, "a text", value)
        return ""

    def _mended(self, name: str, expected: str, found: object) -> None:
        problem = f"expected {expected}, found {describe(found)}"
        self.findings.mended((*self.path, name), problem)


def whole_characters(text: str) -> str:
    r"""The text with halves of surrogate pairs replaced, for those cannot be written as UTF-8.

    >>> whole_characters("a\ud83d")
    'a\ufffd'
    """
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
