from collections.abc import Callable
from pathlib import Path

import pytest
from tests.media.coded import draw
from tests.media.dolby_vision import with_profile

from reelmill.media.dolby import DolbyVisionAlone, profile_in
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.probe import probe

pytestmark = pytest.mark.ffmpeg


@pytest.fixture(scope="module")
def hevc(tmp_path_factory: pytest.TempPathFactory, ffmpeg: Ffmpeg) -> bytes:
    folder = tmp_path_factory.mktemp("hevc")
    plain = draw(folder / "plain.mp4", frames=6)
    args = ["-i", str(plain), "-c:v", "libx265", "-x265-params", "log-level=none"]
    args += ["-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-tag:v", "hvc1"]
    ffmpeg.run([*args, str(folder / "hevc.mp4")], timeout_s=60)
    return (folder / "hevc.mp4").read_bytes()


@pytest.fixture(params=["source.mp4", "source.mkv"])
def wrapped(
    request: pytest.FixtureRequest, tmp_path: Path, hevc: bytes, ffmpeg: Ffmpeg
) -> Callable[[int], Path]:
    """Writes a video with a profile."""

    def write(profile: int) -> Path:
        source = tmp_path / "source.mp4"
        source.write_bytes(with_profile(hevc, profile))
        target = source.with_name(request.param)
        if target != source:
            ffmpeg.run(["-i", str(source), "-c", "copy", str(target)], timeout_s=60)
        return target

    return write


def test_a_video_is_refused_whose_colours_nobody_else_understands(
    wrapped: Callable[[int], Path],
) -> None:
    source = wrapped(5)
    with pytest.raises(DolbyVisionAlone):
        probe(source)


@pytest.mark.parametrize("profile", [7, 8])
def test_what_also_plays_without_dolby_vision_is_taken(
    profile: int, wrapped: Callable[[int], Path]
) -> None:
    source = wrapped(profile)
    found = probe(source)
    assert found.video[0].codec == "hevc"
    assert profile_in(source, found.demuxer) == profile


def test_other_videos_have_no_profile(tmp_path: Path, hevc: bytes) -> None:
    source = tmp_path / "source.mp4"
    source.write_bytes(hevc)
    assert profile_in(source, "mov") is None
    assert profile_in(source, "avi") is None
    # Broken off, also inside of the record.
    whole = with_profile(hevc, 5)
    for length in (len(whole) // 2, whole.index(b"dvcC") + 5):
        source.write_bytes(whole[:length])
        assert profile_in(source, "mov") is None
