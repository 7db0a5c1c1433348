"""The first minute: one command, videos, and what to try next."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from reelmill.media.probe import probe
from reelmill.pipelines.storyboards import demo as storyboards

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def test_the_demo_ends_with_videos_and_says_where_they_are(
    reelmill: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storyboards, "DURATION_S", 5)
    assert _shown(reelmill("demo", "--home", "here"), tmp_path) > 5


@pytest.mark.campaign
def test_the_demo_is_a_command_of_its_own_and_makes_no_game_twice(
    reelmill_alone: Run, reelmill: Run, tmp_path: Path
) -> None:
    games = _shown(reelmill_alone("demo", "--home", "here"), tmp_path)
    again = reelmill("demo", "--home", "here")
    assert again.returncode == 0
    assert f"{games} skipped" in again.stdout


def _shown(done: "subprocess.CompletedProcess[str]", folder: Path) -> int:
    """How many games the demo has shown."""
    assert done.returncode == 0, done.stdout + done.stderr
    assert "(0 failed, " in done.stdout
    assert f"Videos: {folder}/here/store/replays" in done.stdout
    assert "reelmill serve --home here" in done.stdout
    videos = list((folder / "here" / "store" / "replays").glob("*.mp4"))
    games = list((folder / "here" / "samples" / "replays").glob("*.json"))
    assert len(videos) == len(games)
    assert probe(videos[0])
    return len(games)
