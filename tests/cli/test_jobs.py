"""Jobs from the command line: asked for, looked at, explained, tried again, stopped."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def spec(game: Path, tmp_path: Path) -> Path:
    """A spec that carries its replay."""
    path = tmp_path / "spec.json"
    asked = {"game_id": "0a1b", "replay": json.loads(game.read_bytes()), "fps": 10}
    path.write_text(json.dumps(asked))
    return path


def test_a_job_is_run_found_shown_and_explained(reelmill: Run, spec: Path) -> None:
    ran = reelmill("run", "replays", str(spec))
    assert ran.returncode == 0, ran.stderr
    assert "replays/0a1b.10fps completed" in ran.stdout
    assert ".mp4" in ran.stdout

    listed = reelmill("jobs", "list", "--state", "completed").stdout.splitlines()
    assert [line.split("\t")[:2] for line in listed] == [["replays/0a1b.10fps", "completed"]]

    shown = json.loads(reelmill("jobs", "show", "0a1b", "--json").stdout)
    assert shown["state"] == "completed"
    assert shown["result"]["frames"] > 0

    told = reelmill("jobs", "explain", "replays/0a1b.10fps").stdout
    assert "replays.make ok in" in told
    assert "what to do: Nothing: it is done." in told


def test_a_failed_job_says_why_and_what_to_do(reelmill: Run, tmp_path: Path) -> None:
    (tmp_path / "spec.json").write_text('{"game_id": "0a1b", "replay": {"no": "game"}}')
    ran = reelmill("run", "replays", "spec.json")
    assert ran.returncode == 1
    assert "not a game replay" in ran.stdout

    story = json.loads(reelmill("jobs", "explain", "0a1b", "--json").stdout)
    assert story["job"]["error_code"] == "not_a_replay"
    assert [step["outcome"] for step in story["steps"]] == ["failed"]
    assert "jobs retry replays/0a1b" in story["advice"]


def test_a_job_that_waits_can_be_canceled_and_asked_for_again(reelmill: Run, spec: Path) -> None:
    asked = reelmill("run", "replays", str(spec), "--no-wait", "--json")
    assert json.loads(asked.stdout)["state"] == "pending"
    assert "canceled" in reelmill("jobs", "cancel", "0a1b").stdout
    again = reelmill("jobs", "cancel", "0a1b")
    assert again.returncode == 1
    assert "has ended already" in again.stderr
    assert "pending, run 2" in reelmill("jobs", "retry", "0a1b").stdout


def test_a_spec_may_come_from_stdin(reelmill: Run, spec: Path) -> None:
    asked = reelmill("run", "replays", "-", "--no-wait", stdin=spec.read_text())
    assert asked.stdout == "replays/0a1b.10fps pending\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("{", "Invalid JSON", id="not JSON"),
        pytest.param('{"game_id": "a", "replay": {}, "fps": 1}', "fps", id="a value out of range"),
        pytest.param('{"game_id": "a", "colour": "red"}', "colour", id="an unknown field"),
    ],
)
def test_a_bad_spec_is_wrong_usage(reelmill: Run, text: str, said: str) -> None:
    done = reelmill("run", "replays", "-", stdin=text)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_job_that_is_not_there_is_one_line(reelmill: Run) -> None:
    done = reelmill("jobs", "show", "nowhere")
    assert done.returncode == 1
    assert done.stderr.startswith("reelmill: There is no such job (wanted='nowhere'); ")


def test_the_start_of_a_key_must_fit_one_job(reelmill: Run) -> None:
    for name in ("ab1", "ab2"):
        spec = json.dumps({"game_id": name, "replay": {}})
        reelmill("run", "replays", "-", "--no-wait", stdin=spec)
    done = reelmill("jobs", "show", "ab")
    assert done.returncode == 1
    assert "fits several jobs" in done.stderr
