from dataclasses import replace

from tests.pipelines.replays.arenas import crowded_game

from reelmill.pipelines.replays.game import Cell, Direction
from reelmill.pipelines.replays.plan import Moment, moments
from reelmill.pipelines.replays.render.arena import tiles_of
from reelmill.pipelines.replays.render.tiles import APPLE, Body, Crash, Head

UP, DOWN, LEFT, RIGHT = Direction
ALIVE = True


def moment(*body: tuple[int, int], apples: tuple[tuple[int, int], ...] = ()) -> Moment:
    first = moments(crowded_game(8, 8, 1))[0]
    cells = tuple(Cell(*cell) for cell in body)
    state = replace(
        first.state, snakes={"0": cells}, apples=tuple(Cell(*apple) for apple in apples)
    )
    return replace(first, state=state, thoughts={"0": None})


def test_a_snake_is_joined_from_head_to_tail() -> None:
    tiles = tiles_of(moment((2, 2), (2, 1), (3, 1)), ["0"])
    assert tiles == {
        (2, 2): Head(0, ALIVE, UP, UP, DOWN, 2),
        (2, 1): Body(0, ALIVE, UP, RIGHT, 1),
        (3, 1): Body(0, ALIVE, LEFT, None, 0),
    }


def test_a_snake_of_one_cell_looks_where_it_will_go() -> None:
    shown = moment((2, 2))
    thought = moments(crowded_game(8, 8, 1))[0].thoughts["0"]
    assert thought is not None
    looking = replace(shown, thoughts={"0": replace(thought, direction=LEFT)})
    assert tiles_of(looking, ["0"]) == {(2, 2): Head(0, ALIVE, LEFT, LEFT, None, 0)}
    assert tiles_of(shown, ["0"]) == {(2, 2): Head(0, ALIVE, UP, UP, None, 0)}


def test_a_body_with_a_gap_is_not_joined_across_it() -> None:
    tiles = tiles_of(moment((0, 0), (5, 5)), ["0"])
    assert tiles[Cell(5, 5)] == Body(0, ALIVE, None, None, 0)


def test_snakes_lie_over_apples_and_crashes_over_both() -> None:
    shown = moment((1, 1), (1, 2), apples=((1, 2), (4, 4)))
    hit = replace(shown, crashed={"0": Cell(1, 2)})
    assert tiles_of(shown, ["0"])[Cell(1, 2)] == Body(0, ALIVE, DOWN, None, 0)
    assert tiles_of(hit, ["0"])[Cell(1, 2)] == Crash(Body(0, ALIVE, DOWN, None, 0))
    assert tiles_of(hit, ["0"])[Cell(4, 4)] == APPLE


def test_an_empty_body_shows_nothing() -> None:
    assert tiles_of(moment(), ["0"]) == {}
