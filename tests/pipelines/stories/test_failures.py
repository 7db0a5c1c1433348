"""Section 8 of the specification, row by row, each by a fault that is real."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs
from tests.pipelines.stories.studio import (
    LAYOUT,
    PATIENCE_S,
    clip,
    drawn,
    files_of,
    music,
    open_studio,
    put,
    task,
    voice,
)

from reelmill.app import App
from reelmill.catalog.jobs import Job, JobState
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.pipelines.stories.intake.take import scan
from reelmill.pipelines.stories.intake.trash import listing, restore
from reelmill.pipelines.stories.keys import Place
from reelmill.pipelines.stories.tables import tasks
from reelmill.storage.objects import open_store
from reelmill.units import JobId

pytestmark = pytest.mark.ffmpeg

#: Small, and taken soon.
CHOSEN = {"resolution": "160x90", "frame_rate": 10, "settle_s": 0.1}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with open_studio(tmp_path / "home", chosen=CHOSEN) as opened:
        yield opened


def scanned(app: App, *, trashed: int = 0, handed_in: int = 0) -> list[str]:
    """Scan until so many files were thrown away and so many tasks made; ids of the tasks."""
    ids: list[str] = []
    thrown, give_up_s = 0, time.monotonic() + PATIENCE_S
    while thrown < trashed or len(ids) < handed_in:
        assert time.monotonic() < give_up_s
        done = scan(app.services, lambda spec, owner: app.jobs.submit("stories", spec, owner=owner))
        thrown += len(done.trashed)
        ids += done.tasks
    return ids


def ended(app: App, job_id: JobId) -> Job:
    return app.jobs.wait([job_id], timeout_s=PATIENCE_S)[job_id]


def half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def noisy(data: bytes) -> bytes:
    """Header and tables as they were, the pictures between them noise."""
    at = data.rindex(b"mdat") + 8
    return data[:at] + bytes(
        (byte * 91 + number * 37) % 251 for number, byte in enumerate(data[at:])
    )


def sound_alone() -> bytes:
    return drawn("-f", "lavfi", "-i", "sine=d=1", "-c:a", "aac", ending="mp4")


@pytest.mark.parametrize(
    ("path", "content"),
    [
        pytest.param("video/sea/a.mp4", lambda: b"no video" * 999, id="unreadable: another file"),
        pytest.param("video/sea/a.mp4", lambda: b"", id="unreadable: empty"),
        pytest.param("frame/sea/a.mp4", lambda: clip("red")[:200], id="unreadable: header broken"),
        pytest.param("music/sea/a.mp3", lambda: clip("red"), id="unreadable: a video as music"),
        pytest.param("video/sea/a.mp4", sound_alone, id="metadata: no picture to measure"),
        pytest.param("video/sea/a.mp4", lambda: noisy(clip("red")), id="metadata: nothing decodes"),
        pytest.param(
            "story/sea/x/voice/chapter_0001.mp3", lambda: b"\xff\xfb" * 9, id="metadata: no length"
        ),
    ],
)
def test_what_cannot_be_read_or_measured_lies_in_the_trash_with_the_reason(
    app: App, path: str, content: object
) -> None:
    assert callable(content)
    data: bytes = content()
    put(app, f"raw/{path}", data)
    with capture_logs() as heard:
        scanned(app, trashed=1)
    store = app.services.store
    assert store.read(LAYOUT.key(f"trash/invalid/{path}")) == data
    told = json.loads(store.read(LAYOUT.key(f"trash/invalid/{path}.reason.json")))
    assert (told["raw_path"], told["code"]) == (f"raw/{path}", "not_readable")
    (warned,) = (event for event in heard if event["log_level"] == "warning")
    assert (warned["event"], warned["source"]) == ("moved file", f"raw/{path}")
    assert warned["problem"] == told["message"]
    assert not [key for key in store.list("stories/scanned") if key.key.endswith((".mp4", ".mp3"))]


def drop_a_story(app: App) -> str:
    """Have a task made of one clip; its id."""
    put(app, "raw/video/sea/a.mp4", clip("green"))
    put(app, "raw/music/sea/m.mp3", music())
    put(app, "raw/story/sea/x/voice/chapter_0001.mp3", voice(1.0))
    (task_id,) = scanned(app, handed_in=1)
    return task_id


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda _: b"this is no video at all" * 50, id="another file in its place"),
        pytest.param(lambda data: data[:300], id="all but its header is gone"),
        pytest.param(noisy, id="noise where its pictures were"),
    ],
)
def test_a_clip_that_breaks_while_rendering_fails_the_task_until_it_is_mended(
    app: App, damage: object
) -> None:
    assert callable(damage)
    task_id = drop_a_story(app)
    with app.services.catalog.read() as conn:
        found = tasks.find(conn, task_id)
    assert found is not None
    key = found.spec.pieces[0].key
    whole = app.services.store.read(key)
    app.services.store.put_bytes(key, damage(whole))
    with app.node():
        job = ended(app, tasks.job_id_of(task_id))
        assert job.state is JobState.FAILED
        names = ("metadata.json", "reason.json", "stderr.log")
        assert files_of(app, task_id) == [f"trash/failed/{task_id}/{name}" for name in names]
        reason, said = (
            app.services.store.read(LAYOUT.task(Place.FAILED, task_id, name)).decode()
            for name in names[1:]
        )
        assert json.loads(reason)["code"] == job.error_code
        assert json.loads(reason)["message"] == job.error_message
        assert said
        assert [(one.name, one.is_task) for one in listing(app.services)] == [(task_id, True)]
        app.services.store.put_bytes(key, whole)
        assert restore(app.services, task_id, app.jobs.retry) == f"tasks/{task_id}"
        job = ended(app, tasks.job_id_of(task_id))
    assert job.state is JobState.COMPLETED, job.error_message
    assert files_of(app, task_id) == [
        f"output/{task_id}/{name}" for name in ("final.mp4", "metadata.json", "poster.jpg")
    ]


def test_what_ffmpeg_says_when_it_fails_lies_beside_the_task(tmp_path: Path) -> None:
    """A file may not grow beyond some kilobytes, as on a disk that is full for this user."""
    narrow = tmp_path / "ffmpeg"
    program = Ffmpeg().path
    narrow.write_text(f"#!/bin/sh\ntrap '' XFSZ\nulimit -f 4\nexec {program} \"$@\"\n")
    narrow.chmod(0o755)
    with open_studio(tmp_path / "home", chosen=CHOSEN, ffmpeg=narrow) as app, app.node(["stories"]):
        job = ended(app, app.jobs.submit("stories", task(app, "one", voice_s=1.0)).id)
        assert (job.state, job.error_code) == (JobState.FAILED, "ffmpeg_failed")
        said = app.services.store.read(LAYOUT.task(Place.FAILED, "one", "stderr.log")).decode()
    assert "File too large" in said


class Line(BaseHTTPRequestHandler):
    """The way to an S3 server, on which finished videos meet an error while it is down."""

    protocol_version = "HTTP/1.1"
    server: "Proxy"

    def pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.server.is_down and self.command != "HEAD" and "/final.mp4" in self.path:
            self.answer(httpx.Response(400, content=b"<Error><Code>Broken</Code></Error>"))
            return
        headers = {name: value for name, value in self.headers.items() if name != "Host"}
        to = f"{self.server.behind}{self.path}"
        self.answer(self.server.http.request(self.command, to, content=body, headers=headers))

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = pass_on  # noqa: N815 - the server's names

    def answer(self, given: httpx.Response) -> None:
        self.send_response(given.status_code)
        for name, value in given.headers.items():
            if name not in {"connection", "transfer-encoding", "content-length"}:
                self.send_header(name, value)
        body = given.content
        size = given.headers.get("content-length", "0") if self.command == "HEAD" else len(body)
        self.send_header("Content-Length", str(size))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Proxy(ThreadingHTTPServer):
    """Stands before an S3 server."""

    daemon_threads = True

    def __init__(self, behind: str) -> None:
        super().__init__(("127.0.0.1", 0), Line)
        self.behind = behind
        self.is_down = True
        self.http = httpx.Client(timeout=PATIENCE_S)


@pytest.fixture
def proxy(s3_url: str, s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    assert s3_url
    with Proxy(s3_server) as proxy, proxy.http:
        thread = threading.Thread(target=proxy.serve_forever, daemon=True)
        thread.start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{proxy.server_port}")
        yield proxy
        proxy.shutdown()
        thread.join()


def test_an_upload_that_fails_three_times_lies_in_the_trash_until_it_is_restored(
    tmp_path: Path, s3_url: str, proxy: Proxy
) -> None:
    with open_studio(tmp_path / "home", store=open_store(s3_url), chosen=CHOSEN) as app:
        task_id = drop_a_story(app)
        with app.node():
            with capture_logs() as heard:
                job = ended(app, tasks.job_id_of(task_id))
            assert (job.state, job.error_code) == (JobState.FAILED, "upload_failed")
            tried = [event["tried"] for event in heard if event["event"] == "upload failed"]
            assert tried == [1, 2, 3]
            assert [path.split("/")[0] for path in files_of(app, task_id)] == [
                # The poster; the video would be the sign.
                "output",
                *["trash"] * 3,
            ]
            proxy.is_down = False
            restore(app.services, task_id, app.jobs.retry)
            job = ended(app, tasks.job_id_of(task_id))
    assert job.state is JobState.COMPLETED, job.error_message
    assert [path for path in files_of(app, task_id) if not path.startswith("output")] == []


def test_an_upload_succeeds_once_the_store_takes_files_again(
    tmp_path: Path, s3_url: str, proxy: Proxy
) -> None:
    chosen = {**CHOSEN, "upload_tries": 8}
    with open_studio(tmp_path / "home", store=open_store(s3_url), chosen=chosen) as app:
        job_id = tasks.job_id_of(drop_a_story(app))
        with capture_logs() as heard, app.node():
            give_up_s = time.monotonic() + PATIENCE_S
            while not any(event["event"] == "upload failed" for event in heard):
                assert time.monotonic() < give_up_s
                time.sleep(0.05)
            proxy.is_down = False
            job = ended(app, job_id)
    assert job.state is JobState.COMPLETED, job.error_message
