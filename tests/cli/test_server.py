"""Servers: they say where they are, work, and end in good order."""

import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from reelmill.pipelines import names

Run = Callable[..., "subprocess.CompletedProcess[str]"]
Start = Callable[..., "subprocess.Popen[str]"]


def address_of(process: "subprocess.Popen[str]") -> str:
    line = process.stdout.readline()
    found = re.match(r"listening on (http://\S+)", line)
    assert found, line + process.stderr.read()
    return found[1]


def wait_for(url: str) -> httpx.Response:
    give_up_at = time.monotonic() + 120
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
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0
    assert f"working   on {', '.join(names())}" in said
    assert "Traceback" not in said


def test_serve_alone_does_not_work(start: Start) -> None:
    process = start("serve", "--port", "0", "--no-work")
    assert wait_for(f"{address_of(process)}/healthz").status_code == 200
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "working" not in said


def test_a_port_that_is_taken_is_one_line(reelmill: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = reelmill("serve", "--port", str(taken.getsockname()[1]), "--no-work")
    assert done.returncode == 1
    assert "Nothing can listen there" in done.stderr
    assert "port 0 takes a free one" in done.stderr


def test_work_ends_on_sigterm(start: Start) -> None:
    process = start("work", "--children", "1", "--queue", "replays")
    said = ""
    while "working" not in said:
        said = process.stderr.readline()
        assert said
    assert said == "working   on replays, 1 at once\n"
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=120)
    assert process.returncode == 0


def test_a_queue_that_does_not_exist_is_one_line(reelmill: Run) -> None:
    done = reelmill("work", "--queue", "nothing")
    assert done.returncode == 1
    assert "There is no such pipeline" in done.stderr
    assert "Traceback" not in done.stderr


def test_migrate_says_which_database_is_up_to_date(reelmill: Run, tmp_path: Path) -> None:
    done = reelmill("migrate", "--home", "here")
    assert done.returncode == 0
    assert done.stdout.endswith("here/reelmill.db\n")
    assert (tmp_path / "here" / "reelmill.db").exists()


def test_others_are_answered_only_once_they_must_say_who_they_are(
    start: Start, reelmill: Run
) -> None:
    refused = reelmill("serve", "--host", "0.0.0.0", "--port", "0", "--no-work")
    assert refused.returncode == 1
    (line,) = refused.stderr.splitlines()
    assert line.startswith("reelmill: Nobody has to sign in yet")
    assert "reelmill users add NAME --operator" in line

    process = start("serve", "--port", "0", "--no-work")
    address = address_of(process)
    assert wait_for(f"{address}/v1/me").json()["user_id"] == "local"
    reelmill("users", "add", "ann", "--no-password")
    assert httpx.get(f"{address}/v1/me", trust_env=False).status_code == 401
    key = reelmill("keys", "new", "ann").stdout.strip()
    me = httpx.get(f"{address}/v1/me", headers={"X-API-Key": key}, trust_env=False)
    assert me.json()["name"] == "ann"

    open_to_others = start("serve", "--host", "0.0.0.0", "--port", "0", "--no-work")
    port = address_of(open_to_others).rpartition(":")[2]
    assert wait_for(f"http://127.0.0.1:{port}/v1/me").status_code == 401


def test_a_provider_shuts_the_door_as_well(start: Start) -> None:
    secret = "s" * 32
    chosen = {"REELMILL_ACCOUNTS__JWT_SECRET": secret, "REELMILL_HOST": "0.0.0.0"}
    process = start("serve", "--port", "0", "--no-work", **chosen)
    port = address_of(process).rpartition(":")[2]
    assert wait_for(f"http://127.0.0.1:{port}/v1/me").status_code == 401
