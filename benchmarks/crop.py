"""A 1080p30 video in H.264 -> how much faster than it plays a smart crop is planned.

The clip is recorded gameplay where it is there, with motion in every frame; else a test picture.
Wall time counts, in a process of its own: cold with the start of Python, as a command sees it, and
warm without, as the children of a server are; the figure in brackets is what two idle cores would
give, from the processor time.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.watch import watched

#: Real media beside the checkout, where there is any.
REAL = Path(__file__).parents[2] / "shared" / "media"

#: What is planned, in a fresh process.
PLAN = """
import sys, time
from pathlib import Path
from reelmill.pipelines.shorts.crop import plan_crop
from reelmill.pipelines.shorts.spec import Cut
cut = Cut(source_key="x", start_s=0.0, end_s=float(sys.argv[2]))
began_s, began_cpu_s = time.perf_counter(), time.process_time()
plan = plan_crop(Path(sys.argv[1]), cut)
print(time.perf_counter() - began_s, time.process_time() - began_cpu_s)
print(len(plan.keyframes), "key frames.", plan.reason)
"""


def main() -> None:
    """Measure, and print one line a video."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("videos", type=Path, nargs="*", help="brought to 1920x1080 at 30")
    parser.add_argument("--seconds", type=float, default=30.0, help="length of the scene")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reelmill-bench-") as scratch:
        for video in asked.videos or _usual():
            report(source(video, asked.seconds, Path(scratch)), asked.seconds, video)


def report(clip: Path, seconds: float, video: Path | None) -> None:
    """Plan once, and print how long it took."""
    run = watched([sys.executable, "-c", PLAN, str(clip), str(seconds)])
    assert run.returncode == 0
    figures, told = run.stdout.splitlines()
    warm_s, warm_cpu_s = (float(figure) for figure in figures.split())
    print(
        f"{video.name if video else 'test picture':34} "
        f"warm {seconds / warm_s:5.1f}x real time ({2 * seconds / warm_cpu_s:5.1f}x), "
        f"cold {seconds / run.took_s:5.1f}x ({2 * seconds / run.cpu_s:5.1f}x), "
        f"{run.peak_process_mib:.0f} MiB; {told}"
    )


def source(video: Path | None, seconds: float, folder: Path) -> Path:
    """The video as 1080p30 in H.264, looped to that length."""
    from reelmill.media.ffmpeg import Ffmpeg

    clip = folder / f"{video.stem if video else 'test'}.mp4"
    read = ["-f", "lavfi", "-i", "testsrc2=s=1920x1080:r=30"]
    if video:
        read = ["-stream_loop", "-1", "-i", str(video)]
    form = ["-t", str(seconds), "-vf", "scale=1920:1080,fps=30", "-an", "-c:v", "libx264"]
    command = [str(Ffmpeg().path), "-v", "error", *read, *form, "-preset", "fast", str(clip)]
    subprocess.run(command, check=True)
    return clip


def _usual() -> list[Path | None]:
    names = ("freedoom-gameplay.mp4", "one-by-one-person-detection.mp4")
    found = [REAL / name for name in names if (REAL / name).exists()]
    return [*found] or [None]


if __name__ == "__main__":
    main()
