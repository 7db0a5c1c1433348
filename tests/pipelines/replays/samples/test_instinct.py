"""Simulated snakes go for apples, keep out of traps, and meet the doom that was agreed."""

import pytest

from reelmill.pipelines.replays.game import Cell, Direction, State
from reelmill.pipelines.replays.samples.instinct import Sight, careful, distances, doomed


def sight(
    own: list[tuple[int, int]],
    rival: list[tuple[int, int]],
    *,
    apples: list[tuple[int, int]] | None = None,
    sid: str = "0",
) -> Sight:
    state = State(
        round=0,
        snakes={"0": tuple(Cell(*c) for c in own), "1": tuple(Cell(*c) for c in rival)},
        alive={"0": True, "1": True},
        scores={"0": 0, "1": 0},
        apples=tuple(Cell(*c) for c in apples or []),
    )
    return Sight(state=state, sid=sid, width=10, height=10)


@pytest.mark.parametrize(
    ("seen", "chosen"),
    [
        pytest.param(
            sight([(2, 2)], [(9, 9)], apples=[(2, 6)]), Direction.UP, id="straight to the apple"
        ),
        pytest.param(
            sight([(2, 2), (2, 3), (2, 4)], [(9, 9)], apples=[(0, 2)]),
            Direction.LEFT,
            id="the way is free",
        ),
        pytest.param(
            sight([(0, 0), (1, 0), (2, 0)], [(9, 9)], apples=[(2, 1)]),
            Direction.UP,
            id="never into a wall or itself",
        ),
        pytest.param(
            sight([(9, 9)], [(2, 2)], apples=[(9, 1)], sid="0"),
            Direction.DOWN,
            id="down is towards row 0",
        ),
    ],
)
def test_a_careful_snake_chooses(seen: Sight, chosen: Direction) -> None:
    assert careful(seen) is chosen


def test_a_pocket_too_small_for_the_body_is_avoided() -> None:
    body = [(1, 0), (1, 1), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1)]
    assert careful(sight(body, [(9, 9)], apples=[(0, 0)])) is Direction.RIGHT


@pytest.mark.parametrize(
    ("doom", "seen", "chosen"),
    [
        pytest.param("wall", sight([(1, 5)], [(9, 9)]), Direction.LEFT, id="to the nearest wall"),
        pytest.param("wall", sight([(0, 5)], [(9, 9)]), Direction.LEFT, id="and through it"),
        pytest.param(
            "body_collision",
            sight([(4, 5)], [(5, 6), (5, 5), (5, 4)]),
            Direction.RIGHT,
            id="into a body",
        ),
        pytest.param(
            "head_collision", sight([(2, 5)], [(6, 5)]), Direction.RIGHT, id="towards a head"
        ),
    ],
)
def test_doom_is_courted(doom: str, seen: Sight, chosen: Direction) -> None:
    assert doomed(seen, doom) is chosen


def test_two_that_seek_each_other_meet_on_one_cell() -> None:
    one = sight([(2, 2)], [(3, 3)], sid="0")
    other = sight([(2, 2)], [(3, 3)], sid="1")
    assert (doomed(one, "head_collision"), doomed(other, "head_collision")) == (
        Direction.UP,
        Direction.LEFT,
    )


def test_distances_lead_around_what_is_solid() -> None:
    seen = sight([(0, 0)], [(9, 9)])
    wall = {Cell(1, y) for y in range(9)}
    steps = distances(seen, [Cell(2, 0)], wall)
    assert steps[Cell(0, 0)] == 9 + 9 + 2
    assert Cell(1, 0) not in steps
