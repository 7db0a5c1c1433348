"""Copies: the size and rate of their quality, the shape and the length of the video."""

import subprocess
from pathlib import Path

import pytest

from reelmill.errors import BadMedia
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.geometry import Size
from reelmill.media.played import play
from reelmill.media.probe import probe
from reelmill.media.tools import Tools
from reelmill.pipelines.storyboards.render.export import TIERS, export, export_size
from reelmill.pipelines.storyboards.spec import Quality, VideoFormat

pytestmark = pytest.mark.ffmpeg


def _film(path: Path, size: str, *, sound: bool, rate: int = 30) -> Path:
    heard = ["-f", "lavfi", "-i", "sine=440:duration=1"] if sound else []
    command = [
        *(str(Ffmpeg().path), "-y", "-loglevel", "error"),
        *("-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}:duration=1", *heard),
        *("-pix_fmt", "yuv420p", str(path)),
    ]
    subprocess.run(command, check=True)
    return path


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _film(tmp_path_factory.mktemp("film") / "film.mp4", "320x180", sound=True)


def _tools() -> Tools:
    return Tools(ffmpeg=Ffmpeg(), tell=lambda *_: None)


@pytest.mark.parametrize(
    ("kind", "codecs"),
    [
        (VideoFormat.MP4, ("h264", "aac")),
        (VideoFormat.MOV, ("h264", "aac")),
        (VideoFormat.WEBM, ("vp9", "opus")),
    ],
)
def test_each_format_has_its_codecs_and_every_frame(
    film: Path, tmp_path: Path, kind: VideoFormat, codecs: tuple[str, str]
) -> None:
    made = export(film, kind, Quality.LOW, tmp_path, _tools())
    assert (made.frames, made.size) == (30, Size(854, 480))
    found = probe(made.path)
    assert (found.video[0].codec, found.audio[0].codec) == codecs
    assert made.path.suffix == f".{kind}"
    played = play(made.path)
    assert (played.frames, played.size) == (30, Size(854, 480))
    assert played.duration_s == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize(
    ("shown", "quality", "size"),
    [
        (Size(1920, 1080), Quality.LOW, Size(854, 480)),
        (Size(1920, 1080), Quality.MEDIUM, Size(1280, 720)),
        (Size(1920, 1080), Quality.HIGH, Size(1920, 1080)),
        (Size(1080, 1920), Quality.HIGH, Size(1080, 1920)),
        (Size(1080, 1080), Quality.LOW, Size(480, 480)),
        (Size(1440, 1080), Quality.HIGH, Size(1440, 1080)),
        (Size(1440, 1080), Quality.LOW, Size(640, 480)),
    ],
)
def test_a_copy_keeps_the_shape_of_the_video(shown: Size, quality: Quality, size: Size) -> None:
    assert export_size(shown, TIERS[quality].box) == size


def test_a_video_without_sound_gets_silence_and_keeps_its_rate(tmp_path: Path) -> None:
    film = _film(tmp_path / "film.webm", "180x320", sound=False, rate=24)
    made = export(film, VideoFormat.MP4, Quality.LOW, tmp_path, _tools())
    assert (made.frames, made.size) == (24, Size(480, 854))
    assert probe(made.path).audio


def test_webm_keeps_to_its_rate_where_much_changes(tmp_path: Path) -> None:
    noise = "testsrc2=size=1280x720:rate=30:duration=4,noise=alls=8:allf=t"
    source = tmp_path / "film.mp4"
    command = [
        *(str(Ffmpeg().path), "-y", "-loglevel", "error", "-f", "lavfi", "-i", noise),
        *("-pix_fmt", "yuv420p", "-preset", "ultrafast", str(source)),
    ]
    subprocess.run(command, check=True)
    made = export(source, VideoFormat.WEBM, Quality.MEDIUM, tmp_path, _tools())
    bps = made.path.stat().st_size * 8 / made.duration_s
    assert bps == pytest.approx(TIERS[Quality.MEDIUM].video_bps, rel=0.35)


def test_what_is_no_video_is_refused(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"\0\0\0\x18ftypisom" + b"x" * 5000)
    with pytest.raises(BadMedia):
        export(tmp_path / "film.mp4", VideoFormat.MP4, Quality.LOW, tmp_path, _tools())
