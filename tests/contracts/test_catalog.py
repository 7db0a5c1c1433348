"""What the catalog does on SQLite and on Postgres: transactions, migrations, many at once."""

import subprocess
import sys
import threading
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from reelmill.catalog import jobs
from reelmill.catalog.database import Catalog, DatabaseUnavailable, open_catalog
from reelmill.catalog.jobs import NewJob
from reelmill.catalog.migrations import DatabaseIsNewer
from reelmill.catalog.tables import metadata
from reelmill.units import JobId

AT = datetime(2026, 11, 21, 9, 30, 15, 123456, tzinfo=UTC)

#: What a process does that starts at the same time as others: migrate, then add one job.
START = """
import sys
from datetime import UTC, datetime
from reelmill.catalog import jobs
from reelmill.catalog.database import open_catalog
url, name = sys.argv[1:]
catalog = open_catalog(url)
print("ready", flush=True)
sys.stdin.readline()
catalog.migrate()
with catalog.begin() as conn:
    new = jobs.NewJob(id=f"p/{name}", pipeline="p", key=name, spec={}, created_at=datetime.now(UTC))
    assert jobs.add(conn, new)
catalog.close()
"""


def new_job(key: str) -> NewJob:
    return NewJob(id=JobId(f"p/{key}"), pipeline="p", key=key, spec={}, created_at=AT)


def test_models_and_migrations_agree(catalog: Catalog) -> None:
    with catalog.begin() as conn:
        context = MigrationContext.configure(
            conn, opts={"compare_type": True, "version_table": "catalog_version"}
        )
        assert compare_metadata(context, metadata) == []


def test_a_column_that_no_migration_makes_is_noticed(catalog: Catalog) -> None:
    changed = sa.MetaData()
    for table in metadata.sorted_tables:
        table.to_metadata(changed)
    changed.tables["jobs"].append_column(sa.Column("extra", sa.Text))
    with catalog.begin() as conn:
        context = MigrationContext.configure(conn, opts={"version_table": "catalog_version"})
        assert len(compare_metadata(context, changed)) == 1


def test_migrating_again_changes_nothing(catalog: Catalog) -> None:
    with catalog.begin() as conn:
        jobs.add(conn, new_job("kept"))
    catalog.migrate()
    with catalog.read() as conn:
        assert jobs.find(conn, JobId("p/kept")) is not None


def test_four_processes_that_start_at_once_all_start(database_url: str) -> None:
    starting = [
        subprocess.Popen(
            [sys.executable, "-c", START, database_url, str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]
    for process in starting:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in starting:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=150)[1] for process in starting]
    assert [process.returncode for process in starting] == [0, 0, 0, 0], said
    catalog = open_catalog(database_url)
    with catalog.read() as conn:
        assert sum(jobs.counts(conn).values()) == 4
    catalog.close()


def test_a_database_of_a_newer_release_is_left_alone(database_url: str) -> None:
    catalog = open_catalog(database_url)
    catalog.migrate()
    with catalog.begin() as conn:
        conn.execute(sa.text("UPDATE catalog_version SET version_num = '9999'"))
    with pytest.raises(DatabaseIsNewer):
        catalog.migrate()
    catalog.close()


def test_an_error_undoes_the_whole_transaction(catalog: Catalog) -> None:
    def add_then_fail() -> None:
        with catalog.begin() as conn:
            jobs.add(conn, new_job("undone"))
            raise KeyError

    with pytest.raises(KeyError):
        add_then_fail()
    with catalog.read() as conn:
        assert jobs.find(conn, JobId("p/undone")) is None


def test_nothing_is_written_where_only_reading_was_meant(catalog: Catalog) -> None:
    with pytest.raises((DatabaseUnavailable, sa.exc.InternalError)), catalog.read() as conn:
        jobs.add(conn, new_job("slipped"))
    with catalog.begin() as conn:
        assert jobs.add(conn, new_job("after"))
        assert jobs.find(conn, JobId("p/slipped")) is None


def test_a_reader_does_not_wait_for_a_writer(catalog: Catalog) -> None:
    with catalog.begin() as writing:
        jobs.add(writing, new_job("unseen"))
        with catalog.read() as reading:
            assert jobs.find(reading, JobId("p/unseen")) is None


def test_writers_wait_for_each_other_and_lose_nothing(catalog: Catalog) -> None:
    with catalog.begin() as conn:
        jobs.add(conn, new_job("shared"))

    def count_up() -> None:
        for _ in range(25):
            with catalog.begin() as conn:
                job = jobs.for_update(conn, JobId("p/shared"))
                assert job is not None
                jobs.change(conn, job.id, done=job.done + 1)

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with catalog.read() as conn:
        job = jobs.find(conn, JobId("p/shared"))
    assert job is not None
    assert (job.done, job.revision) == (100, 101)


def test_the_check_passes_when_the_database_answers(catalog: Catalog) -> None:
    catalog.check()


def test_the_password_is_not_for_people(catalog: Catalog) -> None:
    assert catalog.url not in repr(catalog) or catalog.dialect == "sqlite"
    with_password = open_catalog("postgresql://user:secret@localhost/name")
    assert "secret" not in repr(with_password)
    assert "secret" not in with_password.shown_url
    assert "secret" in with_password.url
