"""A simulated match -> the JSON that real writers make of it, in every schema variant. Pure."""

import json
from dataclasses import dataclass
from typing import Any

from reelmill.pipelines.replays.game import Move, State
from reelmill.pipelines.replays.samples.simulation import Match

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Label:
    """What a document says beside the match."""

    game_id: str
    """Names the game."""

    started_at: str
    """ISO time without a zone."""

    ended_at: str
    """ISO time without a zone."""

    raw_unicode: bool = False
    """Whether letters are written as they are, not as `\\uXXXX`."""

    crlf: bool = False
    """Whether lines end as on Windows."""


def native(match: Match, label: Label) -> bytes:
    """N1: moves beside the state that they led to, the start apart, a copy of the old block."""
    rounds = len(match.moves)
    frames = [
        _frame(match, number, match.states[number + 1], match.moves[number])
        for number in range(rounds)
    ]
    document = _new(match, label, rounds, frames, game_type="arc-explainer")
    document["game"]["board"]["num_apples"] = match.setup.num_apples
    costs = {sid: each["totals"]["cost"] for sid, each in document["players"].items()}
    document["metadata"] = _metadata(match, label, rounds) | {
        "total_cost": sum(costs.values()),
        "player_costs": costs,
    }
    return _text(document, label)


def migrated(match: Match, label: Label) -> bytes:
    """N2: moves beside the state that they lead on from; the last frame repeats them."""
    rounds = len(match.moves)
    shown = len(match.states) if match.deaths else rounds
    moves = (*match.moves, match.moves[-1] if _ends_static(match) else {})
    frames = [_frame(match, number, match.states[number], moves[number]) for number in range(shown)]
    return _text(_new(match, label, rounds, frames, game_type="ladder"), label)


def migrated_from_legacy(match: Match, label: Label) -> bytes:
    """N3: as N2, with the last round number twice, no tokens, and no moves at the end."""
    rounds = len(match.moves)
    frames = [
        _frame(
            match,
            min(number, rounds - 1),
            state,
            match.moves[number] if number < rounds else None,
        )
        for number, state in enumerate(match.states)
    ]
    document = _new(match, label, rounds - 1, frames, game_type="ladder")
    _forget_tokens(document)
    return _text(document, label)


def legacy(match: Match, label: Label) -> bytes:
    """L: each record holds all moves so far, the last of them led to its state."""
    past = [
        [_plain(moves) for moves in match.moves[:number]] for number in range(len(match.states))
    ]
    return _legacy(match, label, past)


def rotated(match: Match, label: Label) -> bytes:
    """L-rotated: each record's last moves are those about to be made; the dead move null."""
    ids = list(match.states[0].snakes)
    all_moves = [
        {sid: _plain_move(moves[sid]) if sid in moves else None for sid in ids}
        for moves in match.moves
    ]
    all_moves.append({})
    return _legacy(match, label, [all_moves[: number + 1] for number in range(len(all_moves))])


def _legacy(match: Match, label: Label, histories: list[list[Json]]) -> bytes:
    rounds = len(match.moves)
    last_number = rounds - 1 if _ends_static(match) else rounds
    records = [
        {
            "round_number": min(number, last_number),
            "snake_positions": _snakes(state),
            "alive": state.alive,
            "scores": state.scores,
            "width": match.setup.width,
            "height": match.setup.height,
            "apples": [list(cell) for cell in state.apples],
            "move_history": history,
        }
        for number, (state, history) in enumerate(zip(match.states, histories, strict=True))
    ]
    return _text({"metadata": _metadata(match, label, last_number), "rounds": records}, label)


def _ends_static(match: Match) -> bool:
    """Whether the last state repeats the one before: the fatal round was not applied."""
    return len(match.states) > 1 and match.states[-1].snakes == match.states[-2].snakes


def _metadata(match: Match, label: Label, rounds: int) -> Json:
    return {
        "game_id": label.game_id,
        "start_time": label.started_at,
        "end_time": label.ended_at,
        "models": dict(zip(match.results, _names(match), strict=True)),
        "game_result": {sid: result.value for sid, result in match.results.items()},
        "final_scores": match.states[-1].scores,
        "death_info": {
            sid: {"reason": reason, "round": number}
            for sid, (reason, number) in match.deaths.items()
        },
        "max_rounds": match.setup.max_rounds,
        "actual_rounds": rounds,
    }


def _names(match: Match) -> list[str]:
    return [voice.name for voice in match.setup.voices]


def _new(match: Match, label: Label, rounds: int, frames: list[Json], *, game_type: str) -> Json:
    players = {
        sid: _player(match, sid, name)
        for sid, name in zip(match.results, _names(match), strict=True)
    }
    totals = [player["totals"] for player in players.values()]
    return {
        "version": 1,
        "game": {
            "id": label.game_id,
            "started_at": label.started_at,
            "ended_at": label.ended_at,
            "game_type": game_type,
            "max_rounds": match.setup.max_rounds,
            "rounds_played": rounds,
            "board": {"width": match.setup.width, "height": match.setup.height},
        },
        "players": players,
        "totals": {
            name: sum(each[name] for each in totals)
            for name in ("cost", "input_tokens", "output_tokens")
        },
        "initial_state": _state(match.states[0]),
        "frames": frames,
    }


def _player(match: Match, sid: str, name: str) -> Json:
    made = [moves[sid] for moves in match.moves if sid in moves]
    death = match.deaths.get(sid)
    return {
        "model_id": sid,
        "name": name,
        "result": match.results[sid].value,
        "final_score": match.states[-1].scores[sid],
        "death": {"reason": death[0], "round": death[1]} if death else None,
        "totals": {
            "input_tokens": sum(move.input_tokens for move in made),
            "output_tokens": sum(move.output_tokens for move in made),
            "cost": sum(move.cost_usd for move in made),
        },
    }


def _frame(match: Match, number: int, state: State, moves: dict[str, Move] | None) -> Json:
    written = {sid: _move(move) for sid, move in moves.items()} if moves is not None else None
    frame: Json = {"round": number, "state": _state(state), "moves": written}
    events = [
        {"type": "death", "player_id": sid, "reason": reason}
        for sid, (reason, died_in) in match.deaths.items()
        if died_in == number
    ]
    return frame | {"events": events} if events else frame


def _state(state: State) -> Json:
    return {
        "snakes": _snakes(state),
        "apples": [list(cell) for cell in state.apples],
        "alive": state.alive,
        "scores": state.scores,
    }


def _snakes(state: State) -> Json:
    return {sid: [list(cell) for cell in body] for sid, body in state.snakes.items()}


def _move(move: Move) -> Json:
    return _plain_move(move) | {
        "input_tokens": move.input_tokens,
        "output_tokens": move.output_tokens,
        "cost": move.cost_usd,
    }


def _plain_move(move: Move) -> Json:
    return {"move": move.direction and move.direction.value, "rationale": move.rationale}


def _plain(moves: dict[str, Move]) -> Json:
    return {sid: _plain_move(move) for sid, move in moves.items()}


def _forget_tokens(document: Json) -> None:
    """Old documents never knew them; the migration wrote zeros for players and none for moves."""
    nothing = {"input_tokens": 0, "output_tokens": 0, "cost": 0.0}
    document["totals"] = {"cost": 0.0, "input_tokens": 0, "output_tokens": 0}
    for player in document["players"].values():
        player["totals"] = nothing
    for frame in document["frames"]:
        for move in (frame["moves"] or {}).values():
            for name in nothing:
                del move[name]


def _text(document: Json, label: Label) -> bytes:
    text = json.dumps(document, indent=2, ensure_ascii=not label.raw_unicode)
    return (text.replace("\n", "\r\n") if label.crlf else text).encode()
