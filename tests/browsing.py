"""A real browser that looks at the sites of tests; `tests/conftest.py` hands both fixtures out."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.web.reels import PATIENCE_S, Served

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


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A real Chromium, one for the tests of a file.

    Not for all: as long as Playwright is there, an event loop runs in the thread of the tests, and
    a test that starts one of its own cannot.
    """
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if found is None:
        reason = "no chromium on the PATH: install the package `chromium` for the browser tests"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_S * 1000)
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
