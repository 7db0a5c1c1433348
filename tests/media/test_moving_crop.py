"""The window of a moving crop, found again in the frames that ffmpeg makes with it."""

from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
import pytest

from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.filters import Stop, moving_crop
from reelmill.media.geometry import Size

pytestmark = pytest.mark.ffmpeg

SOURCE, WINDOW, TO = Size(400, 160), Size(90, 160), Size(180, 320)

RATE = 25

#: Luma that one pixel of the source adds, to the right.
LUMA_PER_PX = 0.5


def ramp(path: Path, source: Size = SOURCE) -> Path:
    """One frame that is the brighter the further to the right (or down, when it is higher)."""
    if source.width >= source.height:
        luma = np.tile(16 + np.arange(source.width) * LUMA_PER_PX, (source.height, 1))
    else:
        luma = np.tile(16 + np.arange(source.height)[:, None] * LUMA_PER_PX, (1, source.width))
    chroma = np.full(source.width * source.height // 2, 128, np.uint8)
    path.write_bytes(luma.round().astype(np.uint8).tobytes() + chroma.tobytes())
    return path


def offsets(folder: Path, stops: Sequence[Stop], frames: int, source: Size = SOURCE) -> list[float]:
    """Where the window was in each frame, in pixels of the source."""
    filters = moving_crop(stops, WINDOW, TO)
    (folder / "graph").write_text(f"{filters},scale=16:16:flags=area")
    Ffmpeg().run(
        [
            *("-f", "rawvideo", "-pixel_format", "yuv420p", "-framerate", str(RATE)),
            *("-video_size", f"{source.width}x{source.height}", "-stream_loop", "-1"),
            *("-i", str(ramp(folder / "ramp.yuv", source)), "-frames:v", str(frames)),
            *("-/filter_complex", str(folder / "graph")),
            *("-c:v", "ffv1", str(folder / "out.mkv")),
        ],
        timeout_s=150,
    )
    with av.open(str(folder / "out.mkv")) as file:
        lumas = [float(one.to_ndarray()[:16].mean()) for one in file.decode(video=0)]
    side = WINDOW.width if source.width >= source.height else WINDOW.height
    return [(luma - 16) / LUMA_PER_PX - (side - 1) / 2 for luma in lumas]


def test_a_window_glides_between_stops_and_rests_at_its_ends(tmp_path: Path) -> None:
    stops = [Stop(0, 20, 0), Stop(0.4, 20, 0), Stop(1.4, 270, 0)]
    seen = offsets(tmp_path, stops, 50)
    told = np.interp(np.arange(50) / RATE, [0.4, 1.4], [20, 270])
    assert np.abs(np.array(seen) - told).max() < 1.0


def test_a_slow_glide_has_no_steps_that_one_sees(tmp_path: Path) -> None:
    stops = [Stop(0, 100, 0), Stop(2, 110, 0)]
    steps = np.diff(offsets(tmp_path, stops, 50))
    assert steps.max() < 0.75


@pytest.mark.parametrize("frame", [1, 13, 24])
def test_a_jump_is_on_its_frame(frame: int, tmp_path: Path) -> None:
    stops = [Stop(0, 40, 0), Stop(frame / RATE, 240, 0, jump=True)]
    seen = offsets(tmp_path, stops, 26)
    assert np.round(seen).tolist() == [40] * frame + [240] * (26 - frame)


def test_a_window_holds_before_a_jump_though_it_glides_elsewhere(tmp_path: Path) -> None:
    stops = [Stop(0, 40, 0), Stop(0.4, 60, 0), Stop(0.8, 200, 0, jump=True)]
    seen = offsets(tmp_path, stops, 25)
    assert np.abs(np.array(seen[10:20]) - 60).max() < 1.0
    assert np.abs(np.array(seen[20:]) - 200).max() < 1.0


def test_a_window_of_a_high_picture_moves_down(tmp_path: Path) -> None:
    stops = [Stop(0, 0, 10), Stop(1, 0, 210)]
    seen = offsets(tmp_path, stops, 26, Size(90, 400))
    told = np.interp(np.arange(26) / RATE, [0, 1], [10, 210])
    assert np.abs(np.array(seen) - told).max() < 1.0


def test_as_many_stops_as_a_plan_may_have(tmp_path: Path) -> None:
    zigzag: Sequence[Stop] = [Stop(at / 60, 100 + 2 * (at % 70), 0) for at in range(10_800)]
    seen = offsets(tmp_path, zigzag, 40)
    told = np.interp(np.arange(40) / RATE, [one.at_s for one in zigzag], [s.x for s in zigzag])
    assert np.abs(np.array(seen) - told).max() < 1.0


def test_a_window_that_only_jumps_is_cut_out_first() -> None:
    stops = [Stop(0, 40, 0), Stop(1, 240, 0, jump=True), Stop(2, 240, 0)]
    assert moving_crop(stops, WINDOW, TO).startswith("crop=90:160:")
