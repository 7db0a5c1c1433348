"""JSON schema of a spec -> the fields of a form, and a filled form -> the spec's JSON. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

#: A text that may be longer than this gets a field of several lines; a URL may have 2048.
LONG_TEXT: Final = 2048


@dataclass(frozen=True, kw_only=True)
class FormField:
    """One thing that a form asks."""

    name: str
    """Name in the spec."""

    title: str
    """For people."""

    kind: str
    """`text`, `lines`, `whole`, `number`, `yes_no`, `choice` or `json`."""

    help: str
    """First sentence of the description."""

    required: bool
    """Whether the spec has no default for it."""

    default: str
    """What is shown at first."""

    choices: tuple[str, ...] = ()
    """Of a `choice`."""

    least: float | None = None
    """Least number allowed."""

    most: float | None = None
    """Greatest number allowed."""


class NotInForm(ValueError):
    """A field holds what cannot be read as JSON.

    Args:
        name: The field.
        problem: What is wrong with it.
    """

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(problem)
        self.name = name
        self.problem = problem


def fields_of(schema: Mapping[str, Any]) -> tuple[FormField, ...]:
    """The fields for a JSON schema of an object, required ones first.

    >>> [field.kind for field in fields_of({"properties": {"n": {"type": "integer"}}})]
    ['whole']
    """
    definitions = schema.get("$defs", {})
    required = set(schema.get("required", ()))
    fields = [
        _field(name, _resolved(part, definitions), required=name in required)
        for name, part in schema.get("properties", {}).items()
    ]
    return tuple(sorted(fields, key=lambda field: (not field.required, field.kind == "json")))


def spec_of(fields: tuple[FormField, ...], filled: Mapping[str, str]) -> dict[str, Any]:
    """What was filled in, as the JSON of a spec; what was left empty takes its default.

    Raises:
        NotInForm: a JSON field that is not JSON.
    """
    spec: dict[str, Any] = {}
    for field in fields:
        text = filled.get(field.name, "").strip()
        if field.kind == "yes_no":
            spec[field.name] = text == "on"
        elif text:
            spec[field.name] = _value(field, text)
    return spec


def _value(field: FormField, text: str) -> Any:
    if field.kind in {"text", "lines", "choice"}:
        return text
    try:
        return json.loads(text)
    except ValueError as error:
        if field.kind == "json":
            raise NotInForm(field.name, f"This is not JSON: {error}.") from error
        return text


def _resolved(part: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """The part with its reference followed, and `null` dropped from its alternatives."""
    whole = dict(part)
    options = [option for option in whole.get("anyOf", ()) if option.get("type") != "null"]
    if len(options) == 1:
        whole = {**options[0], **{key: whole[key] for key in whole if key != "anyOf"}}
    if reference := whole.pop("$ref", ""):
        whole = {**definitions.get(reference.rpartition("/")[2], {}), **whole}
    return whole


def _field(name: str, part: Mapping[str, Any], *, required: bool) -> FormField:
    kind = _kind(part)
    default = part.get("default")
    return FormField(
        name=name,
        title=_title(name, str(part.get("title", ""))),
        kind=kind,
        help=str(part.get("description", "")).split("\n", 1)[0],
        required=required,
        default=_shown(default, kind),
        choices=tuple(str(choice) for choice in part.get("enum", ())),
        least=part.get("minimum"),
        most=part.get("maximum"),
    )


def _title(name: str, given: str) -> str:
    """What a field is called; pydantic's own guess has too many capitals.

    >>> _title("game_id", "Game Id"), _title("fps", "Frames a second")
    ('Game id', 'Frames a second')
    """
    guess = name.replace("_", " ")
    return guess.capitalize() if given in {"", guess.title()} else given


def _kind(part: Mapping[str, Any]) -> str:
    if "enum" in part:
        return "choice"
    kinds = {"integer": "whole", "number": "number", "boolean": "yes_no"}
    if part.get("type") == "string":
        return "lines" if part.get("maxLength", 0) > LONG_TEXT else "text"
    return kinds.get(str(part.get("type")), "json")


def _shown(default: Any, kind: str) -> str:
    if default is None:
        return ""
    return json.dumps(default, ensure_ascii=False) if kind in {"json", "yes_no"} else str(default)
