"""Folders of migrations: which revision is the newest, and more folders than one."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

from reelmill.catalog.database import open_catalog
from reelmill.catalog.migrations import FOLDER, newest

FILE = """
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {before}


def upgrade():
    op.create_table("{table}", sa.Column("id", sa.Integer(), primary_key=True))
"""


@pytest.fixture
def of_a_pipeline(tmp_path: Path) -> Path:
    folder = tmp_path / "100% own" / "migrations"
    (folder / "versions").mkdir(parents=True)
    add(folder, "0001", before="None", table="chapters")
    return folder


def add(folder: Path, revision: str, *, before: str, table: str) -> None:
    text = FILE.format(revision=revision, before=before, table=table)
    (folder / "versions" / f"v{revision}_{table}.py").write_text(text)


def test_the_newest_is_the_one_that_alembic_calls_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    assert newest(FOLDER) == ScriptDirectory.from_config(config).get_current_head()


def test_the_newest_is_the_one_that_no_other_follows(of_a_pipeline: Path) -> None:
    assert newest(of_a_pipeline) == "0001"
    add(of_a_pipeline, "0002", before='"0001"', table="assets")
    assert newest(of_a_pipeline) == "0002"


def test_a_folder_without_migrations_has_no_newest(tmp_path: Path) -> None:
    assert newest(tmp_path) == ""


def test_a_pipeline_brings_tables_of_its_own_and_changes_them_later(
    of_a_pipeline: Path, tmp_path: Path
) -> None:
    catalog = open_catalog(f"sqlite:///{tmp_path}/catalog.db")
    catalog.migrate()
    catalog.migrate({"stories": of_a_pipeline})
    with catalog.read() as conn:
        assert {"jobs", "chapters"} <= set(sa.inspect(conn).get_table_names())
    add(of_a_pipeline, "0002", before='"0001"', table="assets")
    catalog.migrate({"stories": of_a_pipeline})
    catalog.migrate({"stories": of_a_pipeline})
    with catalog.read() as conn:
        assert "assets" in sa.inspect(conn).get_table_names()
    catalog.close()


def test_a_migration_that_fails_halfway_leaves_nothing(of_a_pipeline: Path, tmp_path: Path) -> None:
    catalog = open_catalog(f"sqlite:///{tmp_path}/catalog.db")
    add(of_a_pipeline, "0002", before='"0001"', table="assets")
    add(of_a_pipeline, "0003", before='"0002"', table="chapters")
    with pytest.raises(sa.exc.OperationalError, match="already exists"):
        catalog.migrate({"stories": of_a_pipeline})
    with catalog.read() as conn:
        assert sa.inspect(conn).get_table_names() == []
    catalog.close()
