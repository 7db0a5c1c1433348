"""Catalogues, and what a browser asks for -> the language of a page, with its words.

English is what the code says; each other language is a catalogue `catalogues/<tag>.po` of the
house, and one of each pipeline that speaks it. One catalogue serves templates and scripts.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import Locale, negotiate_locale
from babel.dates import format_datetime
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations

#: The language of the code.
ENGLISH_TAG: Final = "en"

#: The room of what all pages have in common; every other is called as its pipeline.
HOUSE: Final = ""

#: Languages of an Accept-Language header that are looked at; nobody speaks more.
MOST_ASKED: Final = 20

#: What a failure says about its circumstances, behind its sentence.
_FACTS: Final = re.compile(r" \(\w+=.*\)$", re.DOTALL)


def gettext_noop(message: str) -> str:
    """Mark a label for the catalogue; it is said later, where the language is known."""
    return message


@dataclass(frozen=True, eq=False)
class Language:
    """The words of one language."""

    tag: str
    """As HTML and HTTP have it: `ko`."""

    translations: NullTranslations = field(default_factory=NullTranslations)
    """Of all rooms together."""

    rooms: frozenset[str] = frozenset()
    """Whose catalogue there is."""

    script: str = ""
    """The same words for the scripts of a page, as a script; empty for the language of the code."""

    @property
    def name(self) -> str:
        """What those who speak it call it."""
        locale = Locale.parse(self.tag)
        return (locale.display_name or self.tag).capitalize()

    def gettext(self, message: str, **facts: object) -> str:
        """A label; `%(name)s` in it is a fact, and `%%` a percent sign.

        >>> ENGLISH.gettext("%(done)s of %(total)s", done=3, total=12)
        '3 of 12'
        """
        return self.translations.gettext(message) % facts

    def ngettext(self, one: str, many: str, count: int, **facts: object) -> str:
        """A label about a number of things, which is the fact `count`.

        >>> ENGLISH.ngettext("%(count)s hour", "%(count)s hours", 1)
        '1 hour'
        """
        chosen = self.translations.ngettext(one, many, count)
        return chosen % {"count": self.number(count), **facts}

    def known(self, text: str) -> str | None:
        """What the catalogue has for a text that was written elsewhere; None for nothing."""
        # The empty text is where gettext keeps its own notes.
        found = self.translations.gettext(text) if text else text
        return found if found != text else None

    def failure(self, text: str) -> str:
        """Why something failed, as it was recorded -> its sentences, if all of them are known.

        >>> ENGLISH.failure("The file is empty. (size_bytes=0)")
        'The file is empty. (size_bytes=0)'
        """
        told = [self.known(sentence) for sentence in _FACTS.sub("", text).split(": ")]
        return ": ".join(one for one in told if one) if all(told) else text

    def number(self, value: float, digits: int = 0) -> str:
        """A number with so many digits behind the point.

        >>> ENGLISH.number(12345.25, 1)
        '12,345.2'
        """
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return format_decimal(value, format=pattern, locale=self.tag)

    def moment(self, at: datetime) -> str:
        """Day and time, to the second, in UTC."""
        return f"{format_datetime(at, 'medium', locale=self.tag)} UTC"


ENGLISH: Final = Language(ENGLISH_TAG)


class Languages:
    """All languages that a site speaks.

    Args:
        folders: Where each room keeps its catalogues; `HOUSE` is one of the rooms.
    """

    def __init__(self, folders: Mapping[str, Path]) -> None:
        tags = sorted(file.stem for file in folders[HOUSE].glob("*.po"))
        self._by_tag = {tag: load(tag, folders) for tag in tags} | {ENGLISH_TAG: ENGLISH}

    def __iter__(self) -> Iterator[Language]:
        """Each of them."""
        return iter(self._by_tag.values())

    def named(self, tag: str) -> Language | None:
        """The one of this tag."""
        return self._by_tag.get(tag)

    def wanted(self, chosen: str | None, accepted: str) -> Language:
        """What was chosen, else what the browser asks for, else English.

        Args:
            chosen: A tag, as the cookie has it.
            accepted: The header Accept-Language.
        """
        if chosen in self._by_tag:
            return self._by_tag[chosen]
        spoken = {tag.lower(): language for tag, language in self._by_tag.items()}
        found = negotiate_locale(by_preference(accepted.lower()), list(spoken), sep="-")
        return spoken[found or ENGLISH_TAG]


def load(tag: str, folders: Mapping[str, Path]) -> Language:
    """A language from the catalogues that there are of it."""
    files = {room: folder / f"{tag}.po" for room, folder in folders.items()}
    catalogues = {room: read(file) for room, file in files.items() if file.exists()}
    # The first is what the others are added to: it knows which form a number takes.
    words, *more = [_compiled(catalogue) for catalogue in catalogues.values()]
    for one in more:
        words.merge(one)
    return Language(tag, words, frozenset(catalogues), _script_of(catalogues.values()))


def read(file: Path) -> Catalog:
    """A catalogue, as gettext writes it."""
    with file.open("rb") as opened:
        return read_po(opened, locale=file.stem, abort_invalid=True)


def by_preference(accepted: str) -> Sequence[str]:
    """The tags of an Accept-Language header, the most wanted first. RFC 9110, 12.5.4.

    >>> by_preference("en;q=0.3, ko-KR, fr;q=0, *;q=0.1")
    ['ko-KR', 'en', '*']
    """
    weighed = [_weighed(part) for part in accepted.split(",")[:MOST_ASKED]]
    return [tag for tag, weight in sorted(weighed, key=lambda one: -one[1]) if tag and weight > 0]


def _weighed(part: str) -> tuple[str, float]:
    tag, _, weight = part.partition(";")
    try:
        return tag.strip(), float(weight.partition("=")[2]) if weight else 1.0
    except ValueError:
        return "", 0.0


def _compiled(catalogue: Catalog) -> Translations:
    written = BytesIO()
    write_mo(written, catalogue)
    written.seek(0)
    return Translations(written)


def _script_of(catalogues: Iterable[Catalog]) -> str:
    """What `static/gettext.js` looks into: a label, or each of its forms, by the English one."""
    words = {
        message.id if isinstance(message.id, str) else message.id[0]: message.string
        for catalogue in catalogues
        for message in catalogue
        if message.id and message.string and not message.fuzzy
    }
    return f"globalThis.catalogue = {json.dumps(words)};\n"
