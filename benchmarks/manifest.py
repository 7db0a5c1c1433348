"""Ten thousand records -> their manifest: the first time, with another threshold, another check.

    python -m benchmarks.manifest --records 10000

Records have all 35 frames, small ones, so that what is measured is the work around them and the
disk holds them all. Each line is a process of its own, with the memory of it and its children.
"""

import argparse
import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.watch import watched
from reelmill.pipelines.captures.checks.registry import CHECKS
from reelmill.pipelines.captures.manifest.build import Order, build
from reelmill.pipelines.captures.manifest.measuring import measure_batch
from reelmill.pipelines.captures.manifest.parquet import publish
from reelmill.pipelines.captures.pt.records import record_bytes
from reelmill.pipelines.captures.record import CaptureFacts, InputsSummary, Record, content_hash
from reelmill.storage.folder import FolderStore

FRAMES = {"stride-3_chw": 15, "stride-30_chw": 15, "stride-60_chw": 5}

SESSION = {"session_id": "s", "game_exe": "cs2.exe", "game_resolution": [1920, 1080]}

#: What ffprobe says takes about four thousand letters.
VIDEO = {"streams": [{"codec_type": "video", **{f"key_{n}": "x" * 60 for n in range(50)}}]}

TOLD = {
    "extracted_at": "2026-01-01T00:00:00Z",
    "code_version": "benchmark",
    "size_bytes": 25_000_000,
    "duration_s_from_header": 600.0,
    "duration_s_from_frames": 600.0,
    "fps_from_frames": 60.0,
    "width_px": 1280,
    "height_px": 720,
    "inputs": InputsSummary(rows=900, corrupt_rows=0, events={"KEYBOARD": 900}),
}


def make(folder, count, size):
    """Records below a folder; those that are there are left alone."""
    dice = np.random.default_rng(0)
    width, height = size
    for number in range(count):
        path = folder / "day" / f"{number % 100:02d}" / f"{number:06d}.pt"
        frames = {
            name: dice.integers(0, 255, (many, 3, height, width), np.uint8)
            for name, many in FRAMES.items()
        }
        if path.exists():
            continue
        own_hash = content_hash(VIDEO, SESSION, frames, {"number": number})
        record = Record(
            s3_key=f"day/{number % 100:02d}/{number:06d}.tar",
            video_id="recording",
            video_metadata=VIDEO,
            session_metadata=SESSION,
            sampled_frames=frames,
            facts=CaptureFacts(content_hash=own_hash, **TOLD),
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(record_bytes(record))


def changed(folder, check, output):
    """The manifest with one check that has another version, in this process alone."""
    checks = tuple(replace(one, version="x") if one.name == check else one for one in CHECKS)
    store = FolderStore(folder)
    read_bytes = 0

    def work(batches):
        nonlocal read_bytes
        for spec in batches:
            read_bytes += measure_batch(store, spec, checks, lambda _done, _total: None).read_bytes
        return {}

    began = time.perf_counter()
    built = build(store, Order(checks=checks), work)
    publish(built.table, output)
    print(json.dumps({"took_s": time.perf_counter() - began, "read_mb": read_bytes / 1e6}))


def run(name, words, env):
    """One line of figures."""
    done = watched(words, env)
    if done.returncode:
        sys.exit(f"{name} failed: {done.stdout}")
    print(
        f"{name:34} {done.took_s:7.2f} s  {done.cpu_s:7.1f} s cpu  "
        f"{done.peak_process_mib:6.0f} MiB one process  {done.peak_total_mib:6.0f} MiB all",
        flush=True,
    )
    return done


def main():
    """Measure, and hold the bytes of every way against each other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--size", default="64x36", help="of the frames")
    parser.add_argument("--folder", type=Path, help="keep the records here, or find them")
    parser.add_argument("--changed", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.changed:
        changed(asked.folder, asked.changed, str(asked.folder.parent / "changed.parquet"))
        return
    with TemporaryDirectory(prefix="reelmill-") as scratch:
        measure(asked, Path(scratch))


def measure(asked, scratch):
    """All lines."""
    home = asked.folder or scratch
    records = home / "records"
    make(records, asked.records, tuple(map(int, asked.size.split("x"))))
    size_gb = sum(path.stat().st_size for path in records.rglob("*.pt")) / 1e9
    print(f"{asked.records:,} records, {size_gb:.2f} GB, frames of {asked.size}")
    env = {**os.environ, "REELMILL_HOME": str(scratch / "home"), "NO_COLOR": "1"}
    command = [str(Path(sys.executable).with_name("reelmill")), "captures", "manifest"]
    command += ["--manifest-bucket", str(records), "--log-file", str(scratch / "log")]
    first, again, moved = (str(scratch / f"{name}.parquet") for name in ("first", "again", "moved"))
    run("first", [*command, "-o", first], env)
    run("again, nothing changed", [*command, "-o", again], env)
    threshold = ["--threshold", "dark_mean_under=140"]
    run("another threshold", [*command, "-o", moved, *threshold], env)
    own = [sys.executable, "-m", "benchmarks.manifest", "--folder", str(records), "--changed"]
    for check in ("legacy", "dark"):
        told = json.loads(run(f"another version of `{check}`", [*own, check], env).stdout)
        print(f"{'':34} {told['took_s']:7.2f} s for the table, {told['read_mb']:.0f} MB read")
    for path in (records / "_checks").rglob("*.parquet"):
        path.unlink()
    anew = str(scratch / "anew.parquet")
    run("another threshold, from nothing", [*command, "-o", anew, *threshold], env)
    same = Path(anew).read_bytes() == Path(moved).read_bytes()
    same = same and Path(first).read_bytes() == Path(again).read_bytes()
    print("equal to the byte" if same else "NOT equal")
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
