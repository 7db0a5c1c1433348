"""Look into a video and make a short of it; kill the worker anywhere: one sound short, no more."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.acceptance.reelmill_process import Installation, kill_group

from reelmill.app import App, build
from reelmill.catalog.job import Job, JobState
from reelmill.config import Settings
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.probe import measure
from reelmill.media.verify import verify
from reelmill.pipelines.shorts.keys import source_key
from reelmill.pipelines.shorts.ledger import scene_id_of
from reelmill.pipelines.shorts.plan import FORMS
from reelmill.pipelines.shorts.render import short_profile, span_of
from reelmill.pipelines.shorts.spec import Cut, ExportSpec, IngestSpec, Quality, ShortsSpec
from reelmill.pipelines.shorts.tables import exports, scenes, videos
from reelmill.units import JobId

pytestmark = [pytest.mark.ffmpeg, pytest.mark.kill, pytest.mark.timeout(1200)]

VIDEO, EXPORT = "a" * 32, "b" * 32

#: Two shots; the second is long enough to be killed in the middle of it.
GRAPH = (
    "testsrc2=s=640x360:r=30:d=3,setsar=1[a];"
    "mandelbrot=s=640x360:r=30,trim=duration=4,setpts=PTS-STARTPTS,setsar=1[b];"
    "[a][b]concat=n=2,format=yuv420p[v];sine=d=7[s]"
)
CUT = Cut(source_key=source_key(VIDEO), start_s=3.0, end_s=6.0)

#: Seconds until something must have happened on a slow machine.
PATIENCE_S = 120.0


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    coding = ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac")
    Ffmpeg().run(
        ["-filter_complex", GRAPH, "-map", "[v]", "-map", "[s]", *coding, str(path)],
        timeout_s=PATIENCE_S,
    )
    return path


@contextmanager
def _desk(installation: Installation) -> Iterator[App]:
    """The system as one sees it who only asks: no node."""
    with build(Settings(home=installation.home)) as app:
        yield app


@pytest.mark.parametrize(
    "kill",
    [
        pytest.param(lambda process: process.send_signal(signal.SIGKILL), id="the worker"),
        pytest.param(kill_group, id="its whole group"),
    ],
)
def test_a_worker_that_is_killed_while_it_encodes_leaves_one_sound_short(
    kill: Callable[[object], None], clip: Path, tmp_path: Path
) -> None:
    installation = Installation(tmp_path / "home")
    with _desk(installation) as app:
        app.services.store.put(CUT.source_key, clip)
        looking = app.jobs.submit(
            "shorts", ShortsSpec(IngestSpec(video_id=VIDEO, source_key=CUT.source_key))
        )
        worker = installation.start("work")
        _until(app, looking.id, lambda job: job.state is JobState.COMPLETED, installation)
        made = app.jobs.submit("shorts", _short())
        _until(app, made.id, lambda job: job.stage == "encode" and job.done > 0, installation)
        kill(worker)
        worker.wait()
        _assert_no_process_left(installation)
        assert app.jobs.find(made.id).state is JobState.IN_PROGRESS
        assert not app.services.store.exists(_keys()[0])
        worker = installation.start("work")
        ended = _until(app, made.id, lambda job: job.state.ended, installation)
        assert (ended.state, ended.attempts) == (JobState.COMPLETED, 2), ended.error_message
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=PATIENCE_S) == 0, installation.log()
        _assert_no_process_left(installation)
        _assert_one_sound_short(app, clip)


def test_a_cancel_ends_ffmpeg_and_leaves_nothing(clip: Path, tmp_path: Path) -> None:
    installation = Installation(tmp_path / "home")
    with _desk(installation) as app:
        app.services.store.put(CUT.source_key, clip)
        made = app.jobs.submit("shorts", _short())
        worker = installation.start("work")
        _until(app, made.id, lambda job: job.stage == "encode" and job.done > 0, installation)
        assert _encoders(installation)
        app.jobs.cancel(made.id)
        deadline = time.monotonic() + PATIENCE_S
        while _encoders(installation) or _files(app) != {CUT.source_key}:
            assert time.monotonic() < deadline, (_encoders(installation), _files(app))
            time.sleep(0.1)
        assert app.jobs.find(made.id).state is JobState.CANCELED
        assert worker.poll() is None
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=PATIENCE_S)


def _short() -> ShortsSpec:
    return ShortsSpec(ExportSpec(export_id=EXPORT, user_id="local", cut=CUT, quality=Quality.HIGH))


def _keys() -> tuple[str, str]:
    return f"exports/local/{EXPORT}.mp4", f"exports/local/{EXPORT}.jpg"


def _until(
    app: App, job_id: JobId, holds: Callable[[Job], bool], installation: Installation
) -> Job:
    deadline = time.monotonic() + PATIENCE_S
    while not holds(job := app.jobs.find(job_id)):
        assert job.state is not JobState.FAILED, job.error_message
        assert time.monotonic() < deadline, f"{job}\n{installation.log()}"
        time.sleep(0.05)
    return job


def _encoders(installation: Installation) -> list[str]:
    return [one.name() for one in installation.processes() if "ffmpeg" in one.name()]


def _assert_no_process_left(installation: Installation) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while found := installation.processes():
        assert time.monotonic() < deadline, f"still alive: {found}"
        time.sleep(0.1)


def _files(app: App) -> set[str]:
    """All that lies in the store, and the scratch folders that are not empty."""
    scratch = [str(path) for path in app.services.scratch_root.rglob("*") if path.is_file()]
    return {*(stat.key for stat in app.services.store.list()), *scratch}


def _assert_one_sound_short(app: App, clip: Path) -> None:
    """Decoded once more here, recorded once, and there is nothing else."""
    pictures = {f"shorts/videos/{VIDEO}/{name}" for name in ("poster.jpg", *_SCENES)}
    assert _files(app) == {CUT.source_key, *pictures, *_keys()}
    with app.services.catalog.read() as conn:
        video, export = videos.find(conn, VIDEO), exports.find(conn, EXPORT)
        found = scenes.of_video(conn, VIDEO)
    assert video is not None
    assert video.duration_s == pytest.approx(7.0)
    assert [(scene.id, scene.start_s) for scene in found] == [
        (scene_id_of(VIDEO, 0), 0.0),
        (scene_id_of(VIDEO, 1), pytest.approx(3.0)),
    ]
    assert export is not None
    assert (export.key, export.width, export.height) == (_keys()[0], 1080, 1920)
    path = app.services.store.local_path(CUT.source_key.__class__(_keys()[0]))
    assert path is not None
    span = span_of(clip, CUT)
    assert verify(path, short_profile(span, FORMS[Quality.HIGH]), frames=90).frames == 90
    assert measure(path).video[0].frames_from_packets == 90


_SCENES = ("scenes/0000.jpg", "scenes/0001.jpg")
