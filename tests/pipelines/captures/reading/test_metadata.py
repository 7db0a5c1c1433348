"""A session is read from the documents of all three recorders."""

import json
from typing import Any

import pytest

from reelmill.media.geometry import Size
from reelmill.pipelines.captures.reading.metadata import MAX_DEPTH, parsed, read_session
from reelmill.pipelines.captures.session import Generation
from reelmill.pipelines.captures.spec import NotASession

RUST: dict[str, Any] = {
    "game_exe": "cs2.exe",
    "window_name": "Counter-Strike 2",
    "game_resolution": [1920, 1080],
    "owl_control_version": "1.2.3",
    "session_id": "3e5b6f0e-8d3c-4f7a-9d38-6a4d2f0b7b11",
    "hardware_id": "ab" * 32,
    "hardware_specs": None,
    "gamepads": {"0": {"name": "Pad", "vendor_id": None, "product_id": None}},
    "start_timestamp": 1758121182.25,
    "end_timestamp": 1758121300.75,
    "duration": 118.4,
    "input_stats": {"wasd_apm": 61.5, "unique_keys": 9, "odd": "text"},
    "recorder": "embedded",
    "average_fps": 59.9,
}
PYTHON: dict[str, Any] = {
    "session-id": "s-2",
    "hardware-id": "h-2",
    "start-timestamp": "20250817_145942",
    "end-timestamp": "20250817_150042",
    "duration": 60.02,
    "platform": {"system": "Windows"},
    "input_stats": {"wasd_apm": 12},
}
FIRST: dict[str, Any] = {
    "session-id": "s-3",
    "hardware-id": None,
    "start-timestamp": "20250701_080000",
    "end-timestamp": "20250701_080130",
}


def test_the_present_recorder_is_read() -> None:
    session = read_session(json.dumps(RUST))
    assert session.generation is Generation.RUST
    assert session.game_exe == "cs2.exe"
    assert session.game_resolution == Size(1920, 1080)
    assert (session.start_s, session.end_s) == (1758121182.25, 1758121300.75)
    assert session.length_s == 118.4
    assert session.average_fps == 59.9
    assert session.input_stats == {"wasd_apm": 61.5, "unique_keys": 9.0}
    assert session.recorder == "embedded"
    assert session.raw == RUST


def test_the_recorder_before_it_is_read() -> None:
    session = read_session(json.dumps(PYTHON).encode())
    assert session.generation is Generation.PYTHON
    assert session.session_id == "s-2"
    assert (session.start_s, session.end_s) == (1755442782.0, 1755442842.0)
    assert session.length_s == 60.02
    assert session.input_stats == {"wasd_apm": 12.0}
    assert session.game_exe is None


def test_the_first_recorder_is_read_and_says_no_duration() -> None:
    session = read_session(json.dumps(FIRST))
    assert session.generation is Generation.FIRST
    assert session.hardware_id is None
    assert session.duration_s is None
    assert session.length_s == 90.0


@pytest.mark.parametrize(
    ("name", "value", "read_as"),
    [
        pytest.param("game_resolution", [1920, "1080"], "game_resolution", id="a text for a side"),
        pytest.param("game_resolution", [0, 1080], "game_resolution", id="no width"),
        pytest.param("game_resolution", [True, 1], "game_resolution", id="a truth for a side"),
        pytest.param("duration", True, "duration_s", id="a truth for a number"),
        pytest.param("duration", -1, "duration_s", id="a negative duration"),
        pytest.param("start_timestamp", 1e18, "start_s", id="a time of another age"),
        pytest.param("start_timestamp", "20259999_000000", "start_s", id="a month that is none"),
        pytest.param("game_exe", 7, "game_exe", id="a number for a name"),
        pytest.param("average_fps", [60], "average_fps", id="a list for a rate"),
    ],
)
def test_what_is_said_wrongly_is_left_out(name: str, value: Any, read_as: str) -> None:
    session = read_session(json.dumps({**RUST, "duration": None, name: value}))
    assert getattr(session, read_as) is None
    assert session.raw[name] == value


def test_an_empty_document_says_nothing() -> None:
    session = read_session("{}")
    assert session.generation is Generation.RUST
    assert session.session_id == ""
    assert session.length_s is None


def test_what_json_cannot_hold_is_null() -> None:
    document = '{"a": NaN, "b": [Infinity, 1e999, 1], "c": ' + "9" * 400 + "}"
    found = parsed(document)
    assert found == {"a": None, "b": [None, None, 1], "c": None}
    json.dumps(found, allow_nan=False)


def test_a_mark_at_the_beginning_is_passed_over() -> None:
    assert parsed(b"\xef\xbb\xbf{}") == {}


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"[1]", id="a list"),
        pytest.param(b"{'a': 1}", id="quotes of Python"),
        pytest.param(b"\xff\xfe{}", id="another encoding"),
        pytest.param(b'{"a":' * 100_000, id="endless nesting"),
        pytest.param(b'{"a":' * MAX_DEPTH + b"{}" + b"}" * MAX_DEPTH, id="deep nesting"),
        pytest.param(b'{"a": ' + b"9" * 5000 + b"e}", id="a broken number"),
    ],
)
def test_what_is_no_session_is_refused(document: bytes) -> None:
    with pytest.raises(NotASession) as refused:
        read_session(document)
    assert refused.value.message.isprintable()
