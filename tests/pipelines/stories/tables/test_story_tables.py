"""The tables on both databases: as the migrations make them, and what they answer."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.pipelines.stories.stage import ready_asset, stage

from reelmill.catalog import jobs
from reelmill.catalog.job import JobState, NewJob
from reelmill.catalog.tables import metadata as shared_metadata
from reelmill.pipelines.stories.keys import Kind
from reelmill.pipelines.stories.records import Asset, AssetState, Chunk, NewTask
from reelmill.pipelines.stories.settle import Mark, Sighting
from reelmill.pipelines.stories.spec import Part, Piece, Sound, StorySpec
from reelmill.pipelines.stories.tables import assets, chunks, mezzanines, sightings, tasks
from reelmill.pipelines.stories.tables.definitions import metadata
from reelmill.pipelines.stories.tables.mezzanines import Mezzanine
from reelmill.services import Services
from reelmill.units import StoreKey


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Services]:
    """Services on each database, with nothing in their tables."""
    shared = request.param == "postgres"
    url = request.getfixturevalue("postgres_shared_url") if shared else ""
    with stage(tmp_path / "home", database_url=url) as opened:
        with opened.catalog.begin() as conn:
            for known in (metadata, shared_metadata):
                for table in reversed(known.sorted_tables):
                    conn.execute(sa.delete(table))
        yield opened


def voice_of(here: Services, content: str, chapter: int, story: str = "storm") -> Asset:
    return ready_asset(here, Kind.VOICE, content, story=story, chapter=chapter, duration_s=2.0)


def task_of(here: Services, voice: Asset, *others: Asset) -> NewTask:
    """A task of a voice, with a row."""
    piece = Piece(key=StoreKey("a"), sha256="0", frames=60, shown_frames=60)
    sound = Sound(key=voice.key, sha256=voice.sha256, duration_s=2.0, loudness_lufs=-20)
    spec = StorySpec(
        task_id=f"task-{voice.name}",
        category=voice.category,
        story_name=voice.story,
        chapter=voice.chapter or 1,
        voice=sound,
        music=None,
        pieces=(piece,),
        seed=7,
    )
    new = NewTask(
        id=spec.task_id, voice_id=voice.id, spec=spec, duration_s=2.0, created_at=here.clock()
    )
    with here.catalog.begin() as conn:
        tasks.add(conn, new, [voice.id, *(other.id for other in others)])
    return new


def hand_in(here: Services, task: NewTask, state: JobState) -> None:
    """A row of the job of a task, in some state."""
    job_id = tasks.job_id_of(task.id)
    new = NewJob(id=job_id, pipeline="stories", key=task.id, spec={}, created_at=here.clock())
    with here.catalog.begin() as conn:
        jobs.add(conn, new)
        jobs.change(conn, job_id, state=state)


def test_the_definitions_are_what_the_migrations_make(here: Services) -> None:
    with here.catalog.read() as conn:
        inspector = sa.inspect(conn)
        for table in metadata.sorted_tables:
            made = {
                column["name"]: column["nullable"] for column in inspector.get_columns(table.name)
            }
            assert made == {column.name: column.nullable for column in table.c}


def test_an_asset_is_read_as_it_was_written(here: Services) -> None:
    clip = ready_asset(
        here, Kind.FRAME, "intro sea", part=Part.INTRO, width=320, height=180, duration_s=1.5
    )
    with here.catalog.read() as conn:
        assert assets.find(conn, clip.id) == clip
        assert assets.find(conn, "none") is None
        assert assets.owner_of(conn, clip.key) == clip.id
        assert assets.owner_of(conn, StoreKey("none")) is None


def test_an_asset_is_forgotten_only_while_it_is_taken(here: Services) -> None:
    clip = ready_asset(here, Kind.VIDEO, "a")
    other = ready_asset(here, Kind.VIDEO, "b", state=AssetState.TAKING)
    with here.catalog.begin() as conn:
        assets.hold(conn)
        assets.forget(conn, clip.id)
        assets.forget(conn, other.id)
        assert assets.find(conn, other.id) is None
        assert assets.find(conn, clip.id) == clip
        changed = replace(clip, name="another", key=StoreKey("elsewhere"))
        assets.rewrite(conn, changed)
        assert assets.find(conn, clip.id) == changed


def test_a_pool_holds_what_is_ready_in_a_category(here: Services) -> None:
    clips = [ready_asset(here, Kind.VIDEO, name) for name in "ba"]
    gone = ready_asset(here, Kind.VIDEO, "c")
    ready_asset(here, Kind.VIDEO, "d", category="city")
    song = ready_asset(here, Kind.MUSIC, "song")
    with here.catalog.begin() as conn:
        assets.stand(conn, [gone.id], AssetState.MISSING, now=here.clock())
        found = assets.pool(conn, "sea", Kind.VIDEO, Kind.FRAME)
        assert [one.id for one in found] == [clips[1].id, clips[0].id]
        assert [one.id for one in assets.in_state(conn, AssetState.MISSING)] == [gone.id]
        assert assets.pool(conn, "sea", Kind.MUSIC) == [song]
        assert assets.counts(conn) == [
            ("city", Kind.VIDEO, 1),
            ("sea", Kind.MUSIC, 1),
            ("sea", Kind.VIDEO, 2),
        ]


def test_assets_are_paged_without_gap_also_those_of_one_moment(here: Services) -> None:
    moment = datetime(2026, 11, 21, 12, tzinfo=UTC)
    made = {ready_asset(here, Kind.VIDEO, name, created_at=moment).id for name in "abcde"}
    ready_asset(here, Kind.VIDEO, "f", state=AssetState.TAKING)
    ready_asset(here, Kind.VIDEO, "g", category="city")
    ready_asset(here, Kind.MUSIC, "h")
    seen: list[str] = []
    before = None
    with here.catalog.read() as conn:
        while page := assets.page(conn, limit=2, kind=Kind.VIDEO, category="sea", before=before):
            seen += [asset.id for asset in page]
            before = (page[-1].created_at, page[-1].id)
        assert len(assets.page(conn, limit=99)) == 7
    assert (len(seen), set(seen)) == (5, made)


def test_chapters_and_text_are_counted_in_their_story(here: Services) -> None:
    voice_of(here, "one", 1)
    voice_of(here, "seven", 7)
    link = ready_asset(here, Kind.LINK, "link", story="storm")
    taking = ready_asset(here, Kind.LINK, "later", story="storm", state=AssetState.TAKING)
    text = [
        Chunk(
            key=StoreKey(f"chunk-{number}"),
            asset_id=(link if number < 3 else taking).id,
            category="sea",
            story="storm",
            number=number,
            title="A page",
            address="https://example.org/",
            words=9,
        )
        for number in (1, 2, 3)
    ]
    with here.catalog.begin() as conn:
        assert assets.next_chapter(conn, "sea", "storm") == 8
        assert assets.next_chapter(conn, "sea", "calm") == 1
        assert chunks.next_number(conn, "sea", "storm") == 1
        chunks.replace(conn, link.id, text[:2])
        chunks.replace(conn, taking.id, text[2:])
        assert chunks.next_number(conn, "sea", "storm") == 4
        assert chunks.of_story(conn, "sea", "storm") == text[:2]
        assert chunks.of_link(conn, taking.id) == text[2:]
        chunks.replace(conn, link.id, [])
        assert chunks.of_story(conn, "sea", "storm") == []
        assert [one.name for one in assets.of_story(conn, "sea", "storm")][-2:] == ["one", "seven"]


def test_a_forgotten_link_takes_its_text_along(here: Services) -> None:
    link = ready_asset(here, Kind.LINK, "link", story="storm", state=AssetState.TAKING)
    chunk = Chunk(
        key=StoreKey("chunk-1"),
        asset_id=link.id,
        category="sea",
        story="storm",
        number=1,
        title="",
        address="",
        words=1,
    )
    with here.catalog.begin() as conn:
        chunks.replace(conn, link.id, [chunk])
        assets.forget(conn, link.id)
        assert chunks.next_number(conn, "sea", "storm") == 1


def test_voices_without_a_task_come_chapter_by_chapter(here: Services) -> None:
    second = voice_of(here, "second", 2)
    first = voice_of(here, "first", 1)
    other = voice_of(here, "other", 1, story="calm")
    voice_of(here, "taking", 3, story="gone")
    with here.catalog.begin() as conn:
        taken = assets.of_story(conn, "sea", "gone")
        assets.stand(conn, [taken[0].id], AssetState.MISSING, now=here.clock())
        assert tasks.voices_without(conn) == [other.id, first.id, second.id]
    task_of(here, first)
    with here.catalog.read() as conn:
        assert tasks.voices_without(conn) == [other.id, second.id]


def test_a_task_is_without_a_job_until_it_is_handed_in(here: Services) -> None:
    clip = ready_asset(here, Kind.VIDEO, "clip")
    task = task_of(here, voice_of(here, "first", 1), clip)
    with here.catalog.read() as conn:
        [found] = tasks.without_job(conn)
        assert (found.id, found.spec, found.state) == (task.id, task.spec, None)
        used = assets.find(conn, clip.id)
        assert used is not None
        assert used.uses == 1
    hand_in(here, task, JobState.PENDING)
    with here.catalog.read() as conn:
        assert tasks.without_job(conn) == []
        known = tasks.find(conn, task.id)
        assert known is not None
        assert known.state is JobState.PENDING
        assert tasks.find(conn, "none") is None
        assert tasks.page(conn, limit=9, state=JobState.FAILED) == []
        assert tasks.page(conn, limit=9, before=(known.created_at, known.id)) == []
        assert tasks.page(conn, limit=9) == [known]


def test_what_a_node_did_is_measured_anew_at_each_attempt(here: Services) -> None:
    task = task_of(here, voice_of(here, "first", 1))
    hand_in(here, task, JobState.IN_PROGRESS)
    now = here.clock()
    later = now + timedelta(seconds=9)
    with here.catalog.begin() as conn:
        assert tasks.at_work(conn) == []
        tasks.begin(conn, task.id, node="a:0", now=now)
        tasks.measure(conn, task.id, download_s=1.5)
        tasks.measure(conn, task.id, render_s=2.5, upload_s=3.5)
        [found] = tasks.at_work(conn)
        assert (found.node, found.began_at, found.render_s) == ("a:0", now, 2.5)
        tasks.end(conn, task.id, now=later)
        assert tasks.at_work(conn) == []
        assert [one.upload_s for one in tasks.ended_since(conn, later)] == [3.5]
        assert tasks.ended_since(conn, later + timedelta(seconds=1)) == []
        tasks.begin(conn, task.id, node="b:0", now=later)
        [again] = tasks.at_work(conn)
        assert (again.node, again.ended_at, again.download_s) == ("b:0", None, None)


def test_a_conformed_clip_that_was_wanted_since_is_not_forgotten(here: Services) -> None:
    at = here.clock()
    long_ago = Mezzanine("a", 5, at)
    with here.catalog.begin() as conn:
        mezzanines.use(conn, long_ago)
        mezzanines.use(conn, long_ago._replace(used_at=at + timedelta(seconds=1)))
        assert not mezzanines.forget(conn, long_ago)
        [now] = mezzanines.latest_first(conn)
        assert mezzanines.forget(conn, now)
        assert mezzanines.latest_first(conn) == []


def test_two_scans_may_see_the_same_file_at_once(here: Services) -> None:
    seen = {"a": Sighting(Mark("e", 5, 9.0), 10.0)}
    begun = threading.Event()

    def other() -> None:
        begun.set()
        with here.catalog.begin() as conn:
            sightings.replace(conn, seen)

    with ThreadPoolExecutor(1) as threads:
        with here.catalog.begin() as conn:
            sightings.replace(conn, seen)
            told = threads.submit(other)
            begun.wait()
            if here.catalog.dialect == "postgresql":
                wait_for_a_lock(conn, told)
        told.result()
    with here.catalog.read() as conn:
        assert sightings.known(conn) == seen


def wait_for_a_lock(conn: sa.Connection, other: Future[None]) -> None:
    """Until the other one stands before a lock, or has come to an end."""
    waits = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    while not other.done() and not conn.execute(waits).scalar_one():
        pass


def test_the_last_sightings_count(here: Services) -> None:
    seen = {"a": Sighting(Mark("1", 5, 9.5), 10.5), "b": Sighting(Mark("2", 0, 1.0), 2.0)}
    with here.catalog.begin() as conn:
        sightings.replace(conn, seen)
        assert sightings.known(conn) == seen
        sightings.replace(conn, {"b": seen["b"]})
        assert sightings.known(conn) == {"b": seen["b"]}
        sightings.replace(conn, {})
        assert sightings.known(conn) == {}
