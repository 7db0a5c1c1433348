from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from reelmill.errors import BadMedia
from reelmill.media.encode import encode_held
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.geometry import Size
from reelmill.media.info import Limits, NothingToPlay, TooLarge, UnknownFormat, sniff
from reelmill.media.probe import Unreadable, measure, opened, probe
from reelmill.media.profiles import Profile
from reelmill.media.raster import Held

Draw = Callable[..., list[Held]]


@pytest.fixture
def clip(tmp_path: Path, tiny: Profile, drawn: Draw) -> Path:
    encode_held(drawn([15] * 4), tmp_path / "clip.mp4", tiny)
    return tmp_path / "clip.mp4"


def test_a_file_of_our_own_is_described(clip: Path) -> None:
    found = measure(clip)
    [video], [audio] = found.video, found.audio
    assert (found.demuxer, found.size_bytes) == ("mov", clip.stat().st_size)
    assert (video.codec, video.size, video.pixel_format) == ("h264", Size(320, 180), "yuv420p")
    assert (video.rate_from_header, video.shown) == (Fraction(30), Size(320, 180))
    assert (video.frames_from_header, video.frames_from_packets) == (60, 60)
    assert video.duration_s_from_header == video.duration_s_from_packets == 2.0
    assert (audio.codec, audio.rate_hz, audio.channels) == ("aac", 48_000, 2)
    assert audio.duration_s_from_packets == 2.0


@pytest.mark.ffmpeg
def test_a_header_that_lies_is_shown_up_by_the_packets(clip: Path, ffmpeg: Ffmpeg) -> None:
    whole = clip.with_name("whole.mkv")
    ffmpeg.run(["-i", str(clip), "-c", "copy", str(whole)], timeout_s=60)
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size * 3 // 5])
    found = measure(whole)
    assert found.duration_s_from_header == pytest.approx(2.0, abs=0.05)
    assert (found.video[0].duration_s_from_packets or 0) < 1.8
    assert (found.video[0].frames_from_packets or 0) < 54


@pytest.mark.ffmpeg
@pytest.mark.parametrize(
    ("name", "args", "demuxer"),
    [
        pytest.param("a.mkv", ["-c", "copy"], "matroska", id="Matroska"),
        pytest.param("a.mov", ["-c", "copy"], "mov", id="QuickTime"),
        pytest.param("a.ts", ["-c", "copy"], "mpegts", id="transport stream"),
        pytest.param("a.avi", ["-c:v", "mpeg4"], "avi", id="AVI"),
        pytest.param("a.flv", ["-c", "copy"], "flv", id="Flash"),
        pytest.param("a.webm", ["-c:v", "libvpx", "-c:a", "libopus"], "matroska", id="WebM"),
        pytest.param("a.mp3", ["-vn"], "mp3", id="MP3"),
        pytest.param("a.flac", ["-vn"], "flac", id="FLAC"),
        pytest.param("a.wav", ["-vn"], "wav", id="WAVE"),
        pytest.param("a.ogg", ["-vn", "-c:a", "libvorbis"], "ogg", id="Ogg"),
        pytest.param("a.aac", ["-vn"], "aac", id="AAC"),
    ],
)
def test_formats_are_known_by_content_whatever_they_are_called(
    name: str, args: list[str], demuxer: str, clip: Path, ffmpeg: Ffmpeg
) -> None:
    made = clip.with_name(name)
    ffmpeg.run(["-i", str(clip), *args, str(made)], timeout_s=60)
    disguised = made.rename(made.with_name("video.txt"))
    found = measure(disguised)
    assert found.demuxer == demuxer
    [audio] = found.audio
    assert audio.duration_s_from_packets == pytest.approx(2.0, abs=0.1)
    assert [one.size for one in found.video] == ([] if "-vn" in args else [Size(320, 180)])


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"#EXTM3U\n#EXTINF:1,\nsecret.mp4\n", id="HLS playlist"),
        pytest.param(b"ffconcat version 1.0\nfile secret.mp4\n", id="concat script"),
        pytest.param(b"v=0\no=- 0 0 IN IP4 127.0.0.1\n", id="SDP"),
        pytest.param(b"<?xml version='1.0'?><MPD></MPD>", id="DASH manifest"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(40), id="a picture"),
        pytest.param(b"GIF89a" + bytes(40), id="a GIF"),
        pytest.param(b"PK\x03\x04" + bytes(40), id="an archive"),
        pytest.param(b"\x47" + bytes(300), id="one letter of a transport stream"),
    ],
)
def test_what_is_no_media_or_names_other_files_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    path.write_bytes(content)
    with pytest.raises(UnknownFormat):
        probe(path)


@pytest.mark.parametrize("share", [0.01, 0.1, 0.3, 0.6, 0.9])
def test_what_is_cut_off_is_read_or_refused_but_never_more(share: float, clip: Path) -> None:
    data = clip.read_bytes()
    clip.write_bytes(data[: int(len(data) * share)])
    try:
        found = measure(clip)
    except BadMedia:
        return
    assert (found.video[0].frames_from_packets or 0) < 60


def test_nonsense_behind_a_good_beginning_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    path.write_bytes(b"\0\0\0\x20ftypisom" + bytes(range(256)) * 40)
    with pytest.raises(Unreadable):
        probe(path)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="No such file"):
        probe(tmp_path / "none.mp4")


def test_a_header_alone_has_nothing_to_play(clip: Path) -> None:
    data = clip.read_bytes().replace(b"trak", b"tram")
    clip.write_bytes(data)
    with pytest.raises((NothingToPlay, Unreadable)):
        probe(clip)


@pytest.mark.parametrize(
    ("limits", "fact"),
    [
        pytest.param(Limits(pixels=320 * 180 - 1), "limit_pixels", id="too many pixels"),
        pytest.param(Limits(streams=1), "limit", id="too many streams"),
        pytest.param(Limits(duration_s=1.9), "limit_s", id="too long"),
    ],
)
def test_strangers_have_limits(limits: Limits, fact: str, clip: Path) -> None:
    with pytest.raises((TooLarge, Unreadable)) as caught:
        probe(clip, limits)
    assert isinstance(caught.value, Unreadable) or fact in caught.value.facts


@pytest.mark.ffmpeg
def test_a_turned_video_is_shown_upright(clip: Path, ffmpeg: Ffmpeg) -> None:
    turned = clip.with_name("turned.mp4")
    ffmpeg.run(
        ["-display_rotation", "90", "-i", str(clip), "-c", "copy", str(turned)], timeout_s=60
    )
    [video] = probe(turned).video
    assert (video.size, video.shown) == (Size(320, 180), Size(180, 320))
    assert video.rotation_deg == 270


@pytest.mark.ffmpeg
def test_oblong_pixels_widen_the_picture(clip: Path, ffmpeg: Ffmpeg) -> None:
    wide = clip.with_name("wide.mp4")
    args = ["-vf", "setsar=4/3", "-c:a", "copy"]
    ffmpeg.run(["-i", str(clip), *args, str(wide)], timeout_s=60)
    [video] = probe(wide).video
    assert (video.pixel_shape, video.shown) == (Fraction(4, 3), Size(426, 180))


@pytest.mark.ffmpeg
def test_a_cover_is_no_video(clip: Path, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    song = tmp_path / "song.m4a"
    cover = ["-map", "0:a", "-map", "1:v", "-c:a", "copy", "-c:v", "mjpeg", "-frames:v", "1"]
    ffmpeg.run(
        ["-i", str(clip), "-i", str(clip), *cover, "-disposition:v:0", "attached_pic", str(song)],
        timeout_s=60,
    )
    found = probe(song)
    assert (len(found.video), len(found.audio)) == (0, 1)


def test_a_colon_in_a_name_is_no_protocol(clip: Path) -> None:
    odd = clip.rename(clip.with_name("http: or so, 100%.mp4"))
    assert probe(odd).demuxer == "mov"


def test_what_breaks_while_it_is_read_is_bad_media(clip: Path) -> None:
    data = bytearray(clip.read_bytes())
    data[data.index(b"avcC") + 4 : data.index(b"avcC") + 30] = bytes(26)
    clip.write_bytes(data)
    with pytest.raises(BadMedia), opened(clip) as file:
        list(file.decode(video=0))


def test_a_picture_is_not_sniffed_as_sound() -> None:
    with pytest.raises(UnknownFormat):
        sniff(b"\xff\xd8\xff\xe0" + bytes(60))


def test_any_damage_is_read_or_refused_and_nothing_else(clip: Path) -> None:
    data = clip.read_bytes()
    dice = np.random.default_rng(11)
    refused = 0
    for _ in range(120):
        damaged = bytearray(data)
        for at in dice.integers(0, 3000, int(dice.integers(1, 20))):
            damaged[at] = int(dice.integers(256))
        clip.write_bytes(damaged)
        try:
            measure(clip)
        except BadMedia:
            refused += 1
    assert refused > 0
