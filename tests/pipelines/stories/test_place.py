"""Where a task is, its folder is, and nowhere else: in a folder, in memory, at S3."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.pipelines.stories.stage import stage

from reelmill.pipelines.stories.keys import Layout, Place
from reelmill.pipelines.stories.place import Failure, clear_task, put_failed, put_task
from reelmill.pipelines.stories.spec import Piece, Sound, StorySpec
from reelmill.services import Services
from reelmill.storage.memory import MemoryStore
from reelmill.storage.objects import open_store
from reelmill.units import StoreKey

LAYOUT = Layout("stories")

WHY = Failure(code="render_failed", message="It broke.", hint="Look.", said="ffmpeg: no such codec")


@pytest.fixture(params=["folder", "memory", pytest.param("s3", marks=pytest.mark.s3)])
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Services]:
    """Services on a store of each kind."""
    with stage(tmp_path / "home") as opened:
        match request.param:
            case "memory":
                yield replace(opened, store=MemoryStore())
            case "s3":
                yield replace(opened, store=open_store(request.getfixturevalue("s3_url")))
            case _:
                yield opened


def task(here: Services, task_id: str = "t1") -> StorySpec:
    names = ("scanned/story/sea/x/voice/chapter_0001.mp3", "scanned/music/sea/mp3/1.0_m.mp3")
    keys = [LAYOUT.key(name) for name in (*names, "scanned/video/sea/a.mp4")]
    for key in keys:
        here.store.put_bytes(key, key.encode())
    voice, music = (
        Sound(key=key, sha256="00", duration_s=1.0, loudness_lufs=-20.0) for key in keys[:2]
    )
    return StorySpec(
        task_id=task_id,
        category="sea",
        story_name="x",
        voice=voice,
        music=music,
        pieces=(Piece(key=keys[2], sha256="00", frames=30, shown_frames=30),),
        seed=7,
    )


def files(here: Services, task_id: str = "t1") -> list[str]:
    found = (LAYOUT.path(stat.key) for stat in here.store.list("stories"))
    return sorted(path for path in found if f"/{task_id}/" in path)


def whole(here: Services, place: Place) -> list[str]:
    """The files of a task that waits or is at work; a store without links has none of them."""
    links = [] if here.store.local_path(LAYOUT.key("logo.png")) is None else ["music.mp3"]
    names = ["metadata.json", *links, "video_list.txt", *(["voice.mp3"] if links else [])]
    return [f"{place}/t1/{name}" for name in names]


@pytest.fixture(autouse=True)
def _logo(here: Services) -> None:
    here.store.put_bytes(LAYOUT.key("logo.png"), b"logo")


def test_a_folder_follows_its_task_and_leaves_nothing_behind(here: Services) -> None:
    spec, other = task(here), task(here, "t2")
    put_task(here, LAYOUT, other, Place.TASKS)
    others = files(here, "t2")
    for place in (Place.TASKS, Place.PROCESSING, Place.TASKS, Place.PROCESSING):
        put_task(here, LAYOUT, spec, place)
        assert files(here) == whole(here, place)
    here.store.put_bytes(LAYOUT.output("t1", "final.mp4"), b"a film")
    put_task(here, LAYOUT, spec, Place.OUTPUT)
    assert files(here) == ["output/t1/final.mp4", "output/t1/metadata.json"]
    assert files(here, "t2") == others


def test_what_is_done_twice_is_done_once(here: Services) -> None:
    spec = task(here)
    for _ in range(2):
        put_task(here, LAYOUT, spec, Place.PROCESSING)
    assert files(here) == whole(here, Place.PROCESSING)
    clear_task(here, LAYOUT, "t1", Place.PROCESSING)
    assert files(here) == []


def test_a_failed_task_says_why_until_it_is_tried_again(here: Services) -> None:
    spec = task(here)
    put_task(here, LAYOUT, spec, Place.PROCESSING)
    put_failed(here, LAYOUT, spec, WHY)
    names = ("metadata.json", "reason.json", "stderr.log")
    assert files(here) == [f"trash/failed/t1/{name}" for name in names]
    reason = json.loads(here.store.read(LAYOUT.task(Place.FAILED, "t1", "reason.json")))
    assert (reason["task_id"], reason["code"], reason["hint"]) == ("t1", "render_failed", "Look.")
    assert here.store.read(LAYOUT.task(Place.FAILED, "t1", "stderr.log")) == WHY.said.encode()
    put_task(here, LAYOUT, spec, Place.TASKS)
    assert files(here) == whole(here, Place.TASKS)


def test_a_finished_video_stays_when_its_task_is_made_again(here: Services) -> None:
    spec = task(here)
    here.store.put_bytes(LAYOUT.output("t1", "final.mp4"), b"a film")
    put_task(here, LAYOUT, spec, Place.TASKS)
    assert files(here) == ["output/t1/final.mp4", *whole(here, Place.TASKS)]


def test_metadata_is_the_same_wherever_the_task_is(here: Services) -> None:
    spec, told = task(here), set()
    for place in Place:
        put_task(here, LAYOUT, spec, place)
        told.add(here.store.read(LAYOUT.task(place, "t1", "metadata.json")))
    assert len(told) == 1


@pytest.mark.parametrize("place", [Place.TASKS, Place.PROCESSING])
def test_links_lead_to_voice_and_music_also_when_the_project_is_moved(
    tmp_path: Path, place: Place
) -> None:
    with stage(tmp_path / "home") as here:
        spec = task(here)
        put_task(here, LAYOUT, spec, Place.TASKS)
        put_task(here, LAYOUT, spec, place)
        moved = (tmp_path / "home" / "store").rename(tmp_path / "moved")
    folder = moved / "stories" / place / "t1"
    for name, source in (("voice.mp3", spec.voice), ("music.mp3", spec.music)):
        assert source is not None
        link = folder / name
        assert link.is_symlink()
        assert str(link.readlink()) == f"../../{LAYOUT.path(source.key)}"
        assert StoreKey(link.read_text()) == source.key
