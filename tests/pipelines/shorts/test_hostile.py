"""Uploads that want to harm: each ends in a clear refusal, having touched nothing but itself."""

import ctypes
import os
import select
import socket
import struct
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from reelmill.children import Children
from reelmill.errors import BadMedia
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.info import TooLarge
from reelmill.pipelines.shorts.ingest import Ingested, ingest

pytestmark = pytest.mark.ffmpeg

Draw = Callable[..., Path]

#: Seconds that a refusal may take on a slow machine; what hangs is killed then, and fails.
PATIENCE_S = 90.0

#: IN_OPEN and IN_ACCESS of inotify. Source: linux/inotify.h
OPENED = 0x20 | 0x01


class Canary:
    """A sound video in a folder of its own, and a listening socket: neither may be touched."""

    def __init__(self, video: Path) -> None:
        self.video = video
        self._door = socket.create_server(("127.0.0.1", 0))
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._notes = self._libc.inotify_init1(os.O_NONBLOCK) if sys.platform == "linux" else -1
        if self._notes >= 0:
            watched = self._libc.inotify_add_watch(self._notes, bytes(video.parent), OPENED)
            assert watched >= 0, os.strerror(ctypes.get_errno())

    @property
    def url(self) -> str:
        host, port = self._door.getsockname()
        return f"http://{host}:{port}/secret.mp4"

    def touched(self) -> list[str]:
        """What was touched since it was asked last."""
        found = []
        if select.select([self._door], [], [], 0)[0]:
            found.append("a connection was made")
        if self._notes >= 0 and select.select([self._notes], [], [], 0)[0]:
            os.read(self._notes, 65_536)
            found.append("the canary was opened")
        return found

    def close(self) -> None:
        self._door.close()
        if self._notes >= 0:
            os.close(self._notes)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory, draw_shots: Draw) -> bytes:
    """A small MP4 whose index lies at its end."""
    return draw_shots(tmp_path_factory.mktemp("sound") / "v.mp4", [1.2, 1.2]).read_bytes()


@pytest.fixture(scope="module")
def canary(sound: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canary]:
    secret = tmp_path_factory.mktemp("canary") / "secret.mp4"
    secret.write_bytes(sound)
    watched = Canary(secret)
    yield watched
    watched.close()


@pytest.fixture(scope="module")
def children() -> Iterator[Children]:
    pool = Children(1, log_level="error")
    yield pool
    pool.close()


Look = Callable[..., Ingested]


@pytest.fixture
def look(tmp_path: Path, children: Children, canary: Canary) -> Iterator[Look]:
    """Looks into an upload as a job does, in a child; touched canaries fail the test."""

    def into(content: bytes, name: str = "source") -> Ingested:
        folder = tmp_path / "job"
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
        return children.run(ingest, folder / name, folder, timeout_s=PATIENCE_S)

    canary.touched()
    yield into
    assert canary.touched() == []


def test_the_canary_is_heard(canary: Canary) -> None:
    """Otherwise the tests of this file would hold whatever is done."""
    if sys.platform == "linux":
        canary.video.read_bytes()
        assert canary.touched() == ["the canary was opened"]
    host, port = canary.url.removeprefix("http://").partition("/")[0].split(":")
    with socket.create_connection((host, int(port))):
        assert "a connection was made" in canary.touched()
    canary._door.accept()[0].close()
    assert canary.touched() == []


def _lists(canary: Canary) -> dict[str, bytes]:
    """Texts that name other files, as players know them."""
    file, url = str(canary.video), canary.url
    return {
        "HLS, a file": f"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:2,\n{file}\n#EXT-X-ENDLIST\n",
        "HLS, an address": f"#EXTM3U\n#EXTINF:2,\n{url}\n#EXT-X-ENDLIST\n",
        "HLS, a key": f'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{url}"\n#EXTINF:2,\n{file}\n',
        "HLS, many in one": f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{url}\n",
        "DASH": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period>'
        f"<BaseURL>{url}</BaseURL><AdaptationSet><Representation/></AdaptationSet></Period></MPD>",
        "concat": f"ffconcat version 1.0\nfile '{file}'\n",
        "SDP": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n",
        "SVG": '<svg xmlns="http://www.w3.org/2000/svg" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="{url}"/></svg>',
        "XSPF": f"<playlist><trackList><track><location>{url}</location></track></trackList>"
        "</playlist>",
        "SMIL": f'<smil><body><video src="{url}"/></body></smil>',
    }


#: Beginnings of formats that are read here, in front of a text.
DISGUISES = {
    "bare": b"",
    "MP4": b"\0\0\0\x18ftypisom\0\0\0\0isommp42",
    "MP4 in a box": b"\0\0\0\x10ftypisom\0\0\0\0\0\0\xff\xffmdat",
    "Matroska": b"\x1a\x45\xdf\xa3\x84\x42\x82\x84webm",
    "AVI": b"RIFF\xff\xff\0\0AVI ",
    "Ogg": b"OggS\0\x02",
    "transport stream": b"\x47" + bytes(187) + b"\x47",
    "Flash": b"FLV\x01\x05\0\0\0\x09\0\0\0\0",
    "MP3": b"ID3\x04\0\0\0\0\0\0",
}


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("name", ["source", "video.mp4", "list.m3u8"])
def test_no_list_is_followed_however_it_is_dressed(
    disguise: str, name: str, look: Look, canary: Canary
) -> None:
    for text in _lists(canary).values():
        with pytest.raises(BadMedia):
            look(DISGUISES[disguise] + text.encode(), name)


def test_the_lists_above_are_followed_by_who_is_not_on_guard(
    canary: Canary, tmp_path: Path, ffmpeg: Ffmpeg
) -> None:
    """Otherwise they would prove nothing."""
    path = tmp_path / "list.m3u8"
    path.write_text(_lists(canary)["HLS, a file"])
    canary.touched()
    ffmpeg.run(
        ["-allowed_extensions", "ALL", "-i", str(path), "-c", "copy", "-f", "null", "-"],
        timeout_s=60,
    )
    assert canary.touched() == (["the canary was opened"] if sys.platform == "linux" else [])


@pytest.mark.parametrize(
    "tail",
    [
        pytest.param(b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", id="a playlist"),
        pytest.param(b"PK\x05\x06" + bytes(18), id="an archive"),
        pytest.param(b"<script>alert(1)</script>", id="a page"),
        pytest.param(b"\0\0\0\x10moov\0\0\0\x08trak", id="a second index"),
    ],
)
def test_a_video_with_something_behind_it_is_the_video(
    tail: bytes, look: Look, sound: bytes
) -> None:
    assert look(sound + tail).duration_s == pytest.approx(2.4)


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body


def _with_reference(video: bytes, target: str) -> bytes:
    """The video, whose pictures are said to lie in another file."""
    at = video.index(b"url \0\0\0\1") - 4
    alias = _box(b"url ", bytes(4) + target.encode() + b"\0")
    changed = bytearray(video[:at] + alias + video[at + 12 :])
    for kind in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):
        place = video.rindex(kind, 0, at) - 4
        size = struct.unpack_from(">I", changed, place)[0]
        struct.pack_into(">I", changed, place, size + len(alias) - 12)
    return bytes(changed)


def test_pictures_that_are_said_to_lie_elsewhere_are_not_fetched_there(
    look: Look, sound: bytes, canary: Canary
) -> None:
    for target in (canary.url, f"file://{canary.video}", "../../canary0/secret.mp4"):
        # The reference is passed over: what the file itself holds is read, or nothing.
        try:
            found = look(_with_reference(sound, target))
        except BadMedia:
            continue
        assert found.duration_s == pytest.approx(2.4)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"P6 100000 100000 255", id="PNM of 20 bytes"),
        pytest.param(b"YUV4MPEG2 W100000 H100000 F25:1\nFRAME\n", id="YUV4MPEG"),
        pytest.param(b"GIF89a\xff\xff\xff\xff\x80\0\0", id="GIF"),
        pytest.param(b"BM" + struct.pack("<IIIIii", 0, 0, 54, 40, 100_000, 100_000), id="BMP"),
        pytest.param(
            b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", 100_000, 100_000), id="PNG"
        ),
        pytest.param(b"DKIF\0\0 \0VP80\xff\xff\xff\xff" + bytes(20), id="IVF"),
        pytest.param(b"\0\0\0\x14ftypisom\0\0\0\0isom", id="MP4 of 20 bytes"),
        pytest.param(b"\xff\xfb" + bytes(400), id="noise that begins like MP3"),
        pytest.param(b"\0" * 100_000, id="zeros"),
        pytest.param(b"\xff" * 100_000, id="ones"),
    ],
)
def test_what_is_no_video_is_refused_at_once(content: bytes, look: Look) -> None:
    with pytest.raises(BadMedia):
        look(content)


def _avi(width: int, height: int) -> bytes:
    """An AVI of raw pictures of any size, with one frame that has a few bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)

    header = struct.pack("<14I", 40_000, 0, 0, 0, 1, 0, 1, 0, width, height, 0, 0, 0, 0)
    stream = b"vidsDIB " + struct.pack("<10I", 0, 0, 0, 1, 25, 0, 1, 0, 0, 0) + bytes(8)
    form = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    streams = chunk(b"LIST", b"strl" + chunk(b"strh", stream) + chunk(b"strf", form))
    headers = chunk(b"LIST", b"hdrl" + chunk(b"avih", header) + streams)
    frames = chunk(b"LIST", b"movi" + chunk(b"00db", bytes(12)))
    return chunk(b"RIFF", b"AVI " + headers + frames)


@pytest.mark.parametrize("size", [(100_000, 100_000), (2**31 - 1, 2), (65_535, 65_535)])
def test_pictures_larger_than_any_screen_are_refused(
    size: tuple[int, int], look: Look, children: Children
) -> None:
    with pytest.raises(BadMedia):
        look(_avi(*size))
    assert _memory_of(children) < 400e6


def _memory_of(children: Children) -> float:
    """Bytes that the child holds."""
    return max(psutil.Process(child.process.pid).memory_info().rss for child in children._born)


@pytest.mark.parametrize("share", [0.001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_video_that_breaks_off_is_read_as_far_as_it_goes_or_refused(
    share: float, look: Look, sound: bytes
) -> None:
    try:
        found = look(sound[: int(len(sound) * share)])
    except BadMedia:
        return
    assert 0 < found.duration_s <= 2.5


@pytest.mark.parametrize("kind", [b"mvhd", b"mdhd", b"tkhd"])
def test_a_video_that_says_it_lasts_for_ages_is_refused_or_measured(
    kind: bytes, look: Look, sound: bytes
) -> None:
    at = sound.index(kind) + 4 + (20 if kind == b"tkhd" else 16)
    try:
        found = look(sound[:at] + b"\x7f\xff\xff\xff" + sound[at + 4 :])
    except BadMedia:
        return
    assert found.duration_s == pytest.approx(2.4)


def test_frames_that_are_ages_apart_are_refused(look: Look, sound: bytes) -> None:
    bare = sound.replace(b"edts", b"free")
    ticks = bare.index(b"stts") + 4 + 4 + 4 + 4
    with pytest.raises(TooLarge, match="duration_s"):
        look(bare[:ticks] + struct.pack(">I", 1 << 24) + bare[ticks + 4 :])


def test_thousands_of_streams_are_refused(look: Look, sound: bytes) -> None:
    at = sound.index(b"trak") - 4
    length = struct.unpack_from(">I", sound, at)[0]
    moov = sound.index(b"moov") - 4
    track = sound[at : at + length]
    index = _box(b"moov", sound[moov + 8 : at] + track * 3000)
    with pytest.raises(BadMedia):
        look(sound[:moov] + index)


def test_an_index_that_unfolds_to_gigabytes_is_refused_before_it_does(
    look: Look, children: Children
) -> None:
    unfolded_bytes = 3_000_000_000
    squeezed = zlib.compress(struct.pack(">I", unfolded_bytes) + b"moov" + bytes(50_000_000), 9)
    body = struct.pack(">I", unfolded_bytes) + squeezed
    moov = _box(b"moov", _box(b"cmov", _box(b"dcom", b"zlib") + _box(b"cmvd", body)))
    with pytest.raises(BadMedia):
        look(_box(b"ftyp", b"qt  \0\0\0\0qt  ") + moov + _box(b"mdat", bytes(100)))
    assert _memory_of(children) < 400e6


def test_names_without_end_in_the_file_do_no_harm(look: Look, sound: bytes) -> None:
    name = _box(b"\xa9nam", struct.pack(">HH", 65_000, 0) + b"\xff\x1b[2J\0" * 11_000)
    user = _box(b"udta", name * 40)
    at = sound.index(b"moov") - 4
    length = struct.unpack_from(">I", sound, at)[0]
    index = _box(b"moov", sound[at + 8 : at + length] + user)
    assert look(sound[:at] + index + sound[at + length :]).duration_s == pytest.approx(2.4)


def test_boxes_in_boxes_without_end_are_refused(look: Look) -> None:
    nested = b""
    for _ in range(5000):
        nested = _box(b"moov", nested)
    with pytest.raises(BadMedia):
        look(_box(b"ftyp", b"isom\0\0\0\0isom") + nested)
