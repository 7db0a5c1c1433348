"""`make bench-storyboards`: a film of stills in motion, by the usual filters of ffmpeg and by ours.

Both make the same film of the same pictures in the same run: scenes of equal length, slow zooms,
crossfades, H.264 by the same preset at the same quality, a silent track. The usual way is
`zoompan`, which moves by whole pixels and trembles; the usual remedy enlarges each picture four
times first. Ours is timed with its verification, from the start of Python.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.watch import Run, watched

FILM = """
import sys; from pathlib import Path
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.geometry import Size
from reelmill.media.tools import Tools
from reelmill.pipelines.storyboards.render.film import Film, Scene, make_film
from reelmill.pipelines.storyboards.spec import Transition
folder, frames, width, height = Path(sys.argv[1]), *map(int, sys.argv[2:])
scenes = tuple(
    Scene(picture=path, frames=frames, transition=Transition.CROSSFADE)
    for path in sorted(folder.glob('still-*.jpg'))
)
film = Film(size=Size(width, height), scenes=scenes)
made = make_film(film, folder / 'ours.mp4', Tools(ffmpeg=Ffmpeg(), tell=lambda *_: None))
print(made.frames, made.size_bytes)
"""

DRAW = """
import sys; from pathlib import Path; from PIL import Image
from reelmill.pipelines.storyboards.render.drawing import draw
from reelmill.media.geometry import Size
film = Size(int(sys.argv[3]), int(sys.argv[4]))
for number in range(1, int(sys.argv[2]) + 1):
    pixels = draw('A lake at dawn', film, number=number, scenes=int(sys.argv[2]))
    Image.fromarray(pixels).save(Path(sys.argv[1]) / f'still-{number:02}.jpg', quality=92)
"""

#: How much larger each picture is made by the usual remedy, and seconds of a crossfade.
ENLARGED, FADE_S = 4, 0.6


def main() -> None:
    """Measure, and print one line a figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=5.0, help="of each scene")
    parser.add_argument("--size", default="1920x1080")
    asked = parser.parse_args()
    width, height = map(int, asked.size.split("x"))
    frames = round(asked.seconds * 30)
    with tempfile.TemporaryDirectory(prefix="reelmill-bench-") as scratch:
        folder = Path(scratch)
        drawn = _run(
            [sys.executable, "-c", DRAW, scratch, str(asked.scenes), str(width), str(height)]
        )
        sizes = (str(frames), str(width), str(height))
        ours = _run([sys.executable, "-c", FILM, scratch, *sizes])
        plain = _peer(folder, frames, width, height, enlarged=1)
        smooth = _peer(folder, frames, width, height, enlarged=ENLARGED)
    total = asked.scenes * frames
    print(f"film          {asked.scenes} scenes of {asked.seconds:g} s, {asked.size} at 30")
    print(
        f"drawing       {drawn.took_s / asked.scenes:.2f} s a picture, {drawn.peak_total_mib:.0f} MiB"
    )
    for name, run in (("ours", ours), ("zoompan", plain), ("zoompan, x4", smooth)):
        print(
            f"{name:<13} {run.took_s:.1f} s wall, {run.cpu_s:.1f} s cpu, "
            f"{total / run.took_s:.0f} frames/s, {run.peak_total_mib:.0f} MiB"
        )
    for name, run in (("zoompan", plain), ("zoompan, x4", smooth)):
        print(
            f"against it    {run.took_s / ours.took_s:.2f} times as fast as {name}, "
            f"{run.peak_total_mib / ours.peak_total_mib:.1f} times less memory"
        )


def _peer(folder: Path, frames: int, width: int, height: int, *, enlarged: int) -> Run:
    from reelmill.media.ffmpeg import Ffmpeg

    stills = sorted(folder.glob("still-*.jpg"))
    fade, parts = round(FADE_S * 30), []
    for number, _ in enumerate(stills):
        # A crossfade takes its time from both scenes; the last needs none behind it.
        length = frames + (fade if number < len(stills) - 1 else 0)
        zoom = f"'1+0.16*on/{length}'" if number % 2 == 0 else f"'1.16-0.16*on/{length}'"
        parts.append(
            f"[{number}:v]scale={width * enlarged}:{height * enlarged}:flags=bicubic,"
            f"zoompan=z={zoom}:x='(iw-iw/zoom)/2':y='(ih-ih/zoom)/2':d={length}:"
            f"s={width}x{height}:fps=30,format=yuv420p[s{number}]"
        )
    last = "s0"
    for number in range(1, len(stills)):
        offset = number * frames / 30
        parts.append(
            f"[{last}][s{number}]xfade=transition=fade:duration={FADE_S}:offset={offset}[x{number}]"
        )
        last = f"x{number}"
    inputs = [arg for still in stills for arg in ("-i", str(still))]
    to = folder / f"peer-{enlarged}.mp4"
    run = _run(
        [
            *(str(Ffmpeg().path), "-hide_banner", "-loglevel", "error", "-nostdin", "-y", *inputs),
            *("-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo"),
            *("-filter_complex", ";".join(parts), "-map", f"[{last}]", "-map", f"{len(stills)}:a"),
            *("-c:v", "libx264", "-preset", "superfast", "-crf", "19", "-c:a", "aac"),
            *(
                "-frames:v",
                str(len(stills) * frames),
                "-shortest",
                "-movflags",
                "+faststart",
                str(to),
            ),
        ]
    )
    _check(to, len(stills) * frames)
    return run


def _check(film: Path, frames: int) -> None:
    """See that the peer did the same work."""
    from reelmill.media.frames import planes

    found = sum(1 for _ in planes(film))
    if abs(found - frames) > 1:
        sys.exit(f"the peer made {found} frames, and not {frames}")


def _run(command: list[str]) -> Run:
    run = watched(command)
    if run.returncode:
        sys.exit(f"failed: {subprocess.list2cmdline(command)[:300]}")
    return run


if __name__ == "__main__":
    main()
