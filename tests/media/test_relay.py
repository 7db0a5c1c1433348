import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from tests.media.coded import draw, numbers_in, where_contained

from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.follow import decoded_pictures
from reelmill.media.geometry import Size
from reelmill.media.pieces import Part, PieceBroken
from reelmill.media.profiles import Profile
from reelmill.media.promises import NotAsPromised
from reelmill.media.relay import alike, copied, poured
from reelmill.media.seals import add_seal
from reelmill.media.sound import write_aac
from reelmill.media.splice import PiecesDiffer
from reelmill.media.verify import verify

pytestmark = pytest.mark.ffmpeg

SIZE = Size(320, 180)
PROFILE = Profile(
    name="relay", size=SIZE, rate=Fraction(30), max_bitrate_bps=sys.maxsize, spliceable=False
)

#: What `verify` holds a stream against.
COLOURS = {"colorspace": 1, "color_primaries": 1, "color_trc": 1, "color_range": 1}

Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A sealed piece."""

    def made(name: str, frames: int, **options: str) -> Path:
        path = draw(
            tmp_path / f"{name}.mp4",
            frames=frames,
            layout=None,
            options={"bf": "0", "g": "12", **options},
            tags=COLOURS,
        )
        decoded = decoded_pictures(path, PROFILE)
        add_seal(path, decoded.headers, (known for _, known in decoded.packets))
        return path

    return made


def silence(path: Path, frames: int) -> Path:
    def sounds() -> list[av.AudioFrame]:
        samples = np.zeros((2, frames * 1600), np.float32)
        frame = av.AudioFrame.from_ndarray(samples, "fltp", "stereo")
        frame.sample_rate, frame.pts = 48_000, 0
        return [frame]

    write_aac(sounds(), path, PROFILE.audio)
    return path


@pytest.mark.parametrize(
    ("lengths", "shown"),
    [
        pytest.param([20], [20], id="one, whole"),
        pytest.param([20], [1], id="its first frame"),
        pytest.param([20, 30], [20, 13], id="the last is cut behind a key frame"),
        pytest.param([1, 1, 1], [1, 1, 1], id="single frames"),
        pytest.param([25, 13, 2], [25, 13, 1], id="a key frame at the end, and one behind it"),
    ],
)
def test_what_was_joined_holds_the_frames_that_were_asked(
    lengths: list[int], shown: list[int], tmp_path: Path, make: Make
) -> None:
    parts = [
        Part(make(str(number), length), frames)
        for number, (length, frames) in enumerate(zip(lengths, shown, strict=True))
    ]
    total, to = sum(shown), tmp_path / "to.mp4"
    decoded = copied(parts, silence(tmp_path / "s.m4a", total), to, PROFILE)
    assert numbers_in(to, where_contained(SIZE, SIZE)) == [n for one in shown for n in range(one)]
    by_packets = verify(to, PROFILE, frames=total, decoded=decoded)
    assert by_packets == verify(to, PROFILE, frames=total)


def test_a_packet_that_changed_behind_the_copy_is_found(tmp_path: Path, make: Make) -> None:
    to = tmp_path / "to.mp4"
    decoded = copied([Part(make("a", 30), 30)], silence(tmp_path / "s.m4a", 30), to, PROFILE)
    whole = bytearray(to.read_bytes())
    whole[-len(whole) // 100] ^= 1
    to.write_bytes(whole)
    with pytest.raises(NotAsPromised):
        verify(to, PROFILE, frames=30, decoded=decoded)


@pytest.mark.parametrize("share", [0.1, 0.4, 0.7, 0.9, 0.999])
def test_a_piece_that_changed_since_it_was_sealed_is_not_copied(
    share: float, tmp_path: Path, make: Make
) -> None:
    piece = make("a", 30)
    pictures = _where_pictures_lie(piece)
    whole = bytearray(piece.read_bytes())
    whole[pictures.start + int(len(pictures) * share)] ^= 1
    piece.write_bytes(whole)
    with pytest.raises(PieceBroken) as raised:
        copied([Part(piece, 30)], silence(tmp_path / "s.m4a", 30), tmp_path / "to.mp4", PROFILE)
    assert raised.value.facts["piece"] == "a.mp4"


def test_more_frames_than_there_are_cannot_be_shown(tmp_path: Path, make: Make) -> None:
    sound = silence(tmp_path / "s.m4a", 21)
    with pytest.raises(PieceBroken):
        copied([Part(make("a", 20), 21)], sound, tmp_path / "to.mp4", PROFILE)


def test_a_piece_whose_headers_changed_is_broken_and_not_just_different(make: Make) -> None:
    piece = make("a", 5)
    with av.open(str(piece)) as file:
        headers = file.streams.video[0].codec_context.extradata or b""
    whole = piece.read_bytes()
    assert headers in whole
    piece.write_bytes(whole.replace(headers, headers[:-3] + b"\0\0\0"))
    with pytest.raises(PieceBroken):
        alike([piece])


def test_pieces_with_other_headers_are_told_apart_and_not_copied(
    tmp_path: Path, make: Make
) -> None:
    one, same, other = make("a", 5), make("b", 9), make("c", 5, profile="main", preset="fast")
    assert alike([one, same])
    assert not alike([one, other])
    sound, to = silence(tmp_path / "s.m4a", 10), tmp_path / "to.mp4"
    with pytest.raises(PiecesDiffer):
        copied([Part(one, 5), Part(other, 5)], sound, to, PROFILE)


def test_pieces_with_other_headers_are_poured_into_one_stream(
    tmp_path: Path, make: Make, ffmpeg: Ffmpeg
) -> None:
    one, other = make("a", 15), make("c", 14, profile="main", preset="fast")
    stream, film = tmp_path / "all.h264", tmp_path / "film.mp4"
    poured([Part(one, 15), Part(other, 8), Part(one, 1), Part(one, 1)], stream)
    coded = ["-c:v", "libx264", "-crf", "12", "-fps_mode", "passthrough"]
    ffmpeg.run(["-f", "h264", "-i", f"file:{stream}", *coded, str(film)], timeout_s=60)
    assert numbers_in(film, where_contained(SIZE, SIZE)) == [*range(15), *range(8), 0, 0]


def _where_pictures_lie(path: Path) -> range:
    with av.open(str(path)) as file:
        places = [(packet.pos, packet.size) for packet in file.demux() if packet.size]
    return range(places[0][0] or 0, (places[-1][0] or 0) + places[-1][1])
