"""A real app for the tests of captures: an engine, a database, children, stores in folders."""

from pathlib import Path
from typing import Any

from tests.tables import built

from reelmill.app import App
from reelmill.config import Settings


def open_hall(home: Path, **given: Any) -> App:
    """An app as the commands open it."""
    given = {"children": 1, "drain_s": 2, "secret_key": "s" * 32, "encoder": "libx264", **given}
    return built(Settings(home=home, **given))
