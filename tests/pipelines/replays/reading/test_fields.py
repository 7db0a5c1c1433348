"""Values of the right kind are taken as they are; others get a stand-in and a note."""

from typing import Any

import pytest

from reelmill.pipelines.replays.reading.faults import Findings
from reelmill.pipelines.replays.reading.fields import Part, whole_characters


def part(value: Any) -> Part:
    return Part({"it": value}, ("game",), Findings())


@pytest.mark.parametrize(
    ("value", "count", "faults"),
    [
        (7, 7, 0),
        (0, 0, 0),
        (None, 0, 0),
        (-1, 0, 1),
        (True, 0, 1),
        (3.0, 0, 1),
        pytest.param(10**5000, 0, 1, id="5,001 digits"),
        ("7", 0, 1),
        ([7], 0, 1),
    ],
)
def test_a_count_is_a_whole_number_from_0_up(value: Any, count: int, faults: int) -> None:
    found = part(value)
    assert found.count("it") == count
    assert len(found.findings.faults) == faults


@pytest.mark.parametrize(
    ("value", "usd", "faults"),
    [
        (0, 0.0, 0),
        (0.25, 0.25, 0),
        (None, None, 0),
        (-916.0, None, 1),
        (float("nan"), None, 1),
        (float("inf"), None, 1),
        pytest.param(10**5000, None, 1, id="5,001 digits"),
        (False, None, 1),
        ("free", None, 1),
    ],
)
def test_a_price_is_a_number_from_0_up(value: Any, usd: float | None, faults: int) -> None:
    found = part(value)
    assert found.usd("it") == usd
    assert len(found.findings.faults) == faults


@pytest.mark.parametrize(
    ("value", "text", "faults"),
    [("word", "word", 0), ("longer", "longe", 0), (None, "", 0), (5, "", 1), ({}, "", 1)],
)
def test_a_text_is_cut_to_what_is_kept(value: Any, text: str, faults: int) -> None:
    found = part(value)
    assert found.text("it", longest=5) == text
    assert len(found.findings.faults) == faults


def test_an_object_inside_knows_its_place() -> None:
    inner = part({"deep": "x"}).part("it")
    inner.count("deep")
    assert inner.findings.faults[0].where == "game.it.deep"


@pytest.mark.parametrize(("value", "faults"), [({}, 0), (None, 0), ([], 1), ("x", 1)])
def test_an_empty_object_stands_in_for_another_kind(value: Any, faults: int) -> None:
    outer = part(value)
    assert outer.part("it").values == {}
    assert len(outer.findings.faults) == faults


@pytest.mark.parametrize(
    ("text", "whole"),
    [("plain", "plain"), ("苹果🍎", "苹果🍎"), ("\ud83d\udc0d", "🐍"), ("a\udc0d", "a\ufffd")],
)
def test_every_text_can_be_written_as_utf_8(text: str, whole: str) -> None:
    assert whole_characters(text) == whole
