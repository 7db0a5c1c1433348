import threading
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import pytest
from tests.media.coded import draw, numbers_in, where_contained

from reelmill.errors import Canceled
from reelmill.media.ffmpeg import Ffmpeg, FfmpegFailed
from reelmill.media.geometry import Size
from reelmill.media.probe import probe
from reelmill.media.profiles import AudioSpec, Profile
from reelmill.media.span import Span, find_span
from reelmill.media.splice import PiecesDiffer, join
from reelmill.media.transcode import (
    ARGUMENT_CHARS,
    Recipe,
    Watch,
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


def test_a_span_knows_its_frames_to_the_tick(tmp_path: Path) -> None:
    source = draw(tmp_path / "source.mp4", rate=Fraction(25))
    span = span_of(source, 0.41, 0.81)
    assert (span.begins_at, span.rate, span.frames) == (Fraction(2, 5), 25, 10)
    assert float(span.late_s) == pytest.approx(0.01)
    assert span.half_gap == Fraction(1, 50)


def test_pieces_with_other_headers_do_not_join(
    tmp_path: Path, ffmpeg: Ffmpeg, joined: Callable[[list[tuple[Path, int]]], Path]
) -> None:

    pieces = []
    for size in (Size(160, 90), Size(320, 180)):
        audio = replace(PROFILE.audio, codec="pcm_s16le")
        recipe = replace(
            RECIPE,
            picture=f"zscale={size.width}:{size.height}",
            profile=replace(PROFILE, size=size, audio=audio),
        )
        piece = tmp_path / f"{size.width}.mov"
        source = draw(tmp_path / "source.mp4")
        transcode(span_of(source), piece, recipe, ffmpeg=ffmpeg, watch=Watch())
        pieces.append((piece, 15))
    with av.open(str(joined(pieces[:1]))) as file:
        assert file.streams.video[0].frames == 15
    with pytest.raises(PiecesDiffer):
        joined(pieces)


@pytest.fixture
def joined(tmp_path: Path) -> Callable[[list[tuple[Path, int]]], Path]:

    def made(pieces: list[tuple[Path, int]]) -> Path:
        join(pieces, tmp_path / "joined.mp4", PROFILE)
        return tmp_path / "joined.mp4"

    return made
