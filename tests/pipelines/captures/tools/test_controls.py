"""What was held and moved in each frame."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from reelmill.pipelines.captures.reading.inputs import events
from reelmill.pipelines.captures.tools.controls import Controls, Window, controls, window_of
from reelmill.pipelines.captures.tools.table import write_table

FPS = 10.0


def read(*rows: str) -> list[Controls]:
    found = list(events(row.encode() for row in rows))
    window = window_of(found)
    assert window is not None
    return list(controls(found, window, FPS))


SESSION = (
    '99.0,KEYBOARD,"[69,true]"',
    '100.0,START,"{"inputs":{"keyboard":[87],"mouse":[2],"gamepads":{}}}"',
    '100.0,VIDEO_START,"[]"',
    '100.05,MOUSE_MOVE,"[4,-2]"',
    '100.09,MOUSE_MOVE,"[2,0]"',
    '100.10,KEYBOARD,"[65,true]"',
    '100.15,KEYBOARD,"[65,false]"',
    '100.20,KEYBOARD,"[87,false]"',
    '100.31,SCROLL,"[1]"',
    '100.39,SCROLL,"[2]"',
    '100.6,VIDEO_END,"[]"',
    '100.6,END,"{"inputs":{"keyboard":[],"mouse":[],"gamepads":{}}}"',
    '100.7,KEYBOARD,"[70,true]"',
)


def test_every_frame_of_the_video_has_a_row() -> None:
    assert [one.frame for one in read(*SESSION)] == [0, 1, 2, 3, 4, 5]


def test_an_event_belongs_to_the_frame_on_screen_when_it_happened() -> None:
    rows = read(*SESSION)
    assert [one.keys for one in rows] == [(87,), (65, 87), (87,), (), (), ()]
    assert [one.scroll for one in rows] == [0, 0, 0, 3, 0, 0]


def test_movements_within_a_frame_are_averaged() -> None:
    rows = read(*SESSION)
    assert (rows[0].mouse_dx, rows[0].mouse_dy) == (3.0, -1.0)
    assert (rows[1].mouse_dx, rows[1].mouse_dy) == (0.0, 0.0)


def test_what_is_before_the_start_and_after_the_end_is_left_out() -> None:
    assert not {69, 70} & {key for one in read(*SESSION) for key in one.keys}


def test_what_is_held_at_the_start_is_held_from_the_first_frame_on() -> None:
    assert all(one.mouse_buttons == (2,) for one in read(*SESSION))


def test_who_looks_elsewhere_holds_nothing() -> None:
    rows = read(*SESSION[:4], '100.2,UNFOCUS,"[]"', *SESSION[-3:])
    assert [one.keys for one in rows] == [(87,), (87,), (87,), (), (), ()]


def test_sticks_and_triggers_stay_where_they_are() -> None:
    rows = read(
        SESSION[2],
        '100.1,GAMEPAD_AXIS,"[0,0.5,0]"',
        '100.2,GAMEPAD_BUTTON_VALUE,"[7,0.25,0]"',
        '100.25,GAMEPAD_BUTTON,"[3,true,0]"',
        '100.35,GAMEPAD_BUTTON,"[3,false,0]"',
        SESSION[-3],
    )
    assert [one.axes for one in rows] == [(), *(((0, 0.5),),) * 5]
    assert [one.triggers for one in rows][1:3] == [(), ((7, 0.25),)]
    assert [one.pad_buttons for one in rows] == [(), (), (3,), (3,), (), ()]


@pytest.mark.parametrize(
    ("rows", "window"),
    [
        (['5.0,KEYBOARD,"[87, True]"', '9.5,KEYBOARD,"[87, False]"'], Window(5.0, 9.5)),
        (['5.0,START,"[]"', '6.0,KEYBOARD,"[87, True]"', '9.5,END,"[]"'], Window(5.0, 9.5)),
        ([], None),
    ],
    ids=["first and last event", "from START to END", "nothing at all"],
)
def test_old_recordings_say_less_of_when_the_video_was(
    rows: Sequence[str], window: Window | None
) -> None:
    assert window_of(events(row.encode() for row in rows)) == window


def test_a_video_has_as_many_rows_as_frames_whatever_the_inputs_say() -> None:
    found = list(events(row.encode() for row in SESSION))
    assert len(list(controls(found, Window(100.0, 100.6), FPS, 40))) == 40
    assert len(list(controls([], Window(0.0, 1.0), FPS, 3))) == 3


def test_the_table_is_the_same_as_parquet_and_as_csv(tmp_path: Path) -> None:
    rows = read(*SESSION[:-3], '100.45,GAMEPAD_AXIS,"[1,0.125,0]"', *SESSION[-3:])
    write_table(rows, FPS, tmp_path / "c.parquet")
    write_table(rows, FPS, tmp_path / "c.csv")
    table = pq.read_table(tmp_path / "c.parquet")
    assert table.column_names[-1] == "axis_1"
    assert table.column("keys").to_pylist()[:2] == [[87], [65, 87]]
    assert table.column("axis_1").to_pylist() == [None] * 4 + [0.125] * 2
    assert table.column("time_s").to_pylist() == [number / FPS for number in range(6)]
    with (tmp_path / "c.csv").open() as file:
        written = list(csv.DictReader(file))
    assert [row["keys"] for row in written] == ["87", "65 87", "87", "", "", ""]
    assert [row["axis_1"] for row in written] == ["", "", "", "", "0.125", "0.125"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.csv", "c.parquet"]
