"""Which move belongs to which state is told by where the heads went."""

import pytest
from tests.pipelines.replays.documents import (
    AFTER_1,
    FATAL_MOVES,
    MOVES_1,
    START,
    VARIANTS,
    Json,
    frame,
    moves,
    n1,
    n2,
    new,
    record,
    state,
)

from reelmill.pipelines.replays.reading.alignment import (
    Alignment,
    align,
    alignment_of,
    contradictions,
)
from reelmill.pipelines.replays.reading.faults import Findings
from reelmill.pipelines.replays.reading.recording import Recording
from reelmill.pipelines.replays.reading.schemas import read_recording


def recording(document: Json) -> Recording:
    findings = Findings()
    found = read_recording(document, findings)
    assert found is not None, findings.faults
    return found


@pytest.mark.parametrize(
    ("variant", "alignment"),
    [
        ("N1", Alignment.POST),
        ("N2", Alignment.PRE),
        ("N3", Alignment.PRE),
        ("L", Alignment.POST),
        ("L-rotated", Alignment.PRE),
    ],
)
def test_the_alignment_of_each_variant(variant: str, alignment: Alignment) -> None:
    assert alignment_of(recording(VARIANTS[variant]())) is alignment


def test_the_reading_with_fewer_contradictions_is_right() -> None:
    found = recording(n2())
    assert contradictions(found.entries) == (0, 1)


def test_a_missing_move_is_a_contradiction() -> None:
    document = n2()
    document["frames"][0]["moves"] = {}
    pre, _ = contradictions(recording(document).entries)
    assert pre == 2


def test_one_move_that_was_not_applied_does_not_turn_a_file_round() -> None:
    boards = [state({"0": [[x, 1]], "1": [[9, x]]}) for x in range(6)]
    made = [moves(s0="RIGHT", s1="UP") for _ in boards]
    made[2] = moves(s0="LEFT", s1="UP")
    frames = [frame(at, board, made[at]) for at, board in enumerate(boards)]
    document = new(frames, rounds_played=6, initial=boards[0])
    made[0] = moves(s0="DOWN", s1="DOWN")
    assert alignment_of(recording(document)) is Alignment.PRE


@pytest.mark.parametrize(
    ("document", "alignment"),
    [
        pytest.param(
            new([frame(0, START, FATAL_MOVES)], rounds_played=1),
            Alignment.PRE,
            id="a start that is the first frame: pre",
        ),
        pytest.param(
            new([frame(0, AFTER_1, MOVES_1)], rounds_played=1),
            Alignment.POST,
            id="a start apart: post",
        ),
        pytest.param(
            {
                "metadata": {},
                "rounds": [record(0, START, []), record(0, START, [FATAL_MOVES])],
            },
            Alignment.POST,
            id="an old document: post",
        ),
    ],
)
def test_a_tie_is_told_by_the_habit_of_the_variant(document: Json, alignment: Alignment) -> None:
    assert alignment_of(recording(document)) is alignment


def test_there_are_as_many_sets_of_moves_as_states() -> None:
    for make in VARIANTS.values():
        aligned = align(recording(make()))
        assert len(aligned.about) == len(aligned.states) == 2


def test_who_died_in_the_fatal_round_is_told() -> None:
    assert align(recording(n1())).ended_by_death == {"0"}
