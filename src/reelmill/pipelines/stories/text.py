"""Text of a story -> chunks of a size that can be handled, captions in time with a voice. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from reelmill.media.cues import Cue
from reelmill.pipelines.stories.words import (
    CLAUSE_ENDS,
    SENTENCE_ENDS,
    count_words,
    glued,
    paragraphs,
    parted,
    spoken_s,
    width,
    words_of,
)

#: Most words of a chunk. Source: specification, section 4.
MAX_WORDS: Final = 10_000

#: How many times as fast, or as slow, as usual a voice may be, for the text to be what it says.
PLAUSIBLE: Final = (0.45, 1.7)

#: Widest line of a caption, in letters, ideographs counted twice; two lines at most.
LINE_LETTERS, LINES = 42, 2

#: Sentences that together last less than this are one caption, in seconds.
SHORT_S = 2.4

#: Longest pause inside a caption, in seconds.
GAP_S = 0.3

#: Seconds that a caption stays after its last word, unless the next one comes.
LINGER_S = 0.7

#: Share of a caption's length by which its end is moved to where the voice pauses.
PULL = 0.45

#: Seconds of distance that a second of pause makes good.
PAUSE_WORTH = 0.5


class Pause(NamedTuple):
    """Where a voice says nothing."""

    start_s: float
    """Seconds from the beginning of the voice."""

    end_s: float
    """The same, where it goes on."""


class _Part(NamedTuple):
    """What is said in one go."""

    text: str
    """A clause, or as much of it as a caption takes."""

    ends: bool
    """Whether its sentence ends with it."""


def chunked(text: str, max_words: int = MAX_WORDS) -> tuple[str, ...]:
    r"""Cut a text at its paragraphs; one that is too long itself at its sentences, then its words.

    Paragraphs are what blank lines part, or lines where there are no blank ones.

    >>> chunked("One two.\n\nThree four.\n\nFive.", max_words=4)
    ('One two.\n\nThree four.', 'Five.')
    """
    pieces = [piece for one in paragraphs(text) for piece in _cut_down(one, max_words)]
    return tuple("\n\n".join(group) for group in _gathered(pieces, max_words))


def _gathered(pieces: Iterable[str], max_words: int) -> Iterator[list[str]]:
    group: list[str] = []
    words = 0
    for piece in pieces:
        size = count_words(piece)
        if group and words + size > max_words:
            yield group
            group, words = [], 0
        group.append(piece)
        words += size
    if group:
        yield group


def _cut_down(paragraph: str, max_words: int) -> Iterator[str]:
    """Parts of a paragraph, none of more than that many words."""
    if count_words(paragraph) <= max_words:
        yield paragraph
        return
    parts = parted(SENTENCE_ENDS, paragraph)
    if len(parts) == 1:
        parts = words_of(paragraph)
    cuts = [cut for part in parts for cut in _cut_down(part, max_words)]
    for group in _gathered(cuts, max_words):
        yield _run(group)


def cues(text: str, duration_s: float, pauses: Sequence[Pause]) -> tuple[Cue, ...] | None:
    """Captions in time with a voice that says a text, by how long each takes to say.

    Where a clause ends close to a pause, it ends in it: voices pause between clauses.

    Args:
        text: What is said; paragraphs as `chunked` knows them.
        duration_s: Seconds of the voice.
        pauses: Where it says nothing, in order, without overlap.

    Returns:
        None where the text cannot be what the voice says: too much of it, or too little.
    """
    parts = [part for one in paragraphs(text) for part in _clauses(one)]
    clock = _Clock(duration_s, pauses)
    usual_s = sum(spoken_s(part.text) for part in parts)
    least, most = (factor * clock.spoken_s for factor in PLAUSIBLE)
    if not parts or not least <= usual_s <= most:
        return None
    return tuple(_lingering(list(_joined(_timed(parts, clock)))))


class _Clock:
    """Counts the seconds of a voice that it speaks for, pauses left out."""

    def __init__(self, duration_s: float, pauses: Sequence[Pause]) -> None:
        self.pauses = [
            Pause(max(0.0, one.start_s), min(duration_s, one.end_s))
            for one in pauses
            if one.start_s < duration_s
        ]
        lengths = [one.end_s - one.start_s for one in self.pauses]
        self._silent_before = [0.0, *accumulate(lengths)]
        self.spoken_s = max(0.0, duration_s - self._silent_before[-1])
        self.at = [
            one.start_s - silent
            for one, silent in zip(self.pauses, self._silent_before, strict=False)
        ]
        """Spoken seconds before each pause."""

    def stops(self, spoken_s: float) -> float:
        """The time when so much has been said; where a pause begins then, its beginning."""
        return spoken_s + self._silent_before[bisect_left(self.at, spoken_s)]

    def goes_on(self, spoken_s: float) -> float:
        """The same; where a pause begins then, its end."""
        return spoken_s + self._silent_before[bisect_right(self.at, spoken_s)]

    def pulled(self, spoken_s: float, reach_s: float) -> float:
        """A moment, moved to the best pause within reach; long ones are worth a longer way."""
        first = bisect_left(self.at, spoken_s - reach_s)
        last = bisect_right(self.at, spoken_s + reach_s)
        best = min(
            range(first, last),
            key=lambda number: abs(self.at[number] - spoken_s) - PAUSE_WORTH * self._length(number),
            default=None,
        )
        return spoken_s if best is None else self.at[best]

    def _length(self, number: int) -> float:
        pause = self.pauses[number]
        return pause.end_s - pause.start_s


def _timed(parts: Sequence[_Part], clock: _Clock) -> Iterator[tuple[_Part, Cue]]:
    """When each part is said; what is left is spread anew over the time that is left.

    An error of the one before does not add up to those of the next.
    """
    takes = [spoken_s(part.text) for part in parts]
    left, said_s = sum(takes), 0.0
    for part, usual_s, following_s in zip(parts, takes, [*takes[1:], 0.0], strict=True):
        start_s, pace = clock.goes_on(said_s), (clock.spoken_s - said_s) / left
        left -= usual_s
        reach_s = PULL * pace * min(usual_s, following_s)
        said_s = clock.pulled(said_s + usual_s * pace, reach_s)
        yield part, Cue(start_s, clock.stops(said_s), part.text)


def _joined(timed: Iterable[tuple[_Part, Cue]]) -> Iterator[Cue]:
    """Parts of a sentence as one caption, and short sentences, unless a pause lies between."""
    held, closed = None, False
    for part, cue in timed:
        text = glued(held.text, part.text) if held else part.text
        if held and _belongs(held, cue, closed=closed) and _wrapped(text) is not None:
            held = Cue(held.start_s, cue.end_s, text)
        else:
            if held:
                yield held
            held = cue
        closed = part.ends
    if held:
        yield held


def _belongs(held: Cue, cue: Cue, *, closed: bool) -> bool:
    short = cue.end_s - held.start_s <= SHORT_S or held.end_s - held.start_s <= SHORT_S / 2
    return cue.start_s - held.end_s <= GAP_S and (not closed or short)


def _lingering(shown: Sequence[Cue]) -> Iterator[Cue]:
    """Captions in their lines, each there a little longer than it is said."""
    next_s = [*(cue.start_s for cue in shown[1:]), shown[-1].end_s]
    for cue, limit_s in zip(shown, next_s, strict=True):
        end_s = max(cue.end_s, min(limit_s, cue.end_s + LINGER_S))
        yield Cue(cue.start_s, end_s, "\n".join(_wrapped(cue.text) or [cue.text]))


def _clauses(paragraph: str) -> Iterator[_Part]:
    """The clauses of a paragraph, cut where they are too long for a caption."""
    for sentence in parted(SENTENCE_ENDS, paragraph):
        clauses = parted(CLAUSE_ENDS, sentence)
        fitting = [piece for clause in clauses for piece in _fitting(clause)]
        for number, piece in enumerate(fitting, 1):
            yield _Part(piece, number == len(fitting))


def _fitting(clause: str) -> Iterator[str]:
    """Parts of a clause, each of which is a caption at most; none where nothing is said."""
    if not any(letter.isalnum() for letter in clause):
        return
    if _wrapped(clause) is not None:
        yield clause
        return
    for half in _halved(clause):
        yield from _fitting(half)


def _run(parts: Sequence[str]) -> str:
    whole = ""
    for part in parts:
        whole = glued(whole, part)
    return whole


def _middle(parts: Sequence[str]) -> int:
    """The cut between parts that is closest to the middle; 0 where there is none."""
    whole = width(_run(parts))
    cuts = range(1, len(parts))
    return min(cuts, key=lambda at: abs(2 * width(_run(parts[:at])) - whole), default=0)


def _halved(sentence: str) -> list[str]:
    words = sentence.split(" ")
    at = _middle(words)
    if at:
        return [" ".join(words[:at]), " ".join(words[at:])]
    half = len(sentence) // 2
    return [sentence[:half], sentence[half:]]


def _wrapped(text: str) -> list[str] | None:
    """The lines of a caption, or None where it has too many."""
    if width(text) <= LINE_LETTERS:
        return [text]
    halves = _halved(text)
    fits = all(width(half) <= LINE_LETTERS for half in halves) and len(halves) <= LINES
    return halves if fits else None


def to_vtt(shown: Iterable[Cue]) -> str:
    """Captions as WebVTT.

    >>> print(to_vtt([Cue(1.0, 2.5, "A < B")]), end="")
    WEBVTT
    <BLANKLINE>
    00:00:01.000 --> 00:00:02.500
    A &lt; B
    """
    blocks = [
        f"{_clock(one.start_s)} --> {_clock(one.end_s)}\n{_escaped(one.text)}" for one in shown
    ]
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


def _clock(at_s: float) -> str:
    thousandths = round(at_s * 1000)
    seconds, thousandths = divmod(thousandths, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{thousandths:03}"


def _escaped(text: str) -> str:
    lines = ("".join(c for c in line if c.isprintable()).strip() for line in text.split("\n"))
    whole = "\n".join(line for line in lines if line)
    return whole.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
