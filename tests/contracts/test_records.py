"""What the tables beside the jobs answer: artifacts, steps, idempotency keys, nodes."""

import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from reelmill.catalog import artifacts, idempotency, jobs, nodes, steps, tables
from reelmill.catalog.artifacts import NewArtifact
from reelmill.catalog.database import Catalog
from reelmill.catalog.idempotency import KeyReused
from reelmill.catalog.jobs import NewJob
from reelmill.catalog.steps import Command, Step, StepOutcome
from reelmill.units import JobId, StoreKey

AT = datetime(2026, 11, 21, 9, 30, 15, 123456, tzinfo=UTC)
ID = JobId("replays/0a1b")
OTHER = JobId("replays/0c2d")

VIDEO = NewArtifact(
    kind="video",
    key=StoreKey("replays/0a1b.mp4"),
    content_type="video/mp4",
    size_bytes=5_000_000_000,
    sha256="ab" * 32,
    width=1280,
    height=720,
    duration_s=12.3,
    frames=369,
)
POSTER = NewArtifact(
    kind="poster",
    key=StoreKey("replays/0a1b.jpg"),
    content_type="image/jpeg",
    size_bytes=7,
    sha256="cd" * 32,
)


@pytest.fixture
def books(catalog: Catalog) -> Catalog:
    """A catalog with two jobs."""
    with catalog.begin() as conn:
        for job_id in (ID, OTHER):
            new = NewJob(id=job_id, pipeline="replays", key=job_id[8:], spec={}, created_at=AT)
            jobs.add(conn, new)
    return catalog


def test_artifacts_are_kept_in_their_order(books: Catalog) -> None:
    with books.begin() as conn:
        recorded = artifacts.replace(conn, ID, [VIDEO, POSTER], now=AT)
    with books.read() as conn:
        assert artifacts.of_job(conn, ID) == recorded
        assert artifacts.of_job(conn, OTHER) == []
        assert artifacts.of_jobs(conn, [ID, OTHER]) == {ID: recorded}
        assert artifacts.find(conn, recorded[1].id) == recorded[1]
    assert [artifact.kind for artifact in recorded] == ["video", "poster"]
    assert recorded[0].created_at == AT


def test_what_a_job_made_before_is_replaced(books: Catalog) -> None:
    with books.begin() as conn:
        first = artifacts.replace(conn, ID, [VIDEO, POSTER])
        again = artifacts.replace(conn, ID, [replace(VIDEO, size_bytes=1)])
        assert artifacts.of_job(conn, ID) == again
        assert artifacts.find(conn, first[1].id) is None
    assert again[0].id == first[0].id


def test_two_jobs_that_made_the_same_key_have_two_artifacts(books: Catalog) -> None:
    with books.begin() as conn:
        [first] = artifacts.replace(conn, ID, [VIDEO], now=AT)
        [last] = artifacts.replace(conn, OTHER, [VIDEO], now=AT + timedelta(seconds=1))
        assert artifacts.of_jobs(conn, [ID, OTHER]) == {ID: [first], OTHER: [last]}
    assert first.id != last.id


def test_what_is_not_recorded_is_none(books: Catalog) -> None:
    with books.read() as conn:
        assert artifacts.find(conn, "no such id") is None
        assert artifacts.of_jobs(conn, []) == {}


def test_an_artifact_belongs_to_a_job(books: Catalog) -> None:
    with pytest.raises(sa.exc.IntegrityError), books.begin() as conn:
        artifacts.replace(conn, JobId("replays/none"), [VIDEO])


STEP = Step(
    job_id=ID,
    run=1,
    attempt=1,
    position=1,
    name="replays.draw",
    started_at=AT,
    took_s=0.25,
    outcome=StepOutcome.OK,
    commands=(Command(("ffmpeg", "-i", "a b.mp4"), 0.125), Command(("x\0y",), 1.0)),
)


def test_steps_are_told_by_run_attempt_and_position(books: Catalog) -> None:
    told = [
        STEP,
        replace(STEP, position=2, name="replays.publish", commands=()),
        replace(STEP, attempt=2),
        replace(STEP, run=2, outcome=StepOutcome.FAILED, error_code="x", error_message="y"),
    ]
    with books.begin() as conn:
        for step in reversed(told):
            steps.add_steps(conn, [step])
        steps.add_steps(conn, [replace(STEP, job_id=OTHER)])
    with books.read() as conn:
        assert steps.steps_of(conn, ID) == told


def test_a_step_that_is_repeated_is_told_once(books: Catalog) -> None:
    again = replace(STEP, took_s=9.0, outcome=StepOutcome.CANCELED, commands=())
    with books.begin() as conn:
        steps.add_steps(conn, [STEP])
        steps.add_steps(conn, [again])
        assert steps.steps_of(conn, ID) == [again]


def test_the_same_request_with_the_same_key_finds_the_first_job(books: Catalog) -> None:
    with books.begin() as conn:
        assert idempotency.claim(conn, "ann", "k1", digest="d", job_id=ID) is None
        assert idempotency.claim(conn, "ann", "k1", digest="d", job_id=OTHER) == ID


def test_another_request_with_the_same_key_is_refused(books: Catalog) -> None:
    with books.begin() as conn:
        idempotency.claim(conn, "ann", "k1", digest="d", job_id=ID)
        with pytest.raises(KeyReused):
            idempotency.claim(conn, "ann", "k1", digest="another", job_id=ID)


def test_two_owners_may_use_the_same_key(books: Catalog) -> None:
    with books.begin() as conn:
        assert idempotency.claim(conn, "ann", "k1", digest="d", job_id=ID) is None
        assert idempotency.claim(conn, "bob", "k1", digest="e", job_id=OTHER) is None


def test_a_key_is_free_again_when_its_transaction_failed(books: Catalog) -> None:
    def claim_then_fail() -> None:
        with books.begin() as conn:
            idempotency.claim(conn, "ann", "k1", digest="d", job_id=ID)
            raise KeyError

    with pytest.raises(KeyError):
        claim_then_fail()
    with books.begin() as conn:
        assert idempotency.claim(conn, "ann", "k1", digest="e", job_id=OTHER) is None


def test_of_two_requests_at_once_one_is_first(books: Catalog) -> None:
    answers: list[JobId | None] = []

    def ask(job_id: JobId) -> None:
        with books.begin() as conn:
            answers.append(idempotency.claim(conn, "ann", "k1", digest="d", job_id=job_id))
            time.sleep(0.1)

    threads = [threading.Thread(target=ask, args=[job_id]) for job_id in (ID, OTHER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers[0] is None
    assert answers[1] in (ID, OTHER)


def test_old_keys_are_forgotten(books: Catalog) -> None:
    with books.begin() as conn:
        idempotency.claim(conn, "ann", "k1", digest="d", job_id=ID)
        assert idempotency.forget_before(conn, datetime.now(UTC) - timedelta(hours=1)) == 0
        assert idempotency.forget_before(conn, datetime.now(UTC) + timedelta(hours=1)) == 1
        assert idempotency.claim(conn, "ann", "k1", digest="e", job_id=ID) is None


def test_the_clock_of_the_database_is_about_right(books: Catalog) -> None:
    with books.read() as conn:
        assert abs(nodes.now(conn) - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_node_that_beats_is_alive_until_it_stops(books: Catalog) -> None:
    with books.begin() as conn:
        nodes.beat(conn, "a:0", host="a", pid=1)
        nodes.beat(conn, "b:0", host="b", pid=2)
        long_ago = nodes.now(conn) - timedelta(seconds=31)
        conn.execute(
            sa.update(tables.nodes).where(tables.nodes.c.id == "b:0").values(seen_at=long_ago)
        )
        assert [node.id for node in nodes.alive(conn, 30)] == ["a:0"]
        assert [node.id for node in nodes.known(conn)] == ["a:0", "b:0"]
        nodes.forget(conn, "b:0")
        assert [node.id for node in nodes.known(conn)] == ["a:0"]


def test_another_process_under_the_same_id_starts_anew(books: Catalog) -> None:
    with books.begin() as conn:
        nodes.beat(conn, "a:0", host="a", pid=1)
        conn.execute(sa.update(tables.nodes).values(started_at=AT))
        nodes.beat(conn, "a:0", host="a", pid=1)
        assert nodes.known(conn)[0].started_at == AT
        nodes.beat(conn, "a:0", host="a", pid=9)
        assert nodes.known(conn)[0].started_at > AT
        assert nodes.known(conn)[0].pid == 9
