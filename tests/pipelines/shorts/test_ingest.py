from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.geometry import Size
from reelmill.pipelines.shorts.ingest import ingest
from reelmill.pipelines.shorts.scenes import Span
from reelmill.pipelines.shorts.spec import NoPicture

pytestmark = pytest.mark.ffmpeg

Draw = Callable[..., Path]


def test_a_video_is_described_with_a_picture_of_each_scene(
    tmp_path: Path, draw_shots: Draw
) -> None:
    video = draw_shots(tmp_path / "v.mp4", [2.0, 3.0, 2.0], size="640x360")
    found = ingest(video, tmp_path)
    assert (found.size, found.duration_s, found.fps) == (Size(640, 360), 7.0, 25.0)
    assert found.has_audio
    assert found.scenes == (Span(0.0, 2.0), Span(2.0, 5.0), Span(5.0, 7.0))
    assert [path.name for path in found.thumbnails] == ["0000.jpg", "0001.jpg", "0002.jpg"]
    pictures = [_pixels(path) for path in found.thumbnails]
    assert {picture.shape for picture in pictures} == {(360, 640, 3)}
    # The second shot is blue, the others are not.
    assert [bool(each[..., 2].mean() > 1.5 * each[..., 0].mean()) for each in pictures] == [
        False,
        True,
        False,
    ]
    assert found.poster.read_bytes() == found.thumbnails[1].read_bytes()


def _pixels(jpeg: Path) -> NDArray[np.int64]:
    with Image.open(jpeg) as picture:
        return np.asarray(picture, np.int64)


def test_a_turned_video_is_as_a_player_shows_it(
    tmp_path: Path, draw_shots: Draw, ffmpeg: Ffmpeg
) -> None:
    lying = draw_shots(tmp_path / "lying.mp4", [2.0])
    turned = tmp_path / "turned.mp4"
    ffmpeg.run(
        ["-display_rotation", "90", "-i", str(lying), "-c", "copy", str(turned)], timeout_s=60
    )
    found = ingest(turned, tmp_path)
    assert found.size == Size(180, 320)
    with Image.open(found.poster) as poster:
        assert poster.size == (180, 320)


def test_a_video_without_sound(tmp_path: Path, draw_shots: Draw, ffmpeg: Ffmpeg) -> None:
    mute = _without("-an", draw_shots(tmp_path / "v.mp4", [2.0]), ffmpeg)
    assert not ingest(mute, tmp_path).has_audio


def test_sound_alone_is_no_video(tmp_path: Path, draw_shots: Draw, ffmpeg: Ffmpeg) -> None:
    with pytest.raises(NoPicture):
        ingest(_without("-vn", draw_shots(tmp_path / "v.mp4", [1.0]), ffmpeg), tmp_path)


def _without(what: str, video: Path, ffmpeg: Ffmpeg) -> Path:
    made = video.with_name("less.mp4")
    ffmpeg.run(["-i", str(video), what, "-c", "copy", str(made)], timeout_s=60)
    return made


@pytest.mark.parametrize(
    ("name", "args"),
    [
        pytest.param("v.mkv", [], id="Matroska"),
        pytest.param("v.ts", [], id="transport stream"),
        pytest.param("v.mov", ["-c:v", "mpeg4", "-bf", "2"], id="MPEG-4"),
        pytest.param("v.webm", ["-c:v", "libvpx-vp9", "-c:a", "libopus"], id="VP9"),
        pytest.param("v.avi", ["-c:v", "mjpeg", "-pix_fmt", "yuvj420p"], id="Motion JPEG"),
        pytest.param("v.flv", ["-c:v", "flv1", "-ar", "44100"], id="Flash"),
        pytest.param("v.mpg", ["-c:v", "mpeg2video", "-c:a", "mp2"], id="MPEG-2"),
        pytest.param("v.mp4", ["-c:v", "libx265", "-pix_fmt", "yuv420p10le"], id="HEVC, 10 bit"),
        pytest.param("v.mp4", ["-bf", "3", "-g", "250"], id="a long group of pictures"),
    ],
)
def test_cuts_are_found_in_whatever_people_bring(
    name: str, args: list[str], tmp_path: Path, draw_shots: Draw
) -> None:
    found = ingest(draw_shots(tmp_path / name, [2.0, 2.0], *args), tmp_path)
    assert [scene.start_s for scene in found.scenes] == pytest.approx([0.0, 2.0], abs=0.05)
    assert found.duration_s == pytest.approx(4.0, abs=0.15)
    assert found.size == Size(320, 180)
    assert len(found.thumbnails) == 2
