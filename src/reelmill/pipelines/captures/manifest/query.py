"""A manifest and a question in SQL -> the answer. The question reaches the manifest alone."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Final

import duckdb
import pyarrow as pa

from reelmill.errors import LimitReached, Refused

#: What the manifest is called in a question.
NAME: Final = "manifest"

#: Seconds after which a question is given up.
LIMIT_S: Final = 20.0

#: Most rows of an answer unless told.
MOST_ROWS: Final = 100_000

#: Rows that an answer is handed over in.
BATCH_ROWS: Final = 10_000

#: Most letters of a question, and of what is said about a bad one.
MAX_QUESTION, MAX_PROBLEM = 20_000, 400

#: What a question may not do: reach files, networks or extensions, change that, or spill to disk.
LOCKS: Final = (
    "SET memory_limit = '1GB'",
    "SET threads = 2",
    "SET max_temp_directory_size = '0KiB'",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET python_enable_replacements = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


class BadQuestion(Refused):
    """The question cannot be answered."""


class QuestionTooHard(LimitReached):
    """The question takes too long."""


def answer(
    table: pa.Table, question: str, *, most_rows: int = MOST_ROWS, limit_s: float = LIMIT_S
) -> pa.Table:
    """What a question gives.

    Args:
        table: The manifest, known to the question as `manifest`.
        question: One SELECT.
        most_rows: Further rows are left out.
        limit_s: Seconds it may take.

    Raises:
        BadQuestion: it is no single SELECT, or asks for what there is not.
        QuestionTooHard: it takes too long.
    """
    with _locked(table) as db, _until(db, limit_s):
        statement = _single(db, question)
        batches = db.sql(statement).to_arrow_reader(BATCH_ROWS)
        return _first(batches, most_rows)


def matching(table: pa.Table, condition: str, *, limit_s: float = LIMIT_S) -> pa.Table:
    """The rows for which a condition holds, in their order; all for an empty one.

    Args:
        table: The manifest.
        condition: What may follow WHERE: `is_video_mostly_dark AND video_duration_s > 60`.
        limit_s: Seconds it may take.

    Raises:
        BadQuestion: it is no condition.
        QuestionTooHard: it takes too long.
    """
    if not condition.strip():
        return table
    # On lines of its own, so that a comment at its end hides nothing.
    question = f"SELECT rowid AS row FROM {NAME} WHERE (\n{condition}\n) ORDER BY rowid"  # noqa: S608
    found = answer(table, question, most_rows=table.num_rows, limit_s=limit_s)
    if found.column_names != ["row"] or not pa.types.is_integer(found.schema.field("row").type):
        raise BadQuestion(problem="that is no condition")
    rows = [
        row for row in found["row"].to_pylist() if row is not None and 0 <= row < table.num_rows
    ]
    return table.take(pa.array(sorted(set(rows)), pa.int64()))


@contextmanager
def _locked(table: pa.Table) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database of its own that holds the manifest, and a lock behind it."""
    with closing(duckdb.connect(":memory:")) as db:
        db.register("incoming", table)
        db.execute(f"CREATE TABLE {NAME} AS SELECT * FROM incoming")  # noqa: S608 - a constant
        db.unregister("incoming")
        for lock in LOCKS:
            db.execute(lock)
        yield db


@contextmanager
def _until(db: duckdb.DuckDBPyConnection, limit_s: float) -> Iterator[None]:
    """Interrupt whatever runs when the time is over; say what went wrong in one line."""
    timer = threading.Timer(limit_s, db.interrupt)
    timer.start()
    try:
        yield
    except duckdb.InterruptException as error:
        raise QuestionTooHard(limit_s=limit_s) from error
    except (duckdb.Error, pa.ArrowException, ValueError) as error:
        raise BadQuestion(problem=" ".join(str(error).split())[:MAX_PROBLEM]) from error
    finally:
        timer.cancel()


def _single(db: duckdb.DuckDBPyConnection, question: str) -> duckdb.Statement:
    if len(question) > MAX_QUESTION:
        raise BadQuestion(problem="it is too long", letters=len(question), most=MAX_QUESTION)
    statements = db.extract_statements(question)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise BadQuestion(problem="only one SELECT is answered")
    return statements[0]


def _first(batches: pa.RecordBatchReader, most_rows: int) -> pa.Table:
    taken, rows = [], 0
    for batch in batches:
        taken.append(batch.slice(0, most_rows - rows))
        rows += taken[-1].num_rows
        if rows >= most_rows:
            break
    return pa.Table.from_batches(taken, batches.schema)
