"""States and moves as documents write them -> `State` and `Move`. Pure."""

from typing import Any

from reelmill.pipelines.replays.game import Cell, Direction, Move, State
from reelmill.pipelines.replays.reading.faults import Findings, Path, describe
from reelmill.pipelines.replays.reading.fields import MAX_COUNT, Part

#: Longest thought that is kept, in characters: more than fits on any picture.
KEPT_RATIONALE = 4_000

#: Snakes and moves read of one entry: more than a game may have, so that too many are noticed.
_MOST_SNAKES = 16

_DIRECTIONS = {direction.value: direction for direction in Direction}


class Grid:
    """All cells of one board, made once; reads states by looking cells up.

    >>> findings = Findings()
    >>> grid = Grid(10, 8, findings)
    >>> grid.cells([[1, 2], [9, 7]], ("apples",))
    (Cell(x=1, y=2), Cell(x=9, y=7))
    >>> grid.cells([[1, 2], [9, 8]], ("apples",))
    ()
    >>> findings.faults[0].sentence
    'apples[1]: [9, 8] is off the 10x8 board'
    """

    def __init__(self, width: int, height: int, findings: Findings) -> None:
        self.width = width
        self.height = height
        self.findings = findings
        self._cells = {(x, y): Cell(x, y) for x in range(width) for y in range(height)}

    def cells(self, value: Any, path: Path) -> tuple[Cell, ...]:
        """A list of [x, y]; empty when one of them is wrong, which is noted."""
        known = self._cells
        if type(value) is not list:
            self.findings.broken(path, f"expected a list of [x, y], found {describe(value)}")
            return ()
        if len(value) > len(known):
            problem = f"{len(value):,} cells on a board of {len(known):,}"
            self.findings.broken(path, problem)
            return ()
        try:
            # A bool would pass for 0 or 1.
            if all(type(x) is type(y) is int for x, y in value):
                return tuple([known[x, y] for x, y in value])
        except (KeyError, TypeError, ValueError):
            pass
        self._tell_wrong(value, path)
        return ()

    def _tell_wrong(self, value: list[Any], path: Path) -> None:
        for index, pair in enumerate(value):
            if not _is_pair(pair) or (pair[0], pair[1]) not in self._cells:
                self.findings.broken((*path, index), self._what_is_wrong(pair))

    def _what_is_wrong(self, pair: Any) -> str:
        if _is_pair(pair):
            return f"{describe(pair)} is off the {self.width}x{self.height} board"
        return f"expected [x, y], found {describe(pair)}"


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and [type(each) for each in value] == [int, int]


def read_state(part: Part, grid: Grid, *, snakes_name: str) -> State:
    """The board of one entry; faults are noted, and what is wrong is left out.

    Args:
        part: Holds snakes, apples, alive and scores.
        grid: The board.
        snakes_name: How the schema calls the snakes.
    """
    snakes = part.values.get(snakes_name)
    if not isinstance(snakes, dict):
        path = (*part.path, snakes_name)
        part.findings.broken(path, f"expected an object, found {describe(snakes)}")
        snakes = {}
    bodies = {
        sid: grid.cells(body, (*part.path, snakes_name, sid))
        for sid, body in list(snakes.items())[:_MOST_SNAKES]
    }
    apples = part.values.get("apples")
    return State(
        round=0,
        snakes=bodies,
        alive=_alive(part.part("alive"), bodies),
        scores={sid: _score(part, sid) for sid in bodies},
        apples=grid.cells([] if apples is None else apples, (*part.path, "apples")),
    )


def _alive(part: Part, bodies: dict[str, tuple[Cell, ...]]) -> dict[str, bool]:
    alive = {}
    for sid, body in bodies.items():
        value = part.values.get(sid)
        if not isinstance(value, bool):
            problem = f"expected true or false, found {describe(value)}"
            part.findings.mended((*part.path, sid), problem)
            value = bool(body)
        alive[sid] = value
    return alive


def _score(part: Part, sid: str) -> int:
    scores = part.values.get("scores")
    value = scores.get(sid) if isinstance(scores, dict) else scores
    if type(value) is int and 0 <= value <= MAX_COUNT:
        return value
    problem = f"expected a whole number, found {describe(value)}"
    part.findings.mended((*part.path, "scores", sid), problem)
    return 0


def read_moves(value: Any, path: Path, findings: Findings) -> dict[str, Move]:
    """The moves of one entry by player id; null moves, those of the dead, are left out."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        findings.mended(path, f"expected an object of moves, found {describe(value)}")
        return {}
    moves = {}
    for sid, record in list(value.items())[:_MOST_SNAKES]:
        if isinstance(record, dict):
            moves[sid] = _move(Part(record, (*path, sid), findings))
        elif record is not None:
            findings.mended((*path, sid), f"expected a move, found {describe(record)}")
    return moves


def _move(part: Part) -> Move:
    return Move(
        direction=_direction(part),
        rationale=part.text("rationale", longest=KEPT_RATIONALE),
        input_tokens=part.count("input_tokens"),
        output_tokens=part.count("output_tokens"),
        cost_usd=part.usd("cost") or 0.0,
    )


def _direction(part: Part) -> Direction | None:
    value = part.values.get("move")
    if isinstance(value, str) and value in _DIRECTIONS:
        return _DIRECTIONS[value]
    expected = "expected UP, DOWN, LEFT or RIGHT"
    part.findings.mended((*part.path, "move"), f"{expected}, found {describe(value)}")
    return None
