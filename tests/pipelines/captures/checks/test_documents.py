"""What documents tell of a recording is held against what a recording has to be."""

from typing import Any

import numpy as np
import pytest
from tests.pipelines.captures.checks.sights import facts, inputs, record, series, world

from reelmill.pipelines.captures.checks.check import Check
from reelmill.pipelines.captures.checks.games import GAMES, View, game_of
from reelmill.pipelines.captures.checks.inputs import CSV, DEVICE, IDLE
from reelmill.pipelines.captures.checks.length import EMPTY, LENGTH
from reelmill.pipelines.captures.checks.origin import LEGACY, VIEW
from reelmill.pipelines.captures.checks.shape import SHAPE
from reelmill.pipelines.captures.checks.sync import SYNC
from reelmill.pipelines.captures.record import Record

NO_FRAMES = series(world(0))


def _verdict(check: Check, of: Record) -> dict[str, Any]:
    verdict: dict[str, Any] = check.judge(check.measure(of), check.limits)._asdict()
    return verdict


@pytest.mark.parametrize(
    ("told", "true"),
    [
        pytest.param({}, [], id="a sound recording"),
        pytest.param({"duration_s_from_frames": 19.9}, ["is_video_too_short"], id="too short"),
        pytest.param({"duration_s_from_frames": 20.0}, [], id="just long enough"),
        pytest.param({"duration_s_from_frames": 900.0, "size_bytes": 10**9}, [], id="at most"),
        pytest.param(
            {"duration_s_from_frames": 900.1, "size_bytes": 10**9},
            ["is_video_too_long"],
            id="too long",
        ),
        pytest.param({"fps_from_frames": 53.9}, ["is_video_low_fps"], id="too few frames"),
        pytest.param({"fps_from_frames": 54.0}, [], id="just frames enough"),
        pytest.param({"size_bytes": 3_749_999}, ["is_video_low_bitrate"], id="too few bits"),
    ],
)
def test_length_and_rate_are_those_of_the_recorders_rules(
    told: dict[str, Any], true: list[str]
) -> None:
    verdict = _verdict(LENGTH, record(told=facts(**told)))
    assert [name for name, is_so in verdict.items() if is_so] == true


def test_a_record_of_somebody_else_is_judged_by_what_ffprobe_said() -> None:
    video = {
        "streams": [
            {"codec_type": "audio"},
            {"codec_type": "video", "avg_frame_rate": "30/1", "width": 640, "height": 480},
        ],
        "format": {"duration": "12.5", "size": "9000000"},
    }
    assert LENGTH.measure(record(video=video)) == (12.5, 30.0, 5_760_000.0)


@pytest.mark.parametrize(
    "video",
    [{}, {"streams": None, "format": []}, {"streams": [{"codec_type": "video"}, 7]}],
    ids=["nothing", "something else", "no numbers"],
)
def test_of_what_nobody_says_nobody_can_say(video: dict[str, Any]) -> None:
    assert set(_verdict(LENGTH, record(video=video)).values()) == {None}
    broken = {"streams": [{"codec_type": "video", "avg_frame_rate": "0/0", "width": "x"}]}
    assert LENGTH.measure(record(video=broken)) == (None, None, None)


def test_a_video_without_a_frame_is_empty_unless_it_ends_before_the_first() -> None:
    assert _verdict(EMPTY, record(NO_FRAMES)) == {"is_video_empty": True}
    assert _verdict(EMPTY, record()) == {"is_video_empty": False}
    for seconds, is_empty in ((2.0, False), (0.0, True), (40.0, True)):
        told = facts(duration_s_from_frames=seconds)
        assert _verdict(EMPTY, record(NO_FRAMES, told)) == {"is_video_empty": is_empty}


@pytest.mark.parametrize(
    ("session", "is_legacy"),
    [
        pytest.param({"start_timestamp": 1756339199.9}, True, id="27 August"),
        pytest.param({"start_timestamp": 1756339200.0}, False, id="28 August"),
        pytest.param({"start-timestamp": "20250827_235959"}, True, id="as Python wrote it"),
        pytest.param({"start-timestamp": "20250901_000000"}, False, id="later, by Python"),
        pytest.param({}, None, id="nobody says"),
        pytest.param({"start_timestamp": "yesterday"}, None, id="nonsense"),
    ],
)
def test_recordings_until_27_august_are_legacy(
    session: dict[str, Any], *, is_legacy: bool | None
) -> None:
    assert _verdict(LEGACY, record(session=session)) == {"is_video_legacy_aug28": is_legacy}


def test_without_a_session_the_name_of_the_video_tells_when_it_began() -> None:
    bare = record()
    named = Record(**(vars(bare) | {"video_id": "2025-08-17 14-59-42"}))
    assert _verdict(LEGACY, named) == {"is_video_legacy_aug28": True}
    assert _verdict(LEGACY, bare) == {"is_video_legacy_aug28": None}


@pytest.mark.parametrize(
    ("exe", "first", "third"),
    [
        ("cs2.exe", True, False),
        (r"C:\Games\ELDENRING.EXE", False, True),
        ("FortniteClient-Win64-Shipping.exe", False, True),
        ("GTA5.exe", None, None),
        ("notepad.exe", None, None),
        (None, None, None),
    ],
)
def test_eyes_are_told_by_the_program(
    exe: str | None, *, first: bool | None, third: bool | None
) -> None:
    verdict = _verdict(VIEW, record(session={"session_id": "s", "game_exe": exe}))
    assert tuple(verdict.values()) == (first, third)


def test_the_table_of_games_knows_at_least_85_under_names_as_they_are_looked_up() -> None:
    assert len({game.title for game in GAMES.values()}) >= 85
    assert [exe for exe in GAMES if exe != exe.lower() or exe.endswith(".exe")] == []
    assert {game.view for game in GAMES.values()} == set(View)
    found = game_of("DOOMEternalx64vk.exe")
    assert found is not None
    assert found.is_shooter


@pytest.mark.parametrize(
    ("events", "kbm", "controller"),
    [
        pytest.param({"KEYBOARD": 90, "MOUSE_MOVE": 10}, True, False, id="keyboard and mouse"),
        pytest.param({"GAMEPAD_AXIS": 80, "GAMEPAD_BUTTON": 9}, False, True, id="a gamepad"),
        pytest.param({"GAMEPAD_AXIS": 80, "MOUSE_MOVE": 5}, False, True, id="a mouse was touched"),
        pytest.param({"KEYBOARD": 80, "GAMEPAD_AXIS": 5}, True, False, id="a pad was touched"),
        pytest.param({"START": 1, "END": 1}, None, None, id="nothing was done"),
    ],
)
def test_the_device_is_the_one_that_was_used_most(
    events: dict[str, int], *, kbm: bool | None, controller: bool | None
) -> None:
    verdict = _verdict(DEVICE, record(told=facts(inputs=inputs(events=events))))
    assert tuple(verdict.values()) == (kbm, controller)


def test_without_a_file_of_inputs_the_recorders_figures_tell_the_device() -> None:
    stats = {"total_keyboard_events": 4, "gamepad_total_events": 900}
    session = {"session_id": "s", "input_stats": stats}
    assert DEVICE.measure(record(session=session)) == (4, 900)
    assert DEVICE.measure(record()) == (None, None)


@pytest.mark.parametrize(
    ("told", "is_off"),
    [
        pytest.param({"inputs": inputs()}, False, id="as long as the video"),
        pytest.param({"inputs": inputs(video_end_s=1061.5)}, False, id="stopped a moment later"),
        pytest.param({"inputs": inputs(video_end_s=1036.0)}, True, id="a shorter picture"),
        pytest.param(
            {"inputs": inputs(start_s=900.0, end_s=1100.0)}, False, id="marks count, not edges"
        ),
        pytest.param(
            {"inputs": inputs(video_start_s=None, end_s=1036.0)}, True, id="no mark: the edges"
        ),
        pytest.param({"inputs": None}, None, id="nobody says"),
        pytest.param(
            {"duration_s_from_frames": None, "duration_s_from_header": None}, None, id="no length"
        ),
    ],
)
def test_inputs_and_picture_last_equally_long(told: dict[str, Any], *, is_off: bool | None) -> None:
    assert _verdict(SYNC, record(told=facts(**told))) == {"is_inputs_out_of_sync": is_off}


def test_without_inputs_the_duration_of_the_session_is_compared() -> None:
    session = {"session_id": "s", "duration": 90.0}
    verdict = _verdict(SYNC, record(told=facts(inputs=None), session=session))
    assert verdict == {"is_inputs_out_of_sync": True}


@pytest.mark.parametrize(
    ("told", "is_idle"),
    [
        pytest.param({}, False, id="keyboard and mouse"),
        pytest.param({"wasd_apm": 4.9, "mouse_max": 0.0}, True, id="too few presses, no mouse"),
        pytest.param({"apm": 4.9, "mouse_max": 0.0}, True, id="too few events, no mouse"),
        pytest.param({"wasd_apm": 0.0}, False, id="the mouse alone will do"),
        pytest.param({"wasd_apm": 0, "mouse_max": 20_000.0}, True, id="a mouse that jumps"),
        pytest.param(
            {"wasd_apm": 0, "mouse_max": 0, "gamepad_button_apm": 2.0}, False, id="buttons will do"
        ),
        pytest.param(
            {"wasd_apm": 0, "mouse_max": 0, "gamepad_axis_movement": 0.01}, False, id="so will axes"
        ),
        pytest.param(
            {"wasd_apm": 0, "mouse_max": 0, "gamepad_button_apm": 9, "gamepad_max_axis": 2.1},
            True,
            id="a broken gamepad",
        ),
    ],
)
def test_nobody_played_only_when_all_three_devices_were_idle(
    told: dict[str, Any], *, is_idle: bool
) -> None:
    verdict = _verdict(IDLE, record(told=facts(inputs=inputs(**told))))
    assert verdict == {"is_inputs_idle": is_idle}
    assert _verdict(IDLE, record()) == {"is_inputs_idle": None}


@pytest.mark.parametrize(
    ("game", "is_other"),
    [
        pytest.param([1920, 1080], False, id="recorders scale down"),
        pytest.param([1366, 768], False, id="a shape that is almost the same"),
        pytest.param([1024, 768], True, id="another shape"),
        pytest.param(None, None, id="nobody says"),
    ],
)
def test_the_video_has_the_shape_of_the_game(
    game: list[int] | None, *, is_other: bool | None
) -> None:
    session = {"session_id": "s", "game_resolution": game}
    verdict = _verdict(SHAPE, record(told=facts(), session=session))
    assert verdict == {"is_resolution_mismatch": is_other}


@pytest.mark.parametrize(
    ("told", "missing", "corrupt", "rows"),
    [
        pytest.param(facts(), False, False, 0, id="sound"),
        pytest.param(facts(inputs=inputs(corrupt_rows=3)), False, True, 3, id="corrupt rows"),
        pytest.param(facts(inputs=None), True, False, None, id="no file"),
        pytest.param(None, None, None, None, id="nobody looked"),
    ],
)
def test_a_missing_file_and_corrupt_rows_are_told_apart(
    told: Any, missing: Any, corrupt: Any, rows: Any
) -> None:
    of = record(told=told)
    assert _verdict(CSV, of) == {"is_csv_missing": missing, "is_csv_corrupt": corrupt}
    assert CSV.measure(of).csv_corrupt_rows == rows


def test_frames_of_one_colour_and_no_document_break_nothing() -> None:
    of = record(series(np.zeros((15, 3, 90, 160), np.uint8)))
    for check in (CSV, DEVICE, IDLE, SYNC, EMPTY, LENGTH, LEGACY, VIEW, SHAPE):
        assert check.measure(of) is not None
