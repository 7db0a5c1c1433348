"""A caption and its times, and what is done with several. Pure."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Cue(NamedTuple):
    """A caption."""

    start_s: float
    """When it appears, in seconds."""

    end_s: float
    """When it goes."""

    text: str
    """One or more lines."""


def one_at_a_time(cues: Iterable[Cue]) -> list[Cue]:
    r"""Captions in order, none beside another: each goes when the next comes.

    Those that come at the same time are one, below each other.

    >>> one_at_a_time([Cue(2, 5, "b"), Cue(0, 3, "a"), Cue(2, 4, "c")])
    [Cue(start_s=0, end_s=2, text='a'), Cue(start_s=2, end_s=5, text='b\nc')]
    """
    found: list[Cue] = []
    for cue in sorted(cues, key=lambda one: one.start_s):
        before = found.pop() if found else None
        if before is not None and before.start_s == cue.start_s:
            text = f"{before.text}\n{cue.text}"
            found.append(Cue(cue.start_s, max(before.end_s, cue.end_s), text))
            continue
        if before is not None:
            found.append(before._replace(end_s=min(before.end_s, cue.start_s)))
        found.append(cue)
    return found


def within(cues: Iterable[Cue], start_s: float, end_s: float) -> Iterator[Cue]:
    """What of captions is shown in a part of a video, on the clock of that part.

    >>> list(within([Cue(1, 3, "a"), Cue(4, 9, "b"), Cue(9, 10, "c")], 2, 9))
    [Cue(start_s=0, end_s=1, text='a'), Cue(start_s=2, end_s=7, text='b')]
    """
    for cue in cues:
        begins, ends = max(cue.start_s, start_s), min(cue.end_s, end_s)
        if begins < ends:
            yield Cue(begins - start_s, ends - start_s, cue.text)
