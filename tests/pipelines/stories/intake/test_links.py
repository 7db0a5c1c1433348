"""Links against a real server on this machine."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

import pytest
from tests.pipelines.stories.intake.test_pages import PARAGRAPHS, article

from reelmill.errors import ReelmillError
from reelmill.http import (
    AddressGone,
    BadAddress,
    Fetcher,
    FetchFailed,
    ForbiddenAddress,
    TooLarge,
)
from reelmill.pipelines.stories.intake.links import KeptOut, Robots, addresses_in, fetch_page
from reelmill.pipelines.stories.intake.pages import Page, page_in
from reelmill.pipelines.stories.settings import StoriesSettings
from reelmill.pipelines.stories.spec import NotReadable

#: Pages of at most 20,000 bytes.
SETTINGS = StoriesSettings(max_page_mb=0.02)

PAGE = article(*PARAGRAPHS).encode()


def crawl(
    address: str, fetcher: Fetcher, settings: StoriesSettings, robots: Robots | None = None
) -> Page:
    """Fetch a page and take its text out of it, as the intake does in two processes."""
    return page_in(fetch_page(address, fetcher, settings, robots or Robots(fetcher)))


class Site:
    """A web site: what it answers by path, and what it was asked for."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[str] = []
        site = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                status, headers, body = site.answers.get(self.path, (404, {}, b"gone"))
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)

    def says(self, path: str, body: bytes = PAGE, status: int = 200, **headers: str) -> str:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = (status, {"Content-Type": "text/html", **named}, body)
        return self.address(path)

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.server_port}{path}"

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as opened:
        yield opened


@pytest.fixture
def other() -> Iterator[Site]:
    with Site() as opened:
        yield opened


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    opened = Fetcher(("127.0.0.0/8",))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("https://a.example/\n", ("https://a.example/",), id="one"),
        pytest.param(
            "https://a.example/x\r\nhttp://b.example/y\n\nhttps://a.example/x",
            ("https://a.example/x", "http://b.example/y"),
            id="several, each once",
        ),
        pytest.param("# notes\nnothing here\n", (), id="none"),
        pytest.param("ftp://a.example/ file:///etc/passwd", (), id="of other kinds"),
        pytest.param(
            "[a](https://a.example/b_(c)), <https://d.example/?e=f&g=h#i>.",
            ("https://a.example/b_(c)", "https://d.example/?e=f&g=h#i"),
            id="in markup",
        ),
        pytest.param(
            f"http://a.example/{')' * 20_000} http://b.example/",
            ("http://b.example/",),
            id="none that only takes time",
        ),
        pytest.param("HTTPS://A.example/X", ("HTTPS://A.example/X",), id="in large letters"),
        pytest.param("https://пример.example/é", ("https://пример.example/é",), id="not ASCII"),
    ],
)
def test_addresses_are_found(text: str, found: tuple[str, ...]) -> None:
    assert addresses_in(text) == found


def test_a_page_is_fetched_and_its_text_taken_out(site: Site, fetcher: Fetcher) -> None:
    page = crawl(site.says("/story"), fetcher, SETTINGS)
    assert page.title == "A dragon's flight"
    assert all(one in page.text for one in PARAGRAPHS)
    assert site.asked == ["/robots.txt", "/story"]


def test_the_server_may_name_the_encoding(site: Site, fetcher: Fetcher) -> None:
    words = "Дракон полетел над горой, и никто не увидел, кроме пастуха."
    body = article(words, words + " И собаки.").encode("koi8-r")
    address = site.says("/story", body, Content_Type="text/html; charset=koi8-r")
    assert words in crawl(address, fetcher, SETTINGS).text


RULES = b"""
User-agent: other
Disallow: /

User-agent: *
Disallow: /private/
Allow: /
"""


@pytest.mark.parametrize(
    ("path", "rules", "passes"),
    [
        pytest.param("/public", RULES, True, id="nothing against it"),
        pytest.param("/private/x", RULES, False, id="no program may"),
        pytest.param("/x", b"User-agent: Reelmill\nDisallow: /", False, id="we may not"),
        pytest.param("/x", b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /x\r\n", False, id="a mark"),
        pytest.param("/x", b"User-agent: *\nDisallow:\n", True, id="everyone may do all"),
        pytest.param("/x", b"<html>not found</html>", True, id="no rules at all"),
        pytest.param("/x", b"\xff\xfe\x00broken\n\n:::", True, id="nonsense"),
        pytest.param("/x", b"#" * 1_000_001, False, id="rules without an end"),
    ],
)
def test_sites_say_what_programs_may_read(
    site: Site, fetcher: Fetcher, path: str, rules: bytes, *, passes: bool
) -> None:
    site.says("/robots.txt", rules)
    address = site.says(path)
    if passes:
        assert PARAGRAPHS[0] in crawl(address, fetcher, SETTINGS).text
    else:
        with pytest.raises(KeptOut):
            crawl(address, fetcher, SETTINGS)
        assert path not in site.asked


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_site_that_has_no_rules_may_be_read(site: Site, fetcher: Fetcher, status: int) -> None:
    """RFC 9309, 2.3.1.3: what is refused or missing forbids nothing."""
    site.says("/robots.txt", status=status)
    assert crawl(site.says("/x"), fetcher, SETTINGS).text


def test_a_site_whose_rules_cannot_be_had_is_asked_later(site: Site, fetcher: Fetcher) -> None:
    """RFC 9309, 2.3.1.4: then nothing of it may be read."""
    site.says("/robots.txt", status=503)
    with pytest.raises(FetchFailed) as failed:
        crawl(site.says("/x"), fetcher, SETTINGS)
    assert failed.value.retryable
    assert site.asked == ["/robots.txt"]


def test_rules_are_asked_for_once_a_round(site: Site, fetcher: Fetcher) -> None:
    robots = Robots(fetcher)
    for path in ("/one", "/two", "/three"):
        crawl(site.says(path), fetcher, SETTINGS, robots)
    assert site.asked.count("/robots.txt") == 1


def test_a_redirect_is_followed(site: Site, fetcher: Fetcher) -> None:
    site.says("/new")
    address = site.says("/old", b"", 301, Location="/new")
    assert PARAGRAPHS[0] in crawl(address, fetcher, SETTINGS).text


def test_a_redirect_leads_where_programs_may_read(
    site: Site, other: Site, fetcher: Fetcher
) -> None:
    other.says("/robots.txt", b"User-agent: *\nDisallow: /closed")
    address = site.says("/x", b"", 302, Location=other.says("/closed"))
    with pytest.raises(KeptOut):
        crawl(address, fetcher, SETTINGS)
    assert other.asked == ["/robots.txt"]


@pytest.mark.parametrize(
    ("to", "error"),
    [
        pytest.param("http://169.254.169.254/latest/meta-data", ForbiddenAddress, id="metadata"),
        pytest.param("http://10.0.0.1/", ForbiddenAddress, id="private"),
        pytest.param("file:///etc/passwd", BadAddress, id="a file"),
        pytest.param("/x", FetchFailed, id="itself, for ever"),
    ],
)
def test_a_redirect_leads_nowhere_else(
    site: Site, fetcher: Fetcher, to: str, error: type[ReelmillError]
) -> None:
    with pytest.raises(error):
        crawl(site.says("/x", b"", 302, Location=to), fetcher, SETTINGS)


def test_this_machine_is_not_fetched_from_unless_allowed(site: Site) -> None:
    guarded = Fetcher()
    with pytest.raises(ForbiddenAddress):
        crawl(site.says("/x"), guarded, SETTINGS)
    guarded.close()
    assert site.asked == []


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        pytest.param(PAGE + b" " * 20_000, 200, TooLarge, id="too large"),
        pytest.param(PAGE, 404, AddressGone, id="not there"),
        pytest.param(PAGE, 403, AddressGone, id="not for us"),
        pytest.param(PAGE, 500, FetchFailed, id="broken, for now"),
        pytest.param(b"<html><body></body></html>", 200, NotReadable, id="empty"),
    ],
)
def test_a_page_that_cannot_be_had_says_why(
    site: Site, fetcher: Fetcher, body: bytes, status: int, error: type[ReelmillError]
) -> None:
    with pytest.raises(error):
        crawl(site.says("/x", body, status), fetcher, SETTINGS)


def test_what_is_no_page_is_refused_by_what_the_server_says(site: Site, fetcher: Fetcher) -> None:
    with pytest.raises(NotReadable):
        crawl(site.says("/x", Content_Type="application/pdf"), fetcher, SETTINGS)
