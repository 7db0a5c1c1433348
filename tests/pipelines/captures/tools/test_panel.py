"""The panel over a video: what is held is bright, what was never used is not there."""

from dataclasses import replace

import numpy as np
import pytest

from reelmill.media.geometry import Size
from reelmill.pipelines.captures.tools.controls import Controls
from reelmill.pipelines.captures.tools.panel import Panel, timeline

IDLE = Controls(frame=0)
PAD = Controls(frame=0, axes=((0, 0.0), (1, 0.0)), triggers=((7, 0.0),))
PICTURE = Size(1280, 720)


def bright(panel: Panel, one: Controls) -> int:
    return int((panel.drawn(one)[..., 0] > 200).sum())


@pytest.mark.parametrize(
    "change",
    [{"keys": (87,)}, {"keys": (9,)}, {"mouse_buttons": (1,)}, {"mouse_dx": 20.0}],
    ids=["a key", "a key that is not always shown", "a button of the mouse", "a movement"],
)
def test_what_is_done_is_bright(change: dict[str, object]) -> None:
    panel = Panel(PICTURE, [IDLE])
    assert bright(panel, replace(IDLE, **change)) > bright(panel, IDLE) + 100  # type: ignore[arg-type]


def test_the_needle_points_where_the_mouse_went() -> None:
    panel = Panel(PICTURE, [IDLE])
    moved = [
        panel.drawn(replace(IDLE, mouse_dx=x, mouse_dy=y))[..., 0].astype(int)
        - panel.drawn(IDLE)[..., 0]
        for x, y in ((30.0, 0.0), (-30.0, 0.0), (0.0, 30.0), (0.0, -30.0))
    ]
    rows, columns = zip(*(np.argwhere(each > 60).mean(axis=0) for each in moved), strict=True)
    assert columns[0] > columns[2] > columns[1]
    assert rows[2] > rows[0] > rows[3]


def test_only_devices_that_were_used_are_shown() -> None:
    keyboard, gamepad = Panel(PICTURE, [IDLE]), Panel(PICTURE, [PAD])
    both = Panel(PICTURE, [PAD, replace(PAD, keys=(87,))])
    assert both.size.width > max(keyboard.size.width, gamepad.size.width)
    pushed = replace(PAD, axes=((0, 1.0), (1, 0.0)), triggers=((7, 1.0),), pad_buttons=(3,))
    assert bright(gamepad, pushed) > bright(gamepad, PAD) + 1000


@pytest.mark.parametrize("size", [Size(64, 36), Size(320, 180), Size(1920, 1080), Size(360, 640)])
def test_the_panel_lies_within_the_picture(size: Size) -> None:
    panel = Panel(size, [replace(PAD, keys=(87,))])
    glass = panel.drawn(replace(PAD, keys=(87, 9, 112)))
    assert glass.shape == (panel.size.height, panel.size.width, 2)
    assert 0 <= panel.x <= size.width - panel.size.width
    assert 0 <= panel.y <= size.height - panel.size.height


def test_a_panel_is_drawn_when_something_changes() -> None:
    every = [replace(IDLE, frame=number, keys=(87,) if number >= 5 else ()) for number in range(9)]
    assert [laid.frame for laid in timeline(every, Panel(PICTURE, every))] == [0, 5]
