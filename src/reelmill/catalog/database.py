"""URL -> a catalog: one SQLAlchemy engine for SQLite or Postgres, and its transactions."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import sqlalchemy as sa
from sqlalchemy import exc

from reelmill.catalog import migrations, sqlite
from reelmill.catalog.json_text import to_json
from reelmill.errors import Refused, Unavailable

#: An open transaction, for rooms that hand it on without speaking SQL.
Transaction = sa.Connection

#: Connections that a process keeps open to Postgres; as many again in a rush.
POSTGRES_POOL = 5


class BadDatabaseUrl(Refused):
    """The database URL cannot be used."""


class DatabaseUnavailable(Unavailable):
    """The database does not answer."""


class DatabaseBroken(Unavailable):
    """The file is damaged, or was never a database."""

    retryable = False


@dataclass(frozen=True, kw_only=True)
class Catalog:
    """Where jobs and artifacts are recorded. Made by `open_catalog`; threads may share it."""

    engine: sa.Engine
    """The one engine of this process; the durable engine is handed the same."""

    url: str = field(repr=False)
    """As SQLAlchemy writes it, with the password."""

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]:
        """Which database this is."""
        return "sqlite" if self.engine.dialect.name == "sqlite" else "postgresql"

    @property
    def shown_url(self) -> str:
        """The URL for people: without the password."""
        return self.engine.url.render_as_string(hide_password=True)

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """One transaction that may write: committed at the end, rolled back on any error.

        Raises:
            DatabaseUnavailable: no answer, or the write lock was not to be had in `sqlite.BUSY_S`.
        """
        with _outages_translated(), self.engine.begin() as conn:
            yield conn

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """One transaction that only reads, and waits for no writer on SQLite.

        Raises:
            DatabaseUnavailable: no answer.
        """
        options = {sqlite.READING: True, "postgresql_readonly": True}
        with _outages_translated(), self.engine.connect() as conn:
            conn.execution_options(**options)
            with conn.begin():
                yield conn

    def migrate(self, more: Mapping[str, Path] | None = None) -> None:
        """Bring the tables up to date; any number of processes may do so at once.

        Args:
            more: Folders of migrations by the name of the pipeline that brings them.

        Raises:
            DatabaseIsNewer: a newer release has already changed the tables.
            DatabaseUnavailable: no answer.
        """
        folders = {"catalog": migrations.FOLDER, **(more or {})}
        with self.read() as conn:
            if all(
                migrations.is_current(conn, folder, version_table=f"{name}_version")
                for name, folder in folders.items()
            ):
                return
        with self.begin() as conn:
            if self.dialect == "postgresql":
                conn.execute(sa.select(sa.func.pg_advisory_xact_lock(migrations.LOCK)))
            for name, folder in folders.items():
                migrations.upgrade(conn, folder, version_table=f"{name}_version")

    def check(self) -> None:
        """Ask the database for an answer.

        Raises:
            DatabaseUnavailable: there was none.
        """
        with self.read() as conn:
            conn.execute(sa.select(sa.literal(1)))

    def close(self) -> None:
        """Close every connection that is not in use."""
        self.engine.dispose()


def open_catalog(url: str) -> Catalog:
    """Prepare a catalog; nothing is connected before the first use.

    Args:
        url: `sqlite:///path` (the folder is made), `postgresql://...`.

    Raises:
        BadDatabaseUrl: any other, or a folder that cannot be made.
    """
    try:
        parsed = sa.make_url(url)
    except exc.ArgumentError as error:
        raise BadDatabaseUrl(problem="not a URL") from error
    match parsed.get_backend_name():
        case "sqlite":
            engine = _sqlite(parsed)
        case "postgresql":
            engine = _postgres(parsed)
        case other:
            raise BadDatabaseUrl(scheme=other, hint="Use sqlite:///path or postgresql://...")
    return Catalog(engine=engine, url=engine.url.render_as_string(hide_password=False))


def _sqlite(url: sa.URL) -> sa.Engine:
    if not url.database or url.database == ":memory:":
        raise BadDatabaseUrl(problem="a database in memory is gone with its process")
    try:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadDatabaseUrl(path=url.database, problem=error.strerror) from error
    return sqlite.engine(url)


def _postgres(url: sa.URL) -> sa.Engine:
    return sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=POSTGRES_POOL,
        max_overflow=POSTGRES_POOL,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 10,
            "application_name": "reelmill",
            "options": "-c timezone=UTC",
        },
        json_serializer=to_json,
    )


@contextmanager
def _outages_translated() -> Iterator[None]:
    try:
        yield
    except (exc.DBAPIError, exc.TimeoutError) as error:
        problem = _outage(error) or _damage(error)
        if problem is None:
            raise
        raise problem from error


def _outage(error: exc.DBAPIError | exc.TimeoutError) -> DatabaseUnavailable | None:
    """What is worth another attempt. To SQLite, a typing error is operational too."""
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, sqlite3.Error) and sqlite.primary_code(cause) not in sqlite.OUTAGES:
        return None
    if not isinstance(error, exc.OperationalError | exc.InterfaceError | exc.TimeoutError):
        return None
    return DatabaseUnavailable(
        problem=_first_line(cause), hint="See that the database runs and can be reached."
    )


def _damage(error: exc.DBAPIError | exc.TimeoutError) -> DatabaseBroken | None:
    cause = getattr(error, "orig", None)
    if isinstance(cause, sqlite3.Error) and sqlite.primary_code(cause) in sqlite.DAMAGES:
        return DatabaseBroken(problem=_first_line(cause), hint="Name another file.")
    return None


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n", 1)[0]
