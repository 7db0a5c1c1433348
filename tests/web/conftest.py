"""Sites for the tests of this room, and a real browser to look at them."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from tests.web.reels import PATIENCE_S, Served, open_app, serving

from reelmill.app import App

#: Names under which a Chromium may be found.
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

#: Keeps the browser quiet: what it asks for is what the page asks for.
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
)

#: What a page may write on its console: a browser notes every answer that is no success.
EXPECTED_NOTES = ("Failed to load resource",)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """An app whose node never starts, so that jobs stay as a test puts them."""
    with open_app(tmp_path / "home") as app:
        yield app


@pytest.fixture
def site(app: App) -> Iterator[Served]:
    """Its site, on a free port."""
    with serving(app) as served:
        yield served


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The same, shared by those tests of a file that do not mind each other."""
    with open_app(tmp_path_factory.mktemp("house")) as app, serving(app) as served:
        yield served


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A site whose node carries out jobs, shared by the tests of a file."""
    home = tmp_path_factory.mktemp("studio")
    with open_app(home, beat_s=1) as app, app.node(), serving(app) as served:
        yield served


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real Chromium, one for all tests."""
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if found is None:
        reason = "no chromium on the PATH: install the package `chromium` for the browser tests"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(SWITCHES))
        yield browser
        browser.close()


OpenPage = Callable[..., Page]


@pytest.fixture
def browse(chromium: Browser, site: Served) -> Iterator[OpenPage]:
    """Opens pages of the site; at the end none may have erred or asked anything of the outside."""
    strays: list[str] = []
    errors: list[str] = []
    with ExitStack() as contexts:

        def open_page(path: str, *, width: int = 1280, height: int = 900, **look: Any) -> Page:
            context = chromium.new_context(viewport={"width": width, "height": height}, **look)
            contexts.callback(context.close)
            context.set_default_timeout(PATIENCE_S * 1000)
            page = context.new_page()
            page.on("request", lambda request: _note_stray(strays, request.url, site))
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("console", lambda note: _note_error(errors, note.type, note.text))
            page.goto(site.url + path)
            return page

        yield open_page
    assert strays == [], "a request left the host"
    assert errors == [], "the console has errors"


def _note_stray(strays: list[str], url: str, site: Served) -> None:
    if urlsplit(url).netloc != urlsplit(site.url).netloc and not url.startswith("data:"):
        strays.append(url)


def _note_error(errors: list[str], kind: str, text: str) -> None:
    if kind in {"error", "warning"} and not text.startswith(EXPECTED_NOTES):
        errors.append(text)
