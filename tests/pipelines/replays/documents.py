"""Small replays, written by hand: each test changes one thing about them."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

Json = dict[str, Any]


def state(
    snakes: dict[str, list[list[int]]],
    *,
    dead: str = "",
    scores: dict[str, int] | None = None,
    apples: list[list[int]] | None = None,
) -> Json:
    return {
        "snakes": snakes,
        "apples": [[5, 5]] if apples is None else apples,
        "alive": {sid: sid not in dead for sid in snakes},
        "scores": scores or dict.fromkeys(snakes, 0),
    }


def moves(**directions: str) -> Json:
    """Moves by player: `moves(s0="UP", s1="LEFT")`; each thinks of where it goes."""
    return {
        name.removeprefix("s"): {
            "move": direction,
            "rationale": f"I go {direction}",
            "input_tokens": 10,
            "output_tokens": 1,
            "cost": 0.5,
        }
        for name, direction in directions.items()
    }


#: Snake 0 goes right into snake 1's way and then into the wall above; snake 1 goes left.
START = state({"0": [[4, 8]], "1": [[7, 2]]})
AFTER_1 = state({"0": [[4, 9]], "1": [[6, 2]]})
AT_THE_END = state({"0": [[4, 9]], "1": [[6, 2]]}, dead="0")
MOVES_1 = moves(s0="UP", s1="LEFT")
FATAL_MOVES = moves(s0="UP", s1="DOWN")


def player(name: str, result: str, *, score: int = 0, death: Json | None = None) -> Json:
    return {
        "model_id": "0",
        "name": name,
        "result": result,
        "final_score": score,
        "death": death,
        "totals": {"input_tokens": 20, "output_tokens": 2, "cost": 1.0},
    }


def new(frames: list[Json], *, rounds_played: int, initial: Json | None = START) -> Json:
    return {
        "version": 1,
        "game": {
            "id": "0a1b",
            "started_at": "2025-12-18T22:45:17.881510",
            "ended_at": "2025-12-18T22:52:59.395183",
            "game_type": "arc-explainer",
            "max_rounds": 150,
            "rounds_played": rounds_played,
            "board": {"width": 10, "height": 10, "num_apples": 5},
        },
        "players": {
            "0": player("left", "lost", death={"reason": "wall", "round": 1}),
            "1": player("right", "won"),
        },
        "totals": {"input_tokens": 40, "output_tokens": 4, "cost": 2.0},
        "initial_state": deepcopy(initial),
        "frames": deepcopy(frames),
    }


def frame(number: int, board: Json, made: Json | None, *, dies: str = "") -> Json:
    written: Json = {"round": number, "state": board, "moves": made}
    events = [{"type": "death", "player_id": sid, "reason": "wall"} for sid in dies]
    return written | {"events": events} if events else written


def n1() -> Json:
    """The start is apart, moves stand beside the state that they led to."""
    document = new(
        [frame(0, AFTER_1, MOVES_1), frame(1, AT_THE_END, FATAL_MOVES, dies="0")],
        rounds_played=2,
    )
    document["metadata"] = legacy()["metadata"]
    return document


def n2() -> Json:
    """The start is the first frame, moves lead on, the last frame repeats them."""
    return new(
        [
            frame(0, START, MOVES_1),
            frame(1, AFTER_1, FATAL_MOVES, dies="0"),
            frame(2, AT_THE_END, FATAL_MOVES),
        ],
        rounds_played=2,
    )


def n3() -> Json:
    """As N2, but the last round number stands twice, and the last moves are null."""
    return new(
        [
            frame(0, START, MOVES_1),
            frame(1, AFTER_1, FATAL_MOVES, dies="0"),
            frame(1, AT_THE_END, None, dies="0"),
        ],
        rounds_played=1,
    )


def record(number: int, board: Json, history: list[Any]) -> Json:
    return {
        "round_number": number,
        "snake_positions": board["snakes"],
        "alive": board["alive"],
        "scores": board["scores"],
        "width": 10,
        "height": 10,
        "apples": board["apples"],
        "move_history": history,
    }


def legacy() -> Json:
    """Every record holds all moves so far; the last of them led to its state."""
    return deepcopy(
        {
            "metadata": {
                "game_id": "0a1b",
                "start_time": "2025-02-09T19:05:41.896985",
                "end_time": "2025-02-09T19:05:51.482981",
                "models": {"0": "left", "1": "right"},
                "game_result": {"0": "lost", "1": "won"},
                "final_scores": {"0": 0, "1": 0},
                "death_info": {"0": {"reason": "wall", "round": 1}},
                "max_rounds": 100,
                "actual_rounds": 1,
            },
            "rounds": [
                record(0, START, []),
                record(1, AFTER_1, [MOVES_1]),
                record(1, AT_THE_END, [MOVES_1, FATAL_MOVES]),
            ],
        }
    )


def rotated() -> Json:
    """As the old schema, but the last moves of a record are those about to be made."""
    document = legacy()
    histories: list[list[Any]] = [[MOVES_1], [MOVES_1, FATAL_MOVES], [MOVES_1, FATAL_MOVES, {}]]
    for each, history in zip(document["rounds"], histories, strict=True):
        each["move_history"] = deepcopy(history)
    return document


#: Every variant of the same game, and what it is called.
VARIANTS: dict[str, Callable[[], Json]] = {
    "N1": n1,
    "N2": n2,
    "N3": n3,
    "L": legacy,
    "L-rotated": rotated,
}


def written(document: object) -> bytes:
    return json.dumps(document, indent=2).encode()
