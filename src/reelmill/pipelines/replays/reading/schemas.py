"""A parsed document in either schema -> `Recording`. Pure.

The two are told apart by `frames` and `game` (new) against `rounds` (old); never by `metadata`,
for new documents carry a copy of the old block.
"""

from dataclasses import replace
from typing import Any, TypeGuard

from reelmill.pipelines.replays.game import Move, State
from reelmill.pipelines.replays.reading.boards import Grid, read_moves, read_state
from reelmill.pipelines.replays.reading.faults import Findings, Path, describe
from reelmill.pipelines.replays.reading.fields import Part
from reelmill.pipelines.replays.reading.recording import Entry, Recording
from reelmill.pipelines.replays.reading.roles import (
    MAX_NAME,
    cast,
    legacy_roles,
    new_roles,
    with_cast,
)

#: Sides of a board, in cells. Source: limits of the match API.
MIN_SIDE, MAX_SIDE = 4, 50

#: Most entries of one game. Source: four times the highest round limit of the match API.
MAX_ENTRIES = 2_000

_SHOWN_KEYS = 3


def read_recording(value: Any, findings: Findings) -> Recording | None:
    """Read a document in whichever schema it is written.

    Returns:
        None when it is no replay, or has no board to show; the reasons are among the findings.
    """
    if not isinstance(value, dict):
        findings.broken((), f"{describe(value)}, not a game", code="not_a_replay")
        return None
    root = Part(value, (), findings)
    if "frames" in value or ("game" in value and "initial_state" in value):
        return _read_new(root)
    if "rounds" in value:
        return _read_legacy(root)
    keys = ", ".join(describe(key) for key in list(value)[:_SHOWN_KEYS]) or "nothing"
    message = f'an object with {keys}, but neither "frames" and "game" nor "rounds"'
    findings.broken((), message, code="not_a_replay")
    return None


def _read_new(root: Part) -> Recording | None:
    game = root.part("game")
    board = game.part("board")
    grid = _grid(board)
    if grid is None:
        return None
    initial = _initial(root, grid)
    entries = [_new_entry(each, grid) for each in _entries(root, "frames")]
    if initial is None and not entries:
        _nothing_to_show(root, "frames")
        return None
    first = entries[0].state if initial is None else initial
    where: Path = ("initial_state",) if initial else ("frames", 0, "state")
    ids = cast(first, root.part("players"), (*where, "snakes"))
    return Recording(
        legacy=False,
        game_id=game.text("id", longest=MAX_NAME),
        width=grid.width,
        height=grid.height,
        roles=new_roles(root, ids),
        initial=initial and with_cast(initial, ids, ("initial_state", "snakes"), root.findings),
        entries=_same_cast(entries, ids, ("frames", "state", "snakes"), root.findings),
        events=_events(root),
        max_rounds=game.count("max_rounds"),
        rounds_played=game.count("rounds_played"),
        num_apples=board.count("num_apples") or None,
        started_at=game.text("started_at", longest=MAX_NAME),
        game_type=game.text("game_type", longest=MAX_NAME),
        total_cost_usd=root.part("totals").usd("cost"),
    )


def _read_legacy(root: Part) -> Recording | None:
    metadata = root.part("metadata")
    rounds = _entries(root, "rounds")
    if not rounds:
        _nothing_to_show(root, "rounds")
        return None
    grid = _grid(rounds[0])
    if grid is None:
        return None
    entries = [_legacy_entry(each, grid) for each in rounds]
    ids = cast(entries[0].state, metadata.part("models"), (*rounds[0].path, "snake_positions"))
    return Recording(
        legacy=True,
        game_id=metadata.text("game_id", longest=MAX_NAME),
        width=grid.width,
        height=grid.height,
        roles=legacy_roles(root, ids),
        initial=None,
        entries=_same_cast(entries, ids, ("rounds", "snake_positions"), root.findings),
        max_rounds=metadata.count("max_rounds"),
        rounds_played=metadata.count("actual_rounds"),
        num_apples=metadata.count("num_apples") or None,
        started_at=metadata.text("start_time", longest=MAX_NAME),
        game_type=metadata.text("game_type", longest=MAX_NAME),
        total_cost_usd=metadata.usd("total_cost"),
    )


def _new_entry(frame: Part, grid: Grid) -> Entry:
    return Entry(
        number=frame.count("round"),
        state=read_state(_inner(frame, "state"), grid, snakes_name="snakes"),
        moves=read_moves(frame.values.get("moves"), (*frame.path, "moves"), frame.findings),
    )


def _legacy_entry(record: Part, grid: Grid) -> Entry:
    return Entry(
        number=record.count("round_number"),
        state=read_state(record, grid, snakes_name="snake_positions"),
        moves=_last_moves(record),
    )


def _nothing_to_show(root: Part, name: str) -> None:
    if root.findings.fatal is None:
        root.findings.broken((name,), "empty, there is nothing to show", code="no_rounds")


def _same_cast(
    entries: list[Entry], ids: tuple[str, ...], names: tuple[str, ...], findings: Findings
) -> tuple[Entry, ...]:
    listed, *inner = names
    return tuple(
        replace(entry, state=with_cast(entry.state, ids, (listed, index, *inner), findings))
        for index, entry in enumerate(entries)
    )


def _grid(part: Part) -> Grid | None:
    sides = [part.values.get(name) for name in ("width", "height")]
    for name, side in zip(("width", "height"), sides, strict=True):
        if not _is_side(side):
            problem = f"expected {MIN_SIDE} to {MAX_SIDE} cells, found {describe(side)}"
            part.findings.broken((*part.path, name), problem)
    width, height = sides
    return Grid(width, height, part.findings) if _is_side(width) and _is_side(height) else None


def _is_side(value: Any) -> TypeGuard[int]:
    return type(value) is int and MIN_SIDE <= value <= MAX_SIDE


def _entries(root: Part, name: str) -> list[Part]:
    value = root.values.get(name)
    findings = root.findings
    if not isinstance(value, list):
        findings.broken((name,), f"expected a list, found {describe(value)}")
        return []
    if len(value) > MAX_ENTRIES:
        findings.broken((name,), f"{len(value):,} entries, at most {MAX_ENTRIES:,} are shown")
        return []
    parts = []
    for index, each in enumerate(value):
        if isinstance(each, dict):
            parts.append(Part(each, (name, index), findings))
        else:
            findings.broken((name, index), f"expected an object, found {describe(each)}")
    return parts


def _inner(part: Part, name: str) -> Part:
    value = part.values.get(name)
    if not isinstance(value, dict):
        problem = f"expected an object, found {describe(value)}"
        part.findings.broken((*part.path, name), problem)
    return Part(value if isinstance(value, dict) else {}, (*part.path, name), part.findings)


def _initial(root: Part, grid: Grid) -> State | None:
    if root.values.get("initial_state") is None:
        return None
    return read_state(_inner(root, "initial_state"), grid, snakes_name="snakes")


def _last_moves(part: Part) -> dict[str, Move]:
    history = part.values.get("move_history")
    if history is not None and not isinstance(history, list):
        problem = f"expected a list, found {describe(history)}"
        part.findings.mended((*part.path, "move_history"), problem)
    if not isinstance(history, list) or not history:
        return {}
    path = (*part.path, "move_history", len(history) - 1)
    return read_moves(history[-1], path, part.findings)


def _events(root: Part) -> dict[str, str]:
    """Reasons of the deaths that are noted beside frames, the first for each player."""
    reasons: dict[str, str] = {}
    for frame in root.values["frames"] if isinstance(root.values.get("frames"), list) else ():
        events = frame.get("events") if isinstance(frame, dict) else None
        for event in events if isinstance(events, list) else ():
            if isinstance(event, dict) and isinstance(event.get("player_id"), str):
                reason = Part(event, ("frames",), root.findings).text("reason", longest=MAX_NAME)
                reasons.setdefault(event["player_id"], reason)
    return reasons
