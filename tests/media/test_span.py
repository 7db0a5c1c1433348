"""Which frames a part of a file has, on the file's own clock."""

from fractions import Fraction
from pathlib import Path

import pytest
from tests.media.coded import draw

from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.info import NothingToPlay
from reelmill.media.probe import probe
from reelmill.media.span import Span, find_span

#: Ticks of 1/600 s: 30 frames a second, of which every fifth is missing.
UNEVEN = [20 * n for n in range(60) if n % 5 != 3]


@pytest.fixture(scope="module")
def even(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of 25 a second, a key frame every second."""
    folder = tmp_path_factory.mktemp("even")
    options = {"g": "25", "bf": "2"}
    return draw(folder / "even.mp4", rate=Fraction(25), frames=50, options=options)


def span_of(path: Path, start_s: float, end_s: float) -> Span:
    return find_span(path, probe(path), start_s, end_s)


def test_a_span_knows_its_frames_to_the_tick(even: Path) -> None:
    span = span_of(even, 0.41, 0.81)
    assert (span.begins_at, span.rate, span.frames) == (Fraction(2, 5), 25, 10)
    assert float(span.late_s) == pytest.approx(0.01)
    assert span.half_gap == Fraction(1, 50)
    assert span.duration_s == 0.4
    assert span.audio is not None


@pytest.mark.parametrize(
    ("start_s", "end_s", "begins_at", "frames"),
    [
        pytest.param(0.0, 0.2, Fraction(0), 5, id="from the start"),
        pytest.param(0.3999, 0.5999, Fraction(2, 5), 5, id="rounded down by the asker"),
        pytest.param(1.96, 2.0, Fraction(49, 25), 1, id="the last frame"),
        pytest.param(1.8, 2.4, Fraction(9, 5), 15, id="past the end: as long as was asked"),
        pytest.param(1.0, 1.001, Fraction(1), 1, id="never none"),
    ],
)
def test_the_frame_on_the_screen_is_the_first(
    start_s: float, end_s: float, begins_at: Fraction, frames: int, even: Path
) -> None:
    span = span_of(even, start_s, end_s)
    assert (span.begins_at, span.frames) == (begins_at, frames)


def test_the_rate_of_an_uneven_video_is_the_one_that_it_mostly_has(tmp_path: Path) -> None:
    source = draw(tmp_path / "uneven.mp4", times=UNEVEN, frames=len(UNEVEN), layout=None)
    span = span_of(source, 0.1, 1.1)
    # The fourth frame is missing: the third is on the screen.
    assert (span.begins_at, span.rate, span.frames) == (Fraction(2, 30), 30, 30)
    assert float(span.late_s) == pytest.approx(1 / 30)
    assert span.audio is None


@pytest.mark.ffmpeg
def test_a_clock_that_starts_elsewhere_is_the_files_own(
    even: Path, tmp_path: Path, ffmpeg: Ffmpeg
) -> None:
    late = tmp_path / "late.ts"
    ffmpeg.run(["-i", str(even), "-c", "copy", "-output_ts_offset", "10", str(late)], timeout_s=60)
    indexed, streamed = span_of(even, 1.2, 1.4), span_of(late, 1.2, 1.4)
    assert (indexed.demuxer, indexed.seek_to) == ("mov", indexed.begins_at)
    assert streamed.demuxer == "mpegts"
    assert streamed.frames == indexed.frames == 5
    assert 12 < streamed.begins_at < 13
    # Without an index, reading begins long before the key frame: here, where the file does.
    assert streamed.seek_to is None
    assert span_of(even, 0.0, 0.2).seek_to is None


@pytest.mark.ffmpeg
def test_sound_alone_has_no_frames(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    source = tmp_path / "sound.m4a"
    ffmpeg.run(["-f", "lavfi", "-i", "sine=d=0.5", str(source)], timeout_s=60)
    with pytest.raises(NothingToPlay):
        span_of(source, 0.0, 0.2)
