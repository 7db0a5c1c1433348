"""Seeded random choices -> whole matches, played by the rules of the game's engine. Pure.

All snakes move at once. Checked in this order: walls, two heads on one cell, a head in a body as
it lies after the round (a tail cell is free unless that snake eats). With two snakes the fatal
round is not applied; with more, the survivors move on.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from reelmill.pipelines.replays.game import Cell, Move, Outcome, State, ahead
from reelmill.pipelines.replays.samples.instinct import Sight, careful, doomed
from reelmill.pipelines.replays.samples.thoughts import Voice, think

#: Apples that end a match.
TARGET_APPLES = 30

#: The doom of a match that nobody is to lose before the round limit.
LIMIT = "limit"

#: The doom that all court at once.
HEAD_ON = "head_collision"

#: Snakes of a match whose fatal round is not applied. Source: the game's engine.
DUEL = 2

#: Rounds between the dooms of two players.
STAGGER = 4


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What is agreed before a match."""

    width: int
    """Columns."""

    height: int
    """Rows."""

    voices: tuple[Voice, ...]
    """The players, 2 to 4."""

    num_apples: int = 5
    """Apples on the board at a time."""

    max_rounds: int = 100
    """The round limit."""

    first_id: int = 0
    """Number of the first snake: 0 in new games, 1 in old ones."""

    doom: str = "body_collision"
    """How the match shall end, as far as it can be arranged: a death reason, or `limit`."""

    doom_round: int = 25
    """The round from which players court their doom, and no sooner."""


@dataclass(frozen=True, kw_only=True)
class Match:
    """A match that was played."""

    setup: Setup
    """What was agreed."""

    states: tuple[State, ...]
    """One more than rounds; the first is the start."""

    moves: tuple[dict[str, Move], ...]
    """Those of the living, made looking at the state of the same index."""

    deaths: dict[str, tuple[str, int]]
    """Reason and round, counted from 0, of every dead snake."""

    results: dict[str, Outcome]
    """How it ended for each."""


def play(setup: Setup, chance: Random) -> Match:
    """Play a match to its end."""
    states, moves = [_start(setup, chance)], list[dict[str, Move]]()
    deaths: dict[str, tuple[str, int]] = {}
    while not _over(setup, states[-1], len(moves)):
        made = _decide(setup, states[-1], len(moves), chance)
        fatal = crashes(states[-1], made, setup.width, setup.height)
        deaths |= {sid: (reason, len(moves)) for sid, reason in fatal.items()}
        states.append(_after(setup, states[-1], made, fatal, chance))
        moves.append(made)
    return Match(
        setup=setup,
        states=tuple(states),
        moves=tuple(moves),
        deaths=deaths,
        results=_results(states[-1]),
    )


def crashes(state: State, made: dict[str, Move], width: int, height: int) -> dict[str, str]:
    """Who dies of these moves, and of what.

    >>> from reelmill.pipelines.replays.game import Direction
    >>> state = State(round=0, snakes={"0": (Cell(0, 0),), "1": (Cell(2, 0),)},
    ...     alive={"0": True, "1": True}, scores={"0": 0, "1": 0}, apples=())
    >>> right = Move(direction=Direction.RIGHT, rationale="")
    >>> left = Move(direction=Direction.LEFT, rationale="")
    >>> crashes(state, {"0": right, "1": left}, 10, 10)
    {'0': 'head_collision', '1': 'head_collision'}
    """
    heads = {
        sid: ahead(state.snakes[sid][0], move.direction)
        for sid, move in made.items()
        if move.direction
    }
    fatal = {sid: "wall" for sid, cell in heads.items() if not _on_board(cell, width, height)}
    targets = Counter(cell for sid, cell in heads.items() if sid not in fatal)
    for sid, cell in heads.items():
        if sid in fatal:
            continue
        if targets[cell] > 1:
            fatal[sid] = HEAD_ON
        elif any(cell in body for body in _bodies_after(state, heads)):
            fatal[sid] = "body_collision"
    return fatal


def _on_board(cell: Cell, width: int, height: int) -> bool:
    return 0 <= cell.x < width and 0 <= cell.y < height


def _bodies_after(state: State, heads: dict[str, Cell]) -> Iterator[tuple[Cell, ...]]:
    """What is solid after the round: bodies without the tails that leave; heads not counted."""
    for sid, body in state.snakes.items():
        stays = sid not in heads or heads[sid] in state.apples
        yield body if stays else body[:-1]


def _decide(setup: Setup, state: State, number: int, chance: Random) -> dict[str, Move]:
    made = {}
    for place, (sid, voice) in enumerate(zip(state.snakes, setup.voices, strict=True)):
        if not state.alive[sid]:
            continue
        sight = Sight(state=state, sid=sid, width=setup.width, height=setup.height)
        courting = _courts_doom(setup, place, number)
        direction = doomed(sight, setup.doom) if courting else careful(sight)
        thought = think(voice, state, sid, direction, chance)
        tokens = 20 + len(thought) // 4
        made[sid] = Move(
            direction=direction,
            rationale=thought,
            input_tokens=900 + chance.randrange(400),
            output_tokens=tokens,
            cost_usd=tokens * voice.usd_per_token,
        )
    return made


def _courts_doom(setup: Setup, place: int, number: int) -> bool:
    """One after the other, and never the last one; a head-on crash takes two."""
    if setup.doom == HEAD_ON:
        return number >= setup.doom_round
    last = place == len(setup.voices) - 1
    return setup.doom != LIMIT and not last and number >= setup.doom_round + place * STAGGER


def _start(setup: Setup, chance: Random) -> State:
    ids = [str(setup.first_id + number) for number in range(len(setup.voices))]
    cells = [Cell(x, y) for x in range(setup.width) for y in range(setup.height)]
    # Heads an even number of steps apart can meet on one cell; others never do.
    even = [cell for cell in cells if (cell.x + cell.y) % 2 == 0]
    if setup.doom_round == 0:
        even = [cell for cell in even if cell.x == 0 or cell.y == 0]
    heads = dict(zip(ids, chance.sample(even, len(ids)), strict=True))
    state = State(
        round=0,
        snakes={sid: (head,) for sid, head in heads.items()},
        alive=dict.fromkeys(ids, True),
        scores=dict.fromkeys(ids, 0),
        apples=(),
    )
    return replace(state, apples=_with_apples(setup, state, chance))


def _with_apples(setup: Setup, state: State, chance: Random) -> tuple[Cell, ...]:
    taken = {*state.apples, *(cell for body in state.snakes.values() for cell in body)}
    free = [
        cell
        for x in range(setup.width)
        for y in range(setup.height)
        if (cell := Cell(x, y)) not in taken
    ]
    missing = setup.num_apples - len(state.apples)
    return (*state.apples, *chance.sample(free, min(missing, len(free))))


def _over(setup: Setup, state: State, rounds: int) -> bool:
    living = sum(state.alive.values())
    full = max(state.scores.values()) >= TARGET_APPLES
    return living <= 1 or rounds >= setup.max_rounds or full


def _after(
    setup: Setup, state: State, made: dict[str, Move], fatal: dict[str, str], chance: Random
) -> State:
    alive = {sid: lives and sid not in fatal for sid, lives in state.alive.items()}
    number = state.round + 1
    if fatal and len(state.snakes) == DUEL:
        return replace(state, round=number, alive=alive)
    snakes, scores, apples = dict(state.snakes), dict(state.scores), state.apples
    for sid, move in made.items():
        if sid in fatal or move.direction is None:
            continue
        head = ahead(snakes[sid][0], move.direction)
        eats = head in state.apples
        snakes[sid] = (head, *(snakes[sid] if eats else snakes[sid][:-1]))
        scores[sid] += eats
        apples = tuple(apple for apple in apples if apple != head)
    after = State(round=number, snakes=snakes, alive=alive, scores=scores, apples=apples)
    return replace(after, apples=_with_apples(setup, after, chance))


def _results(last: State) -> dict[str, Outcome]:
    """The survivor wins, whatever the scores; otherwise the higher score does."""
    living = [sid for sid, lives in last.alive.items() if lives]
    if len(living) == 1:
        best = living
    else:
        among = living or list(last.alive)
        top = max(last.scores[sid] for sid in among)
        best = [sid for sid in among if last.scores[sid] == top]
    first = Outcome.WON if len(best) == 1 else Outcome.TIED
    return {sid: first if sid in best else Outcome.LOST for sid in last.alive}
