"""How long an export takes to be accepted, and asked for again, while both cores encode video.

A server of its own (`serve --no-work`), a video that is ready, two encoders that never rest.
Prints percentiles; judges nothing.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx

from reelmill import app
from reelmill.catalog import jobs
from reelmill.catalog.jobs import JobState, NewJob
from reelmill.children import NICENESS
from reelmill.config import Settings
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.pipelines.shorts.keys import source_key
from reelmill.pipelines.shorts.records import NewVideo, Origin, Scene
from reelmill.pipelines.shorts.results import VideoFacts
from reelmill.pipelines.shorts.tables import scenes, videos
from reelmill.units import JobId, StoreKey

#: Encoders beside the server: one a core of the machine that the targets are for.
ENCODERS = 2

#: Requests before the clock runs: the first loads the engine.
WARM_UP = 20


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=500)
    parser.add_argument("--idle", action="store_true", help="without the encoders")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="accept-") as folder, ExitStack() as stack:
        home = Path(folder) / "home"
        wanted = seed(home, chosen.requests + WARM_UP)
        url = stack.enter_context(server(home))
        http = stack.enter_context(httpx.Client(base_url=url, timeout=60))
        ask(http, wanted[:WARM_UP], 202)
        if not chosen.idle:
            for _ in range(ENCODERS):
                stack.enter_context(encoder())
        tell("accepted", ask(http, wanted[WARM_UP:], 202))
        tell("asked again", ask(http, wanted[WARM_UP:], 200))


def seed(home: Path, count: int) -> list[str]:
    """A ready video with that many scenes; their ids."""
    video_id, now = uuid4().hex, datetime.now(UTC)
    job_id = JobId(f"shorts/ingest-{video_id}")
    spec = {"kind": "ingest", "video_id": video_id, "source_key": source_key(video_id)}
    facts = VideoFacts(
        width=1920,
        height=1080,
        duration_s=float(count),
        fps=30.0,
        has_audio=True,
        poster_key=StoreKey("none"),
        size_bytes=1,
        sha256="0" * 64,
    )
    made = [
        Scene(
            id=uuid4().hex,
            video_id=video_id,
            start_s=float(at),
            end_s=at + 1.0,
            thumbnail_key=None,
            origin=Origin.DETECTED,
            created_at=now,
        )
        for at in range(count)
    ]
    with app.build(Settings(home=home)) as built, built.services.catalog.begin() as conn:
        jobs.add(
            conn,
            NewJob(id=job_id, pipeline="shorts", key=video_id, spec=spec, created_at=now),
        )
        jobs.change(conn, job_id, state=JobState.COMPLETED)
        videos.add(
            conn,
            NewVideo(
                id=video_id,
                owner="local",
                title="",
                source_key=source_key(video_id),
                source_url=None,
                size_bytes=None,
                sha256=None,
                job_id=job_id,
                created_at=now,
            ),
        )
        videos.learn(conn, video_id, facts)
        scenes.add(conn, made)
    return [scene.id for scene in made]


@contextmanager
def server(home: Path) -> Iterator[str]:
    """The site as operators start it, on a free port."""
    env = {
        **os.environ,
        "REELMILL_HOME": str(home),
        "REELMILL_PIPELINES": '{"shorts": {"daily_exports": 100000}}',
        "REELMILL_LOG_LEVEL": "warning",
    }
    command = [sys.executable, "-m", "reelmill", "serve", "--port", "0", "--no-work"]
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    address = next(filter(None, (re.search(r"http://\S+", line) for line in process.stdout)))
    try:
        yield address.group()
    finally:
        process.terminate()
        process.wait()


@contextmanager
def encoder() -> Iterator[None]:
    """An encoder that keeps a core busy, with the priority of those of a node."""
    source = ("-f", "lavfi", "-i", "testsrc2=s=1280x720:r=30")
    process = subprocess.Popen(
        [
            *("nice", "-n", str(NICENESS), str(Ffmpeg().path), "-loglevel", "error", "-nostdin"),
            *(*source, "-c:v", "libx264", "-threads", "1", "-f", "null", "-"),
        ]
    )
    try:
        yield
    finally:
        process.kill()
        process.wait()


def ask(http: httpx.Client, wanted: list[str], expected: int) -> list[float]:
    """Ask for a short of each scene; milliseconds of each answer."""
    took = []
    for scene in wanted:
        began = time.perf_counter()
        answer = http.post(f"/v1/scenes/{scene}/export-short", json={})
        took.append((time.perf_counter() - began) * 1000)
        if answer.status_code != expected:
            sys.exit(f"{answer.status_code}: {answer.text}")
    return took


def tell(what: str, took_ms: list[float]) -> None:
    """One line of percentiles."""
    in_order = sorted(took_ms)
    at = {p: in_order[min(len(in_order) - 1, int(len(in_order) * p / 100))] for p in (50, 95, 99)}
    told = "  ".join(f"p{p} {ms:6.1f} ms" for p, ms in at.items())
    print(f"{what:>12}: {told}  max {in_order[-1]:6.1f} ms  ({len(in_order)} requests)")


if __name__ == "__main__":
    main()
