"""What every command promises: help, exit codes, one clear line."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.commands import WHOLE, parsed

from reelmill.cli.main import run

Run = Callable[..., "subprocess.CompletedProcess[str]"]
Start = Callable[..., "subprocess.Popen[str]"]


def every_command(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name in group.list_commands(None):
        command = group.get_command(None, name)
        if hasattr(command, "commands"):
            yield from every_command(command, (*path, name))
        else:
            yield (*path, name), command


COMMANDS = dict(every_command(WHOLE))


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_of_every_command_ends_with_examples_that_can_be_typed(path: tuple[str, ...]) -> None:
    lines = re.findall(r"^ +(.*reelmill .*)$", COMMANDS[path].epilog or "", re.MULTILINE)
    assert lines
    for line in lines:
        typed = shlex.split(line.rpartition("| ")[2])
        assert parsed(typed[1:]).command is not WHOLE


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_and_option_is_explained(path: tuple[str, ...]) -> None:
    assert COMMANDS[path].help
    for option in COMMANDS[path].params:
        assert getattr(option, "help", None), option.name


def test_wrong_usage_is_2(reelmill_alone: Run) -> None:
    assert reelmill_alone("nonsense").returncode == 2


def test_version_is_one_line(reelmill_alone: Run) -> None:
    done = reelmill_alone("--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"reelmill \d+\.\d+\.\d+\n", done.stdout)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["nonsense"], "No such command 'nonsense'", id="unknown command"),
        pytest.param(["jobs", "list", "--nonsense"], "No such option: --nonsense", id="option"),
        pytest.param(["replays", "render"], "Missing argument 'IN.json'", id="argument missing"),
        pytest.param(["serve", "--port", "x"], "Invalid value for '--port'", id="no number"),
        pytest.param(["run", "nonsense", "-"], "no pipeline is named 'nonsense'", id="pipeline"),
    ],
)
def test_wrong_usage_is_one_line_that_points_to_the_help(
    capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    try:
        assert run(words) == 2
    finally:
        signal.signal(signal.SIGTERM, before)
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert re.fullmatch(r"reelmill: .*; see `reelmill.* --help`\n", told.err)


def test_a_group_without_a_command_shows_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGTERM)
    try:
        assert run(["jobs"]) == 2
    finally:
        signal.signal(signal.SIGTERM, before)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("Usage: reelmill jobs ")
    assert "\n  explain  " in told.err


def test_bad_settings_name_the_setting(reelmill: Run) -> None:
    done = reelmill("jobs", "list", REELMILL_PORT="many")
    assert done.returncode == 2
    assert "setting='port'" in done.stderr
    assert done.stderr.count("\n") == 1


def test_help_works_with_bad_settings(reelmill: Run) -> None:
    assert reelmill("jobs", "list", "--help", REELMILL_PORT="many").returncode == 0


def test_a_home_that_cannot_be_made_is_one_line(reelmill: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = reelmill("--home", "file/home", "jobs", "list")
    assert done.returncode != 0
    assert done.stderr.startswith("reelmill: ")
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


BUG = """
import sys
from reelmill.cli import jobs
from reelmill.cli.main import run

def broken(*_): raise ZeroDivisionError("oh")

jobs._spec = broken
sys.exit(run(sys.argv[1:]))
"""


def test_a_bug_is_one_line_and_its_story_is_kept(tmp_path: Path) -> None:
    words = [sys.executable, "-c", BUG, "run", "replays", "-"]
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 1
    said = re.fullmatch(
        r"reelmill: a bug: ZeroDivisionError: oh; the details are in (\S+)\n", done.stderr
    )
    assert said
    story = Path(said[1])
    assert "Traceback" in story.read_text(encoding="utf-8")
    story.unlink()


def test_a_bug_is_shown_in_full_to_who_asks(tmp_path: Path) -> None:
    words = [sys.executable, "-c", BUG, "--debug", "run", "replays", "-"]
    env = os.environ | {"TMPDIR": str(tmp_path)}
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, env=env, check=False)
    assert "Traceback" in done.stderr


def test_a_reader_that_leaves_does_no_harm(start: Start) -> None:
    process = start("jobs", "list", "--json")
    process.stdout.close()
    assert process.wait(120) == 0
    assert process.stderr.read() == ""


def test_a_pipe_gets_neither_colours_nor_bars(reelmill_alone: Run, game: Path) -> None:
    done = reelmill_alone("replays", "render", str(game), "-o", "a.mp4", NO_COLOR="")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout + done.stderr


def test_ctrl_c_is_one_line_and_130(start: Start) -> None:
    process = start("work")
    said = [process.stderr.readline() for _ in range(4)]
    assert any("working" in line for line in said), said
    process.send_signal(signal.SIGINT)
    _, rest = process.communicate(timeout=120)
    assert process.returncode == 130
    assert rest.splitlines()[-1].startswith("reelmill: interrupted; ")
    assert "Traceback" not in rest


def test_json_of_an_empty_list_is_an_empty_list(reelmill: Run) -> None:
    assert json.loads(reelmill("jobs", "list", "--json").stdout) == []
