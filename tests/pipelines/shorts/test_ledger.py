"""What is written beside the begin and the end of a job."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.pipelines.shorts.theatre import Clock, open_theatre

from reelmill.app import App
from reelmill.catalog import jobs
from reelmill.catalog.jobs import Job, JobState
from reelmill.pipelines.shorts import ledger
from reelmill.pipelines.shorts.keys import source_key
from reelmill.pipelines.shorts.records import Origin, Scene
from reelmill.pipelines.shorts.results import SceneFound, ShortsResult, VideoFacts
from reelmill.pipelines.shorts.spec import IngestSpec, ShortsSpec
from reelmill.pipelines.shorts.tables import scenes, videos
from reelmill.units import StoreKey

VIDEO = "a" * 32


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with open_theatre(tmp_path / "home", Clock()) as opened:
        yield opened


@pytest.fixture
def ingest(app: App) -> Job:
    """A video was handed in."""
    spec = IngestSpec(video_id=VIDEO, source_key=source_key(VIDEO), title="Talk", size_bytes=7)
    return app.jobs.submit("shorts", ShortsSpec(spec), owner="ann")


def end(app: App, job: Job, state: JobState, *spans: tuple[float, float]) -> None:
    """End the look into the video, with what it found."""
    result = None
    if state is JobState.COMPLETED:
        found = [
            SceneFound(start_s=start, end_s=end, thumbnail_key=StoreKey("t"))
            for start, end in spans
        ]
        result = ShortsResult(video=FACTS, scenes=tuple(found))
    with app.services.catalog.begin() as conn:
        job = jobs.change(conn, job.id, state=state, finished_at=app.services.clock())
        ledger.ended(app.services, conn, job, result)


FACTS = VideoFacts(
    width=320,
    height=180,
    duration_s=9.0,
    fps=25.0,
    has_audio=False,
    poster_key=StoreKey("p"),
    size_bytes=8,
    sha256="0" * 64,
)


def scenes_of(app: App) -> list[Scene]:
    with app.services.catalog.read() as conn:
        return scenes.of_video(conn, VIDEO)


def test_a_video_exists_with_its_job(app: App, ingest: Job) -> None:
    with app.services.catalog.read() as conn:
        video = videos.find(conn, VIDEO)
    assert video is not None
    assert (video.owner, video.title, video.size_bytes) == ("ann", "Talk", 7)
    assert (video.job_id, video.state, video.is_ready) == (ingest.id, JobState.PENDING, False)


def test_a_look_that_failed_tells_nothing(app: App, ingest: Job) -> None:
    end(app, ingest, JobState.FAILED)
    with app.services.catalog.read() as conn:
        video = videos.find(conn, VIDEO)
    assert video is not None
    assert (video.state, video.is_ready) == (JobState.FAILED, False)


def test_a_second_look_finds_the_same_scenes_and_leaves_those_of_people(
    app: App, ingest: Job
) -> None:
    end(app, ingest, JobState.COMPLETED, (0, 4), (4, 9))
    first, second = scenes_of(app)
    with app.services.catalog.begin() as conn:
        own = Scene(
            id="own",
            video_id=VIDEO,
            start_s=1.0,
            end_s=2.0,
            thumbnail_key=None,
            origin=Origin.MANUAL,
            created_at=app.services.clock(),
        )
        scenes.add(conn, [own])
    again = app.jobs.retry(ingest.id)
    end(app, again, JobState.COMPLETED, (0, 4), (4, 9))
    assert [scene.id for scene in scenes_of(app)] == [first.id, "own", second.id]
