"""Changes of jobs -> server-sent events. The only asynchronous file.

One poller asks the catalog for all who watch. Each watcher has a box in which only the latest
of each job lies, so a slow one costs little and misses nothing that still matters.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Annotated, Any, Final, NamedTuple, TypeVar

import structlog
from fastapi import APIRouter, Depends, Header, Query, Request, Response
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from reelmill.catalog import jobs
from reelmill.catalog.database import Catalog
from reelmill.catalog.jobs import Changed, Job
from reelmill.errors import ReelmillError
from reelmill.units import JobId
from reelmill.web.deps import ONE_JOB, TheApp, TheCaller, TheJobId
from reelmill.web.language import TheLanguage
from reelmill.web.languages import Language
from reelmill.web.views import JobEvent

T = TypeVar("T")

log = structlog.get_logger()

#: Seconds between two looks at the catalog while somebody watches.
LOOK_S: Final = 0.25

#: Seconds without a look after one that failed.
OUTAGE_WAIT_S: Final = 2.0

#: Seconds between two comments that keep the connection open through proxies.
HEARTBEAT_S: Final = 15

#: Seconds that a watcher may take to receive one event before it is dropped.
SEND_TIMEOUT_S: Final = 30.0

#: A watcher that is further behind than this many jobs is told to load the page anew.
MOST_BEHIND: Final = 1000

#: A watcher that comes back after this many changes is told the same.
MOST_MISSED: Final = 20_000

#: Seconds after which a watcher has to come back, and say anew who it is.
LONGEST_S: Final = 600.0

#: Milliseconds after which a browser comes back.
COME_BACK_MS: Final = 2000


class Batch(NamedTuple):
    """What a watcher has not seen yet."""

    jobs: list[Job]
    """The latest of each job that changed."""

    since: int
    """Where these changes begin."""

    upto: int
    """Where the next ones begin."""

    too_many: bool
    """More than `MOST_BEHIND`: the jobs were left out."""

    over: bool
    """Nothing more comes: the watcher has to come back."""


class Box:
    """What one watcher has not seen yet.

    Args:
        since: Where its changes begin.
        wanted: Only this job; all when None.
        owner: Only jobs of this owner; everybody's when None.
    """

    def __init__(self, since: int, wanted: JobId | None, owner: str | None = None) -> None:
        self._latest: dict[JobId, Job] = {}
        self._since = self._upto = since
        self._wanted = wanted
        self._owner = owner
        self._too_many = self._over = False
        self._arrived = asyncio.Event()

    def put(self, changed: Changed) -> None:
        """Add what has changed; never waits."""
        self._upto = max(self._upto, changed.upto)
        for job in changed.jobs:
            known = self._latest.get(job.id)
            is_wanted = self._wanted in {None, job.id} and self._owner in {None, job.owner}
            if is_wanted and (known is None or known.revision < job.revision):
                self._latest[job.id] = job
        if len(self._latest) > MOST_BEHIND:
            self._latest.clear()
            self._too_many = True
        if self._latest or self._too_many:
            self._arrived.set()

    def close(self) -> None:
        """Let the watcher go."""
        self._over = True
        self._arrived.set()

    async def take(self) -> Batch:
        """Wait for changes, and take all of them out."""
        await self._arrived.wait()
        self._arrived.clear()
        left = list(self._latest.values())
        batch = Batch(left, self._since, self._upto, self._too_many, self._over)
        self._latest, self._since, self._too_many = {}, self._upto, False
        return batch


class Feed:
    """Asks the catalog for all who watch, while anybody does.

    Args:
        catalog: Where the jobs are.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._boxes: set[Box] = set()
        self._poller: asyncio.Task[None] | None = None

    @contextmanager
    def watching(
        self, now: int, since: int, wanted: JobId | None = None, owner: str | None = None
    ) -> Iterator[Box]:
        """A box that fills with every change from now on.

        What lies between `since` and now is the caller's to put in.

        Args:
            now: What `last_change` has said just now.
            since: What the watcher has seen before.
            wanted: Only this job.
            owner: Only jobs of this owner.
        """
        box = Box(since, wanted, owner)
        self._boxes.add(box)
        loop = asyncio.get_running_loop()
        if self._poller is None or self._poller.done():
            self._poller = loop.create_task(self._poll(now))
            self._poller.add_done_callback(self._ended)
        closing = loop.call_later(LONGEST_S, box.close)
        try:
            yield box
        finally:
            closing.cancel()
            self._boxes.discard(box)

    async def ask(self, question: Callable[..., T], *args: Any) -> T:
        """Ask the catalog in a thread."""

        def answer() -> T:
            with self._catalog.read() as conn:
                return question(conn, *args)

        return await run_in_threadpool(answer)

    def _ended(self, poller: asyncio.Task[None]) -> None:
        """Should the poller die of a bug, those who watch come back and start another."""
        if not poller.cancelled() and (bug := poller.exception()):
            log.error("watching failed by a bug", exc_info=bug)
            for box in self._boxes:
                box.close()

    async def _poll(self, since: int) -> None:
        told: dict[JobId, int] = {}
        while self._boxes:
            try:
                changed = await self.ask(jobs.changed_since, since)
            except ReelmillError as error:
                log.warning("catalog cannot be watched", code=error.code)
                await asyncio.sleep(OUTAGE_WAIT_S)
                continue
            # Postgres tells a change again while an older transaction is open.
            new = [job for job in changed.jobs if told.get(job.id) != job.revision]
            told = {job.id: job.revision for job in changed.jobs}
            since = changed.upto
            for box in self._boxes:
                box.put(Changed(new, changed.upto))
            await asyncio.sleep(LOOK_S)


def feed_of(request: Request) -> Feed:
    """The feed of the site."""
    feed: Feed = request.app.state.feed
    return feed


TheFeed = Annotated[Feed, Depends(feed_of)]
LastEventId = Annotated[
    str | None, Header(alias="Last-Event-ID", description="Goes on behind this event.")
]

#: What the description of the API says about a stream.
STREAM: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "Events named `job`.", "content": {"text/event-stream": {}}}
}

router = APIRouter(prefix="/v1", tags=["events"])


@router.get("/events", operation_id="watch_jobs", response_class=Response, responses=STREAM)
async def watch_jobs(
    feed: TheFeed,
    caller: TheCaller,
    language: TheLanguage,
    since: Annotated[int | None, Query(ge=0, description="As `Last-Event-ID`.")] = None,
    last_event_id: LastEventId = None,
) -> Response:
    """Every change of your jobs from now on, or from `Last-Event-ID` on; an operator's are all.

    `job` carries a job; `ready` says that the stream stands; `reset` that too much was missed:
    load the list anew.
    """
    now = await feed.ask(jobs.last_change)
    start = _number(last_event_id, since)
    since = now if start is None else start
    return _stream(_all_changes(feed, now, since, caller.sees_only, language))


@router.get(
    f"{ONE_JOB}/events",
    operation_id="watch_job",
    response_class=Response,
    responses={**STREAM, 204: {"description": "It has ended, and you have seen it."}},
)
async def watch_job(
    app: TheApp,
    feed: TheFeed,
    job_id: TheJobId,
    language: TheLanguage,
    last_event_id: LastEventId = None,
) -> Response:
    """A job as it is now, then each change, until it has ended. The ids are its revisions."""
    now = await feed.ask(jobs.last_change)
    job = await run_in_threadpool(app.jobs.find, job_id)
    seen = _number(last_event_id, None) or 0
    if job.state.ended and job.revision <= seen:
        return Response(status_code=HTTPStatus.NO_CONTENT)
    return _stream(_one_job(feed, job_id, seen, now, language))


async def _all_changes(
    feed: Feed, now: int, start: int, owner: str | None, language: Language
) -> AsyncIterator[ServerSentEvent]:
    with feed.watching(now, start, owner=owner) as box:
        yield ServerSentEvent("{}", event="ready", id=str(start), retry=COME_BACK_MS)
        if 0 <= now - start <= MOST_MISSED:
            box.put(await feed.ask(jobs.changed_since, start))
        else:
            yield ServerSentEvent("{}", event="reset", id=str(now))
        while not (batch := await box.take()).over:
            if batch.too_many:
                yield ServerSentEvent("{}", event="reset", id=str(batch.upto))
                continue
            last = len(batch.jobs) - 1
            for position, job in enumerate(batch.jobs):
                # Whoever leaves in the middle of a batch gets all of it again.
                yield _event(job, batch.upto if position == last else batch.since, language)


async def _one_job(
    feed: Feed, job_id: JobId, seen: int, now: int, language: Language
) -> AsyncIterator[ServerSentEvent]:
    with feed.watching(now, now, job_id) as box:
        found = await feed.ask(jobs.find, job_id)
        box.put(Changed([found] if found else [], now))
        ended = False
        while not ended:
            batch = await box.take()
            ended = batch.over
            for job in batch.jobs:
                ended = job.state.ended
                if job.revision > seen:
                    seen = job.revision
                    yield _event(job, seen, language)


def _event(job: Job, number: int, language: Language) -> ServerSentEvent:
    told = JobEvent.of(job, language).model_dump_json()
    return ServerSentEvent(told, event="job", id=str(number))


def _stream(events: AsyncIterator[ServerSentEvent]) -> EventSourceResponse:
    return EventSourceResponse(events, ping=HEARTBEAT_S, send_timeout=SEND_TIMEOUT_S, sep="\n")


def _number(last_event_id: str | None, otherwise: int | None) -> int | None:
    return int(last_event_id) if last_event_id and last_event_id.isdecimal() else otherwise
