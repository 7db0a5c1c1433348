"""Files that operators drop, drawn once for all tests of the intake."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reelmill.children import Children
from reelmill.media.ffmpeg import Ffmpeg


@pytest.fixture(scope="session")
def children() -> Iterator[Children]:
    """One reader for all tests: starting it takes longer than most of them."""
    pool = Children(1, prepare=["reelmill.pipelines.stories.intake.take"])
    yield pool
    pool.close()


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `clip.mp4` (1.2 s, 160x90), `other.mp4`, `voice.mp3` (1.5 s), `music.mp3`."""
    folder, ffmpeg = tmp_path_factory.mktemp("drawn"), Ffmpeg()
    picture = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
    for name, source in {
        "clip.mp4": "testsrc2=s=160x90:r=25:d=1.2",
        "other.mp4": "mandelbrot=s=160x90:r=25,trim=duration=1",
    }.items():
        ffmpeg.run(["-f", "lavfi", "-i", source, *picture, str(folder / name)], timeout_s=120)
    for name, source in {
        "voice.mp3": "sine=f=220:d=1.5,volume=0.5",
        "voice2.mp3": "sine=f=330:d=1.5,volume=0.5",
        "music.mp3": "sine=f=440:d=1,volume=0.5",
        "silence.mp3": "anullsrc,atrim=duration=2",
        "short.mp3": "sine=f=220:d=0.6",
    }.items():
        ffmpeg.run(
            ["-f", "lavfi", "-i", source, "-c:a", "libmp3lame", str(folder / name)], timeout_s=120
        )
    return folder
