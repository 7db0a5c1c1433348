"""Inputs are read by the recorder's own rule, which no reader of CSV knows."""

import csv
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmill.pipelines.captures.events import (
    Edge,
    Event,
    Held,
    Key,
    Kind,
    Marker,
    MouseButton,
    MouseMove,
    Pad,
    PadAxis,
    PadButton,
    PadValue,
    Scroll,
    What,
)
from reelmill.pipelines.captures.reading.inputs import MAX_ROW_BYTES, events, rows

HEADER = b"timestamp,event_type,event_args"

HELD = {
    "inputs": {
        "keyboard": [87, 16],
        "mouse": [1],
        "gamepads": {"0": {"digital": [4], "analog": {"7": 0.5}, "axis": {"1": -1.0, "0": 0.25}}},
    }
}


def one(line: str) -> What:
    (event,) = events([HEADER, line.encode()])
    return event.what


@pytest.mark.parametrize(
    ("line", "what"),
    [
        pytest.param('1.5,MOUSE_MOVE,"[3,-4]"', MouseMove(3, -4), id="a move"),
        pytest.param('1.5,MOUSE_BUTTON,"[1,true]"', MouseButton(1, down=True), id="a mouse button"),
        pytest.param('1.5,SCROLL,"[-1]"', Scroll(-1), id="the wheel"),
        pytest.param('1.5,KEYBOARD,"[87,false]"', Key(87, down=False), id="a key"),
        pytest.param('1.5,GAMEPAD_BUTTON,"[4,true]"', PadButton(4, down=True), id="an old pad"),
        pytest.param(
            '1.5,GAMEPAD_BUTTON,"[4,true,0]"', PadButton(4, down=True, pad="0"), id="a pad"
        ),
        pytest.param(
            '1.5,GAMEPAD_BUTTON_VALUE,"[7,0.25,1]"', PadValue(7, 0.25, "1"), id="a trigger"
        ),
        pytest.param('1.5,GAMEPAD_AXIS,"[0,-0.5,1]"', PadAxis(0, -0.5, "1"), id="an axis"),
        pytest.param('1.5,VIDEO_START,"[]"', Marker(Kind.VIDEO_START), id="the video begins"),
        pytest.param('1.5,FOCUS,"[]"', Marker(Kind.FOCUS), id="a deprecated marker"),
        pytest.param('1.5,TELEPORT,"[1]"', Marker(Kind.UNKNOWN), id="a type of tomorrow"),
        pytest.param("1.5,KEYBOARD,[87, True]", Key(87, down=True), id="a list of Python"),
        pytest.param('1.5,KEYBOARD,"[87, False]"', Key(87, down=False), id="the same in quotes"),
        pytest.param("1.5,START,[]", Edge(Kind.START, Held()), id="a START of old"),
        pytest.param('1.5,END,"{broken"', Edge(Kind.END, Held()), id="an END that is broken"),
    ],
)
def test_a_row_is_an_event(line: str, what: What) -> None:
    assert one(line) == what


def test_quotes_inside_of_the_arguments_are_not_escaped() -> None:
    line = f'1758121182.123456,START,"{json.dumps(HELD)}"'
    pad = Pad(digital=(4,), analog=((7, 0.5),), axis=((0, 0.25), (1, -1.0)))
    held = Held(keyboard=(87, 16), mouse=(1,), gamepads={"0": pad})
    (event,) = events([HEADER, line.encode()])
    assert event == Event(1758121182.123456, Edge(Kind.START, held))
    (misread,) = csv.reader([line])
    assert misread[2:] != [json.dumps(HELD)], "a reader of CSV gets another text"


def test_a_row_that_went_through_a_csv_writer_is_read_as_well() -> None:
    escaped = json.dumps(HELD).replace('"', '""')
    what = one(f'1.5,START,"{escaped}"')
    assert isinstance(what, Edge)
    assert what.held.keyboard == (87, 16)


def test_the_pad_of_older_recorders_is_read() -> None:
    inputs = {"keyboard": [], "mouse": [], "gamepad_digital": [3], "gamepad_analog": {"0": 1.0}}
    what = one(f'1.5,START,"{json.dumps({"inputs": inputs})}"')
    assert isinstance(what, Edge)
    assert what.held.gamepads == {"": Pad(digital=(3,), analog=((0, 1.0),))}


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("1.5,KEYBOARD", id="no arguments"),
        pytest.param('x,KEYBOARD,"[87,true]"', id="a time that is none"),
        pytest.param('nan,KEYBOARD,"[87,true]"', id="not a number"),
        pytest.param('-1,KEYBOARD,"[87,true]"', id="before time"),
        pytest.param('175633920012345678,KEYBOARD,"[87,true]"', id="a corrupt whole number"),
        pytest.param('1.5,KEYBOARD,"[87]"', id="too few arguments"),
        pytest.param('1.5,KEYBOARD,"[87,true,1]"', id="too many arguments"),
        pytest.param('1.5,KEYBOARD,"[87,"', id="half of them"),
        pytest.param('1.5,KEYBOARD,"[-87,true]"', id="a key that is none"),
        pytest.param('1.5,KEYBOARD,"[87,2]"', id="neither down nor up"),
        pytest.param('1.5,MOUSE_MOVE,"[NaN,1]"', id="a move to nowhere"),
        pytest.param('1.5,MOUSE_MOVE,"{}"', id="a mapping for a list"),
        pytest.param('1.5,SCROLL,"[]"', id="a turn of nothing"),
        pytest.param('1.5,KEYBOARD,__import__("os").system("true")', id="a program"),
        pytest.param('1.5,KEYBOARD,"' + "[" * 5000 + '"', id="endless nesting"),
        pytest.param('1.5,KEYBOARD,"[87,true]' + " " * MAX_ROW_BYTES + '"', id="an endless row"),
        pytest.param("garbage", id="anything"),
        pytest.param("\x00\x01,\x02,\x03", id="bytes"),
    ],
)
def test_a_row_of_which_nothing_can_be_made_is_corrupt(line: str) -> None:
    good = b'2.5,KEYBOARD,"[65,true]"'
    found = list(rows([HEADER, line.encode(), good]))
    assert [row.event is None for row in found] == [True, False]


def test_blank_lines_are_no_rows_and_ends_of_lines_do_not_matter() -> None:
    lines = [HEADER + b"\r\n", b"\r\n", b'1.5,SCROLL,"[1]"\r\n', b"", b"   "]
    assert len(list(rows(lines))) == 1


def test_a_file_without_a_header_loses_nothing() -> None:
    assert len(list(rows([b'1.5,SCROLL,"[1]"']))) == 1


def test_whole_seconds_are_noted() -> None:
    found = list(rows([b'1756339200,SCROLL,"[1]"', b'1756339200.5,SCROLL,"[1]"']))
    assert [row.whole_seconds for row in found] == [True, False]


@given(st.lists(st.binary(max_size=80)))
def test_whatever_a_file_holds_it_is_read(lines: list[bytes]) -> None:
    for row in rows(lines):
        assert row.event is None or row.event.at_s >= 0


ANY: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
    ),
)


@given(st.sampled_from(list(Kind)), ANY)
def test_whatever_the_arguments_are_a_row_is_read(kind: Kind, args: Any) -> None:
    line = f'1.5,{kind.value},"{json.dumps(args)}"'.encode()
    (row,) = rows([line])
    assert row.event is None or row.event.what.kind in (kind, Kind.UNKNOWN)
