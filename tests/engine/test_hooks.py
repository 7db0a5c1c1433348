"""What a pipeline writes beside its jobs is written with them or not at all."""

import signal
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import ledger
import pytest
import workshop
from ledger import LEDGER, MOST, LedgerFull, ended_as, entered
from workshop import Desk, Order

from reelmill.catalog.jobs import Job, JobState, change
from reelmill.engine.reconcile import run_id
from reelmill.units import JobId

#: Seconds in which a job of the bench ends on a busy machine.
SOON_S = 120


@pytest.fixture(params=["sqlite", "postgres"])
def books(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    """A desk for the bench with a ledger, and no node."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    opened = request.getfixturevalue("opened_desks")(tmp_path / "home", url, LEDGER)
    assert isinstance(opened, Desk)
    ledger.open_ledger(opened)
    return opened


def ended(books: Desk, job_id: JobId) -> Job:
    return books.jobs.wait([job_id], timeout_s=SOON_S)[job_id]


def fill(books: Desk, owner: str = "local") -> list[JobId]:
    orders = [Order(name=f"{owner}{n}") for n in range(MOST)]
    return [books.jobs.submit("bench", order, owner=owner).id for order in orders]


def test_a_job_that_is_refused_leaves_no_row_and_no_run(books: Desk) -> None:
    let_in = fill(books)
    with pytest.raises(LedgerFull):
        books.jobs.submit("bench", Order(name="one more"))
    assert [job.id for job in books.jobs.listed()] == let_in[::-1]
    assert sorted(books.durable.engine.open_runs()) == [f"{job_id}#1" for job_id in let_in]
    assert entered(books) == [(job_id, 1) for job_id in let_in]


def test_the_limit_of_one_owner_is_not_that_of_another(books: Desk) -> None:
    fill(books, "ann")
    assert books.jobs.submit("bench", Order(name="b"), owner="bob").owner == "bob"


def test_jobs_that_are_asked_for_together_are_all_let_in_or_none(books: Desk) -> None:
    orders = [Order(name=f"set{n}") for n in range(MOST + 1)]
    with pytest.raises(LedgerFull):
        books.jobs.submit_together("bench", orders)
    assert (books.jobs.listed(), entered(books)) == ([], [])
    assert list(books.durable.engine.open_runs()) == []
    asked = books.jobs.submit_together("bench", orders[:MOST], owner="ann")
    assert [job.key for job in asked] == [order.name for order in orders[:MOST]]
    assert {job.owner for job in asked} == {"ann"}
    assert books.jobs.submit_together("bench", orders[:MOST], owner="ann") == asked
    assert len(books.durable.engine.open_runs()) == len(entered(books)) == MOST


def test_asking_again_for_what_waits_is_no_new_entry(books: Desk) -> None:
    fill(books)
    fill(books)
    assert len(entered(books)) == MOST


@pytest.mark.parametrize("act", ["refuse", "nothing"])
def test_doing_it_again_passes_through_the_hook(books: Desk, act: str) -> None:
    order = Order(name="again", act=act)
    with workshop.node(books):
        job = books.jobs.submit("bench", order)
        for run in range(1, MOST + 1):
            assert ended(books, job.id).run == run
            if run < MOST and act == "refuse":
                books.jobs.retry(job.id)
            elif run < MOST:
                books.jobs.submit("bench", order, force=True)
        before = books.jobs.find(job.id)
        with pytest.raises(LedgerFull):
            books.jobs.retry(job.id)
        with pytest.raises(LedgerFull):
            books.jobs.submit("bench", order, force=True)
        assert books.jobs.find(job.id) == before
        assert len(ended_as(books)) == MOST
    assert entered(books) == [(job.id, run) for run in range(1, MOST + 1)]


def test_fifty_at_once_never_pass_the_limit(books: Desk) -> None:
    start = threading.Barrier(50)

    def ask(number: int) -> str:
        start.wait()
        try:
            books.jobs.submit("bench", Order(name=f"job{number}"))
        except LedgerFull:
            return "refused"
        return "let in"

    with ThreadPoolExecutor(50) as people:
        said = Counter(people.map(ask, range(50)))
    assert said == {"let in": MOST, "refused": 50 - MOST}
    assert len(books.jobs.listed()) == len(entered(books)) == MOST
    assert len(books.durable.engine.open_runs()) == MOST


@pytest.mark.parametrize(
    ("act", "end"),
    [
        pytest.param("nothing", ("completed", 0.25), id="completed, with the result"),
        pytest.param("refuse", ("failed", None), id="failed by design"),
        pytest.param("bug", ("failed", None), id="failed by a bug"),
    ],
)
def test_the_end_of_a_run_is_told_with_it(
    books: Desk, act: str, end: tuple[str, float | None]
) -> None:
    with workshop.node(books):
        job = books.jobs.submit("bench", Order(name="told", act=act))
        ended(books, job.id)
    assert ended_as(books) == {(job.id, 1): end}


def test_a_job_that_is_canceled_while_it_waits_is_told(books: Desk) -> None:
    job = books.jobs.submit("bench", Order(name="canceled"))
    books.jobs.cancel(job.id)
    assert ended_as(books) == {(job.id, 1): ("canceled", None)}


def test_an_end_that_reconciling_writes_is_told(books: Desk) -> None:
    job = books.jobs.submit("bench", Order(name="half"))
    books.durable.engine.cancel([run_id(job)])
    books.jobs.reconcile()
    assert ended_as(books) == {(job.id, 1): ("canceled", None)}


def test_a_run_that_reconciling_repeats_is_no_new_entry(books: Desk) -> None:
    with workshop.node(books):
        job = books.jobs.submit("bench", Order(name="restored"))
        ended(books, job.id)
    with books.catalog.begin() as conn:
        change(conn, job.id, state=JobState.IN_PROGRESS)
    books.jobs.reconcile()
    assert books.jobs.find(job.id).run == 2
    assert entered(books) == [(job.id, 1)]


def test_a_result_whose_rows_cannot_be_written_fails_the_job(books: Desk) -> None:
    with workshop.node(books):
        job = books.jobs.submit("bench", Order(name=f"{ledger.UNWRITABLE} 1"))
        told = ended(books, job.id)
    assert (told.state, told.error_code, told.result) == (JobState.FAILED, "bug", None)
    assert "IntegrityError" in told.error_message
    assert books.jobs.explain(job.id).artifacts == ()
    assert ended_as(books) == {}


def test_a_cancel_holds_although_its_rows_cannot_be_written(books: Desk) -> None:
    job = books.jobs.submit("bench", Order(name=f"{ledger.UNWRITABLE} 2"))
    assert books.jobs.cancel(job.id).state is JobState.CANCELED
    assert books.jobs.find(job.id).state is JobState.CANCELED
    assert ended_as(books) == {}


_DIES = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
import ledger, workshop
from dataclasses import replace
from pathlib import Path

def then_die(hook):
    def write(*args):
        hook(*args)
        os.kill(os.getpid(), signal.SIGKILL)
    return write

pipeline = replace(ledger.LEDGER, **{sys.argv[4]: then_die(getattr(ledger, sys.argv[4]))})
shop = workshop.Desk(workshop.settings_for(Path(sys.argv[2]), sys.argv[3]), pipeline)
shop.jobs.start()
job = shop.jobs.submit("bench", workshop.Order(name="half"))
shop.jobs.wait([job.id])
"""


def die_in(books: Desk, hook: str) -> None:
    """A node that is killed when the hook has written, before the transaction is committed."""
    here = str(Path(workshop.__file__).parent)
    where = [here, str(books.settings.home), books.settings.database_url, hook]
    died = subprocess.run([sys.executable, "-c", _DIES, *where], check=False)
    assert died.returncode == -signal.SIGKILL


@pytest.mark.kill
def test_killed_while_a_job_is_let_in_there_is_none(books: Desk) -> None:
    die_in(books, "entering")
    assert (books.jobs.counts(), entered(books)) == ({}, [])
    assert books.durable.engine.open_runs() == []


@pytest.mark.kill
def test_killed_while_a_job_ends_it_ends_later_and_once(books: Desk) -> None:
    die_in(books, "ended")
    job_id = JobId("bench/half")
    assert books.jobs.find(job_id).state is JobState.IN_PROGRESS
    assert (entered(books), ended_as(books)) == ([(job_id, 1)], {})
    with workshop.node(books):
        job = ended(books, job_id)
    assert (job.state, job.run, job.attempts) == (JobState.COMPLETED, 1, 2)
    assert ended_as(books) == {(job_id, 1): ("completed", 0.25)}
