"""The product as its users start it: a process group of its own, that tests may kill."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

#: Marks every process of one installation, also orphans: it is in their environment.
HOME = "REELMILL_HOME"


class Installation:
    """One home folder, and the processes that were started on it."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
        self.env = os.environ | {
            HOME: str(home),
            "REELMILL_CHILDREN": "2",
            "REELMILL_BEAT_S": "0.5",
            "REELMILL_NODE_TTL_S": "3",
            "REELMILL_LOG_LEVEL": "warning",
            "NO_COLOR": "1",
            **settings,
        }

    def start(self, *words: str) -> subprocess.Popen[str]:
        """A command in the background, in a process group of its own."""
        log = (self.home.parent / f"{self.home.name}.log").open("a")
        with log:
            return subprocess.Popen(
                [sys.executable, "-m", "reelmill", *words],
                env=self.env,
                stdout=log,
                stderr=log,
                text=True,
                start_new_session=True,
            )

    def run(self, *words: str, timeout_s: float = 400) -> subprocess.CompletedProcess[str]:
        """A command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "reelmill", *words],
            env=self.env,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    def log(self) -> str:
        """What the commands in the background have said."""
        path = self.home.parent / f"{self.home.name}.log"
        return path.read_text() if path.exists() else ""

    def processes(self) -> list[psutil.Process]:
        """Every process that lives on this home."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return (
                process.pid != os.getpid()
                and process.status() != psutil.STATUS_ZOMBIE
                and process.environ().get(HOME) == str(self.home)
            )
        except psutil.Error:
            return False


def kill_group(process: subprocess.Popen[str]) -> None:
    """`kill -9` for the process and everything in its group."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def told(said: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """What a command with `--json` printed."""
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def write_games(folder: Path, games: Sequence[tuple[str, bytes]]) -> None:
    """A folder as people have it."""
    folder.mkdir(parents=True)
    for name, data in games:
        (folder / name).write_bytes(data)
