"""Pieces of one form become one film, exact to the frame, with sound that stays with them."""

from collections.abc import Callable
from dataclasses import replace
from itertools import accumulate, pairwise
from pathlib import Path

import av
import pytest
from tests.media.coded import beeps_in, draw, numbers_in, where_contained

from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.geometry import Size
from reelmill.media.mux import NotWritten
from reelmill.media.probe import probe
from reelmill.media.profiles import AudioSpec, Profile
from reelmill.media.span import find_span
from reelmill.media.splice import PiecesDiffer, join
from reelmill.media.transcode import Recipe, Watch, transcode
from reelmill.media.verify import verify

pytestmark = pytest.mark.ffmpeg

Cut = Callable[..., tuple[Path, int]]

FORM = Profile(name="small", size=Size(160, 90), audio=AudioSpec(rate_hz=44_100), spliceable=False)


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory, ffmpeg: Ffmpeg) -> Cut:
    """Cuts pieces out of one drawn video."""
    folder = tmp_path_factory.mktemp("pieces")
    source = draw(folder / "source.mp4")
    spoken = replace(FORM.audio, codec="pcm_s16le")

    def piece(start_s: float, end_s: float, size: Size = FORM.size) -> tuple[Path, int]:
        span = find_span(source, probe(source), start_s, end_s)
        path = folder / f"{start_s}-{end_s}-{size.width}.mov"
        recipe = Recipe(
            picture=f"zscale={size.width}:{size.height}",
            profile=replace(FORM, size=size, audio=spoken),
            crf=18,
            max_video_bps=2_000_000,
        )
        transcode(span, path, recipe, ffmpeg=ffmpeg, watch=Watch())
        return path, span.frames

    return piece


def test_nothing_is_added_or_lost_between_pieces(cut: Cut, tmp_path: Path) -> None:
    pieces = [cut(0.4, 0.6), cut(1.0, 1.0334), cut(1.2, 1.6), cut(0.4, 0.6)]
    counts = [frames for _, frames in pieces]
    assert counts == [6, 1, 12, 6]
    joined, told = tmp_path / "joined.mp4", []
    join(pieces, joined, FORM, title="Best of", on_piece=told.append)
    assert told == [0, 1, 2, 3]
    assert verify(joined, FORM, frames=25).frames == 25
    numbers = numbers_in(joined, where_contained(Size(320, 180), FORM.size))
    assert numbers == [*range(12, 18), 30, *range(36, 48), *range(12, 18)]
    # In the source a beep begins with the first frame of three of them; at 0 there is no edge.
    begins_s = [frames / 30 for frames in accumulate(counts, initial=0)]
    assert beeps_in(joined) == pytest.approx([begins_s[2], begins_s[3]], abs=0.012)
    with av.open(str(joined)) as file:
        video = file.streams.video[0]
        assert file.metadata["title"] == "Best of"
        stamps = [packet.pts for packet in file.demux(video) if packet.pts is not None]
        gaps = {(b - a) * video.time_base for a, b in pairwise(sorted(stamps))}
    assert gaps == {1 / FORM.rate}


def test_one_piece_is_a_film(cut: Cut, tmp_path: Path) -> None:
    join([cut(0.4, 0.6)], tmp_path / "joined.mp4", FORM)
    assert verify(tmp_path / "joined.mp4", FORM, frames=6).frames == 6


def test_pieces_with_other_headers_do_not_join(cut: Cut, tmp_path: Path) -> None:
    pieces = [cut(0.4, 0.6), cut(0.4, 0.6, Size(320, 180))]
    with pytest.raises(PiecesDiffer) as refused:
        join(pieces, tmp_path / "joined.mp4", FORM)
    assert refused.value.facts["piece"] == pieces[1][0].name


def test_a_folder_that_is_not_there_is_said(cut: Cut, tmp_path: Path) -> None:
    with pytest.raises(NotWritten):
        join([cut(0.4, 0.6)], tmp_path / "nowhere" / "joined.mp4", FORM)
