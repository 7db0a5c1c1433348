"""The command as people type it: inside this process, or, where that is the point, alone."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.commands import chosen, typed

from reelmill.pipelines.replays.samples.games import SAMPLES, write_sample

Run = Callable[..., "subprocess.CompletedProcess[str]"]

#: The smallest kind of sample: a board of 6x6 that is lost in the first round.
SMALL = 4


@pytest.fixture
def reelmill(tmp_path: Path) -> Run:
    """Runs a command in a fresh folder, to its end, inside this process."""

    def run(
        *words: str, stdin: str = "", cwd: Path | None = None, **env: str
    ) -> "subprocess.CompletedProcess[str]":
        return typed(*words, cwd=cwd or tmp_path, stdin=stdin.encode(), **env)

    return run


@pytest.fixture
def reelmill_alone(tmp_path: Path) -> Run:
    """Runs a command in a fresh folder, to its end, as a process of its own."""

    def run(*words: str, **env: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "reelmill", *words],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=chosen(**env),
            timeout=400,
            check=False,
        )

    return run


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Starts a command that runs on; what is left at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def begin(*words: str, **env: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", "reelmill", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            env=chosen(**env),
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def game(tmp_path: Path) -> Path:
    """One small replay."""
    name, document = write_sample(SAMPLES[SMALL], seed=1, number=SMALL)
    path = tmp_path / name
    path.write_bytes(document)
    return path
