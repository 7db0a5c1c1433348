from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from reelmill.errors import BadMedia
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.info import Limits, TooLarge
from reelmill.media.probe import probe
from reelmill.media.shown import previews, stills

pytestmark = pytest.mark.ffmpeg

#: Red above, blue below, four seconds at ten a second, 640x360.
HALVES = "color=red:s=640x180:r=10:d=4[a];color=blue:s=640x180:r=10:d=4[b];[a][b]vstack"


@pytest.fixture
def halves(tmp_path: Path, ffmpeg: Ffmpeg) -> Path:
    made = tmp_path / "halves.mp4"
    _make(ffmpeg, made, HALVES, "-c:v", "libx264", "-bf", "2", "-g", "20")
    return made


def _make(ffmpeg: Ffmpeg, to: Path, graph: str, *args: str) -> None:
    ffmpeg.run(
        ["-filter_complex", graph, "-pix_fmt", "yuv420p", "-preset", "ultrafast", *args, str(to)],
        timeout_s=60,
    )


def test_every_frame_is_seen_small_with_its_time(halves: Path) -> None:
    seen = list(previews(halves, probe(halves).video[0], 64))
    assert [one.at_s for one in seen] == [number / 10 for number in range(40)]
    assert {one.pixels.shape for one in seen} == {(36, 64, 3)}
    assert {one.lasts_s for one in seen} == {0.1}
    above, below = seen[0].pixels[8, 32], seen[0].pixels[28, 32]
    assert above[2] > 180
    assert above[0] < 60
    assert below[0] > 180
    assert below[2] < 60


def test_times_count_from_the_start_of_the_file_as_players_do(halves: Path, ffmpeg: Ffmpeg) -> None:
    late = halves.with_name("late.ts")
    ffmpeg.run(["-i", str(halves), "-c", "copy", str(late)], timeout_s=60)
    with av.open(str(late)) as file:
        assert file.start_time
    assert [one.at_s for one in previews(late, probe(late).video[0], 64)] == pytest.approx(
        [number / 10 for number in range(40)]
    )


def test_a_frame_rate_that_changes_does_not_change_the_times(
    tmp_path: Path, ffmpeg: Ffmpeg
) -> None:
    uneven = tmp_path / "uneven.mkv"
    dropped = f"{HALVES},select='lt(t,2)+not(mod(n,5))'"
    _make(ffmpeg, uneven, dropped, "-fps_mode", "vfr", "-c:v", "libx264")
    even = [number / 10 for number in range(20)]
    assert [one.at_s for one in previews(uneven, probe(uneven).video[0], 64)] == [
        *even,
        2.0,
        2.5,
        3.0,
        3.5,
    ]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_stills_are_upright(turn: int, halves: Path, ffmpeg: Ffmpeg) -> None:
    turned = halves.with_name("turned.mp4")
    ffmpeg.run(
        ["-display_rotation", str(-turn), "-i", str(halves), "-c", "copy", str(turned)],
        timeout_s=60,
    )
    [shape] = probe(turned).video
    assert shape.rotation_deg == turn
    [still] = stills(turned, [1.0], shape, 320)
    assert still.shape == ((320, 180, 3) if turn % 180 else (180, 320, 3))
    height, width, _ = still.shape
    # Where the red half is after a turn clockwise.
    across, down = {0: (0.5, 0.2), 90: (0.8, 0.5), 180: (0.5, 0.8), 270: (0.2, 0.5)}[turn]
    red, _green, blue = still[int(height * down), int(width * across)].astype(int)
    assert red > 180
    assert blue < 60


def test_stills_have_square_pixels_and_are_not_enlarged(halves: Path, ffmpeg: Ffmpeg) -> None:
    narrow = halves.with_name("narrow.mp4")
    ffmpeg.run(
        ["-i", str(halves), "-vf", "scale=320:360,setsar=2", "-c:v", "libx264", str(narrow)],
        timeout_s=60,
    )
    [shape] = probe(narrow).video
    assert shape.pixel_shape == Fraction(2)
    [still] = stills(narrow, [0.0], shape, 5000)
    assert still.shape == (360, 640, 3)


def test_stills_are_of_their_moment_whatever_lies_between_key_frames(
    tmp_path: Path, ffmpeg: Ffmpeg
) -> None:
    grey = tmp_path / "grey.mp4"
    graph = "nullsrc=s=64x64:r=10:d=10,geq=lum='16+2*N':cb=128:cr=128"
    _make(ffmpeg, grey, graph, "-c:v", "libx264", "-g", "70", "-bf", "3", "-qp", "1")
    [shape] = probe(grey).video
    moments_s = [9.95, 0.0, 3.5, 6.9, 7.0, 500.0]
    found = [
        round((float(still.mean()) * 219 / 255) / 2) for still in stills(grey, moments_s, shape, 64)
    ]
    assert found == [99, 0, 35, 69, 70, 99]


def test_a_video_that_breaks_off_is_seen_as_far_as_it_goes(halves: Path) -> None:
    data = halves.read_bytes()
    with av.open(str(halves)) as file:
        packets = [packet.pos for packet in file.demux(video=0) if packet.size]
    cut_off = halves.with_name("cut.mp4")
    # The index lies behind the pictures: the tail is kept, and the last half is blank.
    at, end = packets[20] or 0, data.index(b"moov") - 4
    cut_off.write_bytes(data[:at] + bytes(end - at) + data[end:])
    seen = list(previews(cut_off, probe(cut_off).video[0], 64))
    assert 18 <= len(seen) <= 40
    assert np.diff([one.at_s for one in seen]).min() >= 0


def test_what_goes_on_for_too_long_is_refused_while_it_is_read(halves: Path) -> None:
    with pytest.raises(TooLarge, match="limit_s=2"):
        list(previews(halves, probe(halves).video[0], 64, Limits(duration_s=2.0)))


def test_nothing_that_decodes_is_bad_media(halves: Path) -> None:
    [shape] = probe(halves).video
    data = bytearray(halves.read_bytes())
    at, end = data.index(b"mdat") + 4, data.index(b"moov") - 4
    data[at:end] = b"\xff" * (end - at)
    halves.write_bytes(data)
    with pytest.raises(BadMedia):
        list(previews(halves, shape, 64))
