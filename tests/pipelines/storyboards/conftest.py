"""A simulated provider and a warm child, shared by these tests."""

from collections.abc import Iterator

import pytest

from reelmill import logs
from reelmill.children import Children
from reelmill.pipelines.storyboards.pipeline import PIPELINE


@pytest.fixture(scope="session")
def warm() -> Iterator[Children]:
    """Children for all tests: to start one takes longer than most of what it does here."""
    pool = Children(1, prepare=[PIPELINE.run.body.__module__], log_level="warning")
    yield pool
    pool.close()


@pytest.fixture(autouse=True)
def _plain_logs() -> None:
    """A traceback for people takes a second to draw."""
    logs.set_up("warning", "json")
