"""`make bench-replays`: a folder of replays -> a verified library, and how fast, against the peer.

Reelmill renders every game of the folder with the command that its users type, cold, into an
empty library; each video is verified by decoding within that time. The peer (PIL + MoviePy)
renders a spread of the same games, cards included, at the same size and rate, without sound and
verification; the ratio compares frames a second. The second ratio is of the spread alone, where
Reelmill's start-up weighs most.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.watch import Run, watched

#: Real games beside the checkout, where there are any.
REAL_GAMES = Path(__file__).parents[2] / "shared" / "replays"

#: Games that the peer renders; all of them would take it half an hour.
PEER_GAMES = 12


def main() -> None:
    """Measure, and print one line a figure."""
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="reelmill-bench-") as scratch:
        folder = Path(scratch)
        games = asked.games or (REAL_GAMES if REAL_GAMES.is_dir() else _drawn(folder))
        whole, library = _reelmill(games, folder / "whole")
        print(f"material            {games.name}: {library['succeeded']} games")
        _print_run(whole, library)
        if asked.peer_python:
            files = sorted(games.rglob("snake_game_*.json"))
            _print_ratio(asked.peer_python, files, folder, whole, library)
    sys.exit(0 if library["failed"] == 0 else 1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--games", type=Path, help="folder of replays")
    parser.add_argument("--peer-python", type=Path, help="interpreter that has MoviePy")
    return parser.parse_args()


def _drawn(folder: Path) -> Path:
    """Sample games of our own, where no real ones are at hand."""
    from reelmill.pipelines.replays.samples.games import sample_games

    games = folder / "drawn-games"
    games.mkdir()
    for seed in range(8):
        for name, data in sample_games(seed):
            (games / name).write_bytes(data)
    return games


def _reelmill(games: Path, home: Path) -> tuple[Run, dict[str, Any]]:
    env = os.environ | {"REELMILL_HOME": str(home), "REELMILL_LOG_LEVEL": "error"}
    command = [sys.executable, "-m", "reelmill", "replays", "backfill", str(games), "--json"]
    run = watched(command, env)
    summary = json.loads(run.stdout)
    videos = list((home / "store" / "replays").glob("*.mp4"))
    return run, summary | {
        "bytes": sum(video.stat().st_size for video in videos),
        **_shown(home),
    }


def _shown(home: Path) -> dict[str, float]:
    """Frames and seconds of the library, from its catalog."""
    from reelmill.catalog import artifacts, jobs
    from reelmill.catalog.database import open_catalog

    catalog = open_catalog(f"sqlite:///{home / 'reelmill.db'}")
    with catalog.read() as conn:
        ids = [job.id for job in jobs.listed(conn, limit=1_000_000)]
        made = [one for some in artifacts.of_jobs(conn, ids).values() for one in some]
    catalog.close()
    return {
        "frames": sum(file.frames or 0 for file in made),
        "video_s": sum(file.duration_s or 0 for file in made),
    }


def _print_run(run: Run, library: dict[str, Any]) -> None:
    games = library["succeeded"]
    print(f"wall                {run.took_s:.1f} s  (cpu {run.cpu_s:.0f} s)")
    print(f"games               {games / run.took_s * 60:.0f} a minute")
    print(
        f"frames              {library['frames']} in all, {library['frames'] / run.took_s:.0f} /s"
    )
    print(f"bitrate             {library['bytes'] * 8 / library['video_s'] / 1e6:.3f} Mbit/s")
    print(f"memory              {run.peak_process_mib:.0f} MiB in the largest process")
    print(f"                    {run.peak_total_mib:.0f} MiB in all processes together")


def _print_ratio(
    peer_python: Path, files: list[Path], folder: Path, whole: Run, library: dict[str, Any]
) -> None:
    """The peer on a spread of the games, on all cores; and Reelmill on that spread alone."""
    spread = files[:: max(1, len(files) // PEER_GAMES)][:PEER_GAMES]
    same = folder / "spread"
    same.mkdir()
    for number, file in enumerate(spread):
        (same / f"{number:02}-{file.name}").symlink_to(file.resolve())
    alone, few = _reelmill(same, folder / "same")
    peer, run = _peer(peer_python, spread, folder)
    peer_rate = peer["frames"] / run.took_s
    print(
        f"peer                {peer_rate:.0f} frames/s over {peer['games']} of the games, "
        f"{run.peak_total_mib:.0f} MiB in all processes together"
    )
    print(f"ratio               {library['frames'] / whole.took_s / peer_rate:.1f} times the peer")
    print(
        f"                    {few['frames'] / alone.took_s / peer_rate:.1f} times, when only those "
        f"{peer['games']} games are rendered and {alone.took_s:.1f} s are mostly start-up"
    )


def _peer(python: Path, spread: list[Path], folder: Path) -> tuple[dict[str, Any], Run]:
    names = folder / "spread.json"
    names.write_text(json.dumps([str(file) for file in spread]))
    out = folder / "peer"
    out.mkdir()
    script = Path(__file__).with_name("peer_replays.py")
    jobs = str(os.cpu_count() or 1)
    run = watched([str(python), str(script), str(names), str(out), "--jobs", jobs])
    return json.loads(run.stdout), run


if __name__ == "__main__":
    main()
