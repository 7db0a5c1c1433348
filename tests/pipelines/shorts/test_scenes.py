from collections.abc import Callable
from pathlib import Path

import pytest

from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.probe import probe
from reelmill.pipelines.shorts.scenes import MAX_FOUND, Span, find_scenes, spans

pytestmark = pytest.mark.ffmpeg

Draw = Callable[..., Path]


@pytest.mark.parametrize(
    ("cuts_s", "end_s", "starts_s"),
    [
        pytest.param([], 9.0, [0], id="no cut: one scene"),
        pytest.param([4.0, 6.0], 9.0, [0, 4, 6], id="cuts"),
        pytest.param([6.0, 4.0], 9.0, [0, 4, 6], id="cuts in disorder"),
        pytest.param([0.5, 4.0], 9.0, [0, 4], id="too short at the start"),
        pytest.param([4.0, 8.5], 9.0, [0, 4], id="too short at the end"),
        pytest.param([4.0, 4.9, 6.0], 9.0, [0, 4, 6], id="too short in between"),
        pytest.param([1.0, 8.0], 9.0, [0, 1, 8], id="just long enough"),
        pytest.param([0.2], 0.4, [0], id="a whole video shorter than a scene"),
    ],
)
def test_scenes_lie_between_cuts(cuts_s: list[float], end_s: float, starts_s: list[float]) -> None:
    found = spans(cuts_s, end_s)
    assert [scene.start_s for scene in found] == starts_s
    assert [scene.end_s for scene in found] == [*starts_s[1:], end_s]


def test_a_strobe_gives_no_more_scenes_than_people_can_look_at() -> None:
    found = spans([number * 0.5 for number in range(80_000)], 40_000.0)
    assert len(found) <= MAX_FOUND
    assert found[0].start_s == 0
    assert found[-1].end_s == 40_000.0
    assert min(scene.end_s - scene.start_s for scene in found) >= 40_000 / MAX_FOUND / 2


def test_the_middle_of_a_scene() -> None:
    assert Span(2.0, 5.0).middle_s == 3.5


def test_hard_cuts_are_found_to_the_frame(tmp_path: Path, draw_shots: Draw) -> None:
    video = draw_shots(tmp_path / "v.mp4", [2.0, 3.0, 2.4])
    seen = find_scenes(video, probe(video))
    assert seen.scenes == (Span(0.0, 2.0), Span(2.0, 5.0), Span(5.0, 7.4))
    assert (seen.duration_s, seen.frames) == (7.4, 185)


def test_an_odd_rate_keeps_its_exact_times(tmp_path: Path, draw_shots: Draw) -> None:
    video = draw_shots(tmp_path / "v.mp4", [2.002, 2.002], rate="30000/1001")
    seen = find_scenes(video, probe(video))
    # The very number that a decoder gives for the frame, so that it is the first of the scene.
    assert seen.scenes[1].start_s == pytest.approx(60 * 1001 / 30000, abs=1e-9)
    assert seen.frames == 120


def test_shots_of_less_than_a_second_are_part_of_a_neighbour(
    tmp_path: Path, draw_shots: Draw
) -> None:
    video = draw_shots(tmp_path / "v.mp4", [2.0, 0.4, 2.0, 0.6])
    assert [scene.start_s for scene in find_scenes(video, probe(video)).scenes] == [0.0, 2.0]


def test_a_camera_that_moves_does_not_cut(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    panned = tmp_path / "pan.mp4"
    graph = "mandelbrot=s=1280x360:r=25,trim=end_frame=1,loop=loop=99:size=1,setpts=N/25/TB"
    pan = f"{graph},crop=320:180:'n*6':'40',format=yuv420p"
    ffmpeg.run(
        ["-filter_complex", pan, "-c:v", "libx264", "-preset", "ultrafast", str(panned)],
        timeout_s=60,
    )
    assert find_scenes(panned, probe(panned)).scenes == (Span(0.0, 4.0),)


def test_a_picture_that_stands_still_is_one_scene(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    still = tmp_path / "still.mp4"
    ffmpeg.run(
        ["-f", "lavfi", "-i", "color=navy:s=64x64:r=10:d=3", "-c:v", "libx264", str(still)],
        timeout_s=60,
    )
    assert find_scenes(still, probe(still)).scenes == (Span(0.0, 3.0),)


def test_the_last_scene_ends_where_the_pictures_end_not_the_header(
    tmp_path: Path, draw_shots: Draw
) -> None:
    whole = draw_shots(tmp_path / "v.mkv", [2.0, 4.0])
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size * 3 // 4])
    seen = find_scenes(whole, probe(whole))
    assert seen.scenes[-1].end_s == seen.duration_s < 5.5
    assert seen.duration_s == pytest.approx(seen.frames / 25, abs=0.01)
