"""The command as people type it: a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reelmill.pipelines.replays.samples.games import SAMPLES, write_sample

Run = Callable[..., "subprocess.CompletedProcess[str]"]

#: The smallest kind of sample: a board of 6x6 that is lost in the first round.
SMALL = 4


def environment(**more: str) -> dict[str, str]:
    """No setting of the person who runs the tests gets through."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REELMILL_")}
    return {**kept, "NO_COLOR": "1", "REELMILL_CHILDREN": "2", **more}


@pytest.fixture
def reelmill(tmp_path: Path) -> Run:
    """Runs a command in a fresh folder, to its end."""

    def run(
        *words: str, stdin: str = "", cwd: Path | None = None, **env: str
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "reelmill", *words],
            input=stdin,
            capture_output=True,
            text=True,
            cwd=cwd or tmp_path,
            env=environment(**env),
            timeout=120,
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
            env=environment(**env),
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
