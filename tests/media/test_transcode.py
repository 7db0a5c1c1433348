import threading
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.media.coded import draw, lumas, numbers_in, where_contained

from reelmill.errors import Canceled
from reelmill.media.ffmpeg import Ffmpeg, FfmpegFailed, Watch
from reelmill.media.geometry import Size
from reelmill.media.probe import probe
from reelmill.media.profiles import AudioSpec, Profile
from reelmill.media.span import Span, find_span
from reelmill.media.transcode import (
    ARGUMENT_CHARS,
    Recipe,
    graph_args,
    picture_args,
    transcode,
)
from reelmill.media.verify import verify

pytestmark = pytest.mark.ffmpeg

PROFILE = Profile(
    name="small",
    size=Size(160, 90),
    audio=AudioSpec(rate_hz=44_100),
    spliceable=False,
)
RECIPE = Recipe(picture="zscale=160:90", profile=PROFILE, crf=18, max_video_bps=2_000_000)


def span_of(path: Path, start_s: float = 0.5, end_s: float = 1.0) -> Span:
    return find_span(path, probe(path), start_s, end_s)


def test_what_comes_out_holds_against_its_profile(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    made = tmp_path / "made.mp4"
    transcode(span_of(draw(tmp_path / "source.mp4")), made, RECIPE, ffmpeg=ffmpeg, watch=Watch())
    assert verify(made, PROFILE, frames=15).frames == 15


@pytest.mark.parametrize(
    ("encoder", "expected"),
    [
        ("libx264", ["-crf", "18"]),
        ("h264_nvenc", ["-cq", "18"]),
        ("h264_qsv", ["-global_quality", "18"]),
        ("h264_videotoolbox", ["-q:v", "64"]),
    ],
)
def test_every_encoder_is_told_quality_limit_and_key_frames(
    encoder: str, expected: list[str]
) -> None:
    args = picture_args(RECIPE, encoder)
    at = args.index(expected[0])
    assert args[at : at + 2] == expected
    assert args[args.index("-maxrate") + 1] == "2000000"
    assert args[args.index("-bufsize") + 1] == "4000000"
    assert args[args.index("-g") + 1] == "60"


def test_filters_that_are_too_long_for_an_argument_are_handed_over_in_a_file(
    tmp_path: Path,
) -> None:
    file = tmp_path / "graph"
    assert graph_args("null", file) == ["-filter_complex", "null"]
    assert not file.exists()
    long = "n" * ARGUMENT_CHARS
    assert graph_args(long, file) == ["-/filter_complex", str(file)]
    assert file.read_text() == long


def test_a_size_that_changes_on_the_way_changes_neither_size_nor_number_of_frames(
    tmp_path: Path, ffmpeg: Ffmpeg
) -> None:
    small = draw(tmp_path / "small.ts", size=Size(160, 90), frames=30, layout=None)
    large = draw(tmp_path / "large.ts", frames=30, layout=None)
    source = tmp_path / "source.ts"
    moved = tmp_path / "moved.ts"
    later = ("-output_ts_offset", "1", "-muxdelay", "0", "-muxpreload", "0")
    ffmpeg.run(["-i", str(small), "-c", "copy", *later, str(moved)], timeout_s=60)
    source.write_bytes(large.read_bytes() + moved.read_bytes())
    made = tmp_path / "made.mp4"
    span = span_of(source, 0.5, 1.5)
    transcode(span, made, RECIPE, ffmpeg=ffmpeg, watch=Watch())
    assert verify(made, PROFILE, frames=30).frames == 30
    numbers = numbers_in(made, where_contained(Size(320, 180), PROFILE.size))
    # The second file's clock is some frames off, by what its B-frames need.
    first, last = numbers[:12], numbers[-10:]
    assert first == list(range(15, 27))
    assert last == list(range(last[0], last[0] + 10))
    assert 5 <= last[0] <= 8


@pytest.mark.parametrize(
    ("name", "args"),
    [
        pytest.param("a.mp4", ["-c:v", "libx264", "-x264-params", "tff=1"], id="H.264"),
        pytest.param("a.ts", ["-c:v", "mpeg2video", "-flags", "+ildct", "-q:v", "2"], id="MPEG-2"),
    ],
)
def test_lines_of_two_moments_become_pictures_of_one(
    name: str, args: list[str], tmp_path: Path, ffmpeg: Ffmpeg
) -> None:
    source, made = tmp_path / name, tmp_path / "made.mp4"
    bar = "color=black:s=320x180:r=50,format=gray,geq='235*between(X-mod(N*12,240),0,30)'"
    woven = f"{bar},format=yuv420p,interlace=scan=tff:lowpass=off"
    ffmpeg.run(["-f", "lavfi", "-i", woven, "-frames:v", "25", *args, str(source)], timeout_s=60)
    span = span_of(source, 0.2, 0.8)
    assert span.video.interlaced
    whole = replace(PROFILE, size=Size(320, 180), rate=Fraction(25))
    recipe = replace(RECIPE, picture="zscale=320:180", profile=whole)
    transcode(span, made, recipe, ffmpeg=ffmpeg, watch=Watch())
    assert verify(made, whole, frames=15).frames == 15
    assert min(map(combed, lumas(source))) > 5
    assert max(map(combed, lumas(made))) < 1.5


def combed(luma: NDArray[np.uint8]) -> float:
    """How far lines are from those above and below them, on average."""
    lines = luma.astype(np.float64)
    return float(np.abs(lines[1:-1] - (lines[:-2] + lines[2:]) / 2).mean())


def test_a_video_that_is_only_said_to_be_interlaced_keeps_its_frames(
    tmp_path: Path, ffmpeg: Ffmpeg
) -> None:
    source, made = tmp_path / "source.mp4", tmp_path / "made.mp4"
    draw(source, options={"g": "50", "bf": "3", "x264-params": "tff=1"})
    assert not probe(draw(tmp_path / "plain.mp4", frames=3)).video[0].interlaced
    for start_s, end_s, numbers in ((0.0, 0.3, range(9)), (1.7, 2.0, range(51, 60))):
        span = span_of(source, start_s, end_s)
        assert span.video.interlaced
        transcode(span, made, RECIPE, ffmpeg=ffmpeg, watch=Watch())
        where = where_contained(Size(320, 180), PROFILE.size)
        assert numbers_in(made, where) == list(numbers)


def test_a_run_is_ended_by_a_cancel(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    source = draw(tmp_path / "source.mp4")
    canceled = threading.Event()
    canceled.set()
    endless = replace(span_of(source), frames=100_000)
    with pytest.raises(Canceled):
        transcode(
            endless, tmp_path / "made.mp4", RECIPE, ffmpeg=ffmpeg, watch=Watch(canceled=canceled)
        )


def test_progress_and_command_are_told(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    frames: list[int] = []
    commands: list[float] = []
    watch = Watch(
        on_progress=lambda at: frames.append(at.frames),
        ran=lambda _argv, took_s: commands.append(took_s),
    )
    source = draw(tmp_path / "source.mp4")
    transcode(span_of(source), tmp_path / "made.mp4", RECIPE, ffmpeg=ffmpeg, watch=watch)
    assert frames[-1] == 15
    assert len(commands) == 1


@pytest.mark.parametrize(
    "other",
    [
        pytest.param("#EXTM3U\n#EXTINF:1,\n{target}\n#EXT-X-ENDLIST\n", id="HLS"),
        pytest.param("ffconcat version 1.0\nfile {target}\n", id="concat"),
    ],
)
def test_a_file_that_became_a_playlist_leads_nowhere(
    other: str, tmp_path: Path, ffmpeg: Ffmpeg
) -> None:
    secret = draw(tmp_path / "secret.mp4")
    source = draw(tmp_path / "source.mp4")
    span = span_of(source)
    source.write_text(other.format(target=secret))
    with pytest.raises(FfmpegFailed):
        transcode(span, tmp_path / "made.mp4", RECIPE, ffmpeg=ffmpeg, watch=Watch())
