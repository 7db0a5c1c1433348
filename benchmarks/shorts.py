"""`make bench-shorts`: a scene of a 1080p30 video -> a short at `high`, by three ways, and how fast.

The old command is the one that Reelmill replaces, with `-preset slow`; as it takes minutes, it gets
a part of the scene unless `--old-seconds` says otherwise, and its time is scaled up. The bare
command has the old one's filters and Reelmill's encoder settings, and checks nothing. It and
Reelmill run in turn, as often as `--rounds` says, and their medians are compared. Reelmill's
own way cuts to the frame, brings colours and sound to their form, decodes the result and makes a
poster. It is timed as a job on a server is: from the moment at which a warm child gets the work
until file and poster lie there, verified; storing them, some hundredths of a second, is not in it.
With the start of Python before it, it is the line `reelmill, cold`, what one command costs.
SSIM is each way's against the same frames that were cropped and scaled but not compressed.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.watch import Run, watched

#: Real media beside the checkout, where there is any.
REAL = Path(__file__).parents[2] / "shared" / "media" / "freedoom-gameplay.mp4"

#: Filters of the command that is replaced. Source: its worker, center_crop.
OLD_FILTERS = "crop=ih*9/16:ih,scale=1080:1920:flags=lanczos"

#: Said of both sides of a comparison, for a filter that finds them told differently converts one.
SAME = (
    "setsar=1,settb=AVTB,setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"
)

#: Sound and file of all ways at `high`.
REST = ("-c:a", "aac", "-b:a", "192k", "-ar", "44100", "-movflags", "+faststart")

#: What is asked for: seconds for a minute on two cores, and share above the bare command.
MINUTE_S, ABOVE_BARE = 45.0, 0.03

#: Where the scene starts, in seconds: not on a key frame.
START_S = 1.3


def main() -> None:
    """Measure, and print one line a figure."""
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="reelmill-bench-") as scratch:
        folder = Path(scratch)
        source = _source(asked.video, asked.seconds + 2 * START_S, folder)
        old_s = min(asked.old_seconds, asked.seconds)
        bare, ours = [], []
        for _ in range(asked.rounds):
            bare.append(_run(_bare(source, asked.seconds, folder / "bare.mp4")))
            ours.append(_run(_ours(source, asked.seconds, folder)))
        old = _run(_old(source, old_s, folder / "old.mp4"))
        _print_runs(asked.seconds, {"bare": bare, "reelmill, cold": ours})
        _print_runs(old_s, {"old": [old]})
        _print_claims(asked.seconds, bare, ours, old.took_s / old_s)
        _print_quality(source, old_s, folder)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--video", type=Path, help="a video; brought to 1920x1080 at 30")
    parser.add_argument("--seconds", type=float, default=60.0, help="length of the scene")
    parser.add_argument("--old-seconds", type=float, default=6.0, help="of it, by the old command")
    parser.add_argument("--rounds", type=int, default=2, help="of bare command and Reelmill")
    return parser.parse_args()


def _ffmpeg() -> str:
    from reelmill.media.ffmpeg import Ffmpeg

    return str(Ffmpeg().path)


def _run(command: list[str]) -> Run:
    run = watched(command)
    if run.returncode:
        sys.exit(f"failed: {' '.join(command)}")
    return run


def _quiet(*args: str) -> list[str]:
    return [_ffmpeg(), "-hide_banner", "-loglevel", "error", "-nostdin", "-nostats", "-y", *args]


def _source(video: Path | None, seconds: float, folder: Path) -> Path:
    """A 1080p30 video with sound, as long as needed: a real one looped, or one that is drawn."""
    source = folder / "source.mp4"
    video = video or (REAL if REAL.is_file() else None)
    print(f"material            {video.name if video else 'drawn'}, brought to 1920x1080 at 30")
    drawn = ("-f", "lavfi", "-i", "mandelbrot=s=1920x1080:r=30", "-f", "lavfi", "-i", "sine")
    read = ("-stream_loop", "-1", "-i", str(video)) if video else drawn
    _run(
        _quiet(
            *read,
            *("-t", str(seconds), "-vf", "scale=1920:1080:flags=lanczos,fps=30,format=yuv420p"),
            *("-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-c:a", "aac", str(source)),
        )
    )
    return source


def _scene(source: Path, seconds: float) -> list[str]:
    return ["-ss", str(START_S), "-to", str(START_S + seconds), "-i", str(source)]


def _old(source: Path, seconds: float, path: Path) -> list[str]:
    form = ("-c:v", "libx264", "-preset", "slow", "-crf", "18", *REST, str(path))
    return _quiet(*_scene(source, seconds), "-vf", OLD_FILTERS, *form)


def _bare(source: Path, seconds: float, path: Path) -> list[str]:
    """With all that Reelmill tells the encoder: its limit of the rate, its distance of key frames."""
    from reelmill.media.transcode import Recipe, picture_args
    from reelmill.pipelines.shorts.plan import FORMS, video_budget_bps
    from reelmill.pipelines.shorts.render import short_profile, span_of
    from reelmill.pipelines.shorts.spec import Cut, Quality

    form = FORMS[Quality.HIGH]
    span = span_of(source, Cut(source_key="a", start_s=START_S, end_s=START_S + seconds))
    recipe = Recipe(
        picture=OLD_FILTERS,
        profile=short_profile(span, form),
        crf=form.crf,
        max_video_bps=video_budget_bps(form, span.duration_s, 1.0),
    )
    encoded = picture_args(recipe, "libx264")
    return _quiet(*_scene(source, seconds), "-vf", OLD_FILTERS, *encoded, *REST, str(path))


def _ours(source: Path, seconds: float, folder: Path) -> list[str]:
    program = (
        "import sys, time; from pathlib import Path; from reelmill.media.ffmpeg import Ffmpeg\n"
        "from reelmill.media.tools import Tools\n"
        "from reelmill.pipelines.shorts.render import Asked, make_short\n"
        "from reelmill.pipelines.shorts.spec import Cut\n"
        "source, folder, start_s, end_s = sys.argv[1:]\n"
        "cut = Cut(source_key='a', start_s=float(start_s), end_s=float(end_s))\n"
        "tools = Tools(ffmpeg=Ffmpeg(encoder='libx264'))\n"
        # A server finds out once which encoder works, and tells its children.
        "tools.ffmpeg.choose_encoder()\n"
        "began, used = time.perf_counter(), time.process_time()\n"
        "made = make_short(Path(source), Asked(cut=cut), Path(folder), tools)\n"
        "in_ffmpeg_s = sum(took_s for _, took_s in made.commands)\n"
        "print(time.perf_counter() - began, in_ffmpeg_s, time.process_time() - used)\n"
    )
    part = (str(START_S), str(START_S + seconds))
    return [sys.executable, "-c", program, str(source), str(folder), *part]


def _print_runs(seconds: float, runs: dict[str, list[Run]]) -> None:
    for name, each in runs.items():
        for run in each:
            print(
                f"{name:<20}{seconds:g} s in {run.took_s:.1f} s wall, {run.cpu_s:.1f} s cpu, "
                f"{run.took_s / seconds * 60:.1f} s for a minute, {run.peak_total_mib:.0f} MiB"
            )


def _print_claims(seconds: float, bare: list[Run], ours: list[Run], old_rate: float) -> None:
    """What is claimed of Reelmill, by the medians; `old_rate` is seconds for a second."""
    told = [tuple(map(float, run.stdout.split())) for run in ours]
    for took_s, in_ffmpeg_s, beside_s in told:
        print(
            f"reelmill, warm      {took_s:.1f} s wall: {in_ffmpeg_s:.1f} s in ffmpeg; beside it "
            f"looking, decoding and the poster, {beside_s:.1f} s cpu"
        )
    ours_s = median(took_s for took_s, *_ in told)
    bare_s = median(run.took_s for run in bare)
    minute_s, above = ours_s / seconds * 60, ours_s / bare_s - 1
    least = min(took_s for took_s, *_ in told) / min(run.took_s for run in bare) - 1
    print(f"against the old     {old_rate * seconds / ours_s:.1f} times as fast")
    print(f"a minute            {minute_s:.1f} s; {_kept(minute_s <= MINUTE_S)} of {MINUTE_S:g} s")
    print(
        f"against the bare    {above * 100:+.1f} % wall, verification included; "
        f"{_kept(above <= ABOVE_BARE)} of +{ABOVE_BARE * 100:g} % "
        f"(fastest against fastest {least * 100:+.1f} %)"
    )


def _kept(inside: bool) -> str:  # noqa: FBT001 -- a claim, and the word for it
    return "inside the limit" if inside else "OUTSIDE THE LIMIT"


def _print_quality(source: Path, seconds: float, folder: Path) -> None:
    made = {"old": "old.mp4", "bare": "bare.mp4", "reelmill": "video.mp4"}
    for name, file in made.items():
        size = (folder / file).stat().st_size
        print(f"{name:<20}SSIM {_ssim(source, seconds, folder / file):.4f}, {size / 1e6:.1f} MB")
    print(f"reelmill to old     SSIM {_ssim_between(folder / 'video.mp4', folder / 'old.mp4'):.4f}")


def _ssim(source: Path, seconds: float, made: Path) -> float:
    """Against the frames of the scene that were cropped and scaled, but not compressed."""
    graph = f"[0:v]{OLD_FILTERS},{SAME}[a];[1:v]{SAME}[b];[b][a]ssim=shortest=1"
    return _ssim_of([*_scene(source, seconds), "-i", str(made)], graph)


def _ssim_between(one: Path, other: Path) -> float:
    graph = f"[0:v]{SAME}[a];[1:v]{SAME}[b];[a][b]ssim=shortest=1"
    return _ssim_of(["-i", str(one), "-i", str(other)], graph)


def _ssim_of(inputs: list[str], graph: str) -> float:
    command = [_ffmpeg(), "-hide_banner", "-nostdin", "-nostats", *inputs]
    command += ["-lavfi", graph, "-an", "-f", "null", "-"]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(re.findall(r"All:([0-9.]+)", told.stderr)[-1])


if __name__ == "__main__":
    main()
