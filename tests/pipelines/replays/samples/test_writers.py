"""Each writer makes the shape that its real counterpart makes."""

import json
from random import Random
from typing import Any

import pytest

from reelmill.pipelines.replays.samples.simulation import LIMIT, Match, Setup, play
from reelmill.pipelines.replays.samples.thoughts import PLANNER, TERSE, THINKER
from reelmill.pipelines.replays.samples.writers import (
    Label,
    legacy,
    migrated,
    migrated_from_legacy,
    native,
    rotated,
)

LABEL = Label(game_id="0a1b", started_at="2025-11-01T12:00:00", ended_at="2025-11-01T12:03:00")


@pytest.fixture(scope="module")
def duel() -> Match:
    setup = Setup(width=10, height=10, voices=(TERSE, PLANNER), doom="wall", doom_round=5)
    return play(setup, Random(1))


@pytest.fixture(scope="module")
def trio() -> Match:
    voices = (TERSE, PLANNER, THINKER)
    return play(Setup(width=12, height=9, voices=voices, doom="wall", doom_round=5), Random(2))


def parsed(data: bytes) -> Any:
    return json.loads(data)


def numbers(document: Any) -> list[int]:
    return [frame["round"] for frame in document["frames"]]


def test_native_frames_begin_after_the_first_round(duel: Match) -> None:
    document = parsed(native(duel, LABEL))
    rounds = document["game"]["rounds_played"]
    assert len(document["frames"]) == rounds == len(duel.moves)
    assert document["initial_state"] != document["frames"][0]["state"]
    assert numbers(document) == list(range(rounds))
    assert [frame["round"] for frame in document["frames"] if "events" in frame] == [rounds - 1]
    assert document["metadata"]["actual_rounds"] == rounds
    assert list(document) == [
        "version",
        "game",
        "players",
        "totals",
        "initial_state",
        "frames",
        "metadata",
    ]


def test_migrated_frames_begin_with_the_start_and_repeat_the_last_moves(duel: Match) -> None:
    document = parsed(migrated(duel, LABEL))
    frames = document["frames"]
    assert len(frames) == document["game"]["rounds_played"] + 1
    assert document["initial_state"] == frames[0]["state"]
    assert frames[-1]["moves"] == frames[-2]["moves"]
    assert [at for at, frame in enumerate(frames) if "events" in frame] == [len(frames) - 2]
    assert all(frames[-2]["state"]["alive"].values())
    assert "metadata" not in document
    assert "num_apples" not in document["game"]["board"]


def test_a_migrated_game_at_the_round_limit_lacks_its_last_state() -> None:
    setup = Setup(width=10, height=10, voices=(TERSE, PLANNER), doom=LIMIT, max_rounds=8)
    document = parsed(migrated(play(setup, Random(1)), LABEL))
    assert len(document["frames"]) == document["game"]["rounds_played"] == 8


def test_documents_migrated_from_old_ones_repeat_the_last_round_number(duel: Match) -> None:
    document = parsed(migrated_from_legacy(duel, LABEL))
    frames = document["frames"]
    assert len(frames) == document["game"]["rounds_played"] + 2
    assert numbers(document)[-2:] == [len(duel.moves) - 1] * 2
    assert frames[-1]["moves"] is None
    assert ["events" in frame for frame in frames[-3:]] == [False, True, True]
    assert set(frames[0]["moves"]["0"]) == {"move", "rationale"}
    assert document["totals"] == {"cost": 0.0, "input_tokens": 0, "output_tokens": 0}


def test_old_records_carry_all_moves_so_far(duel: Match) -> None:
    document = parsed(legacy(duel, LABEL))
    records = document["rounds"]
    assert len(records) == document["metadata"]["actual_rounds"] + 2
    assert [len(each["move_history"]) for each in records] == list(range(len(records)))
    assert [each["round_number"] for each in records[-2:]] == [len(duel.moves) - 1] * 2
    assert set(document) == {"metadata", "rounds"}


def test_old_records_of_three_snakes_end_with_the_survivor_on_the_move(trio: Match) -> None:
    document = parsed(legacy(trio, LABEL))
    assert len(document["rounds"]) == document["metadata"]["actual_rounds"] + 1
    assert len({each["round_number"] for each in document["rounds"]}) == len(document["rounds"])


def test_rotated_records_hold_the_coming_moves_and_null_for_the_dead(trio: Match) -> None:
    records = parsed(rotated(trio, LABEL))["rounds"]
    assert [len(each["move_history"]) for each in records] == list(range(1, len(records) + 1))
    assert records[-1]["move_history"][-1] == {}
    assert None in records[-2]["move_history"][-1].values()
