"""A page as a server sent it -> its title and its text. In a child: large pages take minutes."""

import codecs
import re
from typing import Final, NamedTuple

from reelmill.http import Fetched
from reelmill.pipelines.stories.spec import NotReadable
from reelmill.pipelines.stories.words import paragraphs

#: What is read as a page, and what as it stands; a server that says nothing may mean either.
MARKUP: Final = frozenset({"text/html", "application/xhtml+xml", ""})
PLAIN: Final = frozenset({"text/plain", "text/markdown"})

#: Bytes at the beginning of a page in which it may tell its own encoding. Source: WHATWG HTML.
PRESCAN_BYTES: Final = 1024

#: What pages are in that say nothing and are no UTF-8. Source: WHATWG HTML, most locales.
USUAL_ENCODING: Final = "windows-1252"

#: Encodings that browsers take for a wider one of the same bytes. Source: WHATWG Encoding.
WIDER: Final = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030"}

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_META = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE
)


class Page(NamedTuple):
    """What is left of a page when everything around its text is gone."""

    title: str
    """One line; empty where it has none."""

    text: str
    """Paragraphs, with a blank line between them."""


def page_in(fetched: Fetched) -> Page:
    """Take the text out of a page.

    Raises:
        NotReadable: it is no page, or nothing is left of it.
    """
    if fetched.media_type not in MARKUP | PLAIN or b"\0" in fetched.body[:PRESCAN_BYTES]:
        raise NotReadable(problem="no page of text", found=fetched.media_type or "unknown")
    text = text_of(fetched)
    page = Page("", text) if fetched.media_type in PLAIN else _extracted(text, fetched.url)
    kept = "\n\n".join(paragraphs(page.text))
    if not kept:
        raise NotReadable(
            problem="no text is left of the page",
            url=fetched.url,
            hint="Pages that programs in the browser write cannot be read.",
        )
    return Page(" ".join(page.title.split()), kept)


def _extracted(markup: str, url: str) -> Page:
    # Half a second that only those wait for who read pages.
    import trafilatura  # noqa: PLC0415

    found = trafilatura.bare_extraction(
        markup, url=url, include_comments=False, include_tables=False, with_metadata=True
    )
    if found is None or isinstance(found, dict):
        return Page("", "")
    return Page(found.title or "", found.text or "")


def text_of(fetched: Fetched) -> str:
    """The letters of a body, in the first encoding that fits.

    Its mark is asked first, then the server, then the page itself; else it is UTF-8, or the usual.
    """
    for name in _told(fetched):
        try:
            return fetched.body.decode(name)
        except UnicodeError:
            continue
    return fetched.body.decode(USUAL_ENCODING, "replace")


def _told(fetched: Fetched) -> list[str]:
    marked = [name for mark, name in _MARKS if fetched.body.startswith(mark)]
    itself = [found.decode() for found in _META.findall(fetched.body[:PRESCAN_BYTES])]
    names = (_known(name) for name in (fetched.charset, *itself[:1]))
    return [*marked, *(name for name in names if name), "utf-8"]


def _known(label: str) -> str:
    """The name of an encoding of letters, or nothing."""
    try:
        found = codecs.lookup(label)
    except LookupError:
        return ""
    # Python calls other things by the same word: compression, escapes.
    is_text = getattr(found, "_is_text_encoding", False) and "escape" not in found.name
    return WIDER.get(found.name, found.name) if is_text else ""
