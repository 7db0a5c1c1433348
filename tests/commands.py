"""Commands inside this process: what they say and how they end, and no start of Python."""

import io
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer

from reelmill.cli.main import program, run
from reelmill.cli.words import hoisted

#: The whole command line.
WHOLE: Any = typer.main.get_command(program())


def chosen(**more: str) -> dict[str, str]:
    """An environment in which no setting of the person who runs the tests gets through."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REELMILL_")}
    return {**kept, "NO_COLOR": "1", "REELMILL_CHILDREN": "2", **more}


def typed(
    *words: str, cwd: Path, stdin: bytes = b"", **settings: str
) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end inside this process.

    Args:
        words: What is typed after `reelmill`.
        cwd: Where.
        stdin: What comes in a pipe.
        settings: Variables beside those of `chosen`.
    """
    streams = {name: io.TextIOWrapper(io.BytesIO(), "utf-8") for name in ("stdout", "stderr")}
    before = signal.getsignal(signal.SIGTERM)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(cwd)
        for name in set(os.environ) - set(environment := chosen(**settings)):
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        for name, stream in streams.items():
            patch.setattr(f"sys.{name}", stream)
        try:
            code = run(words)
        finally:
            signal.signal(signal.SIGTERM, before)
    said = [_written(stream) for stream in streams.values()]
    return subprocess.CompletedProcess(["reelmill", *words], code, *said)


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()


def parsed(words: list[str]) -> Any:
    """Walk down to the command and let it read its arguments; nothing is run."""
    command, rest = WHOLE, hoisted(words)
    context = command.make_context("reelmill", rest)
    while hasattr(command, "commands"):
        words = [*context._protected_args, *context.args]
        name, command, rest = command.resolve_command(context, words)
        context = command.make_context(name, rest, parent=context)
    return context
