"""A clip, drawn here -> its scenes and a first short. What `reelmill demo` shows of the shorts."""

import hashlib
from pathlib import Path
from typing import Final
from uuid import uuid4

from reelmill.catalog import jobs
from reelmill.catalog.job import Job, JobState
from reelmill.desk import System
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.pipelines.shorts.keys import source_key
from reelmill.pipelines.shorts.results import SceneFound, ShortsResult
from reelmill.pipelines.shorts.single import timecode
from reelmill.pipelines.shorts.spec import (
    SHORTS,
    Cut,
    ExportSpec,
    IngestSpec,
    ShortsSpec,
    Strategy,
)
from reelmill.pipelines.shorts.tables import videos
from reelmill.terminal import Terminal, seconds
from reelmill.units import JobId

#: The video of the demo is the same each time, unless somebody has deleted it.
VIDEO_ID: Final = "de30" * 8

#: Three shots with a cut between them, and something bright that goes its way through each.
GRAPH: Final = (
    "gradients=s=1280x720:r=30:d=4:c0=0x12324a:c1=0x1d5c63:seed=1[a];"
    "gradients=s=1280x720:r=30:d=6:c0=0x4a1c40:c1=0x93603a:seed=2[b];"
    "gradients=s=1280x720:r=30:d=4:c0=0x1f3d1f:c1=0x6f8f3f:seed=3[c];"
    "[a][b][c]concat=n=3,format=yuv420p[ground];"
    "color=0xf4f1de:s=150x150:r=30:d=14[subject];"
    "[ground][subject]overlay=x='(W-w)*(0.5+0.4*sin(t*0.7))':y='(H-h)/2+60*sin(t*2)'[v];"
    "sine=frequency=220:duration=14[s]"
)

#: Seconds that drawing may take.
DRAW_LIMIT_S: Final = 120.0


def demo(terminal: Terminal, system: System) -> bool:
    """Draw a clip, find its scenes, and make a short of one that follows what moves.

    Returns:
        Whether there is a short.
    """
    clip = system.settings.home / "samples" / "shorts" / "clip.mp4"
    clip.parent.mkdir(parents=True, exist_ok=True)
    _draw(clip, system.services.ffmpeg)
    video_id = _video_id(system)
    key = source_key(video_id)
    system.services.store.put(key, clip, content_type="video/mp4")
    found = _done(
        terminal, system, ShortsSpec(IngestSpec(video_id=video_id, source_key=key, title="Demo"))
    )
    if found is None:
        return False
    _tell_scenes(terminal, found)
    longest = max(found.scenes, key=lambda scene: scene.end_s - scene.start_s)
    made = _done(terminal, system, _short(video_id, longest))
    if made is None or made.made is None:
        return False
    _tell_short(terminal, system, made)
    times = f"--start {timecode(longest.start_s)} --end {timecode(longest.end_s)}"
    terminal.line(f"Try:  reelmill shorts export {clip} {times} -o short.mp4")
    return True


def _draw(clip: Path, ffmpeg: Ffmpeg) -> None:
    coding = ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-shortest")
    ffmpeg.run(
        ["-filter_complex", GRAPH, "-map", "[v]", "-map", "[s]", *coding, str(clip)],
        timeout_s=DRAW_LIMIT_S,
    )


def _video_id(system: System) -> str:
    with system.services.catalog.read() as conn:
        is_there = videos.find(conn, VIDEO_ID) is not None
        was_there = jobs.find(conn, JobId(f"shorts/ingest-{VIDEO_ID}")) is not None
    return VIDEO_ID if is_there or not was_there else uuid4().hex


def _short(video_id: str, scene: SceneFound) -> ShortsSpec:
    cut = Cut(source_key=source_key(video_id), start_s=scene.start_s, end_s=scene.end_s)
    return ShortsSpec(
        ExportSpec(
            # One short of one video, however often the demo is run.
            export_id=hashlib.sha256(video_id.encode()).hexdigest()[:32],
            user_id="local",
            cut=cut,
            strategy=Strategy.SMART_CROP,
        )
    )


def _done(terminal: Terminal, system: System, spec: ShortsSpec) -> ShortsResult | None:
    """Have a job done, however often it was done before."""
    with terminal.bar(spec.root.kind) as bar:
        job = system.jobs.submit(SHORTS, spec, force=True)

        def told(now: Job) -> None:
            bar.at(now.done, now.total, now.message)

        ended = system.jobs.wait([job.id], on_change=told)[job.id]
    if ended.state is not JobState.COMPLETED:
        terminal.line(f"failed: {ended.error_message}", style="red")
        return None
    return ShortsResult.model_validate(ended.result)


def _tell_scenes(terminal: Terminal, found: ShortsResult) -> None:
    for scene in found.scenes:
        span = f"{timecode(scene.start_s)} to {timecode(scene.end_s)}"
        terminal.line(f"scene: {span}, {seconds(scene.end_s - scene.start_s)}")


def _tell_short(terminal: Terminal, system: System, result: ShortsResult) -> None:
    assert result.made is not None
    made = result.made
    path = system.services.store.local_path(made.key) or made.key
    terminal.line(
        f"short: {path}, {made.width}x{made.height}, {seconds(made.duration_s)}, "
        f"{made.size_bytes / 1e6:.2f} MB",
        style="green",
    )
