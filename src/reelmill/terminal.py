"""The person's terminal.

Results go to stdout and remarks to stderr. On a terminal they are drawn by rich; in a pipe
they are plain lines, one record each, fields apart by tabs.
"""

import json
import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

#: Redraws of the live display a second; each costs a millisecond that the node could use.
REDRAWS_PER_S = 4.0


def clean(text: str) -> str:
    r"""One line that cannot steer a terminal: control characters become spaces.

    >>> clean("a\x1b[31mb\n")
    'a [31mb'
    """
    kept = ("\N{SPACE}" if unicodedata.category(sign) in {"Cc", "Cf"} else sign for sign in text)
    return "".join(kept).rstrip()


def seconds(span_s: float | None) -> str:
    """A span for people.

    >>> seconds(0.384), seconds(75.2), seconds(None)
    ('0.38 s', '1 min 15 s', '-')
    """
    if span_s is None:
        return "-"
    if span_s < 10:  # noqa: PLR2004 - below it, hundredths are worth reading
        return f"{span_s:.2f} s"
    if span_s < 60:  # noqa: PLR2004 - seconds of a minute
        return f"{span_s:.1f} s"
    minutes, rest_s = divmod(round(span_s), 60)
    return f"{minutes} min {rest_s} s"


class _PatientConsole(Console):
    """A console that goes on when nobody reads any more."""

    def on_broken_pipe(self) -> None:
        """Write into nothing from now on; the work itself is not harmed."""
        _mute(sys.stdout)


def _mute(stream: TextIO) -> None:
    """Point a stream whose reader is gone at nothing."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


class Bar(Protocol):
    """How far something is."""

    def at(self, done: int, total: int, message: str = "") -> None:
        """Show `done` of `total`; a total of 0 is unknown."""


class _Silent:
    """In a pipe the lines themselves are the progress."""

    def at(self, done: int, total: int, message: str = "") -> None:
        """Nothing to draw."""


class _Drawn:
    """A bar that rich keeps at the bottom of the terminal."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress, self._task = progress, task

    def at(self, done: int, total: int, message: str = "") -> None:
        """Move the bar; the next redraw shows it."""
        self._progress.update(
            self._task, completed=done, total=total or None, message=clean(message)
        )


class Terminal:
    """Where results and remarks go.

    Args:
        quiet: Leave out remarks.
        color: False draws without colours; the NO_COLOR variable does the same.
    """

    def __init__(self, *, quiet: bool = False, color: bool = True) -> None:
        self._out = _PatientConsole(highlight=False, no_color=None if color else True)
        self._quiet = quiet

    @property
    def interactive(self) -> bool:
        """A person is watching stdout."""
        return self._out.is_terminal and not self._out.is_dumb_terminal

    def line(self, text: str, style: str = "") -> None:
        """One line of result."""
        if self.interactive:
            self._out.print(Text(clean(text), style=style), soft_wrap=True)
        else:
            self._plain(sys.stdout, clean(text))

    def note(self, text: str) -> None:
        """A remark on stderr, unless the person asked for quiet."""
        if not self._quiet:
            self._plain(sys.stderr, clean(text))

    def problem(self, text: str) -> None:
        """Something the person must know, on stderr, quiet or not."""
        self._plain(sys.stderr, f"reelmill: {clean(text)}")

    def table(self, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Records: a drawn table for people, lines with tabs for a pipe."""
        if not self.interactive:
            for row in rows:
                self._plain(sys.stdout, "\t".join(clean(cell) for cell in row))
            return
        drawn = Table(*titles, box=None, header_style="bold", pad_edge=False)
        for row in rows:
            drawn.add_row(*(Text(clean(cell)) for cell in row))
        self._out.print(drawn)

    def document(self, value: Any) -> None:
        """The result as JSON, for a script."""
        self._plain(sys.stdout, json.dumps(value, indent=2, ensure_ascii=False, default=str))

    def record(self, value: Any) -> None:
        """One line of JSON of many."""
        self._plain(sys.stdout, json.dumps(value, ensure_ascii=False, default=str))

    @contextmanager
    def bar(self, label: str) -> Iterator[Bar]:
        """A live bar for the length of the block; nothing in a pipe."""
        if not self.interactive or self._quiet:
            yield _Silent()
            return
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[message]}", markup=False),
        )
        with Progress(
            *columns, console=self._out, refresh_per_second=REDRAWS_PER_S, transient=True
        ) as progress:
            yield _Drawn(progress, progress.add_task(label, total=None, message=""))

    @staticmethod
    def _plain(stream: TextIO, text: str) -> None:
        try:
            stream.write(f"{text}\n")
            stream.flush()
        except BrokenPipeError:
            _mute(stream)
