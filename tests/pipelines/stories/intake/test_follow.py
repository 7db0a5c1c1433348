"""A dropped link becomes the text of its pages, numbered in its story; sites may be away."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.pipelines.stories.stage import Desk, clock_of, stage

from reelmill.children import Children
from reelmill.pipelines.stories.intake import claim
from reelmill.pipelines.stories.intake.take import Scanned, scan
from reelmill.pipelines.stories.intake.trash import listing
from reelmill.pipelines.stories.records import AssetState, Chunk
from reelmill.pipelines.stories.tables import assets, chunks
from reelmill.services import Services
from reelmill.units import StoreKey

PARAGRAPH = "The sea was calm that day, and nobody on board thought of the storm that was coming. "


def page(about: str, paragraphs: int = 3) -> str:
    told = "".join(f"<p>{PARAGRAPH * 3}This one is about {about}.</p>" for _ in range(paragraphs))
    return f"<html><head><title>On {about}</title></head><body><h1>On {about}</h1>{told}</body>"


class Site(ThreadingHTTPServer):
    """A site whose pages a test writes; 503 where it says so, 404 where there is none."""

    def __init__(self) -> None:
        self.pages: dict[str, str | int] = {}
        super().__init__(("127.0.0.1", 0), Reader)

    def address(self, name: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{name}"


class Reader(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Site)
        found = self.server.pages.get(self.path.strip("/"), 404)
        body = found.encode() if isinstance(found, str) else b""
        self.send_response(200 if body else int(found))
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def site() -> Iterator[Site]:
    server = Site()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def here(tmp_path: Path, children: Children) -> Iterator[Services]:
    with stage(tmp_path / "home", fetch_allow_networks=("127.0.0.0/8",)) as opened:
        yield replace(opened, children=children)


def drop(here: Services, name: str, *addresses: str) -> None:
    key = StoreKey(f"stories/raw/story/sea/storm/link/{name}.txt")
    here.store.put_bytes(key, "\n".join(addresses).encode())


def scanned(here: Services) -> Scanned:
    """A scan after all that was dropped has settled."""
    clock_of(here).move(seconds=10)
    return scan(here, Desk(here))


def text_of(here: Services) -> list[Chunk]:
    with here.catalog.read() as conn:
        return chunks.of_story(conn, "sea", "storm")


def test_pages_become_numbered_text(here: Services, site: Site) -> None:
    site.pages = {"a": page("waves"), "b": page("wind"), "c": page("rain")}
    drop(here, "first", site.address("a"), site.address("b"))
    drop(here, "second", site.address("c"))
    done = scanned(here)
    assert done.taken == (
        "stories/scanned/story/sea/storm/link/first.txt",
        "stories/scanned/story/sea/storm/link/second.txt",
    )
    found = text_of(here)
    assert [(chunk.number, chunk.title) for chunk in found] == [
        (1, "On waves"),
        (2, "On wind"),
        (3, "On rain"),
    ]
    assert [chunk.key for chunk in found] == [
        f"stories/scanned/story/sea/storm/chunk_000{number}.txt" for number in (1, 2, 3)
    ]
    told = here.store.read(found[1].key).decode()
    assert "This one is about wind." in told
    assert "<p>" not in told
    assert found[1].words == len(told.split())
    assert scanned(here) == Scanned()


def test_an_address_without_text_is_noted_and_the_others_are_used(
    here: Services, site: Site
) -> None:
    site.pages = {"a": page("waves"), "empty": "<html><body></body></html>"}
    addresses = [site.address(name) for name in ("gone", "a", "empty")]
    drop(here, "link", *addresses, "http://10.0.0.1/private")
    assert len(scanned(here).taken) == 1
    assert [chunk.title for chunk in text_of(here)] == ["On waves"]
    with here.catalog.read() as conn:
        [link] = assets.in_state(conn, AssetState.READY)
    noted = link.facts.note.split("; ")
    assert [note.partition(": ")[0] for note in noted] == [
        addresses[0],
        addresses[2],
        "http://10.0.0.1/private",
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param("no address in here", "not_readable", id="without an address"),
        pytest.param("http://10.0.0.1/private", "forbidden_address", id="to a private address"),
        pytest.param("{site}gone", "address_gone", id="to a page that is gone"),
        pytest.param(
            "\n".join(f"http://a.example/{number}" for number in range(101)),
            "not_readable",
            id="with too many addresses",
        ),
    ],
)
def test_into_the_trash_goes_a_link(here: Services, site: Site, content: str, code: str) -> None:
    drop(here, "link", content.replace("{site}", site.address("")))
    assert len(scanned(here).trashed) == 1
    [trashed] = listing(here)
    assert (trashed.raw_path, trashed.code) == ("raw/story/sea/storm/link/link.txt", code)
    with here.catalog.read() as conn:
        assert assets.in_state(conn, *AssetState) == []


def test_a_site_that_is_away_is_asked_again_less_and_less_often(here: Services, site: Site) -> None:
    site.pages = {"a": 503}
    path = "raw/story/sea/storm/link/link.txt"
    drop(here, "link", site.address("a"))
    assert scanned(here).waiting == (path,)
    clock_of(here).move(minutes=10)
    assert scanned(here).waiting == (path,)
    site.pages = {"a": page("waves")}
    clock_of(here).move(minutes=5)
    assert scanned(here).waiting == (path,)
    clock_of(here).move(minutes=30)
    assert len(scanned(here).taken) == 1
    assert [chunk.title for chunk in text_of(here)] == ["On waves"]


def test_a_site_that_stays_away_is_given_up_after_a_day(here: Services, site: Site) -> None:
    site.pages = {"a": 503, "b": page("waves")}
    drop(here, "link", site.address("a"))
    drop(here, "other", site.address("a"), site.address("b"))
    assert len(scanned(here).waiting) == 2
    clock_of(here).move(hours=25)
    done = scanned(here)
    assert (len(done.taken), len(done.trashed)) == (1, 1)
    assert [chunk.number for chunk in text_of(here)] == [1]


def test_a_link_that_was_killed_half_way_leaves_no_text_behind(
    here: Services, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_args: object) -> None:
        raise KeyboardInterrupt

    site.pages = {"a": page("waves"), "b": page("wind")}
    drop(here, "link", site.address("a"), site.address("b"))
    with monkeypatch.context() as patch:
        patch.setattr(claim, "keep_folder_of", killed)
        with pytest.raises(KeyboardInterrupt):
            scanned(here)
    assert text_of(here) == []
    site.pages = {"a": page("waves"), "b": 404}
    scanned(here)
    assert [chunk.title for chunk in text_of(here)] == ["On waves"]
    folder = [stat.key for stat in here.store.list("stories/scanned/story/sea/storm")]
    assert len(folder) == 2
