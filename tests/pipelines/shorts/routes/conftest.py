"""Sites of the shorts, and the people who use them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.pipelines.shorts.theatre import Clock, open_theatre
from tests.web.reels import Served, serving

from reelmill import logs


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site(tmp_path: Path, clock: Clock) -> Iterator[Served]:
    """A site whose node never starts, so that jobs stay as a test puts them."""
    with open_theatre(tmp_path / "home", clock) as app, serving(app) as served:
        yield served


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The same, shared by those tests of a file that do not mind each other."""
    home = tmp_path_factory.mktemp("house")
    chosen = {"daily_exports": 1000}
    with open_theatre(home, chosen=chosen) as app, serving(app) as served:
        yield served


@pytest.fixture(autouse=True)
def _plain_logs() -> None:
    """A traceback for people takes a second to draw."""
    logs.set_up("warning", "json")
