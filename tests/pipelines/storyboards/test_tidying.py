"""What was deleted -> its files gone, and nothing else; the same in a folder and in S3."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pytest
from tests.pipelines.storyboards.gallery import (
    Clock,
    approve,
    chosen,
    completed,
    drafted,
    gallery,
    rendered,
)
from tests.pipelines.storyboards.routes.site import picture

from reelmill.accounts.caller import LOCAL
from reelmill.app import App
from reelmill.catalog import artifacts, jobs
from reelmill.catalog.job import JobState
from reelmill.children import Children
from reelmill.pipelines.storyboards.bodies import CombineWish, ExportWish
from reelmill.pipelines.storyboards.combinations import Combinations
from reelmill.pipelines.storyboards.combined import Combination
from reelmill.pipelines.storyboards.exports import Exports
from reelmill.pipelines.storyboards.keys import board_prefix, combined_prefix
from reelmill.pipelines.storyboards.providers.simulator.server import Provider, serving
from reelmill.pipelines.storyboards.shelf import Shelf
from reelmill.pipelines.storyboards.spec import Quality, VideoFormat
from reelmill.pipelines.storyboards.studio import Studio
from reelmill.pipelines.storyboards.tables import boards
from reelmill.pipelines.storyboards.tidying import CLEARING, clear_boards, clear_combinations
from reelmill.storage.store import Store
from reelmill.units import JobId, StoreKey

pytestmark = pytest.mark.ffmpeg


class Killed(BaseException):
    """The node is gone."""


class MortalStore:
    """A store of a node that dies when it is about to remove a file."""

    def __init__(self, store: Store, *, deletes: int) -> None:
        self._store, self._deletes = store, deletes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def delete(self, key: StoreKey) -> None:
        if self._deletes == 0:
            raise Killed
        self._deletes -= 1
        self._store.delete(key)


class House:
    """A system with two finished boards and an asset."""

    def __init__(self, app: App, clock: Clock) -> None:
        self.app, self.clock = app, clock
        self.studio = Studio(here=app.services, jobs=app.jobs, caller=LOCAL)
        self.exports = Exports(here=app.services, jobs=app.jobs, caller=LOCAL)
        self.combinations = Combinations(here=app.services, jobs=app.jobs, caller=LOCAL)
        with app.services.scratch() as folder:
            file = folder / "own.png"
            file.write_bytes(picture())
            shelf = Shelf(here=app.services, caller=LOCAL)
            self.asset = shelf.take(file, "own.png")
        self.deleted, self.kept = self._made(), self._made()
        self.combined = self._combined(self.deleted, self.kept)
        self.twice = self._combined(self.kept, self.kept)
        self.studio.delete(self.deleted)

    def _made(self) -> str:
        """A board with pictures, of which one is a copy of an asset, a video, a still, a copy."""
        board_id = drafted(self.app, picture_asset_ids=(self.asset.id,))
        completed(self.app, board_id)
        approve(self.app, board_id)
        rendered(self.app, board_id)
        completed(self.app, board_id)
        wish = ExportWish(format=VideoFormat.MP4, quality=Quality.LOW)
        self.wait(self.exports.export(board_id, wish).job.id)
        return board_id

    def _combined(self, *board_ids: str) -> Combination:
        """A video of the videos of boards."""
        asked = self.combinations.combine(CombineWish(board_ids=board_ids))
        self.wait(asked.job_id)
        return self.combinations.find(asked.id)

    def wait(self, job_id: JobId) -> None:
        assert self.app.jobs.wait([job_id])[job_id].state.value == "completed"

    def put(self, job_id: JobId, state: JobState) -> None:
        """Bring a job into a state by hand."""
        with self.app.services.catalog.begin() as conn:
            jobs.change(conn, job_id, state=state)

    def files(self, board_id: str) -> list[StoreKey]:
        return [stat.key for stat in self.app.services.store.list(board_prefix(board_id))]

    def files_of(self, one: Combination) -> list[StoreKey]:
        prefix = combined_prefix(one.id)
        return [stat.key for stat in self.app.services.store.list(prefix)]

    def recorded(self, board_id: str) -> list[StoreKey]:
        """What the records of its jobs say that they made."""
        with self.app.services.catalog.read() as conn:
            job_ids = boards.jobs_of(conn, board_id)
            found = artifacts.of_jobs(conn, job_ids)
        return [made.key for made_by in found.values() for made in made_by]


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.s3)])
def house(request: pytest.FixtureRequest, tmp_path: Path, warm: Children) -> Iterator[House]:
    given = {} if request.param == "folder" else {"store_url": request.getfixturevalue("s3_url")}
    clock = Clock()
    with (
        serving(Provider()) as url,
        gallery(tmp_path / "home", chosen(url), clock=clock, children=warm, **given) as app,
        app.node(),
    ):
        yield House(app, clock)


def test_the_files_of_a_deleted_board_go_and_nothing_else_does(house: House) -> None:
    here, store = house.app.services, house.app.services.store
    before = house.files(house.kept)
    assert sum(key.endswith("-thumbnail.jpg") for key in before) == 3
    assert clear_boards(here) == 0, "what is at work may write for a while"
    assert len(house.files(house.deleted)) == len(before) == 9
    house.clock.move(minutes=11)
    house.put(house.combined.job_id, JobState.IN_PROGRESS)
    assert clear_boards(here) == 0, "what is being combined is read"
    house.put(house.combined.job_id, JobState.COMPLETED)
    _dies_at_the_third_file(house)
    assert house.recorded(house.deleted) == [], "no record names a file that is gone"
    assert 0 < len(house.files(house.deleted)) < 9
    CLEARING.run(here, house.app.jobs)
    assert house.files(house.deleted) == []
    assert house.files(house.kept) == before
    assert len(house.recorded(house.kept)) == 3
    assert store.exists(house.asset.key)
    assert clear_boards(here) == 0, "it is done once"
    assert len(house.files_of(house.combined)) == 2, "it has a file of its own"


def test_the_files_of_a_deleted_combination_go_unless_it_was_asked_for_anew(house: House) -> None:
    here = house.app.services
    house.combinations.delete(house.combined.id)
    house.combinations.delete(house.twice.id)
    assert clear_combinations(here) == 0, "what is at work may write for a while"
    house.clock.move(minutes=11)
    again = house.combinations.combine(CombineWish(board_ids=(house.kept, house.kept)))
    assert again.id == house.twice.id
    house.wait(again.job_id)
    assert clear_combinations(here) == 1
    assert house.files_of(house.combined) == []
    assert len(house.files_of(house.twice)) == 2
    with here.catalog.read() as conn:
        found = artifacts.of_jobs(conn, [house.combined.job_id, house.twice.job_id])
    assert len(found[house.twice.job_id]) == 2
    assert not found.get(house.combined.job_id), "no record names a file that is gone"
    assert clear_combinations(here) == 0, "it is done once"


def _dies_at_the_third_file(house: House) -> None:
    mortal = cast("Store", MortalStore(house.app.services.store, deletes=2))
    with pytest.raises(Killed):
        clear_boards(replace(house.app.services, store=mortal))


def test_a_board_that_is_still_worked_on_waits(tmp_path: Path, warm: Children) -> None:
    clock = Clock()
    with gallery(tmp_path / "home", chosen(), clock=clock, children=warm) as app:
        board_id = drafted(app)
        with app.services.catalog.begin() as conn:
            boards.delete(conn, board_id, now=clock())
        clock.move(minutes=11)
        assert clear_boards(app.services) == 0
        with app.services.catalog.read() as conn:
            (job_id,) = boards.jobs_of(conn, board_id)
            assert boards.jobs_of(conn, uuid4().hex) == []
        app.jobs.cancel(job_id)
        assert clear_boards(app.services) == 1
