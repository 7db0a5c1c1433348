from collections.abc import Iterator
from io import BytesIO

import pytest

from reelmill.errors import ReelmillError
from reelmill.media.info import UnknownFormat
from reelmill.pipelines.shorts.form import (
    MAX_PARTS,
    MAX_TEXT_BYTES,
    BadUpload,
    UploadForm,
    UploadTooLarge,
)

KIND = "multipart/form-data; boundary=xyz"

#: The beginning of an MP4, then letters that look like boundaries.
VIDEO = b"\0\0\0\x20ftypisom" + b"\r\n--xy\r\n--xyz!\r\n-" * 40 + bytes(range(256))


def part(name: str, content: bytes, file_name: str | None = None) -> bytes:
    named = f'; filename="{file_name}"' if file_name is not None else ""
    head = f'--xyz\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
    return head.encode() + content + b"\r\n"


def pieces(body: bytes, size: int) -> Iterator[bytes]:
    return (body[at : at + size] for at in range(0, len(body), size))


def read(body: bytes, *, size: int = 4096, max_bytes: int = 10_000) -> tuple[UploadForm, bytes]:
    to = BytesIO()
    form = UploadForm(KIND, to, max_bytes=max_bytes)
    for piece in pieces(body, size):
        form.take(piece)
    form.finish()
    return form, to.getvalue()


@pytest.mark.parametrize("size", [1, 2, 7, 64, 1000, 100_000])
def test_the_file_arrives_as_it_was_however_the_body_is_cut(size: int) -> None:
    body = part("title", "Näme".encode()) + part("file", VIDEO, "a.mp4") + b"--xyz--\r\n"
    form, content = read(body, size=size)
    assert content == VIDEO
    assert form.size_bytes == len(VIDEO)
    assert form.texts == {"title": "Näme"}
    assert form.file_name == "a.mp4"


def test_texts_may_come_behind_the_file() -> None:
    form, _ = read(part("f", VIDEO, "a.mp4") + part("title", b"A talk") + b"--xyz--")
    assert form.texts["title"] == "A talk"


def test_a_file_of_just_the_limit_passes_and_one_byte_more_does_not() -> None:
    body = part("file", VIDEO, "a.mp4") + b"--xyz--"
    assert read(body, max_bytes=len(VIDEO))[1] == VIDEO
    with pytest.raises(UploadTooLarge):
        read(body, max_bytes=len(VIDEO) - 1)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(b"", BadUpload, id="nothing"),
        pytest.param(b"--xyz--\r\n", BadUpload, id="no part"),
        pytest.param(part("title", b"a") + b"--xyz--", BadUpload, id="no file"),
        pytest.param(part("file", VIDEO, "a.mp4"), BadUpload, id="no end"),
        pytest.param(part("file", VIDEO, "a.mp4")[:-300], BadUpload, id="broken off"),
        pytest.param(part("file", VIDEO, "a") * 2 + b"--xyz--", BadUpload, id="two files"),
        pytest.param(part("file", b"#EXTM3U\n" * 60, "a.mp4"), UnknownFormat, id="a playlist"),
        pytest.param(
            part("title", b"a" * (MAX_TEXT_BYTES + 1)), BadUpload, id="a text without end"
        ),
        pytest.param(part("title", b"a") * (MAX_PARTS + 1), BadUpload, id="too many parts"),
        pytest.param(part("file", VIDEO, "a" * 70_000), BadUpload, id="a header without end"),
        pytest.param(
            b"--xyz\r\n" + b"X-A: b\r\n" * 5000 + b"\r\n", BadUpload, id="headers without end"
        ),
        pytest.param(b"hello", BadUpload, id="no form"),
        pytest.param(b"--xyz\r\n:\0\r\n\r\n", BadUpload, id="a broken header"),
    ],
)
def test_what_is_no_form_with_one_video_is_refused(
    body: bytes, expected: type[ReelmillError]
) -> None:
    for size in (1, 33, 100_000):
        with pytest.raises(expected):
            read(body, size=size, max_bytes=1_000_000)


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "video/mp4",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/mixed; boundary=xyz",
        f"multipart/form-data; boundary={'x' * 5000}",
    ],
)
def test_only_forms_are_read(kind: str) -> None:
    with pytest.raises(BadUpload):
        UploadForm(kind, BytesIO(), max_bytes=1)
