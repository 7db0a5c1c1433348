"""Every real replay at hand becomes a verified video; what is not a replay is refused by name."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.acceptance.reelmill_process import Installation, told

pytestmark = pytest.mark.ffmpeg

MATERIAL = Path(__file__).parents[3] / "shared"
REAL_GAMES, BAD_FILES = MATERIAL / "replays", MATERIAL / "replays-bad"

#: Real replays beside the checkout. Source: their manifest.
REAL_COUNT = 600

need_material = pytest.mark.skipif(
    not REAL_GAMES.is_dir(), reason="no real replays beside the checkout"
)


@need_material
@pytest.mark.campaign
@pytest.mark.timeout(1800)
def test_every_real_replay_becomes_a_verified_video(tmp_path: Path) -> None:
    installation = Installation(tmp_path / "home")
    said = installation.run("replays", "backfill", str(REAL_GAMES), "--json", timeout_s=1800)
    assert said.returncode == 0, said.stderr
    assert told(said)["succeeded"] == REAL_COUNT
    library = installation.home / "store" / "replays"
    assert len(list(library.glob("*.mp4"))) == REAL_COUNT


@need_material
def test_the_bad_files_end_in_one_repaired_video_and_two_refusals(tmp_path: Path) -> None:
    installation = Installation(tmp_path / "home")
    said = installation.run("replays", "backfill", str(BAD_FILES))
    assert said.returncode == 0, said.stderr
    assert "repaired: the document was written twice" in said.stdout
    assert len(list((installation.home / "store" / "replays").glob("*.mp4"))) == 1
    for name in ("game_index.json", "stats_simple.json"):
        assert name in said.stdout
        refused = _render(BAD_FILES / "not-replays" / name, tmp_path / "never.mp4")
        assert refused.returncode == 1
        assert refused.stderr.startswith("reelmill: This is not a game replay: ")
        assert refused.stderr.count("\n") == 1
        assert not (tmp_path / "never.mp4").exists()


def _render(replay: Path, video: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "reelmill", "replays", "render", str(replay), "-o", str(video)],
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
