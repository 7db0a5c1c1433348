"""The command line: arguments -> a command, and whatever goes wrong -> one clear line."""

import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, TextIO, cast

import typer
from typer.exceptions import TyperException

from reelmill.cli.rooms import Rooms
from reelmill.cli.words import (
    CONTEXT,
    FAILED,
    INTERRUPTED,
    OK,
    TERMINATED,
    WRONG_USAGE,
    Told,
    examples,
    hoisted,
)
from reelmill.errors import ReelmillError
from reelmill.terminal import Terminal


def run(words: Sequence[str]) -> int:
    """Run one command.

    Args:
        words: What was typed after `reelmill`.

    Returns:
        The exit code: 0 ok, 1 something failed, 2 wrong usage, 130 interrupted, 143 terminated.
    """
    for stream in (sys.stdout, sys.stderr):
        cast("Any", stream).reconfigure(errors="replace")
    signal.signal(signal.SIGTERM, _told)
    try:
        code = _attempt(hoisted(words), debug="--debug" in words)
    except Told:
        Terminal().problem("terminated; run the command again to go on")
        code = TERMINATED
    if code == INTERRUPTED:
        Terminal().problem("interrupted; run the command again to go on")
        _leave_at_once(code)
    _flush(sys.stdout)
    return code


def _attempt(words: list[str], *, debug: bool) -> int:
    """Run the command; every way in which it can end is an exit code and at most one line."""
    tell = Terminal().problem
    try:
        ended = typer.main.get_command(program())(words, "reelmill", standalone_mode=False)
    except TyperException as error:
        _point_to_help(error)
        return WRONG_USAGE
    except typer.Abort:
        return INTERRUPTED
    except ReelmillError as error:
        if debug:
            traceback.print_exc()
        tell("; ".join(part for part in (_sentence(error.message), error.hint) if part))
        return _code_of(error)
    except Exception as error:  # noqa: BLE001 - a bug is shown as one line, and kept whole
        if debug:
            traceback.print_exc()
        tell(f"a bug: {type(error).__name__}: {error}; the details are in {_kept(error)}")
        return FAILED
    return ended if isinstance(ended, int) else OK


def _code_of(error: ReelmillError) -> int:
    from reelmill.config import BadSettings  # noqa: PLC0415 - where it was raised, it is loaded

    return WRONG_USAGE if isinstance(error, BadSettings) else FAILED


def _sentence(text: str) -> str:
    return " ".join(text.split()).replace(". (", " (").rstrip(".")


def _point_to_help(error: TyperException) -> None:
    """One line; or the help itself for who typed a group and no command."""
    context = getattr(error, "ctx", None)
    said = error.format_message()
    if context is not None and said == context.get_help():
        typer.echo(said, err=True)
        return
    path = context.command_path if context else "reelmill"
    Terminal().problem(f"{_sentence(said)}; see `{path} --help`")


def _kept(error: BaseException) -> Path:
    """Write the whole story of a bug to a file of its own."""
    with tempfile.NamedTemporaryFile(
        "w", prefix="reelmill-bug-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        file.write(f"reelmill {version('reelmill')}, python {sys.version}\n{sys.argv}\n\n")
        file.writelines(traceback.format_exception(error))
    return Path(file.name)


def _told(_signal: int, _frame: FrameType | None) -> None:
    raise Told(TERMINATED)


def _leave_at_once(code: int) -> None:
    """Do not wait for threads that still hold work; it is taken up again at the next start."""
    _flush(sys.stdout)
    _flush(sys.stderr)
    os._exit(code)


def _flush(stream: TextIO) -> None:
    try:
        stream.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def program() -> typer.Typer:
    """The whole command, with the group of every pipeline that has one."""
    whole = typer.Typer(
        cls=Rooms,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings=CONTEXT,
        epilog=examples(
            "reelmill demo",
            "reelmill replays backfill completed_games/",
            "reelmill serve",
            "reelmill jobs list --state failed",
        ),
    )
    whole.callback()(_global_options)
    return whole


def _show_version(asked: bool) -> None:  # noqa: FBT001 - the signature is Typer's
    if asked:
        Terminal().line(f"reelmill {version('reelmill')}")
        raise typer.Exit


def _global_options(  # noqa: PLR0913 - the options that every command takes
    context: typer.Context,
    *,
    home: Annotated[
        Path | None,
        typer.Option(help="Folder for database, store and secret.", show_default=False),
    ] = None,
    verbose: Annotated[
        int,
        typer.Option(
            "--verbose", "-v", count=True, show_default=False, help="Say more; twice, log all."
        ),
    ] = 0,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Leave out remarks.")] = False,
    no_color: Annotated[bool, typer.Option("--no-color", help="Draw without colours.")] = False,
    debug: Annotated[  # noqa: ARG001 - read before the arguments are
        bool, typer.Option("--debug", help="Show where in the program an error happened.")
    ] = False,
    show_version: Annotated[  # noqa: ARG001 - its callback did it all
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_show_version, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Turns replays, long videos, storyboards, stories and captures into finished video.

    Global options may stand anywhere on the line. Settings come from reelmill.toml and
    REELMILL_* variables; `reelmill doctor` says which are used and whether they work.
    """
    terminal = Terminal(quiet=quiet, color=not no_color)
    context.obj = partial(_desk, terminal, home, verbose)


def _desk(terminal: Terminal, home: Path | None, verbose: int) -> Any:
    """What a command finds when it asks; help does not ask."""
    from reelmill.cli.opening import desk  # noqa: PLC0415 - half a second

    return desk(terminal, home=home, verbose=verbose)
