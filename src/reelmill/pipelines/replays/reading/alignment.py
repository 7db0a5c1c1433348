"""`Recording` -> states, and the moves made looking at each. Pure.

Documents write the moves of a round either beside the state that they led to (`post`) or beside
the state that they were made from (`pre`), and do not say which. The snakes tell: for each pair
of states, each head that moved is held against the move beside the earlier state and the move
beside the later one; the reading with fewer contradictions is right.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from reelmill.pipelines.replays.game import Direction, Move, State, ahead
from reelmill.pipelines.replays.reading.recording import Entry, Recording


class Alignment(StrEnum):
    """Which state the moves of a record belong to."""

    PRE = "pre"
    """They lead on to the next state."""

    POST = "post"
    """They led to this state."""


@dataclass(frozen=True, kw_only=True)
class Aligned:
    """A game in order: what was seen, and what was done about it."""

    alignment: Alignment
    """How the document was written."""

    states: tuple[State, ...]
    """`S0..Sk`, at least one, `round` filled in; without the terminal duplicate."""

    about: tuple[dict[str, Move], ...]
    """The moves made looking at each state, as many as states; the last is the fatal round's."""

    ended_by_death: frozenset[str]
    """Who died in the fatal round after the last state; empty when none follows."""


def contradictions(entries: tuple[Entry, ...]) -> tuple[int, int]:
    """How many heads moved otherwise than the moves say, read as `pre` and as `post`."""
    pre = post = 0
    for earlier, later in pairwise(entries):
        for sid, body in earlier.state.snakes.items():
            after = later.state.snakes[sid]
            if body and after and body[0] != after[0]:
                pre += not leads(earlier.moves.get(sid), earlier.state, later.state, sid)
                post += not leads(later.moves.get(sid), earlier.state, later.state, sid)
    return pre, post


def leads(move: Move | None, before: State, after: State, sid: str) -> bool:
    """Whether a move brings a snake's head from one state to the next."""
    direction: Direction | None = move.direction if move else None
    if direction is None:
        return False
    return ahead(before.snakes[sid][0], direction) == after.snakes[sid][0]


def alignment_of(recording: Recording) -> Alignment:
    """How the document was written; a tie is told by the variant's habit."""
    pre, post = contradictions(recording.entries)
    if pre != post:
        return Alignment.PRE if pre < post else Alignment.POST
    return Alignment.PRE if _starts_with_initial(recording) else Alignment.POST


def align(recording: Recording) -> Aligned:
    """Put states and moves in order, and take the terminal duplicate off."""
    alignment = alignment_of(recording)
    states, about = _in_order(recording, alignment)
    last = states[-1]
    if len(states) > 1 and _repeats(last, states[-2]):
        states, about = states[:-1], about[:-1]
    lives = states[-1].alive
    return Aligned(
        alignment=alignment,
        states=tuple(replace(state, round=index) for index, state in enumerate(states)),
        about=tuple(
            {sid: move for sid, move in moves.items() if state.alive.get(sid)}
            for state, moves in zip(states, about, strict=True)
        ),
        ended_by_death=frozenset(
            sid
            for sid, role in recording.roles.items()
            if lives[sid] and (role.dead or not last.alive[sid])
        ),
    )


def _in_order(
    recording: Recording, alignment: Alignment
) -> tuple[list[State], list[dict[str, Move]]]:
    states = [entry.state for entry in recording.entries]
    moves = [entry.moves for entry in recording.entries]
    apart = recording.initial is not None and not _starts_with_initial(recording)
    if apart and recording.initial is not None:
        states = [recording.initial, *states]
    if alignment is Alignment.PRE:
        return states, [{}, *moves] if apart else moves
    return states, [*(moves if apart else moves[1:]), {}]


def _repeats(last: State, before: State) -> bool:
    """Whether the last state only tells who died, or nothing at all."""
    return last.snakes == before.snakes and (last.alive != before.alive or last == before)


def _starts_with_initial(recording: Recording) -> bool:
    return bool(recording.entries) and recording.entries[0].state == recording.initial
