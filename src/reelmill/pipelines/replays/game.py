"""One game in normal form, whatever schema it was written in. Pure values.

States `S0..Sk`, moves `M1..Mk` (`Mi` leads from `S(i-1)` to `Si`), then the moves of the fatal
round, which no document shows, and one `Death` for each dead snake.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Cell(NamedTuple):
    """One square of the board; (0, 0) is bottom left, y grows upwards."""

    x: int
    """Columns right of the left edge, 0 or more on the board."""

    y: int
    """Rows above the bottom edge, 0 or more on the board."""


class Direction(StrEnum):
    """Where a snake turns; `UP` is one row higher."""

    UP = "UP"
    DOWN = "DOWN"
    LEFT = "LEFT"
    RIGHT = "RIGHT"


#: How far each direction leads, in columns and rows.
STEPS = {
    Direction.UP: Cell(0, 1),
    Direction.DOWN: Cell(0, -1),
    Direction.LEFT: Cell(-1, 0),
    Direction.RIGHT: Cell(1, 0),
}


def ahead(cell: Cell, direction: Direction) -> Cell:
    """The next cell; it may lie off the board.

    >>> ahead(Cell(0, 3), Direction.LEFT)
    Cell(x=-1, y=3)
    """
    step = STEPS[direction]
    return Cell(cell.x + step.x, cell.y + step.y)


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """What a player chose in one round, and why."""

    direction: Direction | None
    """None when the record names no direction."""

    rationale: str
    """The thought, as written; at most `KEPT_RATIONALE` characters. May be empty, may hold
    any character, control characters included."""

    input_tokens: int = 0
    """Tokens read for this move."""

    output_tokens: int = 0
    """Tokens written for this move."""

    cost_usd: float = 0.0
    """Price of this move in US dollars."""


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """The board between two rounds."""

    round: int
    """Rounds played before it; 0 is the start."""

    snakes: dict[str, tuple[Cell, ...]]
    """Bodies by player id, head first. A dead snake may still lie there, or have no cells."""

    alive: dict[str, bool]
    """Who lives, by player id."""

    scores: dict[str, int]
    """Apples eaten, by player id."""

    apples: tuple[Cell, ...]
    """Where apples lie."""


class Outcome(StrEnum):
    """How a game ended for one player."""

    WON = "won"
    LOST = "lost"
    TIED = "tied"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Player:
    """Who steers a snake."""

    id: str
    """Key of the snake in every state; names may be the same for two players."""

    name: str
    """For people: the model."""

    result: Outcome
    """How the game ended for this player."""

    final_score: int
    """Apples eaten."""

    input_tokens: int
    """Tokens read in the whole game."""

    output_tokens: int
    """Tokens written in the whole game."""

    cost_usd: float
    """Price of all moves in US dollars."""


@dataclass(frozen=True, kw_only=True)
class Death:
    """How a snake died."""

    player_id: str
    """Who."""

    reason: str
    """`wall`, `body_collision`, `head_collision`, or what the document says."""

    round: int
    """The round in which it died, counted from 1."""

    fatal_move: Direction | None
    """The move that killed it, None when not recorded."""

    crash_cell: Cell | None
    """Where its head went: off the board for a wall. None without a fatal move."""

    state_index: int
    """First picture in which it is dead: index of a state, `len(states)` for the terminal one."""


@dataclass(frozen=True, kw_only=True)
class Game:
    """One game in normal form."""

    game_id: str
    """As the document says, else from the name of the file."""

    width: int
    """Columns of the board, 4 to 50."""

    height: int
    """Rows of the board, 4 to 50."""

    players: tuple[Player, ...]
    """In the order of the document; one to four."""

    states: tuple[State, ...]
    """`S0..Sk`, at least one; the terminal duplicate is not among them."""

    moves: tuple[dict[str, Move], ...]
    """`M1..Mk` by player id; `moves[i]` leads from `states[i]` to `states[i + 1]`. A player
    that was dead, or whose move was not recorded, is absent."""

    final_moves: dict[str, Move]
    """Moves made looking at the last state: those of the fatal round. May be empty."""

    ends_in_crash: bool
    """Whether a fatal round follows the last state: a terminal picture shows it."""

    deaths: tuple[Death, ...]
    """One for each dead snake, in the order of dying."""

    max_rounds: int
    """The round limit, 0 when unknown."""

    rounds_played: int
    """As the document counts them, which differs between schemas; see `rounds`."""

    num_apples: int
    """Apples on the board at a time."""

    started_at: str
    """ISO time, as written; may be empty."""

    game_type: str
    """As written; may be empty."""

    total_cost_usd: float
    """Price of the game in US dollars."""

    schema: str
    """`L`, `L-rotated`, `N1`, `N2` or `N3`."""

    repairs: tuple[str, ...] = ()
    """What had to be repaired in the document, one sentence each."""

    @property
    def rounds(self) -> int:
        """Rounds that can be shown, the fatal one included."""
        return len(self.states) - 1 + self.ends_in_crash
