"""`reelmill storyboards`, as people type it: pictures and videos are made here, for nothing."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.commands import typed
from tests.pipelines.storyboards.routes.site import picture

from reelmill.media.played import play

pytestmark = pytest.mark.ffmpeg

Said = subprocess.CompletedProcess[str]
Run = Callable[..., Said]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cli")


@pytest.fixture(scope="module")
def board(folder: Path) -> Run:
    """Runs a command of the group on one home for all tests of this file."""

    def run(*words: str) -> Said:
        return typed("storyboards", *words, cwd=folder, REELMILL_HOME=str(folder / "home"))

    return run


@pytest.fixture(scope="module")
def board_id(board: Run) -> str:
    """A board that was drafted."""
    said = board("draft", "A walk along the sea at dawn", "--duration", "5", "--json")
    assert said.returncode == 0, said.stderr
    told: dict[str, Any] = json.loads(said.stdout)
    assert (told["status"], told["provider"], len(told["storyboard"])) == (
        "storyboard_ready",
        "local",
        3,
    )
    found: str = told["job_id"]
    return found


def told(said: Said) -> dict[str, Any]:
    """What a command with `--json` printed."""
    assert said.returncode == 0, said.stderr
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def test_a_board_is_shown_by_the_beginning_of_its_id(board: Run, board_id: str) -> None:
    lines = board("show", board_id[:8]).stdout.splitlines()
    assert lines[0] == f"{board_id} storyboard_ready"
    assert lines[1].startswith("  1  1.66 s  completed  Opening scene: A walk along the sea")
    assert board("list").stdout.startswith(f"{board_id}\tstoryboard_ready\t3\t0\t")
    assert board("list", "--status", "failed").stdout == ""


def test_a_board_is_edited_approved_rendered_and_exported(
    board: Run, board_id: str, folder: Path
) -> None:
    (folder / "sea.png").write_bytes(picture((640, 360)))
    edited = told(
        board(
            *("edit", board_id, "2", "--duration", "0.5", "--title", "By the sea"),
            *("--transition", "cut", "--picture", "sea.png", "--json"),
        )
    )
    scene = edited["storyboard"][1]["scene"]
    assert (scene["duration"], scene["title"], scene["transition"]) == (0.5, "By the sea", "cut")
    moved = told(board("reorder", board_id, "2", "1", "3", "--json"))
    assert moved["storyboard"][0]["scene"]["title"] == "By the sea"
    told(board("remove", board_id, "3", "--json"))
    refused = board("render", board_id)
    assert (refused.returncode, refused.stderr) == (
        1,
        "reelmill: Storyboard must be approved before rendering\n",
    )
    assert told(board("approve", board_id, "--json"))["approved"] is True
    made = told(board("render", board_id, "-o", "sea.mp4", "--json"))
    assert (made["status"], made["progress"]["message"]) == (
        "completed",
        "Video rendering complete!",
    )
    # Half a second and 1.66 of them, to the frame.
    assert play(folder / "sea.mp4").frames == 65
    exported = told(board("export", board_id, "-o", "sea.webm", "--quality", "low", "--json"))
    assert exported["size_bytes"] == (folder / "sea.webm").stat().st_size
    assert play(folder / "sea.webm").size == (854, 480)


def test_cost_tells_of_boards_and_of_today(board: Run, board_id: str) -> None:
    assert told(board("cost", board_id, "--json"))["actual_cost"] == 0.0
    assert board("cost").stdout.splitlines() == ["user\t0\t100\t150", "day\t0\t100\t150"]
    quote = told(board("estimate", "--duration", "60", "--json"))
    assert (quote["scenes"], quote["estimated_cost"]) == (10, 0.0)


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        pytest.param(("draft", "short"), 2, "at least 10 characters", id="a short prompt"),
        pytest.param(("draft", "x" * 20, "--duration", "4"), 2, "--duration", id="four seconds"),
        pytest.param(("show", "nobody"), 1, "Job nobody not found", id="no such board"),
        pytest.param(("decide", "x"), 2, "--bought PREDICTION", id="no decision"),
        pytest.param(
            ("decide", "x", "--not-bought"), 1, "Purchase x not found", id="no such purchase"
        ),
        pytest.param(("edit", "x", "1", "--duration", "soon"), 2, "soon", id="no number"),
    ],
)
def test_a_mistake_is_one_line_and_an_exit_code(
    board: Run, words: tuple[str, ...], code: int, text: str
) -> None:
    said = board(*words)
    assert said.returncode == code
    assert text in said.stderr
    assert len(said.stderr.splitlines()) == 1


def test_a_name_that_ends_in_no_format_is_refused(board: Run, board_id: str) -> None:
    said = board("export", board_id, "-o", "sea.gif")
    assert (said.returncode, "Choose among .mp4, .mov, .webm" in said.stderr) == (1, True)
