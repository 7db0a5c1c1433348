"""Labels of templates, scripts and code -> the catalogues of each language, brought up to date.

Run as `python docs/catalogues.py` (`make words`), then fill in what is empty; with the tag of a
language and the names of rooms it begins new ones: `python docs/catalogues.py ja "" shorts`.
A test holds labels and catalogues together.
"""

import inspect
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Final

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import write_po

import reelmill
from reelmill.app import installed
from reelmill.engine.explain import ADVICE
from reelmill.errors import ReelmillError
from reelmill.web.languages import HOUSE, read

SOURCE: Final = Path(__file__).parents[1] / "src" / "reelmill"

#: Who finds labels in which files; scripts, templates and code mark them with the same words.
METHODS: Final = [
    ("**.html", "jinja2.ext.babel_extract"),
    ("**.js", "javascript"),
    ("**.py", "python"),
]
OPTIONS: Final = {"**.html": {"newstyle_gettext": "true", "silent": "false"}}
KEYWORDS: Final = DEFAULT_KEYWORDS | {"gettext_noop": None}

#: Columns of a catalogue.
WIDTH: Final = 110

HEADER: Final = "# Written by docs/catalogues.py; the translations by hand."


def main(tag: str = "", *rooms: str) -> None:
    """Bring every catalogue up to date, or begin those of a language."""
    for room in rooms:
        begun = catalogue_file(room, tag)
        begun.parent.mkdir(exist_ok=True)
        write(begun, Catalog(locale=tag, fuzzy=False))
    for room, file in catalogues():
        catalogue = read(file)
        catalogue.update(labels(room), no_fuzzy_matching=True, update_creation_date=False)
        write(file, catalogue)


def folder_of(room: str) -> Path:
    """Where a room lies: the pages of the house, or a pipeline."""
    return SOURCE / "web" if room == HOUSE else SOURCE / "pipelines" / room


def catalogue_file(room: str, tag: str) -> Path:
    """Where a room keeps its words of a language."""
    return folder_of(room) / "catalogues" / f"{tag}.po"


def catalogues() -> list[tuple[str, Path]]:
    """Every catalogue that there is, with its room."""
    rooms = [HOUSE, *(pipeline.name for pipeline in installed())]
    return [
        (room, file)
        for room in rooms
        for file in sorted((folder_of(room) / "catalogues").glob("*.po"))
    ]


@cache
def labels(room: str) -> Catalog:
    """All that a room says, as a catalogue without words."""
    found = Catalog(fuzzy=False)
    folder = folder_of(room)
    for path, _, message, *_ in extract_from_dir(folder, METHODS, OPTIONS, KEYWORDS):
        found.add(message, locations=[(str((folder / path).relative_to(SOURCE)), 0)])
    for sentence, path in sentences(room):
        found.add(sentence, locations=[(path, 0)])
    return found


def sentences(room: str) -> Iterator[tuple[str, str]]:
    """What a room says without a mark: its errors, what is advised, what a pipeline is."""
    for pipeline in installed():
        if pipeline.name == room:
            yield pipeline.title, f"pipelines/{room}/pipeline.py"
            yield pipeline.about, f"pipelines/{room}/pipeline.py"
    if room == HOUSE:
        yield from ((sentence, "engine/explain.py") for sentence in ADVICE.values())
    for kind in errors():
        of_pipeline = kind.__module__.startswith("reelmill.pipelines.")
        if (kind.__module__.split(".")[2] if of_pipeline else HOUSE) == room:
            sentence = inspect.cleandoc(kind.__doc__ or "").split("\n", 1)[0]
            yield sentence, f"{kind.__module__.partition('.')[2].replace('.', '/')}.py"


@cache
def errors() -> list[type[ReelmillError]]:
    """Every kind of error, by module and name."""
    for module in walk_packages(reelmill.__path__, "reelmill."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    kinds = {kind for kind in _below(ReelmillError) if kind.__module__.startswith("reelmill.")}
    return sorted(kinds, key=lambda kind: (kind.__module__, kind.__name__))


def _below(kind: type[ReelmillError]) -> Iterator[type[ReelmillError]]:
    for leaf in kind.__subclasses__():
        yield leaf
        yield from _below(leaf)


def write(file: Path, catalogue: Catalog) -> None:
    """Put a catalogue down, without notes that change by themselves."""
    catalogue.header_comment = HEADER
    catalogue.project, catalogue.version = "Reelmill", "0"
    catalogue.msgid_bugs_address = catalogue.last_translator = catalogue.language_team = ""
    catalogue.revision_date = catalogue.creation_date
    with file.open("wb") as opened:
        write_po(opened, catalogue, width=WIDTH, ignore_obsolete=True, include_lineno=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
