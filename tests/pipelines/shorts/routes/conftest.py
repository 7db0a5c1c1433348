"""Sites of the shorts, and the people who use them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.pipelines.shorts.conftest import Draw
from tests.pipelines.shorts.theatre import Clock, open_theatre
from tests.web.reels import Served, serving


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The same, shared by those tests of a file that do not mind each other."""
    home = tmp_path_factory.mktemp("house")
    chosen = {"daily_exports": 1000}
    with open_theatre(home, chosen=chosen) as app, serving(app) as served:
        yield served


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory, draw_shots: Draw) -> Path:
    """A video of three shots, of 2, 2 and 1.5 seconds."""
    return draw_shots(tmp_path_factory.mktemp("talk") / "talk.mp4", (2, 2, 1.5))


@pytest.fixture(scope="module")
def time_machine() -> Clock:
    """The clock of the studio."""
    return Clock()


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory, time_machine: Clock) -> Iterator[Served]:
    """A site whose node carries out jobs, shared by the tests of a file."""
    home = tmp_path_factory.mktemp("studio")
    chosen = {"daily_exports": 1000}
    given = {"beat_s": 1, "children": 2, "fetch_allow_networks": ("127.0.0.0/8",)}
    with (
        open_theatre(home, time_machine, chosen=chosen, **given) as app,
        app.node(),
        serving(app) as served,
    ):
        yield served
