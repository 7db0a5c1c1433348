"""Games that put everything on the board that may lie there, for tests of the picture."""

from random import Random

from reelmill.pipelines.replays.game import (
    Cell,
    Death,
    Direction,
    Game,
    Move,
    Outcome,
    Player,
    State,
)

NAMES = (
    "cognitivecomputations/dolphin-mistral-24b-venice-edition:free",
    "DeepSeek: DeepSeek R1 0528 Qwen3 8B (free)",
    "模型 通义千问 Qwen3-235B 🐍",
    "x-ai/grok-4",
)

THOUGHTS = (
    "## Plan\n**Head** at (3,4): `snake_case` stays.\n"
    + "No apple is near enough to risk it. " * 60,
    "我的蛇头在(3,4)、最近的苹果在(5,4)。私はヘビです。한국어도 됩니다. 🐍🍎 " * 20,
    "مرحبا، رأسي في (3,4) والتفاحة على اليمين. שלום 👨\u200d👩\u200d👧 🇩🇪 \x07\u202e\ud800 " * 20,
    "A" * 20_000,
)


def crowded_game(width: int, height: int, players: int, *, length: int = 6) -> Game:
    """Two rounds with a snake for each player, apples, and an end in which all but one die."""
    snakes = {str(at): _snake(width, height, players, at, length) for at in range(players)}
    taken = {cell for body in snakes.values() for cell in body}
    free = [Cell(x, y) for x in range(width) for y in range(height) if Cell(x, y) not in taken]
    apples = tuple(Random(1).sample(free, min(5, len(free))))
    ids = list(snakes)
    moves = {
        sid: Move(direction=list(Direction)[at], rationale=THOUGHTS[at])
        for at, sid in enumerate(ids)
    }
    states = tuple(
        State(
            round=number,
            snakes={sid: body[number:] for sid, body in snakes.items()},
            alive=dict.fromkeys(ids, True),
            scores={sid: at * 51 + number for at, sid in enumerate(ids)},
            apples=apples[number:],
        )
        for number in range(2)
    )
    return Game(
        game_id="crowded",
        width=width,
        height=height,
        players=tuple(_player(at) for at in range(players)),
        states=states,
        moves=(moves,),
        final_moves=moves,
        ends_in_crash=True,
        deaths=_deaths(states[-1], ids),
        max_rounds=100,
        rounds_played=2,
        num_apples=5,
        started_at="2025-02-04T10:00:00",
        game_type="ladder",
        total_cost_usd=0.0234,
        schema="N1",
    )


def _snake(width: int, height: int, players: int, at: int, length: int) -> tuple[Cell, ...]:
    """A body that goes to and fro in the rows of its player, the tail at their top."""
    top = height - 1 - at * (height // players)
    rows = range(top, max(top - height // players, -1), -1)
    path = [Cell(x if row % 2 else width - 1 - x, row) for row in rows for x in range(width)]
    return tuple(path[: max(2, min(length, len(path) - 1))][::-1])


def _player(at: int) -> Player:
    return Player(
        id=str(at),
        name=NAMES[at],
        result=Outcome.LOST if at == 0 else Outcome.WON,
        final_score=(7, 26, 103, 0)[at],
        input_tokens=1_234_567,
        output_tokens=890,
        cost_usd=(0.0, 0.01234, 12.5, 0.00001)[at],
    )


def _deaths(last: State, ids: list[str]) -> tuple[Death, ...]:
    first = last.snakes[ids[0]]
    hits = [
        ("wall", Cell(-1, last.snakes[ids[0]][0].y)),
        ("body_collision", first[-1]),
        ("head_collision", Cell(0, 0)),
    ]
    return tuple(
        Death(
            player_id=sid,
            reason=reason,
            round=2,
            fatal_move=Direction.LEFT,
            crash_cell=cell,
            state_index=2,
        )
        for sid, (reason, cell) in zip(ids[: max(1, len(ids) - 1)], hits, strict=False)
    )
