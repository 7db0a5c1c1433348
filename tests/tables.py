"""Databases whose tables are there: made once, then copied, for that takes a tenth of the time."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from reelmill.app import App, build, migrations
from reelmill.catalog.database import Catalog, open_catalog
from reelmill.config import Settings

#: Files of SQLite as they are once every migration of these folders was applied.
_made: dict[tuple[tuple[str, Path], ...], bytes] = {}


def migrated(url: str, folders: Mapping[str, Path] | None = None) -> Catalog:
    """A catalog with all its tables, and nothing in them where it is new.

    Args:
        url: As `open_catalog` takes it.
        folders: As `Catalog.migrate` takes them.
    """
    catalog, kind = open_catalog(url), tuple((folders or {}).items())
    file = Path(catalog.engine.url.database or "")
    is_new = catalog.dialect == "sqlite" and not file.exists()
    if is_new and kind in _made:
        file.write_bytes(_made[kind])
    catalog.migrate(folders)
    if is_new and kind not in _made:
        with closing(sqlite3.connect(file)) as conn:
            _made[kind] = conn.serialize()
    return catalog


def built(settings: Settings) -> App:
    """The whole system, as `app.build` makes it."""
    migrated(settings.database, migrations()).close()
    return build(settings)
