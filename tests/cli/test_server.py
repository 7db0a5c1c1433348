"""Servers: they say where they are, work, and end in good order."""

import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import httpx

Run = Callable[..., "subprocess.CompletedProcess[str]"]
Start = Callable[..., "subprocess.Popen[str]"]


def address_of(process: "subprocess.Popen[str]") -> str:
    line = process.stdout.readline()
    found = re.match(r"listening on (http://\S+)", line)
    assert found, line + process.stderr.read()
    return found[1]


def wait_for(url: str) -> httpx.Response:
    give_up_at = time.monotonic() + 30
    while True:
        try:
            return httpx.get(url, trust_env=False)
        except httpx.ConnectError:
            assert time.monotonic() < give_up_at
            time.sleep(0.1)


def test_serve_says_where_it_listens_answers_and_ends_on_sigterm(start: Start) -> None:
    process = start("serve", "--port", "0")
    assert wait_for(f"{address_of(process)}/healthz").status_code == 200
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "working   on replays" in said
    assert "Traceback" not in said


def test_serve_alone_does_not_work(start: Start) -> None:
    process = start("serve", "--port", "0", "--no-work")
    assert wait_for(f"{address_of(process)}/healthz").status_code == 200
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "working" not in said


def test_a_port_that_is_taken_is_one_line(reelmill: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = reelmill("serve", "--port", str(taken.getsockname()[1]), "--no-work")
    assert done.returncode == 1
    assert "Nothing can listen there" in done.stderr
    assert "port 0 takes a free one" in done.stderr


def test_work_ends_on_sigterm(start: Start) -> None:
    process = start("work", "--children", "1")
    said = ""
    while "working" not in said:
        said = process.stderr.readline()
        assert said
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 0


def test_migrate_says_which_database_is_up_to_date(reelmill: Run, tmp_path: Path) -> None:
    done = reelmill("migrate", "--home", "here")
    assert done.returncode == 0
    assert done.stdout.endswith("here/reelmill.db\n")
    assert (tmp_path / "here" / "reelmill.db").exists()
