"""Videos of strangers, decoded from start to end."""

from pathlib import Path

import pytest

from reelmill.errors import BadMedia
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.played import NotWhole, play


def drawn(folder: Path, name: str, *args: str) -> Path:
    """Two seconds of a moving picture."""
    path = folder / name
    picture = "testsrc2=size=160x90:rate=25:duration=2"
    Ffmpeg().run(["-f", "lavfi", "-i", picture, *args, str(path)], timeout_s=60)
    return path


@pytest.mark.parametrize(
    ("name", "args"),
    [
        pytest.param("a.mp4", ("-c:v", "libx264", "-movflags", "+faststart"), id="an MP4"),
        pytest.param("a.webm", ("-c:v", "libvpx", "-deadline", "realtime"), id="a WebM"),
        pytest.param(
            "a.avi",
            (
                "-c:v",
                "mpeg4",
            ),
            id="an AVI",
        ),
    ],
)
def test_every_frame_of_a_whole_video_is_counted(
    tmp_path: Path, name: str, args: tuple[str, ...]
) -> None:
    found = play(drawn(tmp_path, name, *args))
    assert (tuple(found.size), found.frames, found.has_audio) == ((160, 90), 50, False)
    assert found.duration_s == pytest.approx(2.0, abs=0.05)


def test_a_video_that_was_cut_short_is_not_whole(tmp_path: Path) -> None:
    path = drawn(tmp_path, "a.mp4", "-c:v", "libx264", "-g", "5", "-movflags", "+faststart")
    whole = path.read_bytes()
    for share in (0.5, 0.75, 0.95):
        path.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(BadMedia):
            play(path)


def test_a_matroska_that_ends_early_is_not_whole(tmp_path: Path) -> None:
    path = drawn(tmp_path, "a.webm", "-c:v", "libvpx", "-b:v", "2M", "-deadline", "realtime")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 4])
    with pytest.raises(NotWhole):
        play(path)


def test_a_page_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_text("<!doctype html>" * 100)
    with pytest.raises(BadMedia):
        play(path)
