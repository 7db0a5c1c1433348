"""What came of a command -> lines for people, or one document for a script."""

from typing import Any, Final, NamedTuple

from reelmill.desk import Desk

#: A million bytes.
MB: Final = 1_000_000


class Done(NamedTuple):
    """What came of a command."""

    sound: bool
    """Whether nothing went wrong."""

    document: dict[str, Any]
    """For a script."""

    lines: tuple[str, ...]
    """For people."""


def tell(desk: Desk, done: Done, *, as_json: bool) -> None:
    """Say it."""
    if as_json:
        desk.terminal.document(done.document)
        return
    for line in done.lines:
        desk.terminal.line(line)
