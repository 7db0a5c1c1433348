"""A board -> where a simulated snake goes: carefully towards apples, or into its doom. Pure."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from reelmill.pipelines.replays.game import Cell, Direction, State, ahead


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What one snake sees."""

    state: State
    """The board."""

    sid: str
    """Whose eyes."""

    width: int
    """Columns."""

    height: int
    """Rows."""

    @property
    def body(self) -> tuple[Cell, ...]:
        """The snake's own cells, head first."""
        return self.state.snakes[self.sid]

    def on_board(self, cell: Cell) -> bool:
        """Whether there is such a cell."""
        return 0 <= cell.x < self.width and 0 <= cell.y < self.height

    def solid(self) -> set[Cell]:
        """Cells that will still be filled after the round, whatever is eaten."""
        cells: set[Cell] = set()
        for sid, body in self.state.snakes.items():
            cells.update(body[:-1] if self.state.alive[sid] and len(body) > 1 else body)
        return cells

    def rivals(self) -> list[Cell]:
        """Heads of the other living snakes."""
        others = self.state.snakes.items()
        return [body[0] for sid, body in others if sid != self.sid and self.state.alive[sid]]


def careful(sight: Sight) -> Direction:
    """Towards the nearest apple, out of dead ends and away from other heads."""
    solid = sight.solid()
    head = sight.body[0]
    steps = distances(sight, sight.state.apples, solid)
    # Were both to give way, two snakes would dance before each other for ever.
    first = [body[0] for sid, body in sight.state.snakes.items() if sid < sight.sid]
    contested = {ahead(rival, direction) for rival in first for direction in Direction}

    def badness(direction: Direction) -> tuple[bool, bool, bool, int]:
        cell = ahead(head, direction)
        free = sight.on_board(cell) and cell not in solid
        roomy = free and _has_room(sight, cell, solid)
        return not free, not roomy, cell in contested, steps.get(cell, 10_000)

    return min(Direction, key=badness)


def doomed(sight: Sight, doom: str) -> Direction:
    """Towards the death that was agreed; carefully on while it is out of reach."""
    if doom == "wall":
        return _to_wall(sight)
    if doom == "body_collision":
        return _into_body(sight)
    if doom == "head_collision":
        return _to_head(sight)
    return careful(sight)


def distances(sight: Sight, goals: Iterable[Cell], solid: set[Cell]) -> dict[Cell, int]:
    """Steps from every reachable cell to the nearest goal, around what is solid."""
    near_to = neighbours(sight.width, sight.height)
    found = dict.fromkeys(goals, 0)
    waiting = deque(found)
    while waiting:
        cell = waiting.popleft()
        for near in near_to[cell]:
            if near not in found and near not in solid:
                found[near] = found[cell] + 1
                waiting.append(near)
    return found


@cache
def neighbours(width: int, height: int) -> dict[Cell, tuple[Cell, ...]]:
    """The cells next to each cell of a board.

    >>> neighbours(10, 10)[Cell(0, 9)]
    (Cell(x=0, y=8), Cell(x=1, y=9))
    """
    cells = {Cell(x, y) for x in range(width) for y in range(height)}
    return {
        cell: tuple(near for way in Direction if (near := ahead(cell, way)) in cells)
        for cell in cells
    }


def _has_room(sight: Sight, start: Cell, solid: set[Cell]) -> bool:
    """Whether as many cells can be reached as the snake is long."""
    near_to = neighbours(sight.width, sight.height)
    found, waiting = {start}, [start]
    while waiting and len(found) <= len(sight.body):
        fresh = {near for near in near_to[waiting.pop()] if near not in solid} - found
        found |= fresh
        waiting.extend(fresh)
    return len(found) > len(sight.body)


def _to_wall(sight: Sight) -> Direction:
    head = sight.body[0]
    walls = {
        Direction.LEFT: head.x,
        Direction.RIGHT: sight.width - 1 - head.x,
        Direction.DOWN: head.y,
        Direction.UP: sight.height - 1 - head.y,
    }
    solid = sight.solid()
    open_ways = [way for way in walls if ahead(head, way) not in solid]
    return min(open_ways, key=walls.__getitem__, default=Direction.UP)


def _into_body(sight: Sight) -> Direction:
    """Into the nearest rival's body, or back into its own where the others have none."""
    solid, head = sight.solid(), sight.body[0]
    bodies = solid - {*sight.body} - {*sight.rivals()}
    goals = bodies or {*sight.body[1:]}
    steps = distances(sight, goals, solid - {head})
    ways = [way for way in Direction if ahead(head, way) in steps]
    nearest = min(ways, key=lambda way: (steps[ahead(head, way)], ahead(head, way)), default=None)
    return nearest or careful(sight)


def _to_head(sight: Sight) -> Direction:
    """One step nearer to the nearest rival; two that do so meet half way."""
    rivals = sight.rivals()
    if not rivals:
        return careful(sight)
    solid = sight.solid() - {*rivals}
    steps = distances(sight, rivals, solid - {sight.body[0]})
    head = sight.body[0]
    ways = [way for way in Direction if ahead(head, way) in steps]
    nearest = min(ways, key=lambda way: (steps[ahead(head, way)], ahead(head, way)), default=None)
    return nearest or careful(sight)
