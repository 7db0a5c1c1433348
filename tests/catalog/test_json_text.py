"""Values -> JSON text that both databases accept."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from reelmill.catalog.json_text import to_json

VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text(),
    lambda inner: some.lists(inner) | some.dictionaries(some.text(), inner),
)


@given(VALUES)
def test_what_json_can_say_comes_back(value: object) -> None:
    text = to_json(value)
    assert text.isascii()
    if "Infinity" not in json.dumps(value):
        assert json.loads(text) == value


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_null_at_any_depth(number: float) -> None:
    assert to_json({"a": [1.5, (number, {"b": number})]}) == '{"a": [1.5, [null, {"b": null}]]}'


def test_what_json_has_no_word_for_is_text() -> None:
    assert to_json({"path": Path("a/b"), "n": math.nan}) == '{"path": "a/b", "n": null}'
