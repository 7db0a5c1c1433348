import hashlib
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import pytest
from tests.pipelines.shorts.serving import serving

from reelmill import http
from reelmill.app import App
from reelmill.media.info import UnknownFormat
from reelmill.pipelines.shorts.form import BadUpload, UploadTooLarge
from reelmill.pipelines.shorts.intake import (
    MAX_TITLE_LETTERS,
    EmptyVideo,
    bare_name,
    clean_title,
    fetch_video,
    keep_upload,
)
from reelmill.pipelines.shorts.source import NoRoom
from reelmill.units import StoreKey

KIND = "multipart/form-data; boundary=xyz"

VIDEO = b"\0\0\0\x20ftypisom" + bytes(range(256)) * 20


def body(content: bytes = VIDEO, file_name: str = "talk.mp4", title: str = "") -> bytes:
    head = f'--xyz\r\nContent-Disposition: form-data; name="file"; filename="{file_name}"\r\n\r\n'
    told = f'\r\n--xyz\r\nContent-Disposition: form-data; name="title"\r\n\r\n{title}'
    end = (told if title else "") + "\r\n--xyz--\r\n"
    return head.encode("utf-8", "surrogateescape") + content + end.encode()


def left_behind(app: App) -> list[Path]:
    """Every file of the store and the scratch folder."""
    home = app.settings.home
    return [
        path
        for root in (home / "store", home / "scratch")
        for path in root.rglob("*")
        if path.is_file()
    ]


def test_an_upload_is_kept_under_a_name_of_ours(app: App) -> None:
    kept = keep_upload([body()], KIND, app.services, max_bytes=10_000)
    assert kept.source_key == f"shorts/videos/{kept.video_id}/source"
    assert app.services.store.read(kept.source_key) == VIDEO
    assert (kept.size_bytes, kept.sha256) == (len(VIDEO), hashlib.sha256(VIDEO).hexdigest())
    assert kept.title == "talk"
    assert len(left_behind(app)) == 1


def test_the_title_that_is_given_wins_over_the_name(app: App) -> None:
    kept = keep_upload([body(title=" My\ttalk ")], KIND, app.services, max_bytes=10_000)
    assert kept.title == "My talk"


def test_the_same_upload_twice_is_two_videos(app: App) -> None:
    one, two = (keep_upload([body()], KIND, app.services, max_bytes=10_000) for _ in range(2))
    assert one.video_id != two.video_id
    assert one.sha256 == two.sha256


@pytest.mark.parametrize(
    ("file_name", "title"),
    [
        pytest.param("../../../../etc/passwd", "passwd", id="climbs"),
        pytest.param("/etc/passwd", "passwd", id="absolute"),
        pytest.param("..", "..", id="the folder above"),
        pytest.param("a\0b.mp4", "a b", id="NUL"),
        pytest.param("photo\u202e4pm.exe", "photo4pm", id="letters that turn the direction"),
        pytest.param("\u200b\u2066", "Untitled", id="nothing to see"),
        pytest.param("", "Untitled", id="no name"),
        pytest.param("a" * 10_000 + ".mp4", "a" * MAX_TITLE_LETTERS, id="long"),
        pytest.param("<script>alert(1)</script>.mp4", "script>", id="markup"),
        pytest.param("\udcff\udcfe.mp4", "\ufffd\ufffd", id="no UTF-8"),
        pytest.param("講演 - Vortrag №1.mp4", "講演 - Vortrag №1", id="any script"),
    ],
)
def test_a_file_name_is_only_a_title(file_name: str, title: str, app: App) -> None:
    kept = keep_upload([body(file_name=file_name)], KIND, app.services, max_bytes=10_000)
    assert kept.title == title
    [file] = left_behind(app)
    assert file == app.settings.home / "store" / "shorts" / "videos" / kept.video_id / "source"


def test_titles_have_no_ends_of_lines_and_no_width_of_zero() -> None:
    assert clean_title("a\r\nSet-Cookie: b\u2028c\u200d") == "a Set-Cookie: b c"
    assert bare_name("v1.2 final.mkv") == "v1.2 final"


class _BrokenOffError(Exception):
    """As the web framework tells that the client has gone."""


def _breaks_off(after: bytes) -> Iterator[bytes]:
    yield after
    raise _BrokenOffError


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param(_breaks_off(body()[:700]), _BrokenOffError, id="the client goes"),
        pytest.param(iter([body()[:700]]), BadUpload, id="the body ends"),
        pytest.param(iter([body(VIDEO * 9)]), UploadTooLarge, id="too large"),
        pytest.param(iter([body(b"")]), EmptyVideo, id="empty"),
        pytest.param(iter([body(b"<svg/>")]), UnknownFormat, id="short and no video"),
        pytest.param(iter([body(b"GIF89a" * 99)]), UnknownFormat, id="long and no video"),
    ],
)
def test_nothing_is_left_of_what_is_not_kept(
    parts: Iterator[bytes], expected: type[Exception], app: App
) -> None:
    with pytest.raises(expected):
        keep_upload(parts, KIND, app.services, max_bytes=10_000)
    assert left_behind(app) == []


def test_a_body_is_never_whole_in_memory(app: App) -> None:
    """Parts are made while they are taken; an upload that kept them would need them all."""
    alive = 0
    most = 0

    class Part(bytes):
        def __new__(cls, data: bytes) -> Self:
            nonlocal alive, most
            alive += 1
            most = max(most, alive)
            return super().__new__(cls, data)

        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    def parts() -> Iterator[bytes]:
        whole = body(VIDEO * 400)
        for at in range(0, len(whole), 4096):
            yield Part(whole[at : at + 4096])

    keep_upload(parts(), KIND, app.services, max_bytes=10_000_000)
    assert most <= 3


@contextmanager
def _no_file_above(size_bytes: int) -> Iterator[None]:
    """Writing fails behind that many bytes, as it does when the disk is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_takes_no_more_is_said(app: App) -> None:
    with _no_file_above(100_000), pytest.raises(NoRoom):
        keep_upload([body(VIDEO * 40)], KIND, app.services, max_bytes=1_000_000)
    assert left_behind(app) == []


KEY = StoreKey("shorts/videos/0a/source")


def test_an_address_is_fetched_into_the_store(open_app: App) -> None:
    with serving(VIDEO) as url:
        stored = fetch_video(url, KEY, open_app.services, max_bytes=10_000)
    assert (stored.key, stored.size_bytes) == (KEY, len(VIDEO))
    assert open_app.services.store.read(KEY) == VIDEO


@pytest.mark.parametrize(
    ("content", "max_bytes", "expected"),
    [
        pytest.param(VIDEO, 1000, http.TooLarge, id="too large"),
        pytest.param(b"", 1000, EmptyVideo, id="empty"),
        pytest.param(b"#EXTM3U\nhttp://127.0.0.1/\n", 1000, UnknownFormat, id="a playlist"),
    ],
)
def test_nothing_is_left_of_an_address_that_is_no_video(
    content: bytes, max_bytes: int, expected: type[Exception], open_app: App
) -> None:
    with serving(content) as url, pytest.raises(expected):
        fetch_video(url, KEY, open_app.services, max_bytes=max_bytes)
    assert left_behind(open_app) == []


def test_an_address_in_a_private_network_is_refused(app: App) -> None:
    with serving(VIDEO) as url, pytest.raises(http.ForbiddenAddress):
        fetch_video(url, KEY, app.services, max_bytes=10_000)
    assert left_behind(app) == []
