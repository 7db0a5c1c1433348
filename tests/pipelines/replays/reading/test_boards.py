"""Cells, states and moves are taken as they are written, or their faults are named."""

from typing import Any

import pytest
from tests.pipelines.replays.documents import moves, state

from reelmill.pipelines.replays.game import Cell, Direction
from reelmill.pipelines.replays.reading.boards import KEPT_RATIONALE, Grid, read_moves, read_state
from reelmill.pipelines.replays.reading.faults import Findings
from reelmill.pipelines.replays.reading.fields import Part


@pytest.mark.parametrize(
    ("value", "cells"),
    [
        pytest.param([], (), id="none"),
        pytest.param([[0, 0], [9, 7]], (Cell(0, 0), Cell(9, 7)), id="the corners"),
        pytest.param([[3, 3], [3, 3]], (Cell(3, 3), Cell(3, 3)), id="one cell twice"),
    ],
)
def test_cells_on_the_board_are_taken(value: Any, cells: tuple[Cell, ...]) -> None:
    findings = Findings()
    assert Grid(10, 8, findings).cells(value, ()) == cells
    assert findings.faults == []


@pytest.mark.parametrize(
    "pair",
    [
        [10, 0],
        [0, 8],
        [-1, 0],
        [1.0, 2],
        [True, 2],
        [1],
        [1, 2, 3],
        "12",
        {"x": 1, "y": 2},
        None,
        [[1], [2]],
        ["1", "2"],
        pytest.param([10**5000, 0], id="a number of 5,001 digits"),
    ],
)
def test_anything_else_is_no_cell(pair: Any) -> None:
    findings = Findings()
    assert Grid(10, 8, findings).cells([[1, 1], pair], ("apples",)) == ()
    assert [fault.where for fault in findings.faults] == ["apples[1]"]


def test_a_state_without_apples_has_none() -> None:
    findings = Findings()
    board: dict[str, Any] = state({"0": [[1, 1]], "1": []})
    del board["apples"]
    read = read_state(Part(board, (), findings), Grid(10, 8, findings), snakes_name="snakes")
    assert (read.apples, read.snakes["1"], findings.faults) == ((), (), [])


def test_without_a_flag_a_snake_lives_while_it_has_cells() -> None:
    findings = Findings()
    board: dict[str, Any] = state({"0": [[1, 1]], "1": []}) | {"alive": None}
    read = read_state(Part(board, (), findings), Grid(10, 8, findings), snakes_name="snakes")
    assert read.alive == {"0": True, "1": False}
    assert {fault.where for fault in findings.faults} == {'alive["0"]', 'alive["1"]'}


def test_moves_of_the_dead_are_left_out() -> None:
    findings = Findings()
    made = read_moves(moves(s0="UP") | {"1": None}, (), findings)
    assert {sid: move.direction for sid, move in made.items()} == {"0": Direction.UP}
    assert findings.faults == []


def test_a_move_in_an_unknown_direction_keeps_its_thought() -> None:
    findings = Findings()
    move = read_moves(moves(s0="SIDEWAYS"), (), findings)["0"]
    assert (move.direction, move.rationale) == (None, "I go SIDEWAYS")
    assert len(findings.faults) == 1


def test_old_moves_bring_neither_tokens_nor_cost() -> None:
    findings = Findings()
    move = read_moves({"0": {"move": "UP", "rationale": "x" * 9_999}}, (), findings)["0"]
    assert (move.input_tokens, move.output_tokens, move.cost_usd) == (0, 0, 0.0)
    assert len(move.rationale) == KEPT_RATIONALE
    assert findings.faults == []
