"""A file -> an engine for SQLite on which many threads and processes read and write."""

import sqlite3
import threading
import time

import sqlalchemy as sa
from sqlalchemy import event, pool

from reelmill.catalog.json_text import to_json

#: Seconds that one writer waits for another.
BUSY_S = 30.0

#: Connections that are kept open; they cost a file handle each.
POOL = 20

#: Execution option that marks a transaction as one that only reads.
READING = "reelmill_reading"

#: Errors that are nobody's mistake and may pass.
OUTAGES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)

#: Errors that do not pass by themselves.
DAMAGES = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

#: Where a connection notes that it holds the turn, and that it refuses to write.
_HOLDS = "reelmill_holds_turn"
_REFUSES = "reelmill_refuses_writes"


def engine(url: sa.URL) -> sa.Engine:
    """The engine of this process for a file; what begins on it may write, unless it says no."""
    made = sa.create_engine(
        url,
        pool_size=POOL,
        max_overflow=POOL,
        connect_args={"timeout": BUSY_S},
        json_serializer=to_json,
    )
    turn = _Turn()
    event.listen(made, "connect", _prepare)
    event.listen(made, "begin", turn.begin)
    event.listen(made, "commit", turn.commit)
    event.listen(made, "rollback", turn.rollback)
    event.listen(made, "checkin", turn.given_back)
    event.listen(made, "invalidate", turn.given_back)
    return made


class _Turn:
    """Lets the threads of this process write one after the other.

    SQLite would do that too, but by naps of up to 0.1 s, in which others overtake: eight
    threads that write at once waited up to 0.8 s for a commit of 1 ms.
    """

    def __init__(self) -> None:
        self._free = threading.Lock()

    def begin(self, conn: sa.Connection) -> None:
        """Take the write lock at once: a reader that turns writer may find that it cannot.

        Everything that does not say that it only reads gets the lock, for the durable engine
        counts on it when it claims work.
        """
        reading = bool(conn.get_execution_options().get(READING))
        if not reading:
            # Without the turn, SQLite itself decides.
            conn.info[_HOLDS] = self._free.acquire(timeout=BUSY_S)
        if conn.info.get(_REFUSES, False) is not reading:
            _tell(conn, f"PRAGMA query_only = {int(reading)}")
            conn.info[_REFUSES] = reading
        _tell(conn, "BEGIN" if reading else "BEGIN IMMEDIATE")

    def commit(self, conn: sa.Connection) -> None:
        """Commit here, for SQLAlchemy speaks before it commits, and the turn ends after it."""
        _tell(conn, "COMMIT")
        self._end(conn.info)

    def rollback(self, conn: sa.Connection) -> None:
        """Undoing is quick: SQLite's own waiting covers it. What is invalid has ended before."""
        if not conn.invalidated:
            self._end(conn.info)

    def given_back(
        self,
        _connection: object,
        record: pool.ConnectionPoolEntry,
        _error: BaseException | None = None,
    ) -> None:
        """A connection that was dropped in the middle of a transaction ends its turn too."""
        self._end(record.info)

    def _end(self, info: dict[object, object]) -> None:
        if info.pop(_HOLDS, False):
            self._free.release()


def _tell(conn: sa.Connection, statement: str) -> None:
    """Say what every transaction says: straight to the driver, for SQLAlchemy is ten times slower.

    Raises:
        sa.exc.DBAPIError: as SQLAlchemy itself puts what the driver raises.
    """
    try:
        conn.connection.execute(statement)
    except sqlite3.Error as error:
        raise sa.exc.DBAPIError.instance(statement, None, error, sqlite3.Error) from error


def primary_code(error: sqlite3.Error) -> int:
    """What kind of error it is: the upper bits of the code tell more than is asked."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    # Transactions are begun by `_Turn`; the driver would begin them before writes only.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    _use_wal(connection)


def _use_wal(connection: sqlite3.Connection) -> None:
    """Write ahead, so that readers and the writer do not wait for each other.

    SQLite does not wait for others when it changes the mode: several first starts at once
    would see "database is locked".
    """
    give_up_at = time.monotonic() + BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if primary_code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > give_up_at:
                raise
            time.sleep(0.02)
        else:
            return
