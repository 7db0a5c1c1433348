"""What a document says, before it is known which move belongs to which state. Pure values."""

from dataclasses import dataclass, field

from reelmill.pipelines.replays.game import Move, State


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One record of a document: a state, and the moves written beside it."""

    number: int
    """The round number that the document gives it."""

    state: State
    """The board; its `round` is not filled in yet."""

    moves: dict[str, Move]
    """By player id. Whether they led here or lead on is the question of `alignment`."""


@dataclass(frozen=True, kw_only=True)
class Role:
    """What a document says about one player as a whole."""

    name: str
    """For people; the id where no name is given."""

    result: str = ""
    """As written."""

    final_score: int | None = None
    """None when not given."""

    input_tokens: int | None = None
    """None when not given."""

    output_tokens: int | None = None
    """None when not given."""

    cost_usd: float | None = None
    """None when not given."""

    dead: bool = False
    """Whether the document says that it died."""

    death_reason: str = ""
    """As written; empty for the living."""


@dataclass(frozen=True, kw_only=True)
class Recording:
    """One game as written, both schemas in one shape."""

    legacy: bool
    """Whether it was written in the old schema."""

    game_id: str
    """As written; may be empty."""

    width: int
    """Columns of the board."""

    height: int
    """Rows of the board."""

    roles: dict[str, Role]
    """By player id, in the order of the first state."""

    initial: State | None
    """The start, where it is written apart from the entries."""

    entries: tuple[Entry, ...]
    """In order; may be empty when `initial` is there."""

    events: dict[str, str] = field(default_factory=dict)
    """Reasons of the deaths noted beside entries, by player id."""

    max_rounds: int
    """0 when unknown."""

    rounds_played: int
    """0 when unknown."""

    num_apples: int | None
    """None when not given."""

    started_at: str
    """As written."""

    game_type: str
    """As written."""

    total_cost_usd: float | None
    """None when not given."""
