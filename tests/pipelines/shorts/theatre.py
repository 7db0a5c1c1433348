"""A site of the shorts: a clock that can be moved, and videos that are ready at once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from tests.tables import migrated
from tests.web.reels import until

from reelmill.app import App, open_accounts, open_services
from reelmill.catalog import jobs
from reelmill.catalog.jobs import JobState, NewJob
from reelmill.config import Settings
from reelmill.engine.durable import Durable
from reelmill.engine.lifecycle import Jobs
from reelmill.engine.words import VideoMade
from reelmill.pipelines import migrations
from reelmill.pipelines.shorts.keys import source_key
from reelmill.pipelines.shorts.pipeline import PIPELINE
from reelmill.pipelines.shorts.records import NewVideo, Origin, Scene
from reelmill.pipelines.shorts.results import ShortsResult, VideoFacts
from reelmill.pipelines.shorts.settings import ShortsSettings
from reelmill.pipelines.shorts.tables import scenes, videos
from reelmill.units import JobId, StoreKey

#: Seconds that a video may take on a machine that does much else.
LONG_S = 120.0

#: Scenes of a ready video unless told: two that can be exported, one that is too long.
SPANS = ((0.0, 2.0), (2.0, 4.0), (4.0, 249.3))


class Clock:
    """The time, as far ahead as a test has moved it."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def move(self, **by: float) -> None:
        self.ahead += timedelta(**by)


def open_theatre(
    home: Path, clock: Clock | None = None, *, chosen: dict[str, Any] | None = None, **given: Any
) -> App:
    """A real app with the shorts alone, as `app.build` makes it, but for the clock."""
    given = {"children": 1, "drain_s": 2, "secret_key": "s" * 32, **given}
    settings = Settings(home=home, **given)
    catalog = migrated(settings.database, migrations())
    sections = {"shorts": ShortsSettings(**(chosen or {}))}
    works = [PIPELINE.run.body.__module__]
    here = open_services(settings, catalog, sections, prepare=works)
    here = replace(here, clock=clock or Clock())
    pipelines = {"shorts": PIPELINE}
    return App(
        settings=settings,
        services=here,
        jobs=Jobs(here, Durable(settings, catalog), pipelines),
        accounts=open_accounts(settings, here),
        pipelines=pipelines,
        broken={},
    )


def ready_video(
    app: App,
    owner: str = "local",
    *,
    spans: tuple[tuple[float, float], ...] = SPANS,
    source: Path | None = None,
    size: tuple[int, int] = (320, 180),
) -> tuple[str, list[str]]:
    """A video that was looked into, written straight into the catalog; its id and its scenes'."""
    video_id, now = uuid4().hex, app.services.clock()
    if source is not None:
        app.services.store.put(source_key(video_id), source)
    with app.services.catalog.begin() as conn:
        job_id = _ended_job(conn, f"ingest-{video_id}", owner, now)
        videos.add(
            conn,
            NewVideo(
                id=video_id,
                owner=owner,
                title="Talk",
                source_key=source_key(video_id),
                source_url=None,
                size_bytes=None,
                sha256=None,
                job_id=job_id,
                created_at=now,
            ),
        )
        videos.learn(conn, video_id, _facts(spans[-1][1], size))
        made = [
            Scene(
                id=uuid4().hex,
                video_id=video_id,
                start_s=start_s,
                end_s=end_s,
                thumbnail_key=None,
                origin=Origin.DETECTED,
                created_at=now,
            )
            for start_s, end_s in spans
        ]
        scenes.add(conn, made)
    return video_id, [scene.id for scene in made]


def end_job(
    app: App, job_id: str, state: JobState, *, made: VideoMade | None = None, **why: Any
) -> None:
    """End a job as its run would, with what its pipeline writes beside it."""
    with app.services.catalog.begin() as conn:
        now = app.services.clock()
        job = jobs.change(conn, JobId(job_id), state=state, finished_at=now, updated_at=now, **why)
        PIPELINE.ended(app.services, conn, job, ShortsResult(made=made) if made else None)


def export(http: httpx.Client, scene_id: str, **wish: Any) -> httpx.Response:
    """Ask for a short."""
    return http.post(f"/v1/scenes/{scene_id}/export-short", json=wish)


def _ended_job(conn: Any, key: str, owner: str, now: datetime) -> JobId:
    job_id = JobId(f"shorts/{key}")
    spec = {"kind": "ingest", "video_id": key[-32:], "source_key": "none"}
    new = NewJob(id=job_id, pipeline="shorts", key=key, spec=spec, owner=owner, created_at=now)
    jobs.add(conn, new)
    jobs.change(conn, job_id, state=JobState.COMPLETED, finished_at=now)
    return job_id


def _facts(duration_s: float, size: tuple[int, int]) -> VideoFacts:
    return VideoFacts(
        width=size[0],
        height=size[1],
        duration_s=duration_s,
        fps=25.0,
        has_audio=True,
        poster_key=StoreKey("shorts/none.jpg"),
        size_bytes=1,
        sha256="0" * 64,
    )


def upload(http: httpx.Client, video: Path, **form: str) -> httpx.Response:
    """Hand in a file."""
    with video.open("rb") as file:
        return http.post("/v1/videos", files={"file": (video.name, file)}, data=form)


def ended(http: httpx.Client, address: str) -> dict[str, Any]:
    """What is at an address, once it waits for nothing and nothing is done for it."""

    def look() -> dict[str, Any] | None:
        told: dict[str, Any] = http.get(address).json()
        return None if told["status"] in {"pending", "processing", "queued"} else told

    found: dict[str, Any] = until(look, LONG_S)
    return found
