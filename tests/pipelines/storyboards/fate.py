"""Boards carried out by an engine that dies: between steps, between writes, behind an answer.

The workflow, its steps, the database and the provider's HTTP are real. What stands in for the
engine keeps its promise and no more: the outcome of a step that was remembered is brought back, and
everything behind it is done again.
"""

import json
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from reelmill.accounts.caller import LOCAL
from reelmill.app import App
from reelmill.catalog import jobs
from reelmill.catalog.database import Catalog
from reelmill.catalog.job import Job, JobState
from reelmill.engine.steps import Kept, Remembering, Stopped, Trace
from reelmill.engine.words import stepping
from reelmill.errors import Canceled, ReelmillError
from reelmill.http import Answer, Fetcher
from reelmill.pipelines.storyboards.bank import Bank
from reelmill.pipelines.storyboards.pipeline import PIPELINE
from reelmill.pipelines.storyboards.providers.provider import PredictionId
from reelmill.pipelines.storyboards.providers.replicate_api import mark_of
from reelmill.pipelines.storyboards.providers.simulator.server import Provider
from reelmill.pipelines.storyboards.results import StoryboardsResult
from reelmill.pipelines.storyboards.settling import settle_open
from reelmill.pipelines.storyboards.spec import StoryboardsSpec
from reelmill.pipelines.storyboards.workflow import make
from reelmill.services import Attempt, Services, working
from reelmill.units import JobId


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Fate:
    """When a process dies, and when somebody cancels; the same for the same seed."""

    seed: int
    share: float = 0.03
    kills_left: int = 8
    killed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(f"fate {self.seed}")
        self.cancels_at = self._random.randrange(1, 60) if self.seed % 5 == 0 else None

    def pass_by(self, where: str) -> None:
        """Die here, or go on."""
        if self.kills_left > 0 and self._random.random() < self.share:
            self.kills_left -= 1
            self.killed.append(where)
            raise Killed(where)

    def cancels(self) -> bool:
        """Whether somebody cancels at this moment."""
        if self.cancels_at is None:
            return False
        self.cancels_at -= 1
        if self.cancels_at:
            return False
        self.cancels_at = None
        return True


@dataclass(frozen=True, kw_only=True)
class MortalCatalog(Catalog):
    """A database before and behind whose writes the process may die."""

    fate: Fate

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        self.fate.pass_by("before a write")
        with super().begin() as conn:
            yield conn
        self.fate.pass_by("behind a write")


class MortalFetcher(Fetcher):
    """A way out behind whose answers the process may die."""

    def __init__(self, fate: Fate) -> None:
        super().__init__(("127.0.0.0/8",))
        self._fate = fate

    def ask(self, *args: Any, **kwargs: Any) -> Answer:
        answer = super().ask(*args, **kwargs)
        self._fate.pass_by("behind an answer")
        return answer


class Engine:
    """Carries out jobs, dies as fate has it, and begins again on the same database."""

    def __init__(self, app: App, provider: Provider, fate: Fate) -> None:
        self.app, self.provider, self.fate = app, provider, fate
        sure = app.services.catalog
        catalog = MortalCatalog(engine=sure.engine, url=sure.url, fate=fate)
        self.here = replace(app.services, catalog=catalog, http=MortalFetcher(fate))

    def close(self) -> None:
        """Drop its connections."""
        self.here.http.close()

    def carry_out(self, job_id: JobId) -> Job:
        """A job to its end, through all deaths."""
        memory: list[tuple[str, str]] = []
        while True:
            try:
                return self._attempt(self.app.jobs.find(job_id), memory)
            except Killed:
                continue

    def _attempt(self, job: Job, memory: list[tuple[str, str]]) -> Job:
        canceled = threading.Event()
        trace = Trace()

        def hear(_progress: object) -> None:
            if self.fate.cancels():
                canceled.set()

        attempt = Attempt(job_id=job.id, canceled=canceled, report=hear)
        runner = Remembering(_remember(memory, self.fate), attempt, trace)
        try:
            with working(self.here, attempt), stepping(runner):
                result = make(StoryboardsSpec.model_validate(job.spec))
        except (Stopped, Canceled):
            return self._end(job, JobState.CANCELED, None)
        except ReelmillError as error:
            if canceled.is_set():
                return self._end(job, JobState.CANCELED, None)
            why = {"error_message": error.message, "error_code": error.code}
            return self._end(job, JobState.FAILED, None, **why)
        if canceled.is_set():
            return self._end(job, JobState.CANCELED, None)
        return self._end(job, JobState.COMPLETED, result)

    def _end(self, job: Job, state: JobState, result: StoryboardsResult | None, **why: Any) -> Job:
        """As the engine does: in one transaction with what the pipeline writes beside it."""
        with self.app.services.catalog.begin() as conn:
            now = self.app.services.clock()
            ended = jobs.change(conn, job.id, state=state, finished_at=now, **why)
            PIPELINE.ended(self.app.services, conn, ended, result)
        return ended

    def settle(self) -> None:
        """What a chore and, where nobody knows, a person do an hour later."""
        later = replace(self.app.services, clock=self._later)
        for _ in range(20):
            settle_open(later)
            self._decide(later)
        settle_open(later)

    def _later(self) -> datetime:
        return self.app.services.clock() + timedelta(hours=1)

    def _decide(self, here: Services) -> None:
        """Somebody looks into the provider's own books."""
        bank = Bank(here=here, caller=LOCAL)
        for entry in bank.undecided():
            mark = mark_of(entry.id)
            bought = [one.id for one in self.provider.books.purchases if one.input["seed"] == mark]
            bank.decide(entry.id, PredictionId(bought[0]) if bought else None)


def _remember(memory: list[tuple[str, str]], fate: Fate) -> Any:
    """What an engine promises of steps: done, remembered, and then never done again."""
    done = iter(list(memory))

    def remember(name: str, call: Any) -> Kept:
        if (known := next(done, None)) is not None:
            assert known[0] == name, "a workflow is told again in the same order"
            brought_back: Kept = json.loads(known[1])
            return brought_back
        fate.pass_by("before a step")
        what: Kept = call()
        fate.pass_by("behind a step")
        memory.append((name, json.dumps(what)))
        return what

    return remember
