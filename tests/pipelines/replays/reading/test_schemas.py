"""The schema of a document is told by what it holds, never by its metadata."""

from typing import Any

import pytest
from tests.pipelines.replays.documents import FATAL_MOVES, VARIANTS, Json, legacy, n1, n2, rotated

from reelmill.pipelines.replays.reading.faults import Findings
from reelmill.pipelines.replays.reading.schemas import read_recording


@pytest.mark.parametrize(
    ("variant", "is_legacy"),
    [("N1", False), ("N2", False), ("N3", False), ("L", True), ("L-rotated", True)],
)
def test_a_schema_is_recognised(variant: str, is_legacy: bool) -> None:  # noqa: FBT001 - a column
    recording = read_recording(VARIANTS[variant](), Findings())
    assert recording is not None
    assert recording.legacy is is_legacy


def test_metadata_does_not_make_a_document_old() -> None:
    recording = read_recording(n1() | {"metadata": legacy()["metadata"]}, Findings())
    assert recording is not None
    assert not recording.legacy


def test_missing_metadata_does_not_make_a_document_new() -> None:
    document = legacy()
    del document["metadata"]
    recording = read_recording(document, Findings())
    assert recording is not None
    assert recording.legacy
    assert recording.rounds_played == 0


def test_only_the_last_moves_of_an_old_history_count() -> None:
    recording = read_recording(rotated(), Findings())
    assert recording is not None
    assert [len(entry.moves) for entry in recording.entries] == [2, 2, 0]
    assert recording.entries[1].moves["1"].direction == FATAL_MOVES["1"]["move"]


def without(document: Json, name: str) -> Json:
    return {key: value for key, value in document.items() if key != name}


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        pytest.param(
            without(n1(), "frames"), "frames: expected a list, found null", id="no frames"
        ),
        pytest.param(
            without(n1(), "game"),
            "game.board.width: expected 4 to 50 cells, found null",
            id="no board",
        ),
        pytest.param(
            n2() | {"initial_state": None, "frames": []},
            "frames: empty, there is nothing to show",
            id="neither start nor frames",
        ),
        pytest.param(
            legacy() | {"rounds": {}}, "rounds: expected a list, found an object of 0", id="no list"
        ),
        pytest.param(
            legacy() | {"rounds": [{}]},
            "rounds[0].width: expected 4 to 50 cells, found null",
            id="an empty record",
        ),
        pytest.param("text", '"text", not a game', id="a text"),
        pytest.param(None, "null, not a game", id="null"),
    ],
)
def test_what_is_missing_is_named(document: Any, sentence: str) -> None:
    findings = Findings()
    assert read_recording(document, findings) is None or findings.fatal
    assert findings.fatal is not None
    assert findings.fatal.sentence == sentence


def test_events_name_the_first_reason_of_a_death() -> None:
    document = n1()
    document["frames"][0]["events"] = [{"type": "death", "player_id": "0", "reason": "first"}, 7]
    recording = read_recording(document, Findings())
    assert recording is not None
    assert recording.events == {"0": "first"}


def test_odd_events_do_no_harm() -> None:
    document = n1()
    document["frames"][0]["events"] = {"type": "death"}
    document["frames"][1]["events"] = [None, {"player_id": 3}, {"player_id": "1", "reason": 4}]
    recording = read_recording(document, Findings())
    assert recording is not None
    assert recording.events == {"1": ""}
