"""Schemas as forms, forms as specs."""

from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field

from reelmill.web.forms import NotInForm, fields_of, spec_of


class Nested(BaseModel):
    depth: int


class Asked(BaseModel):
    size: Literal["small", "large"] = "small"
    name: str
    note: str | None = None
    story: str = Field(default="", max_length=5000, title="The story")
    rate: int = Field(default=30, ge=10, le=60)
    pace_s: float = 0.5
    loop: bool = True
    more: dict[str, Any] | None = None
    parts: tuple[str, ...] = ("a",)
    inner: Nested | None = None


FIELDS = {field.name: field for field in fields_of(Asked.model_json_schema())}


@pytest.mark.parametrize(
    ("name", "kind", "default"),
    [
        ("size", "choice", "small"),
        ("name", "text", ""),
        ("note", "text", ""),
        ("story", "lines", ""),
        ("rate", "whole", "30"),
        ("pace_s", "number", "0.5"),
        ("loop", "yes_no", "true"),
        ("more", "json", ""),
        ("parts", "json", '["a"]'),
        ("inner", "json", ""),
    ],
)
def test_each_type_has_its_field(name: str, kind: str, default: str) -> None:
    assert (FIELDS[name].kind, FIELDS[name].default) == (kind, default)


def test_what_is_required_stands_first_and_limits_are_known() -> None:
    fields = fields_of(Asked.model_json_schema())
    assert fields[0].name == "name"
    assert [field.required for field in fields] == [True] + [False] * 9
    assert (FIELDS["rate"].least, FIELDS["rate"].most) == (10, 60)
    assert (FIELDS["story"].title, FIELDS["pace_s"].title) == ("The story", "Pace s")
    assert FIELDS["size"].choices == ("small", "large")


def test_a_filled_form_is_a_spec_the_model_takes() -> None:
    filled = {"name": " a ", "rate": "24", "pace_s": "0.25", "more": '{"x": [1]}', "note": ""}
    asked = Asked.model_validate(spec_of(tuple(FIELDS.values()), filled))
    assert asked == Asked(name="a", rate=24, pace_s=0.25, more={"x": [1]}, loop=False)


def test_a_number_that_is_none_is_left_to_the_model_to_refuse() -> None:
    assert spec_of((FIELDS["rate"],), {"rate": "fast"}) == {"rate": "fast"}


def test_broken_json_is_told_at_its_field() -> None:
    with pytest.raises(NotInForm) as told:
        spec_of((FIELDS["more"],), {"more": "{"})
    assert told.value.name == "more"
