"""A small pipeline, a site on a free port, and jobs in every state."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import httpx
import numpy as np
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field
from tests.tables import migrated

from reelmill.app import App, open_accounts, open_services
from reelmill.catalog import artifacts, jobs, steps
from reelmill.catalog.artifacts import NewArtifact
from reelmill.catalog.jobs import Job, JobState, NewJob
from reelmill.catalog.steps import Command, Step, StepOutcome
from reelmill.config import Settings
from reelmill.engine.durable import Durable
from reelmill.engine.lifecycle import Jobs
from reelmill.engine.words import ArtifactMade, step, workflow
from reelmill.errors import BadMedia, Canceled, LimitReached, Unavailable
from reelmill.pipeline import Pipeline
from reelmill.services import Progress, Services, attempt, services
from reelmill.units import JobId, StoreKey
from reelmill.web.app import server_of

#: Seconds that a test waits for something that takes a moment.
PATIENCE_S = 90.0


class TornFilm(BadMedia):
    """The film is torn."""


class FullHouse(LimitReached):
    """All seats are taken."""


class DarkHouse(Unavailable):
    """The projector does not answer."""


class ReelSpec(BaseModel):
    """One reel."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    name: str = Field(pattern=r"^[a-z0-9 /-]{1,60}$")
    """Names the reel."""

    act: Literal["make", "tear", "wait", "full", "dark", "break"] = "make"
    """What happens to it."""

    frames: int = Field(default=10, ge=1, le=1000)
    """How many pictures it has."""

    loop: bool = False
    """Whether it starts again."""

    notes: dict[str, Any] | None = None
    """Anything else."""


class ReelResult(BaseModel):
    """What came of it."""

    artifacts: tuple[ArtifactMade, ...] = ()


#: Set by a test when a waiting reel may go on.
GO_ON = threading.Event()


@workflow("reels.make")
def make_reel(spec: ReelSpec) -> ReelResult:
    """Shoot, then print."""
    shoot(spec)
    return ReelResult(artifacts=(print_reel(spec.name),))


@step("reels.shoot")
def shoot(spec: ReelSpec) -> int:
    here = attempt()
    if spec.act == "tear":
        raise TornFilm(frame=7, hint="Splice it and send it again.")
    done = 0
    while done < spec.frames:
        done += 1
        here.report(Progress("shoot", done, spec.frames, "rolling"))
        while spec.act == "wait" and not GO_ON.is_set() and done > spec.frames // 2:
            if here.canceled.wait(0.02):
                raise Canceled
        time.sleep(0.002)
    return done


@step("reels.print")
def print_reel(name: str) -> ArtifactMade:
    key = StoreKey(f"reels/{name}.txt")
    stored = services().store.put_bytes(key, f"reel {name}\n".encode() * 100)
    return ArtifactMade(
        kind="reel",
        key=key,
        content_type="text/plain",
        size_bytes=stored.size_bytes,
        sha256=stored.sha256,
    )


def receive(spec: ReelSpec, _services: Services) -> ReelSpec:
    match spec.act:
        case "full":
            raise FullHouse(seats=12, hint="Come back after the show.")
        case "dark":
            raise DarkHouse(address="10.1.2.3")
        case "break":
            raise ZeroDivisionError
    return spec


REELS = Pipeline(
    name="reels",
    title="Reels",
    about="A name becomes a reel.",
    spec=ReelSpec,
    result=ReelResult,
    run=make_reel,
    key=lambda spec: spec.name,
    receive=receive,
)


def open_app(home: Path, pipeline: Pipeline[Any, Any] = REELS, **given: Any) -> App:
    """A real app on SQLite and a folder, with one pipeline."""
    settings = Settings(home=home, children=1, drain_s=2, secret_key="s" * 32, **given)
    catalog = migrated(settings.database)
    here = open_services(settings, catalog, {})
    pipelines: dict[str, Pipeline[Any, Any]] = {"reels": pipeline}
    desk = Jobs(here, Durable(settings, catalog), pipelines)
    return App(
        settings=settings,
        services=here,
        jobs=desk,
        accounts=open_accounts(settings, here),
        pipelines=pipelines,
        broken={},
    )


@dataclass(frozen=True, kw_only=True)
class Served:
    """A site that listens."""

    app: App
    url: str
    http: httpx.Client

    def path(self, job_id: str) -> str:
        return f"/v1/jobs/{job_id}"


@contextmanager
def serving(app: App) -> Iterator[Served]:
    """The site on a free port of this machine, until the block ends."""
    with listening(app, 0) as port:
        url = f"http://127.0.0.1:{port}"
        # Without the authorities of TLS, which take longer to read than most answers.
        with httpx.Client(base_url=url, timeout=PATIENCE_S, verify=False) as http:
            yield Served(app=app, url=url, http=http)


@contextmanager
def listening(app: App, port: int) -> Iterator[int]:
    """A server for the site; tells the port."""
    server = server_of(app, host="127.0.0.1", port=port)
    server.config.timeout_graceful_shutdown = 1
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        taken = listener.getsockname()[1]
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        until(lambda: server.started)
        yield taken
        server.should_exit = True
        thread.join()


def until(true: Any, patience_s: float = PATIENCE_S) -> Any:
    """Wait for something to hold, and return it."""
    deadline = time.monotonic() + patience_s
    while not (found := true()):
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)
    return found


def enter(app: App, key: str, **changes: Any) -> Job:
    """A job in any state, written straight into the catalog."""
    job_id = JobId(f"reels/{key}")
    new = NewJob(
        id=job_id,
        pipeline="reels",
        key=key,
        spec={"name": key, "act": "make", "frames": 10},
        created_at=changes.pop("created_at", datetime.now(UTC)),
    )
    with app.services.catalog.begin() as conn:
        jobs.add(conn, new)
        if changes:
            return jobs.change(conn, job_id, **changes)
        found = jobs.find(conn, job_id)
    assert found is not None
    return found


def progress(app: App, key: str, done: int, total: int) -> None:
    """A step forward of a job that is in progress."""
    with app.services.catalog.begin() as conn:
        assert jobs.set_progress(conn, JobId(f"reels/{key}"), ("shoot", done, total, "rolling"))


def change(app: App, key: str, **changes: Any) -> Job:
    """Anything else that may happen to a job."""
    with app.services.catalog.begin() as conn:
        return jobs.change(conn, JobId(f"reels/{key}"), **changes)


def attach(app: App, key: str, name: str, data: bytes, content_type: str, **more: Any) -> str:
    """A file that a job made; returns the artifact's id."""
    store_key = StoreKey(f"reels/{name}")
    stored = app.services.store.put_bytes(store_key, data, content_type=content_type)
    job_id = JobId(f"reels/{key}")
    new = NewArtifact(
        kind=name.rpartition(".")[2],
        key=store_key,
        content_type=content_type,
        size_bytes=stored.size_bytes,
        sha256=stored.sha256,
        **more,
    )
    with app.services.catalog.begin() as conn:
        kept = [
            NewArtifact(**{field: getattr(one, field) for field in new.__dataclass_fields__})
            for one in artifacts.of_job(conn, job_id)
            if one.key != store_key
        ]
        made = artifacts.replace(conn, job_id, [*kept, new])
    return made[-1].id


def drawn_poster() -> bytes:
    """A picture that is none of anybody's."""
    y, x = np.mgrid[0:180, 0:320]
    rgb = np.stack([x * 255 // 320, y * 255 // 180, (x + y) % 256], axis=2).astype(np.uint8)
    out = BytesIO()
    Image.fromarray(rgb).save(out, "JPEG")
    return out.getvalue()


def told(app: App, key: str, *outcomes: StepOutcome, command: tuple[str, ...] = ()) -> None:
    """Steps of a job, one after the other."""
    began = datetime.now(UTC) - timedelta(seconds=30)
    for position, outcome in enumerate(outcomes):
        with app.services.catalog.begin() as conn:
            steps.add_steps(
                conn,
                [
                    Step(
                        job_id=JobId(f"reels/{key}"),
                        run=1,
                        attempt=1,
                        position=position,
                        name=f"reels.{'shoot' if position == 0 else 'print'}",
                        started_at=began + timedelta(seconds=position * 4),
                        took_s=4 - position * 3.2,
                        outcome=outcome,
                        commands=(Command(command, 2.5),) if command else (),
                        error_code="torn_film" if outcome is StepOutcome.FAILED else "",
                        error_message="The film is torn." if outcome is StepOutcome.FAILED else "",
                    )
                ],
            )


def furnish(app: App) -> None:
    """A house in full swing: jobs in every state, files, failures, a history of an hour."""
    now = datetime.now(UTC)
    for number in range(24):
        end = now - timedelta(minutes=number * 2 + (number % 3), seconds=number)
        enter(
            app,
            f"matinee-{number:02}",
            state=JobState.COMPLETED,
            run=1,
            attempts=1,
            created_at=end - timedelta(seconds=20),
            started_at=end - timedelta(seconds=12 - number % 5),
            finished_at=end,
            worker="studio:0",
        )
    poster = drawn_poster()
    for number in range(4):
        attach(
            app,
            f"matinee-{number:02}",
            f"m{number}.jpg",
            poster,
            "image/jpeg",
            width=320,
            height=180,
        )
    told(app, "matinee-00", StepOutcome.OK, StepOutcome.OK, command=("ffmpeg", "-i", "in put.mp4"))
    enter(
        app,
        "torn",
        state=JobState.FAILED,
        attempts=1,
        error_code="torn_film",
        error_message="The film is torn (frame=7)",
        error_hint="Splice it and send it again.",
        error_facts={"frame": 7},
        created_at=now - timedelta(seconds=41),
        started_at=now - timedelta(seconds=40),
        finished_at=now - timedelta(seconds=30),
    )
    told(app, "torn", StepOutcome.OK, StepOutcome.FAILED)
    enter(app, "stopped", state=JobState.CANCELED, finished_at=now)
    for number, done in enumerate((31, 74)):
        enter(app, f"rolling-{number}", state=JobState.IN_PROGRESS, attempts=1, started_at=now)
        progress(app, f"rolling-{number}", done, 100)
    for number in range(5):
        enter(app, f"queued-{number}")
