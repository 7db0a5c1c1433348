"""Every folder here is a pipeline. Nothing lists them by name."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from reelmill.pipeline import Pipeline


@cache
def installed() -> tuple[Pipeline[Any, Any], ...]:
    """All pipelines, by name. Importing them is what makes their workflows known."""
    names = sorted(module.name for module in iter_modules(__path__))
    return tuple(import_module(f"{__name__}.{name}").PIPELINE for name in names)


def part(pipeline: str, name: str) -> ModuleType | None:
    """An optional part of a pipeline's folder, `cli` or `routes`; None where it has none."""
    full_name = f"{__name__}.{pipeline}.{name}"
    return import_module(full_name) if find_spec(full_name) else None
