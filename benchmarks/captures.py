"""`make bench-captures`: the frames of a record out of a ten-minute 1080p60 recording in a TAR,
exactly and by key frames, and decoding the same recording in sequence with OpenCV, in one run.

The recording is real footage, looped and scaled where there is any beside the checkout, else drawn;
its key frames are as far apart as those of recorders, every 250 frames. OpenCV gets it as a file of
its own, and has to decode every frame until the last that is wanted; it keeps and shrinks the same
frames. Ours reads ranges of the TAR, of a folder, and writes the whole record. Each runs in a process
of its own, timed from the start of the work to its end, with the most memory that it took in all.
"""

import argparse
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

#: Real footage beside the checkout, where there is any.
REAL = Path(__file__).parents[2] / "shared" / "media" / "freedoom-gameplay.mp4"

#: What is asked for: times as fast as OpenCV, and MiB that the process may take.
EXACT_TIMES, KEY_TIMES, MEMORY_MIB = 2.0, 20.0, 500.0

#: Share of the bytes that a scout may read.
SCOUT_SHARE = 0.05

#: Shorter recordings are measured, and not held against what is asked for.
WHOLE_S = 600

#: Frames from one key frame to the next. Source: OBS, x264 at its defaults.
GOP = 250

OURS = """
import json, sys, time
from datetime import UTC, datetime
from pathlib import Path
from reelmill.pipelines.captures.extract.looking import look
from reelmill.pipelines.captures.extract.making import Task, make
from reelmill.storage.objects import open_source
source, file, key_frames = sys.argv[1], Path(sys.argv[2]), sys.argv[3] == "key-frames"
began = time.perf_counter()
contents = look(source, open_source(source).stat("0a1b.tar"))
made = make(Task(source=source, known=contents.known, group=contents.groups[0], s3_key="0a1b.tar",
                 key_frames=key_frames, now=datetime.now(UTC), file=file))
took_s = time.perf_counter() - began
told = {"took_s": took_s, "frames": sum(made.frames.values()),
        "read_bytes": contents.read_bytes + made.read_bytes, "of": contents.known.size_bytes}
"""

SCOUT = """
import json, sys, time
from reelmill.pipelines.captures.extract.scouting import scout
from reelmill.storage.objects import open_source
known = open_source(sys.argv[1]).stat("0a1b.tar")
began = time.perf_counter()
report = scout(sys.argv[1], known)
told = {"took_s": time.perf_counter() - began, "faults": report.recordings[0].faults,
        "read_bytes": report.read_bytes, "of": known.size_bytes}
"""

SEQUENCE = """
import json, sys, time
import cv2
from reelmill.pipelines.captures.plan import moments
video, seconds = sys.argv[1], float(sys.argv[2])
began = time.perf_counter()
capture = cv2.VideoCapture(video)
rate = capture.get(cv2.CAP_PROP_FPS)
wanted = {round(at * rate) for series in moments(seconds).values() for at in series}
kept, number = {}, 0
while number <= max(wanted):
    good, frame = capture.read()
    if not good:
        break
    if number in wanted:
        kept[number] = cv2.resize(frame, (640, 360), interpolation=cv2.INTER_AREA)
    number += 1
told = {"took_s": time.perf_counter() - began, "frames": len(kept), "decoded": number}
"""


TELL = """
import resource
told["memory_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps(told))
"""


def main() -> None:
    """Measure, and print one line a figure."""
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="reelmill-bench-") as scratch:
        folder = Path(scratch)
        video = _recorded(asked, folder)
        _packed(video, folder / "source" / "0a1b.tar")
        source = (folder / "source").as_uri()
        runs = {
            name: [_run(OURS, source, str(folder / "0a1b.pt"), name) for _ in range(asked.times)]
            for name in ("exact", "key-frames")
        }
        scouted = _run(SCOUT, source)
        sequence = _run(SEQUENCE, str(video), str(asked.seconds))
        best = {name: min(each, key=lambda one: one["took_s"]) for name, each in runs.items()}
        _print(asked, sequence, best, scouted)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=600, help="length of the recording")
    parser.add_argument(
        "--times", type=int, default=3, help="runs of ours, of which the best counts"
    )
    return parser.parse_args()


def _recorded(asked: argparse.Namespace, folder: Path) -> Path:
    """One pass of footage is encoded, then joined with itself by copying packets."""
    from reelmill.media.ffmpeg import Ffmpeg

    ffmpeg, once, whole = str(Ffmpeg().path), folder / "once.mp4", folder / "recording.mp4"
    footage = (
        ["-i", str(REAL)]
        if REAL.exists()
        else ["-f", "lavfi", "-i", "mandelbrot=rate=60:size=1920x1080"]
    )
    seconds = min(30, asked.seconds)
    began = time.perf_counter()
    subprocess.run(
        [
            ffmpeg,
            "-v",
            "error",
            "-y",
            *footage,
            "-an",
            "-t",
            str(seconds),
            "-vf",
            "scale=1920:1080",
            "-r",
            "60",
            "-c:v",
            "libx264",
            "-preset",
            "superfast",
            "-b:v",
            "6M",
            "-g",
            str(GOP),
            "-pix_fmt",
            "yuv420p",
            str(once),
        ],
        check=True,
    )
    loops = -(-asked.seconds // seconds) - 1
    subprocess.run(
        [
            ffmpeg,
            "-v",
            "error",
            "-y",
            "-stream_loop",
            str(loops),
            "-i",
            str(once),
            "-t",
            str(asked.seconds),
            "-c",
            "copy",
            str(whole),
        ],
        check=True,
    )
    print(
        f"recording     {'real footage' if REAL.exists() else 'drawn'}, {asked.seconds} s of 1920x1080 at 60/s, "
        f"{whole.stat().st_size / 1e6:.0f} MB, made in {time.perf_counter() - began:.0f} s"
    )
    return whole


def _packed(video: Path, to: Path) -> None:
    to.parent.mkdir()
    inputs, metadata = to.with_name("inputs.csv"), to.with_name("metadata.json")
    rows = (
        f'{1758121182.5 + n / 500:.6f},MOUSE_MOVE,"[{n % 7 - 3},{n % 5 - 2}]"\n'
        for n in range(100_000)
    )
    inputs.write_text("timestamp,event_type,event_args\n" + "".join(rows))
    metadata.write_text(json.dumps({"session_id": "0a1b", "game_exe": "gzdoom.exe"}))
    with tarfile.open(to, "w") as tar:
        for path in (video, inputs, metadata):
            tar.add(path, path.name)
    inputs.unlink()
    metadata.unlink()


def _run(program: str, *words: str) -> dict:
    ran = subprocess.run(
        [sys.executable, "-c", program + TELL, *words], stdout=subprocess.PIPE, check=True
    )
    return json.loads(ran.stdout)


def _print(asked: argparse.Namespace, sequence: dict, ours: dict[str, dict], scouted: dict) -> None:
    print(
        f"OpenCV        {sequence['took_s']:7.2f} s, {sequence['decoded']} frames decoded in sequence, "
        f"{sequence['memory_mib']:.0f} MiB"
    )
    good = [
        _told(name, ours[name], sequence["took_s"] / ours[name]["took_s"], times)
        for name, times in (("exact", EXACT_TIMES), ("key-frames", KEY_TIMES))
    ]
    share = scouted["read_bytes"] / scouted["of"]
    good.append(share <= SCOUT_SHARE and not scouted["faults"])
    print(
        f"scout         {scouted['took_s']:7.2f} s, {scouted['read_bytes'] / 1e6:.1f} MB read, {share:.1%} "
        f"({SCOUT_SHARE:.0%} at most), {', '.join(scouted['faults']) or 'worth to be extracted'}"
    )
    if asked.seconds >= WHOLE_S and not all(good):
        print("NOT REACHED")
        sys.exit(1)


def _told(name: str, run: dict, faster: float, times: float) -> bool:
    print(
        f"{name:13} {run['took_s']:7.2f} s, {faster:.1f} times as fast ({times:.0f} asked for), {run['frames']} frames, "
        f"{run['read_bytes'] / 1e6:.1f} of {run['of'] / 1e6:.1f} MB read ({run['read_bytes'] / run['of']:.1%}), "
        f"{run['memory_mib']:.0f} MiB"
    )
    return faster >= times and run["memory_mib"] <= MEMORY_MIB


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    main()
