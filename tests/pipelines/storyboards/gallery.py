"""A system of the storyboards alone: short waits, a clock that can be moved, any provider."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.tables import migrated

from reelmill.app import App, open_accounts, open_services
from reelmill.catalog.job import Job, JobState
from reelmill.children import Children
from reelmill.config import Settings
from reelmill.engine.durable import Durable
from reelmill.engine.lifecycle import Jobs
from reelmill.pipelines import migrations
from reelmill.pipelines.storyboards.pipeline import PIPELINE
from reelmill.pipelines.storyboards.records import Board, Entry, SceneRow
from reelmill.pipelines.storyboards.settings import StoryboardsSettings
from reelmill.pipelines.storyboards.spec import (
    STORYBOARDS,
    DraftSpec,
    GenerationRequest,
    RenderSpec,
    StoryboardsSpec,
)
from reelmill.pipelines.storyboards.tables import boards, ledger, scenes

#: Seconds that a job may take on a machine that does much else.
LONG_S = 120.0

#: Waits for tests: the same stories, a hundred times faster.
QUICK = {
    "poll_s": 0.01,
    "image_retry_s": (0.02, 0.04),
    "render_retry_s": (0.03, 0.09),
    "download_retry_s": (0.01, 0.01, 0.01),
}


class Clock:
    """The time, as far ahead as a test has moved it."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def move(self, **by: float) -> None:
        self.ahead += timedelta(**by)


def chosen(url: str = "", over_http: Any = None, **more: Any) -> StoryboardsSettings:
    """Settings with short waits; with the simulator's address, for the provider over HTTP."""
    bought: dict[str, Any] = {}
    if url:
        quick = {"url": url, "token": "t", "call_waits_s": (0.01, 0.02), **(over_http or {})}
        bought = {
            "provider": "replicate",
            "replicate": quick,
            # One prompt serves many tests, each of which buys.
            "reuse_hours": 0,
        }
    return StoryboardsSettings.model_validate({"waits": QUICK, **bought, **more})


@contextmanager
def gallery(
    home: Path,
    section: StoryboardsSettings | None = None,
    *,
    clock: Clock | None = None,
    children: Children | None = None,
    **given: Any,
) -> Iterator[App]:
    """A real app with the storyboards alone, as `app.build` makes it, but for clock and children.

    Args:
        home: Its folder.
        section: What is chosen for the storyboards.
        clock: The time.
        children: Warm ones, which stay the caller's.
        given: Settings of the house.
    """
    given = {"children": 1, "drain_s": 2, "secret_key": "s" * 32, **given}
    settings = Settings(home=home, fetch_allow_networks=("127.0.0.0/8",), **given)
    catalog = migrated(settings.database, migrations())
    sections = {STORYBOARDS: section or chosen()}
    works = [PIPELINE.run.body.__module__]
    here = open_services(settings, catalog, sections, prepare=works)
    own = here.children
    here = replace(here, clock=clock or Clock(), children=children or own)
    pipelines = {STORYBOARDS: PIPELINE}
    app = App(
        settings=settings,
        services=here,
        jobs=Jobs(here, Durable(settings, catalog), pipelines),
        accounts=open_accounts(settings, here),
        pipelines=pipelines,
        broken={},
    )
    # Closing an app closes its children: those that were given stay the caller's.
    with replace(app, services=replace(here, children=own)):
        yield app


def drafted(app: App, *, owner: str = "local", **asked: Any) -> str:
    """Ask for a draft; gives the board's id."""
    request = GenerationRequest(**{"prompt": "A walk along the sea", "duration": 5, **asked})
    spec = DraftSpec(board_id=uuid4().hex, request=request)
    app.jobs.submit(STORYBOARDS, StoryboardsSpec(spec), owner=owner)
    return spec.board_id


def approve(app: App, board_id: str) -> None:
    """Approve a board as it is."""
    with app.services.catalog.begin() as conn:
        board = boards.find(conn, board_id)
        assert board is not None
        now = app.services.clock()
        boards.change(conn, board_id, now=now, approved_edition=board.edition, approved_at=now)


def rendered(app: App, board_id: str) -> Job:
    """Ask for the video of an approved board."""
    spec = RenderSpec(board_id=board_id, edition=board_of(app, board_id).edition)
    owner = board_of(app, board_id).owner
    return app.jobs.submit(STORYBOARDS, StoryboardsSpec(spec), owner=owner, force=True)


def wait(app: App, board_id: str) -> Job:
    """Wait until nobody works on a board; gives its last job."""
    job_id = board_of(app, board_id).job_id
    job = app.jobs.wait([job_id], timeout_s=LONG_S)[job_id]
    assert job.state.ended, job
    return job


def completed(app: App, board_id: str) -> Job:
    """The same, of a job that came to a good end."""
    job = wait(app, board_id)
    assert job.state is JobState.COMPLETED, job.error_message
    return job


def board_of(app: App, board_id: str) -> Board:
    """A board as it is now."""
    with app.services.catalog.read() as conn:
        board = boards.find(conn, board_id)
    assert board is not None
    return board


def scenes_of(app: App, board_id: str) -> list[SceneRow]:
    """Its scenes."""
    with app.services.catalog.read() as conn:
        return scenes.of_board(conn, board_id)


def entries_of(app: App) -> list[Entry]:
    """The whole ledger."""
    with app.services.catalog.read() as conn:
        return ledger.everything(conn)
