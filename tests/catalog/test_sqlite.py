"""SQLite under many threads and processes: who gets the lock, who waits, who reads on."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from reelmill.catalog import jobs
from reelmill.catalog.database import Catalog, DatabaseUnavailable, open_catalog
from reelmill.catalog.sqlite import BUSY_S


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Catalog]:
    catalog = open_catalog(f"sqlite:///{tmp_path}/catalog.db")
    catalog.migrate()
    yield catalog
    catalog.close()


@pytest.fixture
def other(on_sqlite: Catalog, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """What another process would have: a connection that waits for nobody."""
    assert on_sqlite.dialect == "sqlite"
    connection = sqlite3.connect(tmp_path / "catalog.db", timeout=0, isolation_level=None)
    yield connection
    connection.close()


def test_the_bare_engine_takes_the_write_lock_at_once(
    on_sqlite: Catalog, other: sqlite3.Connection
) -> None:
    """The durable engine gets this engine, and counts what runs before it claims more."""
    with on_sqlite.engine.begin() as conn:
        conn.execute(sa.select(sa.literal(1)))
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")


def test_reading_takes_no_write_lock(on_sqlite: Catalog, other: sqlite3.Connection) -> None:
    with on_sqlite.read() as conn:
        conn.execute(sa.select(sa.literal(1)))
        other.execute("BEGIN IMMEDIATE")


def test_a_connection_that_only_read_may_write_when_it_comes_back(on_sqlite: Catalog) -> None:
    for _ in range(3):
        with on_sqlite.read() as conn:
            jobs.counts(conn)
        with on_sqlite.begin() as conn:
            conn.execute(sa.text("DELETE FROM jobs"))


def test_a_lock_that_is_not_to_be_had_is_an_outage_and_passes(
    on_sqlite: Catalog, other: sqlite3.Connection
) -> None:
    with on_sqlite.read() as conn:
        conn.exec_driver_sql("PRAGMA busy_timeout = 20")
    other.execute("BEGIN IMMEDIATE")
    for _ in range(3):
        with pytest.raises(DatabaseUnavailable, match="locked"), on_sqlite.begin():
            pass
    other.execute("COMMIT")
    with on_sqlite.begin() as conn:
        conn.execute(sa.text("DELETE FROM jobs"))


def test_a_commit_that_fails_is_told_and_blocks_nobody(on_sqlite: Catalog) -> None:
    def work_and_fail() -> None:
        with on_sqlite.begin() as conn:
            conn.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            conn.execute(
                sa.text(
                    "INSERT INTO job_steps VALUES"
                    " ('none', 1, 1, 1, 'n', '2026-01-01 00:00:00.000000', 1, 'ok', '[]', '', '')"
                )
            )

    with pytest.raises(sa.exc.IntegrityError, match="FOREIGN KEY"):
        work_and_fail()
    began_at = time.monotonic()
    with on_sqlite.begin() as conn:
        assert conn.execute(sa.text("SELECT count(*) FROM job_steps")).scalar() == 0
    assert time.monotonic() - began_at < BUSY_S


def test_a_connection_that_is_dropped_in_the_middle_blocks_nobody(on_sqlite: Catalog) -> None:
    dropped = on_sqlite.engine.connect()
    dropped.begin()
    dropped.invalidate()
    dropped.close()
    began_at = time.monotonic()
    with on_sqlite.begin():
        assert time.monotonic() - began_at < BUSY_S


def test_one_connection_may_hold_one_transaction_after_the_other(on_sqlite: Catalog) -> None:
    with on_sqlite.engine.connect() as conn:
        for number in range(3):
            conn.execute(sa.text("DELETE FROM jobs"))
            conn.commit() if number % 2 else conn.rollback()
        with on_sqlite.begin() as another:
            another.execute(sa.text("DELETE FROM jobs"))


def test_no_writer_of_many_waits_long(on_sqlite: Catalog) -> None:
    """Left to itself, SQLite lets some wait for most of a second here."""
    waited_s: list[float] = []

    def keep_writing() -> None:
        for _ in range(40):
            began_at = time.perf_counter()
            with on_sqlite.begin() as conn:
                conn.execute(sa.text("DELETE FROM nodes"))
            waited_s.append(time.perf_counter() - began_at)

    threads = [threading.Thread(target=keep_writing) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(waited_s) == 320
    assert max(waited_s) < BUSY_S / 2


def test_many_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    """Only the first changes the journal's mode, for which SQLite itself does not wait."""
    opened = [open_catalog(f"sqlite:///{tmp_path}/new.db") for _ in range(8)]
    with ThreadPoolExecutor(len(opened)) as threads:
        assert list(threads.map(Catalog.check, opened)) == [None] * len(opened)
    for catalog in opened:
        catalog.close()
