"""Voices that are ready become tasks: rows, folder, job; the same voice never makes two."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.pipelines.stories.stage import Desk, ready_asset, stage

from reelmill.pipelines.stories.intake.prepare import plan, prepare, text_of
from reelmill.pipelines.stories.keys import Kind
from reelmill.pipelines.stories.records import Asset, Chunk
from reelmill.pipelines.stories.spec import Part
from reelmill.pipelines.stories.tables import assets, chunks, tasks
from reelmill.services import Services
from reelmill.units import StoreKey


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Services]:
    with stage(tmp_path / "home") as opened:
        yield opened


def voice_of(here: Services, name: str, chapter: int = 1, story: str = "storm") -> Asset:
    facts = {"duration_s": 12.5, "loudness_lufs": -20.0}
    return ready_asset(here, Kind.VOICE, name, story=story, chapter=chapter, **facts)


def clip_of(here: Services, name: str, duration_s: float = 4.0, **told: object) -> Asset:
    return ready_asset(here, Kind.VIDEO, name, duration_s=duration_s, **told)


def song_of(here: Services, name: str = "song") -> Asset:
    return ready_asset(here, Kind.MUSIC, name, duration_s=3.0, loudness_lufs=-12.0)


def test_a_voice_waits_for_clips_and_music(here: Services) -> None:
    desk = Desk(here)
    voice = voice_of(here, "one")
    assert [(held.voice.id, held.why.code) for held in plan(here).held] == [(voice.id, "no_clips")]
    song_of(here)
    assert prepare(here, desk) == ()
    clip_of(here, "a", category="city")
    assert [held.why.code for held in plan(here).held] == ["no_clips"]
    clip_of(here, "a")
    assert prepare(here, desk) == (desk.asked[0].task_id,)
    assert plan(here).held == ()


def test_a_voice_waits_for_music_unless_none_is_needed(here: Services, tmp_path: Path) -> None:
    clip_of(here, "a")
    voice_of(here, "one")
    assert [held.why.code for held in plan(here).held] == ["no_music"]
    with stage(tmp_path / "other", chosen={"needs_music": False}) as other:
        clip_of(other, "a")
        voice_of(other, "one")
        [planned] = plan(other).planned
        assert planned.spec.music is None


def test_a_task_has_its_rows_and_its_folder_before_its_job(here: Services) -> None:
    used = [voice_of(here, "one"), song_of(here), clip_of(here, "a"), clip_of(here, "b")]
    [planned] = plan(here).planned
    assert tasks_of(here) == []
    desk = Desk(here)
    [task_id] = prepare(here, desk)
    [spec] = desk.asked
    assert spec == planned.spec
    assert (spec.frames, spec.pieces[-1].shown_frames) == (375, 15)
    folder = f"stories/tasks/{task_id}"
    told = json.loads(here.store.read(StoreKey(f"{folder}/metadata.json")))
    assert (told["task_id"], told["voice_duration"]) == (task_id, 12.5)
    assert told["render"]["resolution"] == "3840x2160"
    link = here.store.local_path(StoreKey(f"{folder}/voice.mp3"))
    assert link is not None
    assert link.is_symlink()
    assert link.read_text() == "one"
    listed = here.store.read(StoreKey(f"{folder}/video_list.txt")).decode()
    assert listed.count("file '../../scanned/video/sea/") == 4
    with here.catalog.read() as conn:
        uses = [one.uses for each in used if (one := assets.find(conn, each.id))]
    assert uses == [1, 1, 1, 1]


def tasks_of(here: Services) -> list[str]:
    with here.catalog.read() as conn:
        return [task.id for task in tasks.page(conn, limit=99)]


def test_the_same_voice_never_makes_two_tasks(here: Services) -> None:
    desk = Desk(here)
    voice_of(here, "one")
    song_of(here)
    clip_of(here, "a")
    assert len(prepare(here, desk)) == 1
    clip_of(here, "b")
    assert prepare(here, desk) == ()
    assert (len(tasks_of(here)), len(desk.asked)) == (1, 1)


def test_chapters_are_handed_in_in_their_order(here: Services) -> None:
    desk = Desk(here)
    for number in (10, 2, 1):
        voice_of(here, f"chapter {number}", number)
    song_of(here)
    clip_of(here, "a")
    prepare(here, desk)
    assert [spec.chapter for spec in desk.asked] == [1, 2, 10]


def test_what_could_not_be_handed_in_is_handed_in_later_as_it_was(here: Services) -> None:
    desk = Desk(here)
    desk.down = True
    voice_of(here, "one")
    song_of(here)
    clip_of(here, "a")
    assert prepare(here, desk) == ()
    [task_id] = tasks_of(here)
    clip_of(here, "b")
    desk.down = False
    here.store.delete(StoreKey(f"stories/tasks/{task_id}/metadata.json"))
    assert prepare(here, desk) == (task_id,)
    assert len({piece.key for piece in desk.asked[0].pieces}) == 1
    assert here.store.exists(StoreKey(f"stories/tasks/{task_id}/metadata.json"))


def test_frame_assets_open_close_and_lie_behind(here: Services) -> None:
    voice_of(here, "one")
    song_of(here)
    clip_of(here, "a")
    for part in (Part.INTRO, Part.OUTRO, Part.PLATE):
        ready_asset(here, Kind.FRAME, f"{part} 1", part=part, duration_s=1.0)
    [planned] = plan(here).planned
    spec = planned.spec
    assert [piece.part for piece in spec.pieces][::4] == [Part.INTRO, Part.OUTRO]
    assert spec.plate is not None
    assert len(planned.asset_ids) == 6


@pytest.mark.parametrize(
    ("files", "found"),
    [
        pytest.param([], None, id="none"),
        pytest.param(["logo.png"], "logo.png", id="the project's"),
        pytest.param(["logo.png", "logos/sea.png"], "logos/sea.png", id="the category's own"),
        pytest.param(["logos/city.png"], None, id="not another category's"),
    ],
)
def test_the_logo_is(here: Services, files: list[str], found: str | None) -> None:
    for name in files:
        here.store.put_bytes(StoreKey(f"stories/{name}"), name.encode())
    voice_of(here, "one")
    song_of(here)
    clip_of(here, "a")
    [planned] = plan(here).planned
    logo = planned.spec.logo
    assert planned.spec.render.logo == found
    assert (logo.key if logo else None) == (f"stories/{found}" if found else None)


def write_text(here: Services, numbers: list[int]) -> None:
    link = ready_asset(here, Kind.LINK, "link", story="storm")
    text = [
        Chunk(
            key=StoreKey(f"chunk {number}"),
            asset_id=link.id,
            category="sea",
            story="storm",
            number=number,
            title="",
            address="",
            words=1,
        )
        for number in numbers
    ]
    with here.catalog.begin() as conn:
        chunks.replace(conn, link.id, text)


def test_the_text_of_a_story_goes_with_its_only_chapter(here: Services) -> None:
    voice_of(here, "one")
    song_of(here)
    clip_of(here, "a")
    write_text(here, [1, 2])
    [planned] = plan(here).planned
    assert planned.spec.text_keys == ("chunk 1", "chunk 2")


def test_text_that_cannot_be_shared_out_is_not_used_and_the_task_says_so(here: Services) -> None:
    desk = Desk(here)
    for number in (1, 2):
        voice_of(here, f"chapter {number}", number)
    song_of(here)
    clip_of(here, "a")
    write_text(here, [1, 2, 3])
    [task_id, _] = prepare(here, desk)
    told = json.loads(here.store.read(StoreKey(f"stories/tasks/{task_id}/metadata.json")))
    assert told["text_keys"] == []
    assert told["captions_note"].startswith("3 texts for 2 chapters")


@pytest.mark.parametrize(
    ("texts", "chapters", "chapter", "given"),
    [
        pytest.param("", [1, 2], 1, "", id="no text, no note"),
        pytest.param("abc", [4], 4, "abc", id="one chapter has all"),
        pytest.param("ab", [1, 3], 3, "b", id="the second chapter has the second text"),
    ],
)
def test_text_belongs(texts: str, chapters: list[int], chapter: int, given: str) -> None:
    found = [StoreKey(text) for text in texts]
    assert text_of(found, chapters, chapter) == (tuple(given), "")
