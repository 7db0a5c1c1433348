"""GIFs: their size, their pace, their colours; every picture decoded."""

import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from reelmill.errors import BadMedia
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.geometry import Size
from reelmill.media.tools import Tools
from reelmill.pipelines.storyboards.render import animation
from reelmill.pipelines.storyboards.render.animation import GifTooLarge, animate, look_at_gif
from reelmill.pipelines.storyboards.spec import Quality

pytestmark = pytest.mark.ffmpeg


def _film(path: Path, source: str) -> Path:
    command = [
        *(str(Ffmpeg().path), "-y", "-loglevel", "error", "-f", "lavfi", "-i", source),
        *("-pix_fmt", "yuv420p", "-colorspace", "bt709", str(path)),
    ]
    subprocess.run(command, check=True)
    return path


def _tools() -> Tools:
    return Tools(ffmpeg=Ffmpeg(), tell=lambda *_: None)


@pytest.mark.parametrize(
    ("quality", "size", "frames", "frame_cs"),
    [
        (Quality.LOW, Size(180, 320), 15, 10),
        (Quality.MEDIUM, Size(270, 480), 19, 8),
        (Quality.HIGH, Size(360, 640), 25, 6),
    ],
)
def test_each_quality_has_its_size_and_its_pace(
    tmp_path: Path, quality: Quality, size: Size, frames: int, frame_cs: int
) -> None:
    film = _film(tmp_path / "film.mp4", "testsrc2=size=360x640:rate=30:duration=1.5")
    made = animate(film, quality, tmp_path, _tools())
    assert (made.size, made.frames) == (size, frames)
    found = look_at_gif(made.path)
    assert found == (size, frames, frames * frame_cs, True)
    again = animate(film, quality, tmp_path, _tools())
    assert again.path.read_bytes() == made.path.read_bytes()


def test_the_colours_are_those_of_the_video(tmp_path: Path) -> None:
    film = _film(tmp_path / "film.mp4", "color=c=0xC83C28:size=320x180:rate=30:duration=0.5")
    made = animate(film, Quality.LOW, tmp_path, _tools())
    with Image.open(made.path) as image:
        pixels = np.asarray(image.convert("RGB"))
    assert pixels.reshape(-1, 3).mean(0) == pytest.approx([200, 60, 40], abs=6)


def test_a_video_that_stands_still_keeps_its_time(tmp_path: Path) -> None:
    film = _film(tmp_path / "film.mp4", "color=c=blue:size=320x180:rate=30:duration=2")
    assert animate(film, Quality.LOW, tmp_path, _tools()).frames == 20


def test_what_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film = _film(tmp_path / "film.mp4", "testsrc2=size=320x180:rate=30:duration=0.5")
    monkeypatch.setattr(animation, "MAX_BYTES", 1000)
    with pytest.raises(GifTooLarge):
        animate(film, Quality.LOW, tmp_path, _tools())


def test_what_is_no_video_is_refused(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"\0\0\0\x18ftypisom" + b"x" * 5000)
    with pytest.raises(BadMedia):
        animate(tmp_path / "film.mp4", Quality.LOW, tmp_path, _tools())
