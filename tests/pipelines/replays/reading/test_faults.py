"""Faults name their place and what was found, short enough for one line."""

import pytest

from reelmill.pipelines.replays.reading.faults import (
    MAX_FAULTS,
    Fault,
    Findings,
    Path,
    Severity,
    describe,
    place,
)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param((), "", id="the document"),
        pytest.param(("frames",), "frames", id="a key"),
        pytest.param(("frames", 3), "frames[3]", id="an index"),
        pytest.param(("frames", 3, "state"), "frames[3].state", id="a key in it"),
        pytest.param(("snakes", "0", 2), 'snakes["0"][2]', id="a key that is a number"),
        pytest.param(("a b",), '["a b"]', id="a key with a space"),
        pytest.param(("\n\ud800",), '["\\n\\ud800"]', id="a key that cannot be printed"),
        pytest.param(("k" * 99,), f'["{"k" * 40}"]', id="a long key"),
    ],
)
def test_a_place_reads_as_people_write_it(path: Path, text: str) -> None:
    assert place(path) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (3, "3"),
        (2.5, "2.5"),
        ("a", '"a"'),
        ("a\nb", '"a\\nb"'),
        pytest.param("x" * 344_056, "a text of 344,056 characters", id="a long text"),
        pytest.param(10**5000, "a number of more than 15 digits", id="5,001 digits"),
        (-(10**15), "a number of more than 15 digits"),
        (float("nan"), "NaN"),
        (float("-inf"), "an infinite number"),
        ([1, 2], "[1, 2]"),
        pytest.param(
            [10**5000, None], "[a number of more than 15 digits, null]", id="5,001 digits inside"
        ),
        ([1, 2, 3], "a list of 3"),
        ([[1]], "a list of 1"),
        ({"a": 1}, "an object of 1"),
    ],
)
def test_anything_found_is_described_in_a_few_words(value: object, text: str) -> None:
    assert describe(value) == text


def test_a_notebook_is_full_after_so_many_faults() -> None:
    findings = Findings()
    for number in range(MAX_FAULTS + 50):
        findings.note((number,), "odd", code="odd")
    assert len(findings.faults) == MAX_FAULTS


def test_a_full_notebook_still_knows_that_the_game_cannot_be_shown() -> None:
    findings = Findings()
    for number in range(MAX_FAULTS + 50):
        findings.mended((number,), "odd")
    findings.broken(("frames",), "gone")
    assert findings.fatal is not None
    assert findings.fatal.sentence == "frames: gone"


def test_the_first_fatal_fault_is_the_one_that_is_told() -> None:
    findings = Findings()
    findings.mended(("a",), "one")
    assert findings.fatal is None
    findings.broken(("b",), "two")
    findings.broken(("c",), "three")
    assert findings.fatal == Fault(
        code="wrong_value", message="two", where="b", severity=Severity.FATAL
    )
