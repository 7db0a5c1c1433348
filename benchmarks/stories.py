"""`make bench-stories`: a 3840x2160 story of clips that are known, the same for the first time, and
the command of the specification, in one run.

The command is that of section 6 with libx264 in place of the Intel encoder; as it takes an hour
and more, it gets a part of the story, and its time is scaled up. Clips are conformed once, each in
a process of its own as a node does it; then as many copies as the story needs lie in the folder,
so that every clip that is shown is read from a file of its own. The story is timed from the start
of Python to the file that was read again and proven, with its poster; storing it is not in it.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.watch import Run, watched

#: Real media beside the checkout, where there is any.
REAL = Path(__file__).parents[2] / "shared" / "media"
PICTURES, VOICE = REAL / "freedoom-gameplay.mp4", REAL / "jfk.flac"

#: The template of the specification, section 6; its logo is not scaled, as it says itself.
TEMPLATE = (
    "[3:v]scale=iw:-1[logo];"
    "[0:v]scale={width}:{height}:flags=fast_bilinear:force_original_aspect_ratio=decrease,"
    "pad={width}:{height}:(ow-iw)/2:(oh-ih)/2:color=black,format=yuv420p[base];"
    "[base][logo]overlay=20:20[vout];"
    "[1:a]volume=0.25[bg];[2:a]volume=1.0[vc];[bg][vc]amix=inputs=2:duration=longest[aout]"
)

#: What is asked for: seconds for ten minutes of known clips, and how many times as fast.
KNOWN_S, TIMES = 15.0, 100.0

#: MiB that anything may take.
MEMORY_MIB = 1000.0

CONFORM = """
import sys; from pathlib import Path
from benchmarks.stories import form, piece_of, tools
from reelmill.pipelines.stories.render.conform import Look, conform
source, to, logo, frames, size = sys.argv[1:]
look = Look(form=form(size), logo=Path(logo))
conform(Path(source), piece_of('clip', int(frames)), Path(to), look, tools())
"""

FILM = """
import json, sys; from pathlib import Path
from benchmarks.stories import form, pieces_in, story_of, tools
from reelmill.pipelines.stories.render.film import Files, make_film
folder, size = Path(sys.argv[1]), sys.argv[2]
loudness = json.loads((folder / 'loudness.json').read_text())
names, spec = story_of(pieces_in(folder), form(size), loudness)
files = Files(voice=folder / 'voice.mp3', music=folder / 'music.mp3', mezzanines=names, texts=())
film = make_film(files, spec, form(size), folder, tools())
print(film.frames, film.size_bytes, film.loudness_lufs, film.true_peak_dbtp)
"""


def main() -> None:
    """Measure, and print one line a figure."""
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="reelmill-bench-") as scratch:
        folder = Path(scratch)
        clips = _material(asked, folder)
        template = _template(asked, clips, folder)
        first = [_conformed(asked, clip, folder) for clip in clips]
        _copied(asked, clips, folder)
        known = _run([sys.executable, "-c", FILM, str(folder), asked.size])
        _print(asked, template, first, known)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=600, help="length of the story")
    parser.add_argument("--size", default="3840x2160", help="of the story")
    parser.add_argument("--clips", type=int, default=3, help="clips that are conformed")
    parser.add_argument("--clip-seconds", type=int, default=4, help="length of each")
    parser.add_argument("--template-seconds", type=int, default=4, help="of it, by the command")
    return parser.parse_args()


def form(size: str):
    from reelmill.media.geometry import Size
    from reelmill.pipelines.stories.render.mezzanine import Form

    width, height = map(int, size.split("x"))
    return Form(size=Size(width, height), rate=30, logo_sha256="logo")


def tools():
    from reelmill.media.ffmpeg import Ffmpeg
    from reelmill.media.tools import Tools

    return Tools(ffmpeg=Ffmpeg(encoder="libx264"))


def piece_of(name: str, frames: int):
    from reelmill.pipelines.stories.spec import Piece

    return Piece(key=name, sha256=name, frames=frames, shown_frames=frames)


def pieces_in(folder: Path):
    """Conformed clips, each with its frames, which its name tells."""
    paths = sorted(folder.glob("known-*.mp4"))
    return {path: piece_of(path.stem, int(path.stem.split("-")[2])) for path in paths}


def story_of(pieces, form, loudness):
    """The names of clips with their files, and a story that shows each of them once."""
    from reelmill.pipelines.stories.render.mezzanine import mezzanine_name
    from reelmill.pipelines.stories.spec import Render, Sound, StorySpec

    seconds = sum(piece.frames for piece in pieces.values()) / form.rate
    spec = StorySpec(
        task_id="bench",
        category="bench",
        story_name="bench",
        voice=Sound(key="a", sha256="", duration_s=seconds, loudness_lufs=loudness["voice"]),
        music=Sound(key="b", sha256="", duration_s=100.0, loudness_lufs=loudness["music"]),
        pieces=tuple(pieces.values()),
        seed=1,
        render=Render(resolution=f"{form.size.width}x{form.size.height}"),
    )
    return {mezzanine_name(piece, form): path for path, piece in pieces.items()}, spec


def _run(command: list[str]) -> Run:
    run = watched(command)
    if run.returncode:
        sys.exit(f"failed: {' '.join(command)}")
    return run


def _ffmpeg(*args: str) -> Run:
    from reelmill.media.ffmpeg import Ffmpeg

    quiet = ("-hide_banner", "-loglevel", "error", "-nostdin", "-nostats", "-y")
    return _run([str(Ffmpeg().path), *quiet, *args])


def _material(asked: argparse.Namespace, folder: Path) -> list[Path]:
    """Clips of 720p, a voice as long as the story, music, a logo; real ones where there are any."""
    real = PICTURES.is_file()
    print(f"material            {PICTURES.name if real else 'drawn'}, 1280x720 at 30")
    clips = []
    for number in range(asked.clips):
        clip = folder / f"clip-{number}.mp4"
        start = ("-ss", str(5 + 20 * number), "-i", str(PICTURES))
        drawn = ("-f", "lavfi", "-i", f"mandelbrot=s=1280x720:r=30:start_scale={3 - number / 3}")
        form = ("-an", "-vf", "fps=30,format=yuv420p", "-c:v", "libx264", "-crf", "18")
        _ffmpeg(*(start if real else drawn), "-t", str(asked.clip_seconds), *form, str(clip))
        clips.append(clip)
    spoken = ("-stream_loop", "-1", "-i", str(VOICE))
    tone = ("-f", "lavfi", "-i", "sine=180,tremolo=f=3:d=0.9")
    voice = spoken if VOICE.is_file() else tone
    _ffmpeg(*voice, "-t", str(asked.seconds), str(folder / "voice.mp3"))
    _ffmpeg("-f", "lavfi", "-i", "sine=330:d=100,tremolo=f=2", str(folder / "music.mp3"))
    _ffmpeg("-f", "lavfi", "-i", "color=red:s=200x80", "-frames:v", "1", str(folder / "logo.png"))
    _listened(folder)
    return clips


def _listened(folder: Path) -> None:
    """Measure how loud both sounds are, as is done once when they are taken in."""
    from reelmill.media.loudness import measure_loudness
    from reelmill.media.sound import decoded

    loudness = {
        name: measure_loudness(decoded(folder / f"{name}.mp3")).integrated_lufs
        for name in ("voice", "music")
    }
    (folder / "loudness.json").write_text(json.dumps(loudness))


def _template(asked: argparse.Namespace, clips: list[Path], folder: Path) -> Run:
    listed = folder / "video_list.txt"
    listed.write_text("".join(f"file '{clip}'\n" for clip in clips * 9))
    width, height = asked.size.split("x")
    sources = [str(folder / name) for name in ("music.mp3", "voice.mp3", "logo.png")]
    return _ffmpeg(
        *("-f", "concat", "-safe", "0", "-i", str(listed)),
        *(arg for source in sources for arg in ("-i", source)),
        *("-filter_complex", TEMPLATE.format(width=width, height=height)),
        *("-map", "[vout]", "-map", "[aout]", "-c:v", "libx264", "-preset", "medium"),
        *("-r", "30", "-t", str(asked.template_seconds), str(folder / "template.mp4")),
    )


def _conformed(asked: argparse.Namespace, clip: Path, folder: Path) -> Run:
    frames = str(asked.clip_seconds * 30)
    to = str(clip.with_name(f"conformed-{clip.name}"))
    logo = str(folder / "logo.png")
    return _run([sys.executable, "-c", CONFORM, str(clip), to, logo, frames, asked.size])


def _copied(asked: argparse.Namespace, clips: list[Path], folder: Path) -> None:
    frames = asked.clip_seconds * 30
    for number in range(asked.seconds // asked.clip_seconds):
        clip = clips[number % len(clips)]
        conformed = clip.with_name(f"conformed-{clip.name}")
        shutil.copyfile(conformed, folder / f"known-{number:05}-{frames}.mp4")
    # What was written to make the material ready must not be waited for by what is timed.
    os.sync()


def _print(asked: argparse.Namespace, template: Run, first: list[Run], known: Run) -> None:
    conformed_s = asked.clips * asked.clip_seconds
    whole_s = template.took_s / asked.template_seconds * asked.seconds
    print(f"story               {asked.seconds} s of {asked.size} at 30")
    _line("template", template, asked.template_seconds)
    first_s, first_cpu_s = (
        sum(run.took_s for run in first),
        sum(run.cpu_s for run in first),
    )
    peak = max(run.peak_total_mib for run in first)
    print(
        f"conforming          {first_s / conformed_s:.1f} s wall, {first_cpu_s / conformed_s:.1f} s "
        f"cpu for a second, {peak:.0f} MiB"
    )
    _line("known clips", known, asked.seconds)
    frames, size_bytes, loudness, peak_db = known.stdout.split()
    print(
        f"made                {frames} frames, {int(size_bytes) / 1e6:.0f} MB, {loudness} LUFS, {peak_db} dBTP"
    )
    print(f"template, whole     {whole_s:.0f} s")
    times, limit_s = whole_s / known.took_s, KNOWN_S * asked.seconds / 600
    print(
        f"known clips         {known.took_s:.1f} s; {_kept(known.took_s <= limit_s)} of {limit_s:g} s"
    )
    print(
        f"against template    {times:.0f} times as fast; {_kept(times >= TIMES)} of {TIMES:g} times"
    )
    ratio = (first_s / conformed_s * asked.seconds + known.took_s) / whole_s
    print(f"the first time      {ratio:.2f} of the template's time; {_kept(ratio <= 1)} of 1")
    worst = max(peak, known.peak_total_mib)
    print(
        f"memory              {worst:.0f} MiB; {_kept(worst <= MEMORY_MIB)} of {MEMORY_MIB:g} MiB"
    )


def _line(name: str, run: Run, seconds: int) -> None:
    print(
        f"{name:<20}{run.took_s:.1f} s wall, {run.cpu_s:.1f} s cpu for {seconds} s, "
        f"{run.peak_total_mib:.0f} MiB"
    )


def _kept(inside: bool) -> str:  # noqa: FBT001 -- a claim, and the word for it
    return "inside the limit" if inside else "OUTSIDE THE LIMIT"


if __name__ == "__main__":
    main()
