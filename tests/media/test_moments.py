"""Frames at some moments are those that a player shows then, and little else is read."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from reelmill.media.described import described
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.geometry import Size
from reelmill.media.info import NothingToPlay, TooLarge
from reelmill.media.moments import Footage, Moment, Timing, by_key_frames, exactly
from reelmill.media.probe import Unreadable, opened_stream
from reelmill.storage.memory import MemoryStore
from reelmill.storage.ranged import SPARING, Ranged
from reelmill.storage.store import Stat, StoreUnavailable
from reelmill.units import StoreKey

SIZE = Size(160, 90)

#: Frames a second, and from one key frame to the next.
RATE, GOP = 30, 45

pytestmark = pytest.mark.ffmpeg


def drawn(path: Path, *options: str) -> Path:
    """Ten seconds in which no two frames are alike."""
    command = [
        *(str(Ffmpeg().path), "-v", "error", "-y", "-f", "lavfi"),
        *("-i", f"testsrc2=duration=10:rate={RATE}:size=320x180"),
        *("-c:v", "libx264", "-preset", "veryfast", "-g", str(GOP), "-sc_threshold", "0"),
        *("-bf", "2", "-pix_fmt", "yuv420p", *options, str(path)),
    ]
    subprocess.run(command, check=True)
    return path


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return drawn(tmp_path_factory.mktemp("moments") / "video.mp4")


def moments_of(path: Path, way: Callable[..., object], *moments_s: float) -> list[Moment]:
    with path.open("rb") as file, opened_stream(file) as container:
        return list(Footage(container, way).at(moments_s, small))


def every_frame(path: Path) -> list[tuple[float, np.ndarray]]:
    with av.open(str(path)) as file:
        frames = list(file.decode(file.streams.video[0]))
    zero_s = frames[0].time or 0
    return [
        (
            (frame.time or 0) - zero_s,
            frame.reformat(*SIZE, format="rgb24", interpolation="AREA").to_ndarray(),
        )
        for frame in frames
    ]


def assert_shown(path: Path, moments_s: tuple[float, ...]) -> None:
    frames = every_frame(path)
    for moment_s, found in zip(moments_s, moments_of(path, exactly, *moments_s), strict=True):
        begins_s, pixels = max(
            (one for one in frames if one[0] <= moment_s + 1e-9), key=lambda one: one[0]
        )
        assert found.begins_s == pytest.approx(begins_s)
        assert np.array_equal(found.pixels, pixels), moment_s


def small(_shown: Size) -> Size:
    return SIZE


MOMENTS_S = (0, 0.5, 1, 1.5, 1.51, 3, 6, 6, 7.99, 9.9, 9.99, 60)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        pytest.param("a.mp4", (), id="an mp4 with its index at the end"),
        pytest.param("a.mp4", ("-movflags", "+faststart"), id="an mp4 with its index in front"),
        pytest.param("a.mp4", ("-movflags", "frag_keyframe+empty_moov"), id="in fragments"),
        pytest.param("a.mkv", (), id="a Matroska file"),
        pytest.param("a.ts", (), id="a transport stream, which has no index"),
        pytest.param("a.mp4", ("-bf", "0", "-g", "300"), id="a single key frame"),
        pytest.param("a.mp4", ("-x264-params", "open-gop=1"), id="open groups of pictures"),
        pytest.param("a.mp4", ("-output_ts_offset", "5"), id="a clock that begins at five"),
    ],
)
def test_the_frame_on_screen_is_found(name: str, options: tuple[str, ...], tmp_path: Path) -> None:
    assert_shown(drawn(tmp_path / name, *options), MOMENTS_S)


def test_a_frame_that_stays_for_seconds_is_found(tmp_path: Path) -> None:
    held = "setpts='if(gt(N,100),PTS+3/TB,PTS)'"
    path = drawn(tmp_path / "a.mp4", "-vf", held, "-fps_mode", "vfr", "-bf", "3")
    assert_shown(path, (1, 3, 3.3, 4, 5, 6.3, 6.4, 8, 12))


def test_moments_may_go_back(video: Path) -> None:
    forth = moments_of(video, exactly, 2, 8)
    back = moments_of(video, exactly, 8, 2)
    assert np.array_equal(forth[0].pixels, back[1].pixels)


def test_the_nearest_key_frame_is_found(video: Path) -> None:
    found = moments_of(video, by_key_frames, 0.2, 0.8, 3, 3.8, 5, 9.9)
    assert [one.begins_s for one in found] == pytest.approx([0, 1.5, 3, 4.5, 4.5, 9])
    frames = dict(every_frame(video))
    for one in found:
        whole = min(frames, key=lambda at_s: abs(at_s - one.begins_s))
        assert np.array_equal(one.pixels, frames[whole])


def test_how_long_it_is_comes_from_the_index_without_reading_frames(video: Path) -> None:
    with video.open("rb") as file, opened_stream(file) as container:
        footage = Footage(container, by_key_frames)
        assert footage.indexed == Timing(300, 10.0)
        assert footage.duration_s_from_header == 10.0
        assert footage.counted() == Timing(300, pytest.approx(10.0))


@pytest.mark.parametrize("name", ["a.mkv", "a.ts", "a.flv"])
def test_without_an_index_packets_are_counted(name: str, tmp_path: Path) -> None:
    path = drawn(tmp_path / name)
    with path.open("rb") as file, opened_stream(file) as container:
        footage = Footage(container, exactly)
        assert footage.indexed is None
        list(footage.at((3, 9), small))
        assert footage.counted() == Timing(300, pytest.approx(10.0, abs=0.01))


def test_key_frames_take_a_small_part_of_the_bytes(tmp_path: Path) -> None:
    path = drawn(tmp_path / "a.mp4", "-qp", "12", "-vf", "noise=alls=60:allf=t")
    store = MemoryStore()
    store.put(StoreKey("a.mp4"), path)
    file = Ranged(store, store.stat(StoreKey("a.mp4")), pace=SPARING)
    with opened_stream(file) as container:
        list(Footage(container, by_key_frames).at((2, 6), small))
    assert file.fetched_bytes < file.size_bytes / 4


def test_an_upright_picture_of_a_turned_video(tmp_path: Path, video: Path) -> None:
    turned = tmp_path / "turned.mp4"
    command = [str(Ffmpeg().path), "-v", "error", "-display_rotation", "90", "-i", str(video)]
    subprocess.run([*command, "-c", "copy", str(turned)], check=True)
    with turned.open("rb") as file, opened_stream(file) as container:
        footage = Footage(container, exactly)
        assert footage.shown == Size(180, 320)
        (found,) = footage.at((3,), lambda shown: Size(shown.width // 2, shown.height // 2))
    (plain,) = moments_of(video, exactly, 3)
    assert np.array_equal(found.pixels, np.rot90(plain.pixels, 1))


def test_sound_alone_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    command = [str(Ffmpeg().path), "-v", "error", "-f", "lavfi", "-i", "sine=duration=1"]
    subprocess.run([*command, str(path)], check=True)
    with pytest.raises(NothingToPlay):
        moments_of(path, exactly, 1)


def test_frames_beyond_all_screens_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    source = ["-f", "lavfi", "-i", "color=size=8000x4000:rate=1:duration=1"]
    command = [str(Ffmpeg().path), "-v", "error", *source, "-c:v", "mjpeg", "-frames:v", "1"]
    subprocess.run([*command, str(path)], check=True)
    with pytest.raises(TooLarge, match="8000"):
        moments_of(path, exactly, 0)


def test_damage_on_the_way_to_a_frame_is_told(video: Path, tmp_path: Path) -> None:
    data = bytearray(video.read_bytes())
    start = data.index(b"mdat") + 4
    data[start + 2000 : -20_000] = bytes(len(data) - start - 22_000)
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(data)
    with pytest.raises(Unreadable):
        moments_of(broken, exactly, 3, 6)


def test_what_ffprobe_would_say(video: Path) -> None:
    with video.open("rb") as file, opened_stream(file) as container:
        said = described(container, video.stat().st_size)
    (stream,) = said["streams"]
    assert stream["codec_name"] == "h264"
    assert (stream["width"], stream["height"], stream["pix_fmt"]) == (320, 180, "yuv420p")
    assert (stream["avg_frame_rate"], stream["nb_frames"]) == ("30/1", "300")
    assert said["format"]["duration"] == "10.000000"
    assert said["format"]["size"] == str(video.stat().st_size)


class Leaving(MemoryStore):
    """A store that answers so often, and then no more."""

    answers = 0

    def read_part(self, known: Stat, start: int, length: int) -> bytes:
        self.answers -= 1
        if self.answers < 0:
            raise StoreUnavailable(problem="gone")
        return super().read_part(known, start, length)


@pytest.mark.parametrize("answers", [0, 1, 2, 3, 5, 8])
def test_a_store_that_leaves_is_not_taken_for_a_broken_video(
    video: Path, answers: int, capfd: pytest.CaptureFixture[str]
) -> None:
    store = Leaving()
    store.put(StoreKey("a.mp4"), video)
    store.answers = answers
    file = Ranged(store, store.stat(StoreKey("a.mp4")), pace=SPARING)
    with pytest.raises(StoreUnavailable), opened_stream(file) as container:
        list(Footage(container, exactly).at((3, 6, 9), small))
    assert capfd.readouterr() == ("", "")


REAL = Path(__file__).parents[2].parent / "shared" / "media"


@pytest.mark.campaign
@pytest.mark.skipif(not REAL.exists(), reason="real footage lies beside the checkout, or nowhere")
@pytest.mark.parametrize(
    "name", ["bigbuckbunny.mp4", "book.mkv", "bottle-detection.mp4", "car-detection.mp4"]
)
def test_frames_of_real_footage_are_those_on_screen(name: str) -> None:
    assert_shown(REAL / name, (0.5, 1.99, 3, 3.5, 9, 9.03, 27.7, 60))
