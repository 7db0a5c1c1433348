"""Folders of replays -> one row for each game that can be read, and a report of them."""

from collections.abc import Iterable
from pathlib import Path

from reelmill.errors import ReelmillError, Refused
from reelmill.pipelines.replays.batch.sources import Found, files_below
from reelmill.pipelines.replays.highlights import Form, Row, Section, as_csv, as_markdown, row_of
from reelmill.pipelines.replays.reading.reader import read_game


class CannotWriteReport(Refused):
    """The report cannot be written there."""


def survey(folders: Iterable[Path]) -> tuple[list[Row], int]:
    """Read every game below some folders.

    Returns:
        The games, and how many files could not be read as one.

    Raises:
        NothingThere: a folder is not there.
    """
    found = [_row(file) for folder in folders for file in files_below(folder).files]
    rows = [row for row in found if row is not None]
    return rows, len(found) - len(rows)


def _row(file: Found) -> Row | None:
    try:
        data = file.read()
        return row_of(read_game(data, name=file.name), data, file.name)
    except ReelmillError:
        return None


def written(found: Iterable[Section], form: Form) -> str:
    """The report as text."""
    return as_csv(found) if form is Form.CSV else as_markdown(found)


def write_report(path: Path, text: str) -> None:
    """Write a report whole.

    Raises:
        CannotWriteReport: the folder refuses.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise CannotWriteReport(path=str(path), problem=error.strerror) from error
