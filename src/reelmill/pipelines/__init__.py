"""Every folder here is a pipeline. Nothing lists them by name."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType


def names() -> list[str]:
    """The names of all pipelines, none of which is loaded for it."""
    return sorted(module.name for module in iter_modules(__path__))


def with_part(name: str) -> list[str]:
    """The names of the pipelines that have an optional part, which is not loaded for it."""
    return [each for each in names() if find_spec(f"{__name__}.{each}.{name}") is not None]


def about(pipeline: str) -> str:
    """The first line of a pipeline's folder: from what to what."""
    return (import_module(f"{__name__}.{pipeline}").__doc__ or "").partition("\n")[0]


def migrations() -> dict[str, Path]:
    """Folders of migrations, by the name of the pipeline that brings them."""
    folders = {name: Path(where) / name / "migrations" for where in __path__ for name in names()}
    return {name: folder for name, folder in folders.items() if folder.is_dir()}


def part(pipeline: str, name: str) -> ModuleType:
    """A part of a pipeline's folder: `pipeline`, which every one has, `cli`, `routes`, `demo`."""
    return import_module(f"{__name__}.{pipeline}.{name}")
