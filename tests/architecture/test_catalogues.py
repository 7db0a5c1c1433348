"""Whoever adds a label gives it its words in each language, and no label goes without a mark."""

import importlib.util
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages import Catalog
from babel.messages.catalog import Message
from jinja2 import Environment, nodes

from reelmill.web.languages import read

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "reelmill"

#: What is called the same in every language.
NAMES = {"Reelmill", "SHA-256", "POST", "HTTP"}

#: A label, rather than a name for programs: letters, beginning as a word of a sentence.
LABEL = re.compile(r"[A-Z][a-z]|[a-z] [a-z]")

#: What a tag says to people beside its text.
SPOKEN = {"alt", "aria-label", "placeholder", "title"}


def catalogues() -> ModuleType:
    """The script that writes catalogues."""
    module_spec = importlib.util.spec_from_file_location(
        "catalogues", ROOT / "docs" / "catalogues.py"
    )
    assert module_spec is not None
    assert module_spec.loader is not None
    module = importlib.util.module_from_spec(module_spec)
    module_spec.loader.exec_module(module)
    return module


WRITER = catalogues()
FILES = [pytest.param(*one, id=str(one[1].relative_to(PACKAGE))) for one in WRITER.catalogues()]

#: Rooms whose every label has its words.
SPEAKING = [WRITER.folder_of(room) for room in sorted({room for room, _ in WRITER.catalogues()})]
TEMPLATES = [path for folder in SPEAKING for path in sorted(folder.rglob("templates/**/*.html"))]
SCRIPTS = [path for folder in SPEAKING for path in sorted(folder.rglob("static/*.js"))]


def named(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def ids_of(catalogue: Catalog) -> set[object]:
    return {message.id for message in catalogue if message.id}


def test_the_pages_of_the_house_and_of_the_shorts_speak_korean() -> None:
    assert {(room, file.stem) for room, file in WRITER.catalogues()} >= {
        ("", "ko"),
        ("shorts", "ko"),
    }


@pytest.mark.parametrize(("room", "file"), FILES)
def test_every_label_has_its_words(room: str, file: Path) -> None:
    labels, catalogue = WRITER.labels(room), read(file)
    assert len(ids_of(labels)) > 100
    assert ids_of(labels) - ids_of(catalogue) == set(), "run: make words, then fill in what is new"
    assert ids_of(catalogue) - ids_of(labels) == set(), "run: make words"
    silent = [message.id for message in catalogue if not all(forms_of(message)) or message.fuzzy]
    assert silent == [], "fill these in"


@pytest.mark.parametrize(("room", "file"), FILES)
def test_words_keep_the_facts_and_the_tags_of_their_label(room: str, file: Path) -> None:
    del room
    catalogue = read(file)
    assert [(message.id, flaws) for message, flaws in catalogue.check()] == []
    for message in catalogue:
        label = message.id if isinstance(message.id, str) else message.id[-1]
        for words in forms_of(message):
            if message.id:
                assert marks(words) == marks(label), label


def marks(text: str) -> list[str]:
    """The facts, tags and percent signs of a text, whatever their order."""
    return sorted(re.findall(r"%\(\w+\)s|%%|</?\w+[^>]*>", text))


def forms_of(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def test_two_rooms_say_the_same_label_in_the_same_words() -> None:
    said: dict[tuple[str, object], dict[object, str]] = {}
    for room, file in WRITER.catalogues():
        for message in read(file):
            if message.id:
                said.setdefault((file.stem, message.id), {})[message.string] = room
    assert {label: found for label, found in said.items() if len(found) > 1} == {}


@pytest.mark.parametrize(("room", "file"), FILES)
def test_a_language_has_no_more_forms_than_scripts_can_choose_from(room: str, file: Path) -> None:
    del room
    assert read(file).num_plurals <= 2, "teach static/gettext.js the rule of this language"


class Text(HTMLParser):
    """Collects what a template says as it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._literal = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._literal += tag in {"code", "pre"}
        self.said += [value or "" for name, value in attrs if name in SPOKEN]

    def handle_endtag(self, tag: str) -> None:
        self._literal -= tag in {"code", "pre"}

    def handle_data(self, data: str) -> None:
        if not self._literal:
            self.said.append(data)


def bare_labels(source: str) -> Iterator[str]:
    """Labels of a template that bear no mark: in its text, and in what it works out."""
    parser = Text()
    parser.feed(re.sub(r"\{[{%#].*?[}%#]\}", "\N{BULLET}", source, flags=re.DOTALL))
    yield from (text.strip() for text in parser.said)
    env = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
    tree = env.parse(source)
    marked = {
        id(argument)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in {"_", "gettext", "ngettext"}
        for argument in call.args
    }
    for constant in tree.find_all(nodes.Const):
        if isinstance(constant.value, str) and id(constant) not in marked:
            yield constant.value


@pytest.mark.parametrize("template", TEMPLATES, ids=named)
def test_no_label_of_a_template_goes_without_a_mark(template: Path) -> None:
    found = {text for text in bare_labels(template.read_text()) if LABEL.search(text)}
    assert {text for text in found if not set(re.findall(r"[\w-]+", text)) <= NAMES} == set()


def test_a_label_without_a_mark_is_found_wherever_it_stands() -> None:
    source = (
        '<p title="Bare title">Bare text</p>{{ "Bare words" if x else _("Marked") }}'
        '{{ m.ask("id", "Bare question?") }}<code>reelmill users add</code>{{ _("Marked too") }}'
    )
    found = [text for text in bare_labels(source) if LABEL.search(text)]
    assert found == ["Bare title", "Bare text", "Bare words", "Bare question?"]


#: A text in a script that begins as a sentence does, and what stands before it.
IN_SCRIPT = re.compile(r"""(\w*)\(?["`]([A-Z][a-z]+(?: [^"`\n]*|\.\.\.)?)["`]""")

#: What scripts name with a capital: events and keys of the browser, and what HTTP calls things.
OF_THE_BROWSER = {"Event", "Accept", "Escape"}


@pytest.mark.parametrize("script", SCRIPTS, ids=named)
def test_no_label_of_a_script_goes_without_a_mark(script: Path) -> None:
    told = "\n".join(
        line for line in script.read_text().splitlines() if not line.strip().startswith("//")
    )
    bare = {
        text
        for before, text in IN_SCRIPT.findall(told)
        if before not in {"gettext", "ngettext", "gettext_noop"} and text not in OF_THE_BROWSER
    }
    # The second form of a number of things stands behind the first, which has the mark.
    plurals = {label[1] for label in map(ids, WRITER.labels(room_of(script))) if len(label) > 1}
    assert bare - plurals == set()


def room_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[1] if parts[0] == "pipelines" else ""


def ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)
