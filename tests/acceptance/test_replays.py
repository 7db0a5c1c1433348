"""Start a backfill, kill it anywhere, start it again: one sound video for each game."""

import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.acceptance.reelmill_process import Installation, kill_group, told, write_games

from reelmill.media.probe import probe
from reelmill.media.profiles import profile
from reelmill.media.verify import verify
from reelmill.pipelines.replays.plan import timeline
from reelmill.pipelines.replays.reading.reader import read_game
from reelmill.pipelines.replays.samples.games import sample_games

pytestmark = [pytest.mark.ffmpeg, pytest.mark.kill, pytest.mark.timeout(1200)]

#: Games of a backfill: every day a few short ones, in a campaign some of every length.
FEW, MANY = 10, 24

#: Seconds until something must have happened on a slow machine.
PATIENCE_S = 150.0

#: Seconds until a child of a killed process must be gone.
ORPHAN_S = 120


@pytest.fixture(scope="module")
def drawn() -> list[tuple[str, bytes]]:
    """Games as files, the shortest first."""
    found: dict[str, bytes] = {}
    for seed in range(4):
        found.update(sample_games(seed))
    return sorted(sorted(found.items())[:MANY], key=lambda game: len(game[1]))


@pytest.fixture
def games(drawn: list[tuple[str, bytes]], number: int, tmp_path: Path) -> Path:
    folder = tmp_path / "replays"
    write_games(folder, drawn[:number])
    return folder


#: How often a backfill is killed: every day once, and as often as there is work in a campaign.
ROUNDS = [
    pytest.param(1, FEW, id="once"),
    pytest.param(6, MANY, id="again and again", marks=pytest.mark.campaign),
]


@pytest.mark.parametrize(("times", "number"), ROUNDS)
def test_the_worker_is_killed(games: Path, tmp_path: Path, times: int) -> None:
    installation = Installation(tmp_path / "home")
    assert _kill_while_working(
        installation, games, lambda process: process.send_signal(signal.SIGKILL), times=times
    )
    _finish(installation, games)
    _assert_one_sound_video_for_each(installation, games)


@pytest.mark.parametrize(("times", "number"), ROUNDS)
def test_the_whole_process_group_is_killed(games: Path, tmp_path: Path, times: int) -> None:
    installation = Installation(tmp_path / "home")
    assert _kill_while_working(installation, games, kill_group, times=times)
    _finish(installation, games)
    _assert_one_sound_video_for_each(installation, games)


@pytest.mark.postgres
@pytest.mark.parametrize(
    "number",
    [
        pytest.param(FEW, id="a few games"),
        pytest.param(MANY, id="many games", marks=pytest.mark.campaign),
    ],
)
def test_one_of_two_workers_on_postgres_is_killed(
    games: Path, tmp_path: Path, postgres_url: str
) -> None:
    shared = {
        "REELMILL_DATABASE_URL": postgres_url,
        "REELMILL_STORE_URL": str(tmp_path / "store"),
    }
    first = Installation(tmp_path / "first", **shared)
    second = Installation(tmp_path / "second", **shared)
    worker = second.start("work")
    backfill = first.start("replays", "backfill", str(games))
    _wait(lambda: _videos(tmp_path / "store") >= 3, first)
    time.sleep(random.uniform(0, 0.5))
    assert backfill.poll() is None, "the backfill ended before anything was killed"
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert backfill.wait(timeout=300) == 0, first.log()
    _assert_no_process_left(second)
    _assert_library(first, tmp_path / "store", games)


@pytest.mark.parametrize("number", [3])
def test_a_second_run_renders_nothing_and_redoes_what_is_missing(
    games: Path, tmp_path: Path
) -> None:
    installation = Installation(tmp_path / "home")
    _finish(installation, games)
    store = tmp_path / "home" / "store" / "replays"
    missing, damaged, whole = sorted(store.glob("*.mp4"))
    untouched = whole.stat().st_mtime_ns
    missing.unlink()
    damaged.write_bytes(damaged.read_bytes()[:-100])
    summary = told(installation.run("replays", "backfill", str(games), "--json"))
    assert (summary["succeeded"], summary["skipped"]) == (2, 1)
    assert whole.stat().st_mtime_ns == untouched
    _assert_one_sound_video_for_each(installation, games)


def _kill_while_working(
    installation: Installation,
    games: Path,
    kill: Callable[[subprocess.Popen[str]], None],
    *,
    times: int,
) -> int:
    """Start the backfill and kill it at random moments of its work; how often that was done."""
    store = installation.home / "store"
    for number in range(times):
        process = installation.start("replays", "backfill", str(games))
        done = _videos(store)
        _wait(lambda done=done: _videos(store) > done, installation)
        time.sleep(random.uniform(0, 0.5))
        if process.poll() is not None:
            return number
        kill(process)
        process.wait()
        _assert_no_process_left(installation)
    return times


def _finish(installation: Installation, games: Path) -> None:
    said = installation.run("replays", "backfill", str(games))
    assert said.returncode == 0, said.stderr + installation.log()


def _videos(store: Path) -> int:
    return len(list((store / "replays").glob("*.mp4")))


def _wait(
    until: Callable[[], bool], installation: Installation, timeout_s: float = PATIENCE_S
) -> None:
    deadline = time.monotonic() + timeout_s
    while not until():
        assert time.monotonic() < deadline, installation.log()
        time.sleep(0.05)


def _assert_no_process_left(installation: Installation) -> None:
    deadline = time.monotonic() + ORPHAN_S
    while found := installation.processes():
        assert time.monotonic() < deadline, f"still alive: {found}"
        time.sleep(0.1)


def _assert_one_sound_video_for_each(installation: Installation, games: Path) -> None:
    _assert_no_process_left(installation)
    _assert_library(installation, installation.home / "store", games)


def _assert_library(installation: Installation, store: Path, games: Path) -> None:
    """Every game has its video and poster, decoded once more here, and there is nothing else."""
    expected = {path: read_game(path.read_bytes(), name=path.name) for path in games.iterdir()}
    ids = {game.game_id for game in expected.values()}
    files = {path.name for path in (store / "replays").iterdir() if path.is_file()}
    assert files == {f"{game_id}{end}" for game_id in ids for end in (".mp4", ".jpg")}
    for game in expected.values():
        video = store / "replays" / f"{game.game_id}.mp4"
        frames = timeline(game, fps=30, seconds_per_round=0.5).frame_count
        assert verify(video, profile("720p"), frames=frames).frames == frames
        assert probe(video).video is not None
    leftovers = [
        path
        for root in (store, installation.home)
        for path in root.rglob("*")
        if path.is_file() and ("drafts" in path.parts or "scratch" in path.parts)
    ]
    assert leftovers == []
    counts = told(installation.run("replays", "status", "--json"))["counts"]
    assert {state: number for state, number in counts.items() if number} == {"completed": len(ids)}
