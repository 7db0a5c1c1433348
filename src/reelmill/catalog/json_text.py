"""Values -> JSON text that both databases accept. Pure."""

import json
import math
from typing import Any


def to_json(value: Any) -> str:
    """Write a value, whatever it holds: what fails to be recorded would fail its job.

    Postgres knows no NaN, so that it and the infinities become null; what JSON has no
    word for is written as its text.

    >>> to_json({"share": float("nan"), "side": 4})
    '{"share": null, "side": 4}'
    """
    try:
        return json.dumps(value, allow_nan=False, default=str)
    except ValueError:
        return json.dumps(_finite(value), allow_nan=False, default=str)


def _finite(value: Any) -> Any:
    match value:
        case float() if not math.isfinite(value):
            return None
        case dict():
            return {name: _finite(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_finite(inner) for inner in value]
        case _:
            return value
