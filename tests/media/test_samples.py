from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from reelmill.errors import BadMedia
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.samples import THUMB, Sample, Sampling, samples

RATE, FRAMES = 25, 100


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every frame one step brighter than the one before, with B-frames."""
    path = tmp_path_factory.mktemp("samples") / "clip.mp4"
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=Fraction(RATE))
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.options = {"bf": "3", "crf": "10"}
        for frame in range(FRAMES):
            picture = av.VideoFrame.from_ndarray(
                np.vstack(
                    [np.full((180, 320), 40 + frame, np.uint8), np.full((90, 320), 128, np.uint8)]
                ),
                format="yuv420p",
            )
            file.mux(stream.encode(picture))
        file.mux(stream.encode(None))
    return path


def sampled(path: Path, start_s: float, end_s: float, *, whole: bool = False) -> list[Sample]:
    wanted = Sampling(start_s=start_s, end_s=end_s, per_second=5, side_px=160, whole=whole)
    return list(samples(path, wanted))


def frame_of(sample: Sample) -> int:
    # A thumb is grey in full range, the clip in limited range.
    return round(float(sample.thumb.mean()) * 219 / 255 + 16) - 40


def test_whole_every_frame_comes_with_its_time(clip: Path) -> None:
    found = sampled(clip, 1.0, 2.0, whole=True)
    assert [frame_of(one) for one in found] == list(range(25, 50))
    assert [round(one.at_s * RATE, 3) for one in found] == list(range(25))


def test_in_haste_frames_are_left_out_but_times_are_right(clip: Path) -> None:
    found = sampled(clip, 1.0, 3.0)
    assert len(found) < 50
    assert all(abs(frame_of(one) - 25 - one.at_s * RATE) <= 1 for one in found)
    assert all(a.at_s < b.at_s for a, b in pairwise(found))


def test_between_two_frames_the_one_on_screen_is_the_first(clip: Path) -> None:
    first, second, *_ = sampled(clip, 1.015, 2.0, whole=True)
    assert (frame_of(first), first.at_s) == (25, 0.0)
    assert (frame_of(second), round(second.at_s, 3)) == (26, 0.025)


def test_a_time_that_was_rounded_down_means_the_frame_behind_it(clip: Path) -> None:
    assert frame_of(sampled(clip, 1.039, 2.0, whole=True)[0]) == 26


def test_pictures_come_at_their_rate_and_thumbs_with_every_frame(clip: Path) -> None:
    found = sampled(clip, 0.0, 4.0)
    pictures = [one for one in found if one.picture is not None]
    assert 18 <= len(pictures) <= 20
    assert {one.thumb.shape for one in found} == {(THUMB.height, THUMB.width)}
    assert {one.picture.size for one in pictures if one.picture} == {(160, 90)}


@pytest.mark.parametrize(("turned_deg", "size"), [(90, (90, 160)), (180, (160, 90))])
def test_pictures_are_upright(
    turned_deg: int, size: tuple[int, int], clip: Path, tmp_path: Path
) -> None:
    turned = tmp_path / "turned.mp4"
    order = ["-display_rotation", str(turned_deg), "-i", str(clip), "-c", "copy", str(turned)]
    Ffmpeg().run(order, timeout_s=60)
    picture = sampled(turned, 0.0, 1.0)[0].picture
    assert picture is not None
    assert picture.size == size


def test_what_breaks_off_is_said(clip: Path, tmp_path: Path) -> None:
    data = clip.read_bytes()
    (tmp_path / "cut.mp4").write_bytes(data[: len(data) // 3])
    with pytest.raises(BadMedia):
        sampled(tmp_path / "cut.mp4", 0.0, 4.0)
