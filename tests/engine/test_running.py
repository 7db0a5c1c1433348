"""Whether a job is still an attempt's, as the attempt asks before it overwrites anything."""

from pathlib import Path

import pytest
from workshop import Desk, Order

from reelmill.catalog.jobs import Job, JobState
from reelmill.engine.books import Books
from reelmill.engine.running import Running


@pytest.fixture
def books(shop: Desk) -> Books:
    return Books(shop.catalog, shop.services.clock, ended=lambda _conn, _job, _result: None)


@pytest.fixture
def job(shop: Desk, books: Books, tmp_path: Path) -> Job:
    asked = shop.jobs.submit("bench", Order(name="a", folder=str(tmp_path)))
    begun = books.begin(asked.id, asked.run, worker="here")
    assert begun is not None
    assert begun.state is JobState.IN_PROGRESS
    return begun


def test_an_attempt_holds_its_job(books: Books, job: Job) -> None:
    with Running(books).at_work(job) as work:
        assert work.attempt.holds()
        assert not work.attempt.canceled.is_set()


def test_a_canceled_job_is_held_no_more(shop: Desk, books: Books, job: Job) -> None:
    with Running(books).at_work(job) as work:
        shop.jobs.cancel(job.id)
        assert not work.attempt.holds()
        assert work.attempt.canceled.is_set()


def test_an_attempt_that_was_overtaken_holds_nothing(books: Books, job: Job) -> None:
    with Running(books).at_work(job) as work:
        assert books.begin(job.id, job.run, worker="another") is not None
        assert not work.attempt.holds()
        assert work.attempt.canceled.is_set()
