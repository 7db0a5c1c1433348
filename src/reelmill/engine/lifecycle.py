"""The one desk for jobs: a spec becomes a job, a run of it becomes a state that people can read.

The row of a job and the engine's run of it are written in one transaction, so neither exists
without the other; what a crash leaves between later writes is put right by `reconcile`.
"""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import sqlalchemy as sa
import structlog
from pydantic import BaseModel
from sqlalchemy.exc import OperationalError

from reelmill.catalog import artifacts, jobs, steps
from reelmill.catalog.artifacts import NewArtifact
from reelmill.catalog.jobs import PRIORITY, Job, JobState, NewJob, UnknownJob
from reelmill.catalog.nodes import Node
from reelmill.engine.books import Books, bug, reason
from reelmill.engine.durable import Durable, Queue
from reelmill.engine.explain import Explanation, explanation
from reelmill.engine.notices import Postman, announce_end
from reelmill.engine.recipe import Errand, Recipe
from reelmill.engine.reconcile import orphans, put_right
from reelmill.engine.running import Running, Work
from reelmill.engine.steps import Remember, Remembering, Stopped
from reelmill.engine.waiting import wait_for
from reelmill.engine.words import ArtifactMade, stepping
from reelmill.errors import Conflict, NotFound, ReelmillError, Refused, Unavailable
from reelmill.services import Services, draft_prefix, working
from reelmill.units import JobId

log = structlog.get_logger()


class UnknownPipeline(NotFound):
    """There is no such pipeline."""


class NotEnded(Conflict):
    """Only a job that has ended can be tried again."""


class AlreadyEnded(Conflict):
    """The job has ended already."""


class MessageBroken(Refused):
    """The message cannot be sent; the log of the node says why."""


class Jobs:
    """Submit, find, cancel, retry and explain jobs; and, as a node, carry them out.

    Args:
        services: What steps may reach.
        durable: The engine.
        pipelines: Usable pipelines, by name.
    """

    def __init__(
        self, services: Services, durable: Durable, pipelines: Mapping[str, Recipe]
    ) -> None:
        self._services = services
        self._catalog = services.catalog
        self._durable = durable
        self._pipelines = pipelines
        self._books = Books(services.catalog, services.clock, ended=self._ended)
        self._running = Running(self._books)
        self._postman = Postman(services, carefully=_carefully)

    def submit(
        self,
        pipeline: str,
        spec: BaseModel,
        *,
        owner: str = "local",
        priority: int = PRIORITY,
        force: bool = False,
    ) -> Job:
        """Ask for a job. The same request is the same job, and is done once.

        Args:
            pipeline: Name of the pipeline.
            spec: What is asked, an instance of the pipeline's spec model.
            owner: Whose job it is.
            priority: 1 to 9, lower goes first.
            force: Do an ended job again; one that is waiting or running stays as it is.

        Returns:
            The job as it is now, new or not.

        Raises:
            UnknownPipeline, Refused: and whatever the pipeline refuses.
        """
        new = self._asked(pipeline, spec, owner, priority)
        self._durable.load()
        job, is_enqueued = self._books.enter(new, force=force, enqueue=self._let_in)
        if is_enqueued:
            log.info("job submitted", job=job.id, owner=owner)
        return job

    def submit_together(
        self, pipeline: str, specs: Sequence[BaseModel], *, owner: str = "local"
    ) -> list[Job]:
        """Ask for several jobs in one transaction: all are there afterwards, or none is.

        Args:
            pipeline: Name of the pipeline.
            specs: What is asked, instances of the pipeline's spec model.
            owner: Whose jobs they are.

        Returns:
            The jobs as they are now, new or not, in the same order.

        Raises:
            UnknownPipeline, Refused: and whatever the pipeline refuses; then none is written.
        """
        new = [self._asked(pipeline, spec, owner, PRIORITY) for spec in specs]
        self._durable.load()
        entered = self._books.enter_together(new, enqueue=self._let_in)
        for job, is_enqueued in entered:
            if is_enqueued:
                log.info("job submitted", job=job.id, owner=owner)
        return [job for job, _ in entered]

    def cancel(self, job_id: JobId) -> Job:
        """Stop a job: a waiting one never starts, a running one is killed within seconds.

        Raises:
            UnknownJob: no such job.
            AlreadyEnded: there is nothing left to stop.
        """
        with self._catalog.begin() as conn:
            job = self._held(conn, job_id)
            if job.state.ended:
                raise AlreadyEnded(job_id=job_id, state=job.state.value)
            was_waiting = job.state is JobState.PENDING
            job = self._books.end(conn, job_id, JobState.CANCELED)
        self._durable.cancel(job)
        if was_waiting:
            self._sweep(job_id)
        self._running.look()
        log.info("job canceled", job=job_id)
        return job

    def retry(self, job_id: JobId) -> Job:
        """Do an ended job again, with the same spec.

        Raises:
            UnknownJob: no such job.
            NotEnded: it is waiting or running.
        """
        self._durable.load()
        with self._catalog.begin() as conn:
            job = self._held(conn, job_id)
            if not job.state.ended:
                raise NotEnded(job_id=job_id, state=job.state.value)
            job = self._books.again(conn, job)
            self._let_in(conn, job)
        log.info("job is tried again", job=job_id, run=job.run)
        return job

    def find(self, job_id: JobId) -> Job:
        """The job as it is now.

        Raises:
            UnknownJob: no such job.
        """
        with self._catalog.read() as conn:
            job = jobs.find(conn, job_id)
        if job is None:
            raise UnknownJob(job_id=job_id)
        return job

    def listed(self, **wanted: Any) -> list[Job]:
        """Jobs, newest first; `wanted` as `catalog.jobs.listed` takes it."""
        with self._catalog.read() as conn:
            return jobs.listed(conn, **wanted)

    def counts(self, *, owner: str | None = None) -> dict[tuple[str, JobState], int]:
        """How many jobs there are, by pipeline and state."""
        with self._catalog.read() as conn:
            return jobs.counts(conn, owner=owner)

    def explain(self, job_id: JobId) -> Explanation:
        """What a job did, step by step, and what to do about it.

        Raises:
            UnknownJob: no such job.
        """
        job = self.find(job_id)
        with self._catalog.read() as conn:
            did = steps.steps_of(conn, job_id)
            made = artifacts.of_job(conn, job_id)
        return explanation(job, did, made)

    def wait(
        self,
        job_ids: Collection[JobId],
        *,
        on_change: Callable[[Job], None] | None = None,
        timeout_s: float | None = None,
    ) -> dict[JobId, Job]:
        """Wait until jobs have ended.

        Args:
            job_ids: The jobs.
            on_change: Told each time that a job looks different, first as it is now.
            timeout_s: Seconds after which to return as things are; None waits for ever.

        Returns:
            Every job that exists, as it was seen last.
        """
        return wait_for(self._catalog, job_ids, on_change=on_change, timeout_s=timeout_s)

    def ended_among(self, job_ids: Collection[JobId]) -> list[Job]:
        """Those of some jobs that have ended; cheap enough to be asked all the time."""
        with self._catalog.read() as conn:
            return jobs.ended_among(conn, job_ids)

    def nodes(self) -> list[Node]:
        """Nodes that have beaten lately, with their age."""
        return self._durable.nodes()

    def start(self, pipelines: Collection[str] = ()) -> None:
        """Become a node: take jobs from the queues and carry them out.

        Args:
            pipelines: Those whose jobs are taken and whose chores are done; empty is all.

        Raises:
            UnknownPipeline: there is none of such a name.
        """
        names = pipelines or self._pipelines
        chosen = {name: self._pipeline(name) for name in names}
        self._services.children.warm()
        self._services.sweep()
        self._running.start()
        self._durable.start(
            self._carry_out,
            [self._queue(name, which) for name, which in chosen.items()],
            chores=self.reconcile,
        )
        errands = [errand for which in chosen.values() for errand in which.chores]
        self._durable.go_round(errands, self._do_chore)
        self._postman.start()

    def stop(self, drain_s: float) -> None:
        """Take no more jobs, let running ones finish, leave the rest to other nodes.

        Args:
            drain_s: Seconds that running jobs get.
        """
        self._durable.stop(drain_s, is_idle=self._running.is_idle, leave=self._running.leave)
        self._running.stop()
        self._postman.stop(drain_s)

    def close(self) -> None:
        """Let go of the engine; a desk that never was a node needs nothing else."""
        self._durable.close()

    def reconcile(self) -> None:
        """Put right what a crash left between two writes."""
        engine = self._durable.engine
        open_runs = engine.open_runs()
        known = self._books.look_up({JobId(run.rpartition("#")[0]) for run in open_runs})
        engine.cancel(orphans(open_runs, known))
        put_right(
            self._books,
            pipelines=self._pipelines,
            states_of=engine.states,
            enqueue=self._enqueue,
        )

    def _do_chore(self, errand: Errand) -> None:
        """Do one chore; what goes wrong is logged, and it is tried at its next time."""
        with structlog.contextvars.bound_contextvars(chore=errand.name):
            try:
                errand.run(self._services, self)
            except ReelmillError as error:
                log.warning("chore failed", code=error.code, error=error.message)
            except Exception:
                log.exception("chore failed", code="bug")

    def _carry_out(self, run: str, remember: Remember) -> None:
        """One attempt of one run, as the engine asks for it."""
        job_id, _, number = run.rpartition("#")
        worker = self._durable.node_id
        job = self._books.begin(JobId(job_id), int(number), worker=worker)
        if job is None:
            return
        with (
            structlog.contextvars.bound_contextvars(job=job.id, attempt=job.attempts),
            self._running.at_work(job) as work,
        ):
            try:
                self._attempt(work, remember)
            except Stopped:
                self._tidy(work)
                raise
            self._sweep(job.id)

    def _attempt(self, work: Work, remember: Remember) -> None:
        """Tell the story of the job, and write down how it ended.

        Raises:
            Stopped: the job was canceled, or is another node's by now.
        """
        job, attempt = work.job, work.attempt
        which = self._pipelines[job.pipeline]
        began_s = time.monotonic()
        try:
            with (
                working(self._services, attempt),
                stepping(Remembering(remember, attempt, work.trace)),
            ):
                result = which.run(which.spec.model_validate(job.spec))
            self._books.complete(job, result, _made(result), work.trace.take())
        except ReelmillError as error:
            self._books.fail(job, reason(error), work.trace.take())
            log.error("job failed", code=error.code, error=error.message)  # noqa: TRY400
        except Exception as error:
            self._books.fail(job, bug(error), work.trace.take())
            log.exception("job failed", code="bug")
        else:
            log.info("job completed", took_s=round(time.monotonic() - began_s, 3))

    def _tidy(self, work: Work) -> None:
        """After an attempt that was stopped: note what it did, remove drafts of an ended job."""
        with suppress(Unavailable):
            if did := work.trace.take():
                self._books.note([(work.job, None, did)])
            now = self._books.look_up([work.job.id])[work.job.id]
            if now.state.ended:
                self._sweep(now.id)

    def _sweep(self, job_id: JobId) -> None:
        with suppress(Unavailable):
            for draft in self._services.store.list(draft_prefix(job_id)):
                self._services.store.delete(draft.key)

    def _asked(self, pipeline: str, spec: BaseModel, owner: str, priority: int) -> NewJob:
        """What is asked, as the row of a job; what it carries is in the store by then."""
        which = self._pipeline(pipeline)
        if not isinstance(spec, which.spec):
            raise Refused(hint=f"Give a {which.spec.__name__}.", got=type(spec).__name__)
        asked = which.receive(spec, self._services)
        key = which.key(asked)
        return NewJob(
            id=JobId(f"{pipeline}/{key}"),
            pipeline=pipeline,
            key=key,
            spec=asked.model_dump(mode="json"),
            owner=owner,
            priority=priority,
            created_at=self._services.clock(),
        )

    def _let_in(self, conn: sa.Connection, job: Job) -> None:
        """Enqueue a run that somebody asks for, unless its pipeline refuses."""
        self._pipeline(job.pipeline).entering(self._services, conn, job)
        self._enqueue(conn, job)

    def _ended(self, conn: sa.Connection, job: Job, result: BaseModel | None) -> None:
        """Let the pipeline write beside the end of a run, and tell the webhooks of its owner."""
        announce_end(conn, job)
        which = self._pipelines.get(job.pipeline)
        if which is None:
            log.warning("job of an unusable pipeline ended", job=job.id)
        elif result is not None:
            # What goes wrong here fails the job: it has an end only together with these rows.
            which.ended(self._services, conn, job, result)
        else:
            self._end_without_result(conn, job, which)

    def _end_without_result(self, conn: sa.Connection, job: Job, which: Recipe) -> None:
        """As `_ended`; but a job that cannot fail properly must still end."""
        try:
            with conn.begin_nested():
                which.ended(self._services, conn, job, None)
        except OperationalError:
            # The outage is of the whole transaction, which is tried again.
            raise
        except Exception:
            log.exception("end of a job is not written by its pipeline", job=job.id)

    def _enqueue(self, conn: sa.Connection, job: Job) -> None:
        self._durable.enqueue(conn, job, workflow=self._pipeline(job.pipeline).run.name)

    def _held(self, conn: sa.Connection, job_id: JobId) -> Job:
        job = jobs.for_update(conn, job_id)
        if job is None:
            raise UnknownJob(job_id=job_id)
        return job

    def _queue(self, name: str, which: Recipe) -> Queue:
        return Queue(
            name=name,
            workflow=which.run.name,
            at_once=which.at_once,
            per_child=which.per_child,
            has_room=partial(which.has_room, self._services),
        )

    def _pipeline(self, name: str) -> Recipe:
        try:
            return self._pipelines[name]
        except KeyError:
            raise UnknownPipeline(pipeline=name) from None


def _carefully(call: Callable[[], int]) -> int:
    """Make a call; a bug in it is logged, and raised as an error that is known."""
    try:
        return call()
    except ReelmillError:
        raise
    except Exception as error:
        log.exception("message is not sent", code="bug")
        raise MessageBroken from error


def _made(result: BaseModel) -> list[NewArtifact]:
    """The files that a result names for recording."""
    made: tuple[ArtifactMade, ...] = getattr(result, "artifacts", ())
    return [NewArtifact(**artifact.model_dump()) for artifact in made]
