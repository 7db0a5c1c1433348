"""Documents of fake captures, read by the room that reads real ones."""

from datetime import UTC, datetime
from random import Random
from uuid import UUID

import pytest

from reelmill.media.geometry import Size
from reelmill.pipelines.captures.reading.figures import summary
from reelmill.pipelines.captures.reading.metadata import read_session
from reelmill.pipelines.captures.record import InputsSummary
from reelmill.pipelines.captures.samples.documents import (
    Recorder,
    Taping,
    inputs,
    metadata,
    python_inputs,
    spoiled,
)
from reelmill.pipelines.captures.samples.playing import Device, play

STARTED = datetime(2025, 9, 17, 14, 59, 42, tzinfo=UTC)


def taping(device: Device = Device.KBM) -> Taping:
    return Taping(
        session_id=UUID(int=5, version=4),
        device=device,
        game_exe="cs2.exe",
        game_resolution=Size(1920, 1080),
        started=STARTED,
        duration_s=60.0,
        fps=60.0,
        done=play(device, 60.0, Random(3)),
    )


def read(rows: bytes) -> InputsSummary:
    return summary(rows.splitlines(keepends=True))


def test_the_present_recorder_leaves_quotes_inside_of_quotes_alone() -> None:
    first, start, *_ = inputs(taping()).decode().splitlines()
    assert first == "timestamp,event_type,event_args"
    assert start.startswith('1758121182.000000,START,"{"inputs":{"keyboard":[],')


@pytest.mark.parametrize("recorder", Recorder)
def test_every_generation_is_known_and_tells_when_it_was(recorder: Recorder) -> None:
    session = read_session(metadata(taping(), recorder))
    assert session.generation.value == recorder.value
    assert session.start_s == STARTED.timestamp()
    assert session.length_s == pytest.approx(60.0)
    rust = recorder is Recorder.RUST
    assert (session.game_exe, session.average_fps) == (("cs2.exe", 60.0) if rust else (None, None))
    assert (session.hardware_id is None) == (recorder is Recorder.FIRST)


def test_figures_of_a_session_are_those_of_somebody_who_plays() -> None:
    found = read(inputs(taping()))
    assert (found.corrupt_rows, found.epoch, found.integer_timestamps) == (0, True, 0)
    assert found.duration_s == pytest.approx(60.0)
    assert (found.video_start_s, found.video_end_s) == (found.start_s, found.end_s)
    assert found.wasd_apm > 10
    assert 0.05 < found.mouse_max < 10_000
    assert found.gamepad_events == 0
    stats = read_session(metadata(taping(), Recorder.RUST)).input_stats
    assert len(stats) == 17
    assert stats["unique_keys"] == found.unique_keys
    assert stats["button_diversity"] == pytest.approx(found.key_diversity)


def test_a_gamepad_is_played_with_as_a_gamepad() -> None:
    found = read(inputs(taping(Device.CONTROLLER)))
    assert found.gamepad_button_apm > 10
    assert 0.01 < found.gamepad_axis_movement <= found.gamepad_max_axis <= 1
    assert {"KEYBOARD", "MOUSE_MOVE"}.isdisjoint(found.events)
    assert read_session(metadata(taping(Device.CONTROLLER), Recorder.RUST)).raw["gamepads"]


def test_where_nobody_plays_there_is_a_beginning_and_an_end() -> None:
    found = read(inputs(taping(Device.NOTHING)))
    assert found.duration_s == pytest.approx(60.0)
    assert (found.rows, found.apm, found.mouse_max, found.gamepad_events) == (5, 0, 0, 0)


def test_the_first_recorders_wrote_lists_of_python_and_times_of_a_process() -> None:
    rows = python_inputs(taping(), clock_s=77.5)
    assert b'"[87, True]"' in rows
    found = read(rows)
    assert (found.corrupt_rows, found.epoch) == (0, False)
    assert found.start_s == 77.5
    assert found.wasd_apm > 10


def test_times_that_lost_their_fractions_are_seen() -> None:
    found = read(inputs(taping(), integers=True))
    assert found.integer_timestamps == found.rows > 100


@pytest.mark.parametrize("count", [1, 4, 9])
def test_rows_are_spoilt_that_many_times(count: int) -> None:
    found = read(spoiled(inputs(taping()), count, Random(1)))
    assert found.corrupt_rows == count


def test_what_is_pressed_is_released_before_it_is_pressed_again() -> None:
    for seed in range(5):
        down: set[tuple[str, int]] = set()
        for one in play(Device.KBM, 120.0, Random(seed)):
            if one.kind in {"KEYBOARD", "MOUSE_BUTTON"}:
                code = (one.kind, one.args[0])
                assert (code in down) != one.args[1]
                down ^= {code}


def test_events_are_told_in_order_of_time() -> None:
    for device in Device:
        times = [one.at_s for one in taping(device).done]
        assert times == sorted(times)
