"""Draft, approve, render; kill the worker anywhere: one video, paid once, right to the frame."""

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from PIL import Image
from tests.acceptance.reelmill_process import Installation, kill_group

from reelmill.accounts.caller import LOCAL
from reelmill.app import App, build
from reelmill.catalog.job import JobState
from reelmill.config import Settings
from reelmill.media.frames import planes
from reelmill.media.geometry import Size
from reelmill.media.verify import verify
from reelmill.pipelines.storyboards.bodies import CombineWish, SceneWish
from reelmill.pipelines.storyboards.combinations import Combinations
from reelmill.pipelines.storyboards.combined import Combination
from reelmill.pipelines.storyboards.editing import Editing
from reelmill.pipelines.storyboards.posters import poster_key
from reelmill.pipelines.storyboards.providers.simulator.server import Provider, serving
from reelmill.pipelines.storyboards.records import Board, Entry
from reelmill.pipelines.storyboards.render.film import film_profile
from reelmill.pipelines.storyboards.shelf import Shelf
from reelmill.pipelines.storyboards.spec import (
    STORYBOARDS,
    DraftSpec,
    GenerationRequest,
    StoryboardsSpec,
    Transition,
    VideoStatus,
)
from reelmill.pipelines.storyboards.studio import Studio
from reelmill.pipelines.storyboards.tables import boards, ledger
from reelmill.units import JobId

pytestmark = [pytest.mark.ffmpeg, pytest.mark.kill, pytest.mark.timeout(1200)]

#: Seconds until something must have happened on a slow machine.
PATIENCE_S = 180.0

#: Seconds of the scenes of the film made here, and the frames that they are: 30 a second.
LENGTHS_S, FRAMES = ("0.5", "0.71", "1.3"), (15, 21, 39)


class World:
    """One installation, asked by a process that is no node, and its worker."""

    def __init__(self, home: Path, **section: Any) -> None:
        told = json.dumps({STORYBOARDS: section})
        self.networks = '["127.0.0.0/8"]'
        self.installation = Installation(
            home, REELMILL_PIPELINES=told, REELMILL_FETCH_ALLOW_NETWORKS=self.networks
        )
        self.settings = Settings(
            home=home, pipelines={STORYBOARDS: section}, fetch_allow_networks=("127.0.0.0/8",)
        )

    @contextmanager
    def open(self) -> Iterator[App]:
        with build(self.settings) as app:
            yield app

    def work(self) -> "subprocess.Popen[str]":
        return self.installation.start("work")

    def until(self, holds: Callable[[], Any]) -> Any:
        """Wait for something to hold, and return it."""
        deadline_s = time.monotonic() + PATIENCE_S
        while not (found := holds()):
            assert time.monotonic() < deadline_s, self.installation.log()
            time.sleep(0.05)
        return found


def studio_of(app: App) -> Studio:
    return Studio(here=app.services, jobs=app.jobs, caller=LOCAL)


def board_of(app: App, board_id: str) -> Board:
    with app.services.catalog.read() as conn:
        found = boards.find(conn, board_id)
    assert found is not None
    return found


def films_of(app: App, board_id: str) -> list[Entry]:
    with app.services.catalog.read() as conn:
        entries = ledger.of_board(conn, board_id)
    return [entry for entry in entries if entry.purpose.startswith("film-")]


def drafted(world: World, app: App) -> str:
    """A board with its pictures, made by a worker that lives."""
    request = GenerationRequest(prompt="A walk along the sea", duration=5)
    spec = DraftSpec(board_id=uuid4().hex, request=request)
    app.jobs.submit(STORYBOARDS, StoryboardsSpec(spec))
    reached(world, app, spec.board_id, VideoStatus.STORYBOARD_READY)
    return spec.board_id


def reached(world: World, app: App, board_id: str, status: VideoStatus) -> Board:
    """A board that has come to a status, and to no bad end."""

    def there() -> Board | None:
        board = board_of(app, board_id)
        assert board.status is not VideoStatus.FAILED, board.error_message
        return board if board.status is status else None

    found: Board = world.until(there)
    return found


def one_colour(level: int) -> bytes:
    file = BytesIO()
    Image.new("RGB", (320, 180), (level, level, level)).save(file, "PNG")
    return file.getvalue()


def with_own_pictures(app: App, board_id: str, folder: Path) -> None:
    """Three scenes that are one grey each, cut hard, each as long as `LENGTHS_S`."""
    who = {"here": app.services, "caller": LOCAL}
    shelf, editing = Shelf(**who), Editing(**who, jobs=app.jobs)  # type: ignore[arg-type]
    for number, length_s in enumerate(LENGTHS_S, start=1):
        file = folder / "own.png"
        file.write_bytes(one_colour(number * 60))
        wish = SceneWish.model_validate(
            {
                "picture_asset_id": shelf.take(file, "own.png").id,
                "duration": length_s,
                "transition": Transition.CUT,
            }
        )
        editing.edit(board_id, number, wish)


def test_a_node_that_is_killed_while_it_makes_a_film_leaves_one_that_is_right_to_the_frame(
    tmp_path: Path,
) -> None:
    world = World(tmp_path / "home")
    with world.open() as app:
        worker = world.work()
        board_id = drafted(world, app)
        with_own_pictures(app, board_id, tmp_path)
        studio_of(app).approve(board_id)
        job_id = studio_of(app).render(board_id).board.job_id
        world.until(lambda: films_of(app, board_id))
        kill_group(worker)
        again = world.work()
        try:
            board = reached(world, app, board_id, VideoStatus.COMPLETED)
        finally:
            kill_group(again)
        assert board.film is not None
        path = app.services.store.local_path(board.film.key)
        assert path is not None
        size = Size(board.film.width, board.film.height)
        assert verify(path, film_profile(size), frames=sum(FRAMES)).frames == sum(FRAMES)
        assert scene_lengths(path) == list(FRAMES)
        assert [entry.state.value for entry in films_of(app, board_id)] == ["succeeded"]
        assert app.jobs.find(JobId(job_id)).state is JobState.COMPLETED
        left = [stat.key for stat in app.services.store.list(f"drafts/{job_id}/")]
        assert left == []


def test_a_node_that_is_killed_while_it_combines_leaves_one_video_and_nothing_else(
    tmp_path: Path,
) -> None:
    world = World(tmp_path / "home")
    with world.open() as app:
        worker = world.work()
        wish = CombineWish(board_ids=(filmed(world, app),) * 2, transition=Transition.CROSSFADE)
        made = Combinations(here=app.services, jobs=app.jobs, caller=LOCAL)
        asked = made.combine(wish)
        world.until(lambda: made.find(asked.id).done > 0)
        kill_group(worker)
        assert made.find(asked.id).video is None
        again = world.work()
        try:
            found = world.until(lambda: combined(made, asked.id))
        finally:
            kill_group(again)
        assert found.video is not None
        path = app.services.store.local_path(found.video.key)
        assert path is not None
        size = Size(found.video.width, found.video.height)
        assert verify(path, film_profile(size), frames=300).frames == 300
        assert app.jobs.find(asked.job_id).attempts == 2
        kept = [stat.key for stat in app.services.store.list("storyboards/combined/")]
        assert kept == [found.video.key, poster_key(found.video.key)]
        assert list(app.services.store.list(f"drafts/{asked.job_id}/")) == []
        app.services.sweep()
        assert list(app.services.scratch_root.glob("*")) == []
        assert made.combine(wish).video == found.video


def filmed(world: World, app: App) -> str:
    """A board with its video, made by a worker that lives."""
    board_id = drafted(world, app)
    studio_of(app).approve(board_id)
    studio_of(app).render(board_id)
    reached(world, app, board_id, VideoStatus.COMPLETED)
    return board_id


def combined(made: Combinations, combination_id: str) -> Combination | None:
    """A combination that was made."""
    found = made.find(combination_id)
    assert found.job_state is not JobState.FAILED, found.error_message
    return found if found.job_state is JobState.COMPLETED else None


def scene_lengths(path: Path) -> list[int]:
    """Frames of each stretch of one brightness."""
    levels = [float(np.mean(picture.y)) for picture in planes(path)]
    cuts = [at for at in range(1, len(levels)) if abs(levels[at] - levels[at - 1]) > 20]
    ends = [*cuts, len(levels)]
    return [end - start for start, end in zip([0, *cuts], ends, strict=True)]


def test_a_worker_that_is_killed_while_a_provider_works_goes_on_with_what_was_paid(
    tmp_path: Path,
) -> None:
    provider = Provider()
    with serving(provider) as url:
        world = World(
            tmp_path / "home",
            provider="replicate",
            replicate={"url": url, "token": "t", "call_waits_s": [0.1, 0.2]},
            waits={"poll_s": 0.1},
        )
        with world.open() as app:
            worker = world.work()
            board_id = drafted(world, app)
            studio_of(app).approve(board_id)
            provider.books.looks = 1_000_000
            studio_of(app).render(board_id)
            asked = len(provider.answered)
            world.until(lambda: len(provider.answered) > asked + 3)
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            (entry,) = films_of(app, board_id)
            again = world.work()
            try:
                known = len(provider.answered)
                world.until(lambda: len(provider.answered) > known + 2)
                provider.books.finish(provider.books.purchases[-1])
                board = reached(world, app, board_id, VideoStatus.COMPLETED)
            finally:
                kill_group(again)
            assert board.film is not None
            assert board.film.frames == 150
            assert [one.id for one in films_of(app, board_id)] == [entry.id]
            with app.services.catalog.read() as conn:
                entries = ledger.everything(conn)
            assert sum(one.actual or 0 for one in entries) == provider.books.total_usd
            posts = [path for method, path, _ in provider.answered if method == "POST"]
            assert len(posts) == len(provider.books.purchases) == 4


def test_the_time_that_a_provider_has_does_not_begin_anew_with_the_node(tmp_path: Path) -> None:
    provider, limit_s = Provider(), 9.0
    with serving(provider) as url:
        world = World(
            tmp_path / "home",
            provider="replicate",
            replicate={"url": url, "token": "t", "call_waits_s": [0.1, 0.2]},
            waits={"poll_s": 0.1, "video_limit_s": limit_s},
        )
        with world.open() as app:
            worker = world.work()
            board_id = drafted(world, app)
            studio_of(app).approve(board_id)
            provider.books.looks = 1_000_000
            studio_of(app).render(board_id)
            (entry,) = world.until(lambda: _under_way(app, board_id))
            for _ in range(2):
                asked = len(provider.answered)
                world.until(lambda before=asked: len(provider.answered) > before + 3)
                kill_group(worker)
                killed_at = app.services.clock()
                worker = world.work()
            try:
                world.until(lambda: board_of(app, board_id).status is VideoStatus.FAILED)
            finally:
                kill_group(worker)
            assert board_of(app, board_id).error_message == "Video rendering timeout"
            (stopped,) = films_of(app, board_id)
            assert (stopped.id, stopped.state.value) == (entry.id, "canceled")
            assert stopped.posted_at == entry.posted_at
            assert stopped.settled_at is not None
            assert entry.posted_at is not None
            assert stopped.settled_at >= entry.posted_at + timedelta(seconds=limit_s)
            assert stopped.settled_at < killed_at + timedelta(seconds=limit_s)
            assert len(provider.books.purchases) == 4


def _under_way(app: App, board_id: str) -> list[Entry]:
    return [one for one in films_of(app, board_id) if one.state.value == "submitted"]
