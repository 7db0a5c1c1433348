"""Videos over HTTP: from upload or address to scenes, files in ranges, and to nothing left."""

import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from PIL import Image
from tests.pipelines.shorts.theatre import (
    end_job,
    ended,
    export,
    open_theatre,
    ready_video,
    upload,
)
from tests.web.reels import Served, serving

from reelmill.catalog.jobs import JobState
from reelmill.pipelines.shorts.keys import video_prefix
from reelmill.web.gate import MAX_BODY_BYTES

pytestmark = pytest.mark.ffmpeg


@pytest.fixture(scope="module")
def ready(studio: Served, talk: Path) -> dict[str, Any]:
    """A video that was uploaded and looked into."""
    answer = upload(studio.http, talk, title="My talk")
    assert answer.status_code == 202
    return ended(studio.http, answer.headers["Location"])


def test_an_upload_becomes_a_video_with_facts_and_scenes(ready: dict[str, Any], talk: Path) -> None:
    assert (ready["status"], ready["error"], ready["title"]) == ("ready", None, "My talk")
    assert (ready["width"], ready["height"], ready["has_audio"]) == (320, 180, True)
    assert ready["duration_s"] == pytest.approx(5.5, abs=0.05)
    assert ready["fps"] == pytest.approx(25, abs=0.1)
    assert ready["size_bytes"] == talk.stat().st_size
    assert ready["sha256"] == hashlib.sha256(talk.read_bytes()).hexdigest()
    times = [(scene["start_s"], scene["end_s"]) for scene in ready["scenes"]]
    assert times == [
        (0.0, pytest.approx(2.0, abs=0.05)),
        (pytest.approx(2.0, abs=0.05), pytest.approx(4.0, abs=0.05)),
        (pytest.approx(4.0, abs=0.05), pytest.approx(5.5, abs=0.05)),
    ]
    assert {scene["origin"] for scene in ready["scenes"]} == {"detected"}


def test_poster_and_thumbnails_are_pictures(studio: Served, ready: dict[str, Any]) -> None:
    pictures = [ready["links"]["poster"], *(scene["thumbnail_url"] for scene in ready["scenes"])]
    for address in pictures:
        answer = studio.http.get(address)
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert Image.open(BytesIO(answer.content)).size == (320, 180)


def test_the_source_is_read_in_ranges(studio: Served, ready: dict[str, Any], talk: Path) -> None:
    source, data = ready["links"]["source"], talk.read_bytes()
    whole = studio.http.get(source)
    assert (whole.content, whole.headers["Content-Type"]) == (data, "video/mp4")
    assert whole.headers["Accept-Ranges"] == "bytes"
    part = studio.http.get(source, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, data[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(data)}"
    assert studio.http.get(source, headers={"Range": "bytes=99999999-"}).status_code == 416
    head = studio.http.head(source)
    assert (head.content, head.headers["Content-Length"]) == (b"", str(len(data)))


def test_the_list_of_videos_pages(site: Served) -> None:
    made = [ready_video(site.app)[0] for _ in range(5)]
    seen, address = [], "/v1/videos?limit=2"
    while address:
        answer = site.http.get(address)
        seen += [video["video_id"] for video in answer.json()["videos"]]
        address = answer.links.get("next", {}).get("url")
    assert seen == made[::-1]


@pytest.fixture(scope="module")
def web(talk: Path) -> Iterator[str]:
    """A web server that has the video, on this machine."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(talk.parent)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_video_is_fetched_by_the_job_of_its_address(studio: Served, web: str, talk: Path) -> None:
    answer = studio.http.post("/v1/videos", json={"url": f"{web}/talk.mp4?x=1"})
    assert answer.status_code == 202
    assert answer.json()["source_url"] == f"{web}/talk.mp4?x=1"
    video = ended(studio.http, answer.headers["Location"])
    assert (video["status"], video["title"]) == ("ready", "talk")
    assert video["size_bytes"] == talk.stat().st_size
    assert len(video["scenes"]) == 3


def test_what_cannot_be_fetched_is_a_video_that_failed(studio: Served, web: str) -> None:
    answer = studio.http.post("/v1/videos", json={"url": f"{web}/none.mp4"})
    video = ended(studio.http, answer.headers["Location"])
    assert (video["status"], video["duration_s"], video["scenes"]) == ("failed", None, [])
    assert video["error"]["code"]
    assert studio.http.get(video["links"]["poster"]).status_code == 404
    added = studio.http.post(f"{answer.headers['Location']}/scenes", json=TIMES)
    assert (added.status_code, added.json()["message"]) == (400, "Video not ready for export")


TIMES = {"start_s": 0, "end_s": 1}


@pytest.mark.parametrize("host", ["169.254.169.254", "10.0.0.1", "[::1]"])
def test_an_address_in_a_private_network_is_never_asked(studio: Served, host: str) -> None:
    answer = studio.http.post("/v1/videos", json={"url": f"http://{host}:9/talk.mp4"})
    video = ended(studio.http, answer.headers["Location"])
    assert (video["status"], video["error"]["code"]) == ("failed", "forbidden_address")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param({}, 422, id="no address"),
        pytest.param({"url": "ftp://host/a.mp4"}, 422, id="another protocol"),
        pytest.param({"url": "file:///etc/passwd"}, 422, id="a file of this machine"),
        pytest.param({"url": "http://host/a.mp4", "title": "x" * 201}, 422, id="a long title"),
        pytest.param({"url": "http://host/a.mp4", "more": 1}, 422, id="an unknown field"),
        pytest.param({"url": "http://h/" + "x" * 70_000}, 413, id="a body of 70 kB"),
    ],
)
def test_an_address_is_checked(house: Served, body: dict[str, Any], status: int) -> None:
    answer = house.http.post("/v1/videos", json=body)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_what_is_neither_form_nor_json_is_refused(house: Served) -> None:
    answer = house.http.post("/v1/videos", content=b"<video/>")
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_REQUEST")


def test_what_is_no_video_is_refused_at_once_and_leaves_nothing(site: Served) -> None:
    file = {"file": ("a.mp4", b"#EXTM3U\n#EXT-X-VERSION:3\n")}
    answer = site.http.post("/v1/videos", files=file)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "UNKNOWN_FORMAT")
    assert site.http.get("/v1/videos").json()["videos"] == []
    assert list(site.app.services.store.list()) == []


@pytest.mark.parametrize("announced", [True, False])
def test_an_upload_has_a_limit_of_its_own(tmp_path: Path, *, announced: bool) -> None:
    chosen = {"max_upload_gb": (MAX_BODY_BYTES + 4_000_000) / 1e9}
    with open_theatre(tmp_path / "home", chosen=chosen) as app, serving(app) as site:
        fits = form_of(MAX_BODY_BYTES + 1_000_000)
        assert send(site.http, fits, announced=announced).status_code == 202
        answer = send(site.http, form_of(MAX_BODY_BYTES + 5_000_000), announced=announced)
        assert (answer.status_code, answer.json()["error_code"]) == (413, "UPLOAD_TOO_LARGE")
        assert len(list(app.services.store.list())) == 1


def form_of(size_bytes: int) -> bytes:
    """A form with a file that begins as a video does."""
    head = b'--xyz\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n'
    beginning = b"\0\0\0\x20ftypisom"
    return head + beginning + bytes(size_bytes - len(beginning)) + b"\r\n--xyz--\r\n"


def send(http: httpx.Client, form: bytes, *, announced: bool) -> httpx.Response:
    """Send a form, with or without its length."""
    parts = (form[at : at + 1_000_000] for at in range(0, len(form), 1_000_000))
    headers = {"Content-Type": "multipart/form-data; boundary=xyz"}
    if announced:
        headers["Content-Length"] = str(len(form))
    return http.post("/v1/videos", content=parts, headers=headers)


def test_an_upload_that_breaks_off_leaves_nothing(site: Served) -> None:
    form = form_of(3_000_000)

    def broken() -> Iterator[bytes]:
        yield form[:2_000_000]
        raise ConnectionAbortedError

    headers = {"Content-Type": "multipart/form-data; boundary=xyz"}
    with pytest.raises(ConnectionAbortedError):
        httpx.post(f"{site.url}/v1/videos", content=broken(), headers=headers)
    assert site.http.get("/v1/videos").json()["videos"] == []
    assert list(site.app.services.store.list()) == []


def test_a_deleted_video_is_gone_with_its_files_and_what_is_made_of_it_is_stopped(
    site: Served, talk: Path
) -> None:
    video, (scene, other, _) = ready_video(site.app, source=talk)
    assert site.http.get(f"/v1/scenes/{scene}/thumbnail").status_code == 200
    waiting = export(site.http, scene).json()
    done = export(site.http, other).json()
    end_job(site.app, done["job_id"], JobState.COMPLETED)
    assert site.http.delete(f"/v1/videos/{video}").status_code == 204
    assert list(site.app.services.store.list(video_prefix(video))) == []
    for gone in (f"/v1/videos/{video}", f"/v1/videos/{video}/source", f"/v1/scenes/{scene}"):
        assert site.http.get(gone).status_code == 404
    assert site.http.delete(f"/v1/videos/{video}").status_code == 404
    assert site.http.get("/v1/videos").json()["videos"] == []
    states = {
        one["export_id"]: one["status"] for one in site.http.get("/v1/exports").json()["exports"]
    }
    assert states == {waiting["export_id"]: "canceled", done["export_id"]: "completed"}
    retried = site.http.post(f"/v1/exports/{waiting['export_id']}/retry")
    assert (retried.status_code, retried.json()["error_code"]) == (404, "VIDEO_NOT_FOUND")


def test_an_unknown_video_is_not_found(house: Served) -> None:
    for address in (f"/v1/videos/{uuid4().hex}", f"/v1/videos/{uuid4().hex}/poster"):
        answer = house.http.get(address)
        assert (answer.status_code, answer.json()["error_code"]) == (404, "VIDEO_NOT_FOUND")
