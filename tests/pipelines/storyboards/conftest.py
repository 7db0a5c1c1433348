"""A simulated provider and a warm child, shared by these tests."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.pipelines.storyboards.gallery import Clock, chosen, gallery
from tests.pipelines.storyboards.routes.site import Site, site
from tests.pipelines.storyboards.theatre import Theatre

from reelmill.children import Children
from reelmill.pipelines.storyboards.pipeline import PIPELINE
from reelmill.pipelines.storyboards.providers.simulator.server import Provider, serving


@pytest.fixture(scope="session")
def warm() -> Iterator[Children]:
    """Children for all tests: to start one takes longer than most of what it does here."""
    pool = Children(1, prepare=[PIPELINE.run.body.__module__], log_level="warning")
    yield pool
    pool.close()


@pytest.fixture
def more() -> dict[str, Any]:
    """What a test chooses itself."""
    return {}


@pytest.fixture
def theatre(tmp_path: Path, warm: Children, more: dict[str, Any]) -> Iterator[Theatre]:
    provider, clock = Provider(), Clock()
    with serving(provider) as url:
        section = chosen(url, **{"breaker": {"failures": 1000}, **more})
        with gallery(tmp_path / "home", section, clock=clock, children=warm) as app:
            yield Theatre(app, provider, clock)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, warm: Children) -> Iterator[Site]:
    """A site of their own for the tests of a file that do not ask for another."""
    with site(tmp_path_factory.mktemp("site") / "home", warm) as opened:
        yield opened
