"""The text of an SRT or WebVTT file -> its captions. Pure; the text may be a stranger's."""

import html
import re
from collections.abc import Iterator
from itertools import count
from typing import Final

from reelmill.errors import BadMedia
from reelmill.media.cues import Cue, one_at_a_time

#: Letters of a file that are read; two hours of speech have about 100,000.
MOST_LETTERS: Final = 400_000

#: Captions of a file.
MOST_CUES: Final = 10_000

#: Letters of one caption that are kept; more is not to be read while it is shown.
MOST_OF_ONE: Final = 400

#: Blocks of WebVTT that are no captions.
_NOTES: Final = ("WEBVTT", "NOTE", "STYLE", "REGION")

_MOMENT: Final = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
_TIMES: Final = re.compile(rf"\s*{_MOMENT}\s*-->\s*{_MOMENT}(?:\s.*)?$")

#: Marks of WebVTT, of HTML in SRT, and of SubStation Alpha that some writers leave in.
_TAGS: Final = re.compile(r"<[^<>\n]{0,200}>|\{\\[^{}\n]{0,200}\}")


class BadSubtitles(BadMedia):
    """The captions cannot be read as SRT or WebVTT."""


def read(text: str) -> list[Cue]:
    r"""Captions in order, one at a time, without marks of style.

    >>> read("1\n00:00:01,500 --> 00:00:03,000\n<i>Once</i> there was\na shepherd")
    [Cue(start_s=1.5, end_s=3.0, text='Once there was\na shepherd')]

    Raises:
        BadSubtitles: too long, a time that is none, or no caption at all.
    """
    if len(text) > MOST_LETTERS:
        raise BadSubtitles(letters=len(text), limit=MOST_LETTERS)
    found = [cue for cue in _cues(text) if cue.text]
    if not found:
        raise BadSubtitles(problem="no caption is in it")
    if len(found) > MOST_CUES:
        raise BadSubtitles(captions=len(found), limit=MOST_CUES)
    return one_at_a_time(found)


def _cues(text: str) -> Iterator[Cue]:
    """Each caption, also those without text; a block without times goes on with the one before."""
    times: tuple[float, float] | None = None
    lines: list[str] = []
    for number, block in _blocks(text):
        if block[0].startswith(_NOTES):
            continue
        at = next((at for at, line in enumerate(block[:2]) if "-->" in line), None)
        if at is None:
            lines += block
            continue
        if times is not None:
            yield Cue(*times, _plain(lines))
        times, lines = _times(block[at], number + at), block[at + 1 :]
    if times is not None:
        yield Cue(*times, _plain(lines))


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Lines between empty ones, with the number of the first."""
    block: list[str] = []
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in zip(count(1), [*lines, ""], strict=False):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _times(text: str, line: int) -> tuple[float, float]:
    found = _TIMES.fullmatch(text)
    if found is None:
        raise BadSubtitles(line=line, problem="that is no time", found=text.strip()[:60])
    start_s, end_s = _seconds(*found.groups()[:4]), _seconds(*found.groups()[4:])
    if end_s < start_s:
        raise BadSubtitles(line=line, problem="it ends before it begins")
    return start_s, end_s


def _seconds(hours: str | None, minutes: str, seconds: str, fraction: str) -> float:
    """A moment.

    >>> _seconds("1", "02", "03", "5")
    3723.5
    """
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole + int(fraction.ljust(3, "0")) / 1000


def _plain(lines: list[str]) -> str:
    """What is to be read of a caption."""
    said = html.unescape(_TAGS.sub("", "\n".join(lines))).split("\n")
    kept = (" ".join(line.split()) for line in said)
    return "\n".join(line for line in kept if line)[:MOST_OF_ONE].rstrip()
