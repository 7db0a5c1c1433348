"""Boards carried out by an engine that dies: between steps, between writes, behind an answer.

The workflow, its steps, the database and the provider's HTTP are real. What stands in for the
engine keeps its promise and no more: the outcome of a step that was remembered is brought back, and
everything behind it is done again.
"""

import json
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
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
from reelmill.pipelines.storyboards.settling import find_strays, settle_open
from reelmill.pipelines.storyboards.spec import StoryboardsSpec
from reelmill.pipelines.storyboards.workflow import make
from reelmill.services import Attempt, Services, working
from reelmill.units import JobId

#: Looks into the provider's list, which may lag, before all that left late is found.
LOOKS = 3

#: How long ago what left late was bought at most, beside what clocks may differ by.
NO_TIME = timedelta(seconds=1)


class Killed(BaseException):
    """The process is gone."""


#: Share of the requests that buy before which a node that may sleep does.
NAPS_SHARE = 0.25

#: Share of the moments in which somebody who sleeps wakes.
WAKES_SHARE = 0.05


class Sleeper(threading.Thread):
    """An attempt at a job, which may be paused."""

    def __init__(self, work: Callable[[], Job]) -> None:
        super().__init__(daemon=True)
        self._work = work
        self.ended: Job | None = None
        self.problem: BaseException | None = None
        self.stands_still = threading.Event()
        self.woken = threading.Event()

    def run(self) -> None:
        try:
            self.ended = self._work()
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits
            self.problem = error
        self.stands_still.set()

    def nap(self) -> None:
        """Stand still until somebody wakes it."""
        self.stands_still.set()
        assert self.woken.wait(60), "whoever sleeps is woken"

    def outcome(self) -> Job | None:
        """How it ended; None while it sleeps."""
        self.start()
        self.stands_still.wait()
        if self.problem is not None:
            raise self.problem
        return self.ended


def _has_slept() -> bool:
    """Whether whoever asks slept and woke: they come to their end without more."""
    thread = threading.current_thread()
    return isinstance(thread, Sleeper) and thread.woken.is_set()


@dataclass
class Fate:
    """When a process dies, and when somebody cancels; the same for the same seed."""

    seed: int
    share: float = 0.03
    kills_left: int = 8
    killed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(f"fate {self.seed}")
        self._sleeps = random.Random(f"sleep {self.seed}")
        self.naps_left = 2 if self.seed % 3 == 1 else 0
        self.napped = False
        self.asleep: list[Sleeper] = []
        self.cancels_at = self._random.randrange(1, 60) if self.seed % 5 == 0 else None

    def pass_by(self, where: str) -> None:
        """Die here, or go on. Somebody else may wake in this moment."""
        if _has_slept():
            return
        if self.asleep and self._sleeps.random() < WAKES_SHARE:
            self.wake()
        if self.kills_left > 0 and self._random.random() < self.share:
            self.kills_left -= 1
            self.killed.append(where)
            raise Killed(where)

    def naps(self) -> None:
        """Sleep here for a while, as a node does that is paused; another goes on meanwhile."""
        sleeper = threading.current_thread()
        if self.naps_left <= 0 or self._sleeps.random() >= NAPS_SHARE:
            return
        assert isinstance(sleeper, Sleeper)
        self.naps_left -= 1
        self.napped = True
        self.asleep.append(sleeper)
        sleeper.nap()

    def wake(self) -> None:
        """Wake whoever sleeps, and let all that they do come to its end."""
        while self.asleep:
            sleeper = self.asleep.pop()
            sleeper.woken.set()
            sleeper.join()

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

    def ask(
        self,
        url: str,
        body: bytes | None = None,
        *,
        before_leaving: Callable[[], None] = lambda: None,
        **kwargs: Any,
    ) -> Answer:
        def sleeping() -> None:
            self._fate.naps()
            before_leaving()
            self._fate.naps()

        buys = url.endswith("/predictions") and body is not None
        act = sleeping if buys else before_leaving
        answer = super().ask(url, body, before_leaving=act, **kwargs)
        self._fate.pass_by("behind an answer")
        return answer


class Engine:
    """Carries out jobs, dies as fate has it, and begins again on the same database."""

    def __init__(self, app: App, provider: Provider, fate: Fate) -> None:
        self.app, self.provider, self.fate = app, provider, fate
        sure = app.services.catalog
        catalog = MortalCatalog(engine=sure.engine, url=sure.url, fate=fate)
        self.here = replace(app.services, catalog=catalog, http=MortalFetcher(fate))
        self._present: Sleeper | None = None

    def close(self) -> None:
        """Let everybody end, and drop its connections."""
        self.fate.wake()
        self.here.http.close()

    def carry_out(self, job_id: JobId) -> Job:
        """A job to its end, through all deaths."""
        memory: list[tuple[str, str]] = []
        while True:
            job = self.app.jobs.find(job_id)
            self._present = Sleeper(partial(self._attempt, job, memory))
            try:
                ended = self._present.outcome()
            except Killed:
                continue
            if ended is not None:
                return ended

    def _holds(self) -> bool:
        """Whether whoever asks has the job: one that slept has not."""
        return threading.current_thread() is self._present

    def _attempt(self, job: Job, memory: list[tuple[str, str]]) -> Job:
        canceled = threading.Event()
        trace = Trace()

        def hear(_progress: object) -> None:
            if self.fate.cancels():
                canceled.set()

        attempt = Attempt(job_id=job.id, canceled=canceled, report=hear, holds=self._holds)
        runner = Remembering(_remember(memory, self.fate, self._holds), attempt, trace)
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
        if not self._holds():
            raise Killed("its result is refused")
        with self.app.services.catalog.begin() as conn:
            now = self.app.services.clock()
            ended = jobs.change(conn, job.id, state=state, finished_at=now, **why)
            PIPELINE.ended(self.app.services, conn, ended, result)
        return ended

    def settle(self) -> None:
        """What a chore and, where nobody knows, a person do an hour later."""
        self.fate.wake()
        later = replace(self.app.services, clock=self._later)
        for _ in range(LOOKS if self.fate.napped else self.fate.seed % 10 == 0):
            find_strays(later, listed=NO_TIME + timedelta(hours=1))
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


def _remember(memory: list[tuple[str, str]], fate: Fate, holds: Callable[[], bool]) -> Any:
    """What an engine promises of steps: done, remembered, and then never done again."""
    done = iter(list(memory))

    def remember(name: str, call: Any) -> Kept:
        if (known := next(done, None)) is not None:
            assert known[0] == name, "a workflow is told again in the same order"
            brought_back: Kept = json.loads(known[1])
            return brought_back
        fate.pass_by("before a step")
        what: Kept = call()
        if not holds():
            raise Killed("its step is not remembered")
        fate.pass_by("behind a step")
        memory.append((name, json.dumps(what)))
        return what

    return remember
