"""Figures of a session are the recorder's own."""

from collections import Counter
from collections.abc import Iterable

import pytest

from reelmill.pipelines.captures.reading.figures import diversity, summary
from reelmill.pipelines.captures.record import InputsSummary

#: When the session begins.
T0 = 1_758_121_182.0


def summed(*lines: tuple[float, str, str]) -> InputsSummary:
    told = (f'{T0 + at_s!r},{kind},"{args}"'.encode() for at_s, kind, args in lines)
    return summary([b"timestamp,event_type,event_args", *told])


def played(lines: Iterable[tuple[float, str, str]], length_s: float = 60) -> InputsSummary:
    return summed((0, "START", "[]"), *lines, (length_s, "END", "[]"))


def presses(code: int, count: int, every_s: float = 1.0) -> list[tuple[float, str, str]]:
    down = [(0.5 + n * every_s, "KEYBOARD", f"[{code},true]") for n in range(count)]
    up = [(0.6 + n * every_s, "KEYBOARD", f"[{code},false]") for n in range(count)]
    return sorted(down + up)


def test_presses_and_events_a_minute_are_two_figures() -> None:
    told = played(presses(87, 30) + presses(32, 10))
    assert told.wasd_apm == 30
    assert told.apm == 80
    assert told.unique_keys == 2


def test_a_minute_is_one_of_the_window() -> None:
    told = played(presses(87, 30), length_s=120)
    assert told.wasd_apm == 15
    assert told.duration_s == 120


def test_what_comes_before_start_or_after_the_first_end_is_not_counted() -> None:
    told = summed(
        (0, "VIDEO_START", "[]"),
        (1, "KEYBOARD", "[87,true]"),
        (10, "START", "[]"),
        (20, "KEYBOARD", "[65,true]"),
        (70, "END", "[]"),
        (80, "KEYBOARD", "[87,true]"),
        (90, "START", "[]"),
        (95, "END", "[]"),
        (99, "VIDEO_END", "[]"),
    )
    assert told.wasd_apm == 1
    assert (told.start_s, told.end_s) == (T0 + 10, T0 + 70)
    assert (told.video_start_s, told.video_end_s) == (T0, T0 + 99)
    assert told.events["KEYBOARD"] == 3


def test_without_start_and_end_the_window_is_that_of_the_events() -> None:
    told = summed((0, "KEYBOARD", "[87,true]"), (30, "KEYBOARD", "[87,false]"))
    assert told.duration_s == 30
    assert told.wasd_apm == 2


def test_an_end_before_any_start_ends_nothing() -> None:
    told = summed(
        (0, "END", "[]"), (1, "START", "[]"), (2, "KEYBOARD", "[87,true]"), (61, "END", "[]")
    )
    assert told.wasd_apm == 1


def test_mouse_movement_is_a_mean_within_frames() -> None:
    told = played(
        [
            (1.000, "MOUSE_MOVE", "[10,0]"),
            (1.005, "MOUSE_MOVE", "[20,2]"),
            (2.000, "MOUSE_MOVE", "[0,-7]"),
        ]
    )
    assert told.mouse_max == 15
    assert told.mouse_mean == 11


def test_a_gamepad_is_told_by_buttons_and_axes() -> None:
    told = played(
        [
            (1, "GAMEPAD_BUTTON", "[4,true,0]"),
            (2, "GAMEPAD_BUTTON", "[4,false,0]"),
            (3, "GAMEPAD_BUTTON", "[5,true,0]"),
            (4, "GAMEPAD_BUTTON_VALUE", "[7,0.5,0]"),
            (5, "GAMEPAD_AXIS", "[0,0.5,0]"),
            (6, "GAMEPAD_AXIS", "[0,-1.0,0]"),
            (7, "GAMEPAD_AXIS", "[1,0.0,0]"),
        ]
    )
    assert told.gamepad_events == 7
    assert told.gamepad_button_apm == 2
    assert told.gamepad_unique_buttons == 2
    assert told.gamepad_button_diversity == 1
    assert told.gamepad_axis_activity == 0.5
    assert told.gamepad_axis_movement == 1.5
    assert told.gamepad_max_axis == 1


def test_rows_are_counted_by_what_became_of_them() -> None:
    told = summary([b"timestamp,x,y", b"garbage", b"1756339200,FOCUS,[]", b"", b"1.5,X,[]"])
    assert (told.rows, told.corrupt_rows, told.integer_timestamps) == (3, 1, 1)
    assert told.events == {"FOCUS": 1, "UNKNOWN": 1}


def test_the_clock_of_a_process_is_told_from_that_of_the_world() -> None:
    assert summed((0, "FOCUS", "[]")).epoch
    assert not summary([b"1234.5,FOCUS,[]"]).epoch


@pytest.mark.parametrize("lines", [[], [b"timestamp,event_type,event_args"], [b"garbage"]])
def test_a_file_without_events_has_no_window(lines: list[bytes]) -> None:
    told = summary(lines)
    assert (told.start_s, told.end_s, told.duration_s, told.minutes) == (None, None, None, 0)
    assert told.apm == 0


def test_times_that_run_backwards_divide_by_nothing() -> None:
    told = played(presses(87, 3), length_s=-5)
    assert told.apm == 0


def test_diversity_is_that_of_the_recorder() -> None:
    assert diversity(Counter({1: 3, 2: 1})) == pytest.approx(0.811, abs=1e-3)
