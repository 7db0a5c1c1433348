"""What lies in the trash has its reason beside it, and comes back when it is asked for."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.pipelines.stories.stage import Desk, ready_asset, stage

from reelmill.catalog import jobs
from reelmill.catalog.job import JobState
from reelmill.pipelines.stories.intake.prepare import prepare
from reelmill.pipelines.stories.intake.trash import (
    PlaceTaken,
    free_key,
    listing,
    restore,
    to_trash,
)
from reelmill.pipelines.stories.keys import Kind
from reelmill.pipelines.stories.spec import NotInTrash, NotReadable
from reelmill.pipelines.stories.tables.tasks import job_id_of
from reelmill.services import Services
from reelmill.storage.store import MissingObject
from reelmill.units import JobId, StoreKey

RAW = "raw/video/sea/a film.mp4"

WHY = NotReadable(problem="half of it is missing")


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Services]:
    with stage(tmp_path / "home") as opened:
        yield opened


def drop(here: Services, content: bytes) -> None:
    here.store.put_bytes(StoreKey(f"stories/{RAW}"), content)


def never(_job_id: JobId) -> None:
    raise AssertionError


def keys(here: Services) -> list[str]:
    found = (stat.key.removeprefix("stories/") for stat in here.store.list("stories"))
    return sorted(key for key in found if not key.endswith(".keep"))


def test_a_file_lies_beside_its_reason(here: Services) -> None:
    drop(here, b"half a film")
    key = to_trash(here, RAW, WHY)
    assert key == "stories/trash/invalid/video/sea/a film.mp4"
    assert here.store.read(key) == b"half a film"
    told = json.loads(here.store.read(StoreKey(f"{key}.reason.json")))
    assert (told["raw_path"], told["code"]) == (RAW, "not_readable")
    assert "half of it is missing" in told["message"]
    [trashed] = listing(here)
    assert (trashed.name, trashed.size_bytes) == ("video/sea/a film.mp4", 11)


def test_nothing_in_the_trash_is_overwritten(here: Services) -> None:
    for content in (b"one", b"two", b"three"):
        drop(here, content)
        to_trash(here, RAW, WHY)
    names = {trashed.name: trashed.raw_path for trashed in listing(here)}
    assert names == dict.fromkeys(
        ("video/sea/a film.mp4", "video/sea/a film.2.mp4", "video/sea/a film.3.mp4"), RAW
    )
    assert here.store.read(StoreKey("stories/trash/invalid/video/sea/a film.2.mp4")) == b"two"


def test_a_file_that_is_called_like_a_reason_is_none(here: Services) -> None:
    path = f"{RAW}.reason.json"
    here.store.put_bytes(StoreKey(f"stories/{path}"), b'{"raw_path": "raw/elsewhere"}')
    assert here.store.read(to_trash(here, path, WHY)).startswith(b"{")
    drop(here, b"one")
    to_trash(here, RAW, WHY)
    assert {trashed.raw_path: trashed.code for trashed in listing(here)} == dict.fromkeys(
        (path, RAW), "not_readable"
    )
    assert restore(here, "video/sea/a film.mp4.reason.json.dropped", never) == path


def test_what_is_not_there_any_more_leaves_no_reason(here: Services) -> None:
    with pytest.raises(MissingObject):
        to_trash(here, RAW, WHY)
    assert keys(here) == []


def test_a_file_comes_back_to_where_it_lay(here: Services) -> None:
    for content in (b"one", b"two"):
        drop(here, content)
        to_trash(here, RAW, WHY)
    assert restore(here, "video/sea/a film.2.mp4", never) == RAW
    assert here.store.read(StoreKey(f"stories/{RAW}")) == b"two"
    with pytest.raises(PlaceTaken):
        restore(here, "video/sea/a film.mp4", never)
    here.store.delete(StoreKey(f"stories/{RAW}"))
    restore(here, "video/sea/a film.mp4", never)
    assert (keys(here), listing(here)) == ([RAW], [])


@pytest.mark.parametrize(
    "name", ["video/sea/none.mp4", "video/sea/a film.mp4.reason.json", "nothing"]
)
def test_nothing_else_comes_back(here: Services, name: str) -> None:
    drop(here, b"one")
    to_trash(here, RAW, WHY)
    with pytest.raises(NotInTrash):
        restore(here, name, never)


def test_what_somebody_else_put_there_has_no_reason_and_comes_back(here: Services) -> None:
    here.store.put_bytes(StoreKey("stories/trash/invalid/video/sea/b.mp4"), b"x")
    here.store.put_bytes(StoreKey("stories/trash/invalid/video/sea/c.mp4"), b"x")
    here.store.put_bytes(StoreKey("stories/trash/invalid/video/sea/c.mp4.reason.json"), b"{")
    assert {trashed.code for trashed in listing(here)} == {""}
    assert restore(here, "video/sea/b.mp4", never) == "raw/video/sea/b.mp4"


def failed_task(here: Services) -> str:
    ready_asset(here, Kind.VIDEO, "clip", duration_s=4.0)
    ready_asset(here, Kind.MUSIC, "song", duration_s=4.0, loudness_lufs=-12.0)
    ready_asset(
        here, Kind.VOICE, "one", story="storm", chapter=3, duration_s=4.0, loudness_lufs=-20.0
    )
    [task_id] = prepare(here, Desk(here))
    return task_id


def test_a_failed_task_comes_back_to_another_run(here: Services) -> None:
    task_id = failed_task(here)
    asked: list[JobId] = []
    with pytest.raises(NotInTrash):
        restore(here, task_id, asked.append)
    with here.catalog.begin() as conn:
        jobs.change(
            conn,
            job_id_of(task_id),
            state=JobState.FAILED,
            error_code="render_failed",
            error_message="ffmpeg said no",
        )
    [trashed] = listing(here)
    assert (trashed.name, trashed.is_task, trashed.code) == (task_id, True, "render_failed")
    assert trashed.raw_path == "sea/storm 3"
    assert restore(here, task_id, asked.append) == f"tasks/{task_id}"
    assert asked == [job_id_of(task_id)]
    assert here.store.exists(StoreKey(f"stories/tasks/{task_id}/metadata.json"))


@pytest.mark.parametrize(
    ("taken", "free"),
    [
        pytest.param([], "a/b.mp4", id="nothing lies there"),
        pytest.param(["a/b.mp4"], "a/b.2.mp4", id="one lies there"),
        pytest.param(["a/b.mp4", "a/b.2.mp4"], "a/b.3.mp4", id="two lie there"),
    ],
)
def test_a_free_key_is(here: Services, taken: list[str], free: str) -> None:
    for key in taken:
        here.store.put_bytes(StoreKey(key), b"")
    assert free_key(here.store, StoreKey("a/b.mp4")) == free


def test_a_name_without_an_ending_gets_its_number_behind(here: Services) -> None:
    here.store.put_bytes(StoreKey("a.b/c"), b"")
    assert free_key(here.store, StoreKey("a.b/c")) == "a.b/c.2"
