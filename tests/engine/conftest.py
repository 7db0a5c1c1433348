"""Nodes of the bench: in this process, and as processes of their own."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

HERE = str(Path(__file__).parent)
sys.path.insert(0, HERE)

import workshop  # noqa: E402 - found in the folder above

NODE = "import sys; sys.path.insert(0, sys.argv[1]); import workshop; workshop.main(*sys.argv[2:])"

StartNode = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[workshop.Desk]:
    """A desk on a fresh SQLite database, and no node."""
    with workshop.desk(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def opened_desks() -> Iterator[Callable[..., workshop.Desk]]:
    """Opens desks, and closes them at the end."""
    with ExitStack() as stack:
        yield lambda *where: stack.enter_context(workshop.desk(*where))


@pytest.fixture(scope="module")
def busy_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[workshop.Desk]:
    """A desk whose node works in this process, for all tests of a file."""
    home = tmp_path_factory.mktemp("busy") / "home"
    with workshop.desk(home) as opened, workshop.node(opened):
        yield opened


@pytest.fixture
def start_node() -> Iterator[StartNode]:
    """Starts nodes as processes, and kills what is left of them at the end."""
    started: list[subprocess.Popen[str]] = []

    def start(
        home: Path,
        database_url: str = "",
        drain_s: float = 10,
        where: str = "workshop:BENCH",
        size: int = 2,
    ) -> "subprocess.Popen[str]":
        how = [str(home), database_url, str(drain_s), where, str(size)]
        process = subprocess.Popen(
            [sys.executable, "-c", NODE, HERE, *how],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
