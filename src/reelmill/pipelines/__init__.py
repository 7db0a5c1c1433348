"""Every folder here is a pipeline. Nothing lists them by name."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from reelmill.pipeline import Pipeline


@cache
def installed() -> tuple[Pipeline[Any, Any], ...]:
    """All pipelines, by name. Importing them is what makes their workflows known."""
    return tuple(import_module(f"{__name__}.{name}").PIPELINE for name in _names())


def _names() -> list[str]:
    return sorted(module.name for module in iter_modules(__path__))


def migrations() -> dict[str, Path]:
    """Folders of migrations, by the name of the pipeline that brings them."""
    folders = {name: Path(where) / name / "migrations" for where in __path__ for name in _names()}
    return {name: folder for name, folder in folders.items() if folder.is_dir()}


def part(pipeline: str, name: str) -> ModuleType | None:
    """An optional part of a pipeline's folder, `cli` or `routes`; None where it has none."""
    full_name = f"{__name__}.{pipeline}.{name}"
    return import_module(full_name) if find_spec(full_name) else None
