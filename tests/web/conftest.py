"""Sites for the tests of this room."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.web.reels import Served, open_app, serving

from reelmill.app import App


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
