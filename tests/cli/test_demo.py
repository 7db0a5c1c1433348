"""The first minute: one command, videos, and what to try next."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from reelmill.media.probe import probe

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def test_the_demo_ends_with_videos_and_says_where_they_are(
    reelmill_alone: Run, reelmill: Run, tmp_path: Path
) -> None:
    done = reelmill_alone("demo", "--home", "here")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "(0 failed, " in done.stdout
    assert f"Videos: {tmp_path}/here/store/replays" in done.stdout
    assert "reelmill serve --home here" in done.stdout
    videos = list((tmp_path / "here" / "store" / "replays").glob("*.mp4"))
    games = list((tmp_path / "here" / "samples" / "replays").glob("*.json"))
    assert len(videos) == len(games) > 5
    assert probe(videos[0])

    again = reelmill("demo", "--home", "here")
    assert again.returncode == 0
    assert f"{len(games)} skipped" in again.stdout
