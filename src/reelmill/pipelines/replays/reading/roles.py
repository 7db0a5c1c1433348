"""Who plays: the ids of the snakes, and what a document says about each player. Pure."""

from dataclasses import replace

from reelmill.pipelines.replays.game import State
from reelmill.pipelines.replays.reading.faults import Findings, Path
from reelmill.pipelines.replays.reading.fields import Part
from reelmill.pipelines.replays.reading.recording import Role

#: Players in one game.
MIN_SNAKES, MAX_SNAKES = 2, 4

#: Longest player id, in characters.
MAX_ID = 64

#: Longest name that is kept, in characters. Source: the longest of 135 real names has 62.
MAX_NAME = 200


def cast(first: State, named: Part, path: Path) -> tuple[str, ...]:
    """The ids of all snakes, in the order in which the document names its players.

    Args:
        first: The first state; every snake of the game is in it.
        named: An object that has player ids for keys.
        path: Where the first state is.
    """
    snakes = tuple(first.snakes)
    if not MIN_SNAKES <= len(snakes) <= MAX_SNAKES:
        problem = f"expected {MIN_SNAKES} to {MAX_SNAKES} snakes"
        named.findings.broken(path, problem, code="wrong_cast")
    for sid in snakes:
        if not is_player_id(sid):
            problem = "expected a short printable player id"
            named.findings.broken((*path, sid), problem, code="wrong_cast")
    return tuple(dict.fromkeys((*(sid for sid in named.values if sid in first.snakes), *snakes)))


def is_player_id(sid: str) -> bool:
    """Whether a key can stand for a player everywhere: printable and short.

    >>> is_player_id("0"), is_player_id("a" * 65)
    (True, False)
    """
    return 0 < len(sid) <= MAX_ID and sid.isprintable()


def with_cast(state: State, ids: tuple[str, ...], path: Path, findings: Findings) -> State:
    """The state with exactly the snakes of the game; one that is not there any more is dead."""
    if tuple(state.snakes) == ids:
        return state
    for sid in state.snakes:
        if sid not in ids:
            findings.broken((*path, sid), "this snake is not there at the start", code="wrong_cast")
    return replace(
        state,
        snakes={sid: state.snakes.get(sid, ()) for sid in ids},
        alive={sid: state.alive.get(sid, False) for sid in ids},
        scores={sid: state.scores.get(sid, 0) for sid in ids},
    )


def new_roles(root: Part, ids: tuple[str, ...]) -> dict[str, Role]:
    """The players of a document in the new schema."""
    players = root.part("players")
    return {sid: _new_role(players.part(sid), sid) for sid in ids}


def legacy_roles(root: Part, ids: tuple[str, ...]) -> dict[str, Role]:
    """The players of a document in the old schema."""
    metadata = root.part("metadata")
    return {sid: _legacy_role(metadata, sid) for sid in ids}


def _new_role(player: Part, sid: str) -> Role:
    totals, death = player.part("totals"), player.part("death")
    return Role(
        name=_name(player, "name", sid),
        result=player.text("result", longest=MAX_NAME),
        final_score=_given(player, "final_score"),
        input_tokens=_given(totals, "input_tokens"),
        output_tokens=_given(totals, "output_tokens"),
        cost_usd=totals.usd("cost"),
        dead=bool(death.values),
        death_reason=death.text("reason", longest=MAX_NAME),
    )


def _legacy_role(metadata: Part, sid: str) -> Role:
    death = metadata.part("death_info").part(sid)
    return Role(
        name=_name(metadata.part("models"), sid, sid),
        result=metadata.part("game_result").text(sid, longest=MAX_NAME),
        final_score=_given(metadata.part("final_scores"), sid),
        cost_usd=metadata.part("player_costs").usd(sid),
        dead=bool(death.values),
        death_reason=death.text("reason", longest=MAX_NAME),
    )


def _name(part: Part, name: str, sid: str) -> str:
    text = part.text(name, longest=MAX_NAME)
    if text.strip():
        return text
    part.findings.mended((*part.path, name), f"no name, shown as Snake {sid}")
    return f"Snake {sid}"


def _given(part: Part, name: str) -> int | None:
    return part.count(name) if part.values.get(name) is not None else None
