"""Matches are played by the rules of the game's engine."""

from random import Random

import pytest

from reelmill.pipelines.replays.game import Cell, Direction, Move, Outcome, State
from reelmill.pipelines.replays.samples.simulation import LIMIT, Setup, crashes, play
from reelmill.pipelines.replays.samples.thoughts import PLANNER, TERSE


def board(*bodies: tuple[tuple[int, int], ...], apples: tuple[Cell, ...] = ()) -> State:
    ids = [str(number) for number in range(len(bodies))]
    return State(
        round=0,
        snakes={
            sid: tuple(Cell(*cell) for cell in body) for sid, body in zip(ids, bodies, strict=True)
        },
        alive=dict.fromkeys(ids, True),
        scores=dict.fromkeys(ids, 0),
        apples=apples,
    )


def going(*directions: Direction) -> dict[str, Move]:
    return {
        str(number): Move(direction=direction, rationale="")
        for number, direction in enumerate(directions)
    }


UP, DOWN, LEFT, RIGHT = Direction.UP, Direction.DOWN, Direction.LEFT, Direction.RIGHT


@pytest.mark.parametrize(
    ("state", "made", "fatal"),
    [
        pytest.param(
            board(((0, 0),), ((5, 5),)), going(LEFT, UP), {"0": "wall"}, id="over the edge"
        ),
        pytest.param(
            board(((1, 1),), ((3, 1),)),
            going(RIGHT, LEFT),
            {"0": "head_collision", "1": "head_collision"},
            id="two heads on one cell",
        ),
        pytest.param(
            board(((1, 1),), ((2, 1), (2, 2), (2, 3))),
            going(RIGHT, DOWN),
            {"0": "body_collision"},
            id="into the neck that follows a head",
        ),
        pytest.param(
            board(((1, 1),), ((2, 2), (2, 1))),
            going(RIGHT, UP),
            {},
            id="a tail that leaves makes room",
        ),
        pytest.param(
            board(((1, 1),), ((2, 2), (2, 1)), apples=(Cell(2, 3),)),
            going(RIGHT, UP),
            {"0": "body_collision"},
            id="a tail stays when its snake eats",
        ),
        pytest.param(
            board(((1, 1), (1, 2)), ((5, 5),)),
            going(UP, UP),
            {},
            id="a snake of two may turn on its own tail",
        ),
        pytest.param(
            board(((1, 1), (1, 2), (1, 3)), ((5, 5),)),
            going(UP, UP),
            {"0": "body_collision"},
            id="back into its own neck",
        ),
        pytest.param(
            board(((1, 1),), ((2, 1),)),
            going(RIGHT, LEFT),
            {},
            id="single cells may change places",
        ),
    ],
)
def test_who_dies_of_a_round(state: State, made: dict[str, Move], fatal: dict[str, str]) -> None:
    assert crashes(state, made, 10, 10) == fatal


def test_the_fatal_round_of_two_snakes_is_not_applied() -> None:
    match = play(_setup(doom="wall", doom_round=0), Random(1))
    assert match.states[-1].snakes == match.states[-2].snakes
    assert match.states[-1].apples == match.states[-2].apples
    assert not all(match.states[-1].alive.values())


def test_the_survivor_wins_whatever_the_scores() -> None:
    match = play(_setup(doom="wall", doom_round=20), Random(2))
    (dead,) = match.deaths
    assert match.results[dead] is Outcome.LOST
    assert sorted(match.results.values()) == [Outcome.LOST, Outcome.WON]


def test_the_round_limit_ends_a_match_and_scores_decide() -> None:
    match = play(_setup(doom=LIMIT, max_rounds=12), Random(3))
    assert len(match.moves) == 12
    assert match.deaths == {}
    best = max(match.states[-1].scores.values())
    for sid, result in match.results.items():
        assert (result is not Outcome.LOST) == (match.states[-1].scores[sid] == best)


def test_the_dead_make_no_moves() -> None:
    setup = Setup(width=12, height=12, voices=(TERSE, TERSE, PLANNER), doom="wall", doom_round=4)
    match = play(setup, Random(4))
    for sid, (_, number) in match.deaths.items():
        assert all(sid not in made for made in match.moves[number + 1 :])
        assert sid in match.moves[number]


def _setup(*, doom: str, doom_round: int = 0, max_rounds: int = 100) -> Setup:
    return Setup(
        width=10,
        height=10,
        voices=(TERSE, PLANNER),
        doom=doom,
        doom_round=doom_round,
        max_rounds=max_rounds,
    )
