"""The catalog on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.tables import migrated

from reelmill.catalog.database import Catalog, open_catalog
from reelmill.catalog.tables import metadata


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/new/catalog.db"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(scope="session")
def postgres_catalog(postgres_shared_url: str) -> Iterator[Catalog]:
    """One catalog on Postgres for all tests: making a database takes longer than they do."""
    opened = open_catalog(postgres_shared_url)
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    """A catalog with all its tables, and nothing in them."""
    if request.param == "postgres":
        shared: Catalog = request.getfixturevalue("postgres_catalog")
        with shared.begin() as conn:
            for table in reversed(metadata.sorted_tables):
                conn.execute(sa.delete(table))
        yield shared
        return
    opened = migrated(f"sqlite:///{tmp_path}/catalog.db")
    yield opened
    opened.close()
