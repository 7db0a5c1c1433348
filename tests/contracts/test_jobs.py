"""What the table of jobs answers, on SQLite and on Postgres."""

import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from reelmill.catalog import jobs
from reelmill.catalog.database import Catalog, open_catalog
from reelmill.catalog.jobs import Job, JobState, NewJob, Place, UnknownJob
from reelmill.catalog.tables import NaiveMoment
from reelmill.units import JobId

AT = datetime(2026, 11, 21, 9, 30, 15, 123456, tzinfo=UTC)
ID = JobId("replays/0a1b")


def new_job(key: str = "0a1b", *, pipeline: str = "replays", at: datetime = AT) -> NewJob:
    return NewJob(
        id=JobId(f"{pipeline}/{key}"), pipeline=pipeline, key=key, spec={"k": 1}, created_at=at
    )


def add(catalog: Catalog, *new: NewJob) -> None:
    with catalog.begin() as conn:
        for one in new:
            assert jobs.add(conn, one)


def found(catalog: Catalog, job_id: JobId = ID) -> Job:
    with catalog.read() as conn:
        job = jobs.find(conn, job_id)
    assert job is not None
    return job


def test_a_new_job_is_pending_and_blank(catalog: Catalog) -> None:
    add(catalog, replace(new_job(), owner="ann", priority=2))
    assert found(catalog) == Job(
        id=ID,
        pipeline="replays",
        key="0a1b",
        state=JobState.PENDING,
        spec={"k": 1},
        owner="ann",
        priority=2,
        run=1,
        attempts=0,
        stage="",
        done=0,
        total=0,
        message="",
        error_code="",
        error_message="",
        error_hint="",
        error_facts={},
        result=None,
        cost_usd=0.0,
        worker="",
        created_at=AT,
        updated_at=AT,
        started_at=None,
        finished_at=None,
        revision=1,
    )


def test_the_same_id_twice_is_one_job(catalog: Catalog) -> None:
    add(catalog, new_job())
    with catalog.begin() as conn:
        assert not jobs.add(conn, replace(new_job(), owner="somebody else"))
    assert found(catalog).owner == "local"


def test_of_two_that_add_at_once_one_adds(catalog: Catalog) -> None:
    added: list[bool] = []

    def add_it() -> None:
        with catalog.begin() as conn:
            added.append(jobs.add(conn, new_job()) is not None)
            time.sleep(0.1)

    threads = [threading.Thread(target=add_it) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(added) == [False, False, True]


def test_a_job_that_is_not_there_is_none(catalog: Catalog) -> None:
    with catalog.begin() as conn:
        assert jobs.find(conn, ID) is None
        assert jobs.for_update(conn, ID) is None
        assert jobs.several(conn, [ID]) == {}
        assert jobs.standings(conn, []) == {}
        assert jobs.begin_attempt(conn, ID, 1, stage="draw") is None
        with pytest.raises(UnknownJob):
            jobs.change(conn, ID, stage="draw")


def test_a_change_changes_what_it_names_and_counts(catalog: Catalog) -> None:
    add(catalog, new_job())
    before = found(catalog)
    with catalog.begin() as conn:
        changed = jobs.change(
            conn,
            ID,
            state=JobState.COMPLETED,
            result={"frames": 3, "rate": [30, 1]},
            error_facts={"a": None},
            cost_usd=0.125,
            finished_at=AT + timedelta(microseconds=1),
            updated_at=AT + timedelta(microseconds=2),
        )
    assert changed == replace(
        before,
        state=JobState.COMPLETED,
        result={"frames": 3, "rate": [30, 1]},
        error_facts={"a": None},
        cost_usd=0.125,
        finished_at=AT + timedelta(microseconds=1),
        updated_at=AT + timedelta(microseconds=2),
        revision=2,
    )
    assert found(catalog) == changed


def test_a_result_is_taken_back_by_none(catalog: Catalog) -> None:
    add(catalog, new_job())
    with catalog.begin() as conn:
        jobs.change(conn, ID, result={"frames": 3})
        assert jobs.change(conn, ID, result=None, started_at=None).result is None


def test_a_change_is_dated_unless_told_otherwise(catalog: Catalog) -> None:
    add(catalog, new_job())
    with catalog.begin() as conn:
        changed = jobs.change(conn, ID, stage="draw")
    assert abs(datetime.now(UTC) - changed.updated_at) < timedelta(minutes=1)


def test_a_time_of_another_zone_comes_back_as_the_same_moment(catalog: Catalog) -> None:
    zone = timezone(timedelta(hours=-7))
    add(catalog, new_job(at=AT.astimezone(zone)))
    assert found(catalog).created_at == AT
    assert found(catalog).created_at.tzinfo is UTC


def test_a_time_without_zone_is_a_bug_and_says_so(catalog: Catalog) -> None:
    with pytest.raises(Exception, match="2026") as caught, catalog.begin() as conn:
        jobs.add(conn, new_job(at=AT.replace(tzinfo=None)))
    assert isinstance(caught.value.__cause__ or caught.value, NaiveMoment)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("a\0b", "a\ufffdb", id="NUL"),
        pytest.param("a\ud800b", "a?b", id="half a surrogate pair"),
        pytest.param("змея 蛇 🐍 \x01\x1b", "змея 蛇 🐍 \x01\x1b", id="any script, any control"),
        pytest.param("x" * 400_000, "x" * 400_000, id="a very long word"),
    ],
)
def test_an_error_can_always_be_recorded_with(catalog: Catalog, text: str, kept: str) -> None:
    add(catalog, new_job())
    with catalog.begin() as conn:
        jobs.change(conn, ID, error_message=text, message=text)
    assert found(catalog).error_message == kept


def test_facts_that_json_lacks_a_word_for_are_recorded_all_the_same(catalog: Catalog) -> None:
    add(catalog, new_job())
    facts = {"share": float("inf"), "text": "a\0b\ud800", "at": AT, "n": 10**30}
    with catalog.begin() as conn:
        jobs.change(conn, ID, error_facts=facts)
    recorded = found(catalog).error_facts
    assert recorded == {"share": None, "text": "a\0b\ud800", "at": str(AT), "n": 10**30}


def test_progress_is_taken_while_the_job_is_in_progress(catalog: Catalog) -> None:
    add(catalog, new_job())
    with catalog.begin() as conn:
        assert not jobs.set_progress(conn, ID, ("draw", 1, 9, "too early"))
        jobs.change(conn, ID, state=JobState.IN_PROGRESS, run=2)
        assert not jobs.set_progress(conn, ID, ("draw", 1, 9, "of the run before"), run=1)
        assert jobs.set_progress(conn, ID, ("draw", 4, 9, "round 4"), run=2)
        assert jobs.set_progress(conn, ID, ("draw", 5, 9, "round 5"))
    job = found(catalog)
    assert (job.stage, job.done, job.total, job.message) == ("draw", 5, 9, "round 5")
    assert job.revision == 4


def test_progress_after_the_end_is_not_taken(catalog: Catalog) -> None:
    add(catalog, new_job())
    with catalog.begin() as conn:
        jobs.change(conn, ID, state=JobState.CANCELED, stage="canceled")
        assert not jobs.set_progress(conn, ID, ("draw", 1, 9, "late"))
    assert found(catalog).stage == "canceled"


def test_pages_hold_every_job_once_the_newest_first(catalog: Catalog) -> None:
    # Three of each moment: the id decides between them.
    every = [new_job(f"{n:02}", at=AT + timedelta(microseconds=n // 3)) for n in range(20)]
    add(catalog, *every)
    pages, before = [], None
    while True:
        with catalog.read() as conn:
            page = jobs.listed(conn, limit=6, before=before)
        if not page:
            break
        pages.append([job.key for job in page])
        before = Place(page[-1].created_at, page[-1].id)
    assert [len(page) for page in pages] == [6, 6, 6, 2]
    assert [key for page in pages for key in page] == [f"{n:02}" for n in reversed(range(20))]


@pytest.fixture
def mixed(catalog: Catalog) -> Catalog:
    add(
        catalog,
        replace(new_job("a"), owner="ann"),
        replace(new_job("b"), owner="bob"),
        replace(new_job("c_100%", pipeline="shorts"), owner="ann"),
    )
    with catalog.begin() as conn:
        jobs.change(conn, JobId("replays/a"), state=JobState.COMPLETED)
        jobs.change(
            conn,
            JobId("replays/b"),
            state=JobState.FAILED,
            error_code="broken_replay",
            error_message="The File ends early",
        )
    return catalog


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        pytest.param({}, ["a", "b", "c_100%"], id="nothing: all"),
        pytest.param({"pipeline": "replays"}, ["a", "b"], id="a pipeline"),
        pytest.param({"state": JobState.FAILED}, ["b"], id="a state"),
        pytest.param({"owner": "ann"}, ["a", "c_100%"], id="an owner"),
        pytest.param({"owner": "ann", "pipeline": "shorts"}, ["c_100%"], id="both"),
        pytest.param({"text": "REPLAYS/"}, ["a", "b"], id="a part of the id, any case"),
        pytest.param({"text": "file ends"}, ["b"], id="a part of the error"),
        pytest.param({"text": "broken_replay"}, ["b"], id="the code of the error"),
        pytest.param({"text": "0%"}, ["c_100%"], id="a percent sign is one"),
        pytest.param({"text": "%"}, ["c_100%"], id="and nothing else"),
        pytest.param({"owner": "eve"}, [], id="nobody"),
    ],
)
def test_the_list_is_narrowed_by(mixed: Catalog, wanted: dict[str, str], keys: list[str]) -> None:
    with mixed.read() as conn:
        page = jobs.listed(conn, **wanted)  # type: ignore[arg-type]
    assert sorted(job.key for job in page) == keys


def test_counts_by_pipeline_and_state(mixed: Catalog) -> None:
    with mixed.read() as conn:
        assert jobs.counts(conn) == {
            ("replays", JobState.COMPLETED): 1,
            ("replays", JobState.FAILED): 1,
            ("shorts", JobState.PENDING): 1,
        }
        assert jobs.counts(conn, owner="bob") == {("replays", JobState.FAILED): 1}


def test_several_of_very_many_ids_are_found(mixed: Catalog) -> None:
    ids = [JobId(f"none/{n}") for n in range(40_000)]
    ids[39_000:] = [JobId("replays/a"), JobId("shorts/c_100%")]
    with mixed.read() as conn:
        found = jobs.standings(conn, ids)
        assert {job_id: standing.state for job_id, standing in found.items()} == {
            "replays/a": JobState.COMPLETED,
            "shorts/c_100%": JobState.PENDING,
        }
        assert [job.id for job in jobs.ended_among(conn, ids)] == ["replays/a"]
        assert jobs.several(conn, ids).keys() == {"replays/a", "shorts/c_100%"}


def test_an_attempt_is_counted_only_of_a_run_that_has_not_ended(catalog: Catalog) -> None:
    add(catalog, new_job())
    with catalog.begin() as conn:
        assert jobs.begin_attempt(conn, ID, 2, state=JobState.IN_PROGRESS) is None
        first = jobs.begin_attempt(conn, ID, 1, state=JobState.IN_PROGRESS)
        second = jobs.begin_attempt(conn, ID, 1, state=JobState.IN_PROGRESS)
        assert first is not None
        assert second is not None
        assert (first.attempts, second.attempts) == (1, 2)
        assert jobs.standings(conn, [ID]) == {ID: jobs.Standing(JobState.IN_PROGRESS, 1, 2)}
        jobs.change(conn, ID, state=JobState.CANCELED)
        assert jobs.begin_attempt(conn, ID, 1, state=JobState.IN_PROGRESS) is None


def test_only_the_attempt_at_work_changes_what_it_holds(catalog: Catalog) -> None:
    add(catalog, new_job())
    with catalog.begin() as conn:
        overtaken = jobs.begin_attempt(conn, ID, 1, state=JobState.IN_PROGRESS)
        mine = jobs.begin_attempt(conn, ID, 1, state=JobState.IN_PROGRESS)
        assert overtaken is not None
        assert mine is not None
        assert jobs.change_held(conn, overtaken, state=JobState.FAILED) is None
        ended = jobs.change_held(conn, mine, state=JobState.COMPLETED)
        assert ended is not None
        assert ended.state is JobState.COMPLETED
        assert jobs.change_held(conn, mine, state=JobState.FAILED) is None


def test_the_unfinished_are_pending_or_in_progress_the_oldest_first(catalog: Catalog) -> None:
    states = [JobState.IN_PROGRESS, JobState.COMPLETED, JobState.FAILED, JobState.CANCELED]
    with catalog.begin() as conn:
        for n, state in enumerate(states):
            jobs.add(conn, new_job(str(n), at=AT - timedelta(seconds=n)))
            jobs.change(conn, JobId(f"replays/{n}"), state=state)
        jobs.add(conn, new_job("old", at=AT - timedelta(days=1)))
        assert [job.key for job in jobs.unfinished(conn)] == ["old", "0"]


def test_the_ended_since_a_moment_tell_when_and_how(catalog: Catalog) -> None:
    add(catalog, *(new_job(key) for key in ("running", "before", "at", "after")))
    with catalog.begin() as conn:
        for key, state, at in (
            ("before", JobState.COMPLETED, AT - timedelta(microseconds=1)),
            ("at", JobState.COMPLETED, AT),
            ("after", JobState.FAILED, AT + timedelta(days=1)),
        ):
            jobs.change(conn, JobId(f"replays/{key}"), state=state, finished_at=at)
        assert sorted(jobs.ended_since(conn, AT)) == [
            (AT, JobState.COMPLETED),
            (AT + timedelta(days=1), JobState.FAILED),
        ]


def test_changes_are_told_in_order_and_once_when_nothing_else_runs(catalog: Catalog) -> None:
    add(catalog, new_job("a"), new_job("b"))
    with catalog.read() as conn:
        since = jobs.last_change(conn)
        assert jobs.changed_since(conn, since).jobs == []
    for key in ("b", "a"):
        with catalog.begin() as conn:
            jobs.change(conn, JobId(f"replays/{key}"), stage="draw")
    with catalog.read() as conn:
        told, since = jobs.changed_since(conn, since)
        assert [job.key for job in told] == ["b", "a"]
        assert jobs.changed_since(conn, since).jobs == []
        assert len(jobs.changed_since(conn, 0).jobs) == 2


def test_a_change_that_is_committed_late_is_not_left_out(postgres_url: str) -> None:
    """The trap of counters where there are many writers: the smaller number comes later."""
    catalog = open_catalog(postgres_url)
    catalog.migrate()
    add(catalog, new_job("early"), new_job("late"))
    with catalog.read() as conn:
        since = jobs.last_change(conn)
    with catalog.begin() as slow:
        jobs.change(slow, JobId("replays/late"), stage="draw")
        with catalog.begin() as fast:
            jobs.change(fast, JobId("replays/early"), stage="draw")
        with catalog.read() as conn:
            told, upto = jobs.changed_since(conn, since)
    assert [job.key for job in told] == ["early"]
    with catalog.read() as conn:
        assert "late" in [job.key for job in jobs.changed_since(conn, upto).jobs]
    catalog.close()


def test_while_one_holds_a_job_another_waits(catalog: Catalog) -> None:
    add(catalog, new_job())
    order: list[str] = []
    holding = threading.Event()

    def hold() -> None:
        with catalog.begin() as conn:
            jobs.for_update(conn, ID)
            holding.set()
            time.sleep(0.3)
            order.append("first")

    thread = threading.Thread(target=hold)
    thread.start()
    assert holding.wait(10)
    with catalog.begin() as conn:
        jobs.for_update(conn, ID)
        order.append("second")
    thread.join()
    assert order == ["first", "second"]
