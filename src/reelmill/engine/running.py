"""Attempts at work in this process -> their progress, written; and their cancels, noticed.

One thread looks twice a second after all of them: one query and at most one write, however
many jobs run. A job of less than half a second costs no progress write at all.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import SQLAlchemyError

from reelmill.catalog.jobs import Job, Standing
from reelmill.engine.books import Books, owns
from reelmill.engine.steps import StepRun, Trace
from reelmill.errors import ReelmillError
from reelmill.services import Attempt, Progress

#: Seconds between two looks.
LOOK_S = 0.5

log = structlog.get_logger()


@dataclass(eq=False)
class Work:
    """One attempt at work here."""

    job: Job
    """The job as it was when the attempt began."""

    books: Books
    """Where its row is."""

    trace: Trace = field(default_factory=Trace)
    """What its steps did."""

    canceled: threading.Event = field(default_factory=threading.Event)
    """Set when it is to stop."""

    progress: Progress | None = None
    """What was reported since it was last written."""

    @property
    def attempt(self) -> Attempt:
        """As its steps see it."""
        return Attempt(
            job_id=self.job.id,
            number=self.job.attempts,
            canceled=self.canceled,
            report=self._report,
            holds=self._holds,
            ran=self.trace.ran,
        )

    def _report(self, progress: Progress) -> None:
        self.progress = progress

    def _holds(self) -> bool:
        self.see(self.books.standings([self.job.id]).get(self.job.id))
        return not self.canceled.is_set()

    def see(self, standing: Standing | None) -> None:
        """Stop when the job stands elsewhere by now: canceled, or in another attempt."""
        if not owns(self.job, standing):
            self.canceled.set()

    def news(self) -> tuple[Job, Progress | None, list[StepRun]] | None:
        """What is to be written, taken; None when there is nothing."""
        progress, self.progress = self.progress, None
        did = self.trace.take()
        return (self.job, progress, did) if progress is not None or did else None


class Running:
    """All attempts at work in this process.

    Args:
        books: Where their progress goes.
    """

    def __init__(self, books: Books) -> None:
        self._books = books
        self._works: set[Work] = set()
        self._stopped = threading.Event()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look."""
        self._stopped.clear()
        self._books.leaving.clear()
        self._thread = threading.Thread(target=self._keep_looking, name="running", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    @property
    def is_idle(self) -> bool:
        """Whether no attempt is at work."""
        return not self._works

    def look(self) -> None:
        """Look now: something was canceled."""
        self._wake.set()

    def leave(self) -> None:
        """Kill what runs, to leave it to other nodes."""
        self._books.leaving.set()
        for work in tuple(self._works):
            work.canceled.set()

    @contextmanager
    def at_work(self, job: Job) -> Iterator[Work]:
        """Look after an attempt as long as the block runs."""
        work = Work(job, self._books)
        self._works.add(work)
        if self._books.leaving.is_set():
            work.canceled.set()
        try:
            yield work
        finally:
            self._works.discard(work)

    def _keep_looking(self) -> None:
        while not self._stopped.is_set():
            self._wake.wait(LOOK_S)
            self._wake.clear()
            try:
                self._look(tuple(self._works))
            except (ReelmillError, SQLAlchemyError) as error:
                log.warning("progress is not written", error=str(error))

    def _look(self, works: tuple[Work, ...]) -> None:
        if not works:
            return
        now = self._books.standings({work.job.id for work in works})
        for work in works:
            work.see(now.get(work.job.id))
        news = [told for work in works if (told := work.news())]
        if news:
            self._books.note(news)
