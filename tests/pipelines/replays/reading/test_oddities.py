"""A document that contradicts itself is shown, and the doctor says where."""

from collections.abc import Callable

import pytest
from tests.pipelines.replays.documents import Json, n1, state, written

from reelmill.pipelines.replays.reading.faults import Severity
from reelmill.pipelines.replays.reading.reader import diagnose, read_game


def turned_elsewhere(document: Json) -> None:
    document["frames"][0]["moves"]["1"]["move"] = "RIGHT"


def torn(document: Json) -> None:
    document["initial_state"]["snakes"]["1"] = [[7, 2], [9, 2]]


def dead_of_something_else(document: Json) -> None:
    document["players"]["0"]["death"]["reason"] = "body_collision"
    document["frames"][1]["moves"]["0"]["move"] = "DOWN"


def dead_without_a_move(document: Json) -> None:
    document["frames"][1]["moves"]["0"] = None


def scored_more_than_shown(document: Json) -> None:
    document["players"]["1"]["final_score"] = 3


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        pytest.param(
            turned_elsewhere,
            "move_not_applied",
            "a snake went elsewhere than its recorded move says, in round 1",
            id="a move that was not applied",
        ),
        pytest.param(
            torn, "torn_body", "the body of player 1 is torn after round 0", id="a torn body"
        ),
        pytest.param(
            dead_of_something_else,
            "death_differs",
            "player 0: the fatal move does not fit a body_collision death",
            id="a death that its move does not explain",
        ),
        pytest.param(
            dead_without_a_move,
            "no_fatal_move",
            "player 0 died, and its last move is not recorded",
            id="a death without a move",
        ),
        pytest.param(
            scored_more_than_shown,
            "score_differs",
            "player 1 ends with 3, the last state shows 0",
            id="a score that no state shows",
        ),
    ],
)
def test_the_doctor_notes(change: Callable[[Json], None], code: str, message: str) -> None:
    document = n1()
    change(document)
    (fault,) = diagnose(written(document))
    assert (fault.code, fault.message, fault.severity) == (code, message, Severity.NOTE)
    assert read_game(written(document)).repairs == ()


def test_many_rounds_are_told_by_their_number() -> None:
    document = n1()
    boards = [state({"0": [[x, 1]], "1": [[9, x]]}) for x in range(9)]
    first = document["frames"][0]
    document["initial_state"] = state({"0": [[0, 0]], "1": [[9, 0]]})
    document["frames"] = [first | {"round": at, "state": each} for at, each in enumerate(boards)]
    document["players"]["0"]["death"] = None
    (fault,) = diagnose(written(document))
    assert fault.message.endswith("more")
    assert fault.code == "move_not_applied"


def test_a_death_without_a_fatal_move_has_no_crash_cell() -> None:
    document = n1()
    dead_without_a_move(document)
    (death,) = read_game(written(document)).deaths
    assert (death.fatal_move, death.crash_cell) == (None, None)
