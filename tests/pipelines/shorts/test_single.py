"""Times as people write them, plans as people edit them."""

import json
from pathlib import Path

import pytest

from reelmill.pipelines.shorts.single import (
    BadTime,
    NoSuchVideo,
    UnreadableFile,
    read_plan,
    readable,
    time_of,
    timecode,
    write_plan,
)
from reelmill.pipelines.shorts.spec import BadCropPlan, CropKeyframe, CropPlan

PLAN = CropPlan(
    source_width=1920,
    source_height=1080,
    window_width=606,
    window_height=1080,
    keyframes=(CropKeyframe(at_s=0, x=100), CropKeyframe(at_s=1.5, x=300, jump=True)),
)


@pytest.mark.parametrize(
    ("text", "expected_s"),
    [
        ("0", 0.0),
        ("75", 75.0),
        ("75.25", 75.25),
        ("180.0", 180.0),
        ("1:15", 75.0),
        ("1:15.25", 75.25),
        ("0:05.08", 5.08),
        ("01:01:15.5", 3675.5),
        (" 7 ", 7.0),
    ],
)
def test_a_time_is_read(text: str, expected_s: float) -> None:
    assert time_of(text) == expected_s


@pytest.mark.parametrize(
    "text", ["", "-1", "1:60", "1:99", "abc", "1:2:3:4", "1e3", "nan", "inf", ":5", "5:", "1.2.3"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(BadTime):
        time_of(text)


@pytest.mark.parametrize("moment_s", [0.0, 5.08, 59.999, 60.0, 3599.9995, 3600.0, 86_399.0])
def test_a_time_that_is_told_can_be_typed(moment_s: float) -> None:
    assert time_of(timecode(moment_s)) == pytest.approx(moment_s, abs=0.0005001)


def test_a_plan_is_written_and_read(tmp_path: Path) -> None:
    write_plan(PLAN, tmp_path / "plan.json")
    assert read_plan(tmp_path / "plan.json") == PLAN
    assert [path.name for path in tmp_path.iterdir()] == ["plan.json"]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param("{", "", id="no JSON"),
        pytest.param("[]", "", id="something else"),
        pytest.param(
            json.dumps({**PLAN.model_dump(), "window_width": -2}), "window_width", id="odd"
        ),
        pytest.param(json.dumps({**PLAN.model_dump(), "keyframes": []}), "keyframes", id="empty"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_the_place(
    text: str, at: str, tmp_path: Path
) -> None:
    (tmp_path / "plan.json").write_text(text)
    with pytest.raises(BadCropPlan) as caught:
        read_plan(tmp_path / "plan.json")
    assert caught.value.facts["at"] == at


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(NoSuchVideo):
        readable(tmp_path / "none.mp4")
    with pytest.raises(UnreadableFile):
        readable(tmp_path)
    with pytest.raises(UnreadableFile):
        read_plan(tmp_path / "none.json")
