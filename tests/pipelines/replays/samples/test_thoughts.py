"""Simulated players think in sentences about the board they see."""

from random import Random

import pytest

from reelmill.pipelines.replays.game import Cell, Direction, State
from reelmill.pipelines.replays.samples import thoughts
from reelmill.pipelines.replays.samples.thoughts import Voice, think

VOICES = [each for each in vars(thoughts).values() if isinstance(each, Voice)]


def board(apples: tuple[Cell, ...]) -> State:
    return State(
        round=0,
        snakes={"0": (Cell(1, 1),), "1": (Cell(8, 8),)},
        alive={"0": True, "1": True},
        scores={"0": 4, "1": 0},
        apples=apples,
    )


@pytest.mark.parametrize("voice", VOICES, ids=[voice.name for voice in VOICES])
def test_every_line_of_a_voice_can_be_filled_in(voice: Voice) -> None:
    for line in voice.lines:
        only = Voice(name=voice.name, lines=(line,), usd_per_token=0)
        said = think(only, board((Cell(3, 1),)), "0", Direction.RIGHT, Random(1))
        assert ("RIGHT" in said) == ("{move}" in line)


def test_a_thought_is_about_the_nearest_apple() -> None:
    voice = Voice(name="x", lines=("{head} {apple} {steps} {score} {rival}",), usd_per_token=0)
    seen = board((Cell(9, 9), Cell(3, 2)))
    assert think(voice, seen, "0", Direction.UP, Random(1)) == "(1, 1) (3, 2) 3 4 (8, 8)"


def test_a_board_without_apples_can_be_thought_about() -> None:
    voice = Voice(name="x", lines=("{apple} {steps}",), usd_per_token=0)
    assert think(voice, board(()), "0", Direction.UP, Random(1)) == "(1, 1) 0"
