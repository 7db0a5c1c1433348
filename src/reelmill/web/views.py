"""Records of the catalog -> what the API says about them."""

from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from reelmill.app import App
from reelmill.catalog.jobs import Job, JobState
from reelmill.catalog.steps import Step
from reelmill.engine.explain import Explanation
from reelmill.units import JobId
from reelmill.web import words
from reelmill.web.artifacts import ArtifactOut
from reelmill.web.deps import address
from reelmill.web.languages import ENGLISH, Language


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True, use_attribute_docstrings=True)


class ProgressOut(_Said):
    """How far a job is."""

    stage: str
    """What is being done, in the pipeline's words."""

    done: int
    """Units done so far."""

    total: int
    """Units in all, 0 when unknown."""

    message: str
    """One line for people."""


class ErrorOut(_Said):
    """Why a job failed."""

    code: str
    """For programs."""

    message: str
    """For people, one line."""

    hint: str
    """What to do about it."""

    facts: dict[str, Any]
    """Circumstances."""


class JobOut(_Said):
    """A job as it is now."""

    id: JobId
    """`<pipeline>/<key>`."""

    pipeline: str
    """The pipeline's name."""

    key: str
    """What makes two requests the same."""

    state: JobState
    """Where it stands."""

    owner: str
    """Who asked."""

    priority: int
    """1 is first."""

    run: int
    """How often it was asked for; a retry is another run."""

    attempts: int
    """How often this run was begun; more than once after a crash."""

    progress: ProgressOut
    """How far it is."""

    error: ErrorOut | None
    """Why it failed, if it did."""

    spec: dict[str, Any]
    """What was asked."""

    result: dict[str, Any] | None
    """What came of it, once it is completed."""

    cost_usd: float
    """What others charged for it, US dollars."""

    worker: str
    """The node that had it last."""

    created_at: datetime
    """When it was first asked for."""

    updated_at: datetime
    """When anything of it changed last."""

    started_at: datetime | None
    """When this run began."""

    finished_at: datetime | None
    """When this run ended."""

    revision: int
    """Counts the changes."""

    links: dict[str, str]
    """Where its page, its events and its artifacts are."""

    @classmethod
    def of(cls, job: Job) -> Self:
        """A record of the catalog, told."""
        here = address(job.id)
        failed = job.state is JobState.FAILED
        plain = {
            name: getattr(job, name)
            for name in cls.model_fields
            if name not in {"progress", "error", "links"}
        }
        return cls(
            **plain,
            progress=ProgressOut.model_validate(job),
            error=_error_of(job) if failed else None,
            links={
                "self": here,
                "events": f"{here}/events",
                "artifacts": f"{here}/artifacts",
                "explain": f"{here}/explain",
                "page": address(job.id, "/jobs"),
            },
        )


def _error_of(job: Job) -> ErrorOut:
    return ErrorOut(
        code=job.error_code,
        message=job.error_message,
        hint=job.error_hint,
        facts=job.error_facts,
    )


class JobsOut(_Said):
    """A page of jobs, the newest first."""

    jobs: list[JobOut]
    """The jobs."""

    next: str | None
    """Cursor of the following page; null on the last."""


class CommandOut(_Said):
    """A program that a step ran."""

    argv: tuple[str, ...]
    """Program and arguments."""

    took_s: float
    """Seconds."""


class StepOut(_Said):
    """One step of one attempt, when it has ended."""

    run: int
    """The run of the job, from 1."""

    attempt: int
    """The attempt of the run, from 1."""

    position: int
    """Order of the steps in the attempt."""

    name: str
    """`<pipeline>.<verb>`."""

    started_at: datetime
    """When it began."""

    took_s: float
    """Seconds that it took."""

    outcome: str
    """`ok`, `failed` or `canceled`."""

    commands: tuple[CommandOut, ...]
    """The programs that it ran, in order."""

    error_code: str
    """Why it failed; empty when it did not."""

    error_message: str
    """The same, for people."""

    @classmethod
    def of(cls, step: Step) -> Self:
        """A record of the catalog, told."""
        return cls.model_validate(step)


class ExplanationOut(_Said):
    """What a job did, step by step, and what to do about it."""

    job: JobOut
    """As it is now."""

    steps: list[StepOut]
    """What it did, in order."""

    artifacts: list[ArtifactOut]
    """What it made."""

    advice: str
    """What to do now."""

    @classmethod
    def of(cls, told: Explanation, app: App) -> Self:
        """The engine's explanation, for the API."""
        return cls(
            job=JobOut.of(told.job),
            steps=[StepOut.of(step) for step in told.steps],
            artifacts=[ArtifactOut.of(artifact, app) for artifact in told.artifacts],
            advice=told.advice,
        )


class JobEvent(_Said):
    """A change of a job, as it is sent to those who watch."""

    id: JobId
    """The job."""

    state: JobState
    """Where it stands."""

    label: str
    """The same, for people."""

    stage: str
    """What is being done."""

    done: int
    """Units done so far."""

    total: int
    """Units in all, 0 when unknown."""

    message: str
    """One line for people."""

    words: str
    """Stage, amount and message in one line."""

    share: str
    """Percent, empty when unknown."""

    error: ErrorOut | None = Field(default=None)
    """Why it failed, if it did."""

    revision: int
    """Counts the changes of the job."""

    updated_at: datetime
    """When it changed."""

    @classmethod
    def of(cls, job: Job, language: Language = ENGLISH) -> Self:
        """A record of the catalog, as an event; what it says to people is in their language."""
        return cls(
            id=job.id,
            state=job.state,
            label=language.gettext(words.STATES[job.state]),
            stage=job.stage,
            done=job.done,
            total=job.total,
            message=job.message,
            words=words.progress(job.stage, job.done, job.total, job.message, language),
            share=words.share(job.done, job.total),
            error=_error_of(job) if job.state is JobState.FAILED else None,
            revision=job.revision,
            updated_at=job.updated_at,
        )
