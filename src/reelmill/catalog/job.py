"""A job as it is asked for, recorded and changed: the data of `jobs.py`."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, TypedDict

from reelmill.errors import NotFound
from reelmill.units import JobId

#: Priority of a job that nobody gave one; 1 is first.
PRIORITY = 5


class JobState(StrEnum):
    """Where a job stands."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def ended(self) -> bool:
        """Nothing more happens to it unless somebody asks for it."""
        return self not in UNFINISHED


#: States of jobs that still want something done.
UNFINISHED = frozenset({JobState.PENDING, JobState.IN_PROGRESS})


class UnknownJob(NotFound):
    """There is no such job."""


@dataclass(frozen=True, kw_only=True)
class NewJob:
    """A job as it is asked for."""

    id: JobId
    """`<pipeline>/<key>`."""

    pipeline: str
    """Folder, queue and URL segment."""

    key: str
    """What makes two requests the same."""

    spec: dict[str, Any]
    """The request, as its model writes it."""

    owner: str = "local"
    """Who asked."""

    priority: int = PRIORITY
    """1 is first."""

    created_at: datetime
    """When it was asked for, with a zone."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """A job as it is recorded."""

    id: JobId
    """`<pipeline>/<key>`."""

    pipeline: str
    """Folder, queue and URL segment."""

    key: str
    """What makes two requests the same."""

    state: JobState
    """Where it stands."""

    spec: dict[str, Any]
    """The request, as its model writes it."""

    owner: str
    """Who asked."""

    priority: int
    """1 is first."""

    run: int
    """How often it was asked for, from 1: a retry is another run."""

    attempts: int
    """How often this run was begun; more than once after a crash."""

    stage: str
    """What is being done, in the pipeline's words; empty before the first report."""

    done: int
    """Units done so far."""

    total: int
    """Units in all, 0 when unknown."""

    message: str
    """One line for people."""

    error_code: str
    """Why it failed; empty when it has not."""

    error_message: str
    """The same, for people, one line."""

    error_hint: str
    """What to do about it."""

    error_facts: dict[str, Any]
    """The circumstances."""

    result: dict[str, Any] | None
    """What came of it, as its model writes it; None unless completed."""

    cost_usd: float
    """What others charged for it, US dollars."""

    worker: str
    """The node that had it last; empty before the first."""

    created_at: datetime
    """When it was first asked for."""

    updated_at: datetime
    """When anything of it changed last."""

    started_at: datetime | None
    """When this run began."""

    finished_at: datetime | None
    """When this run ended."""

    revision: int
    """Counts the changes, from 1."""


class Standing(NamedTuple):
    """Which attempt a job is at."""

    state: JobState
    """Where it stands."""

    run: int
    """As in `Job`."""

    attempts: int
    """As in `Job`."""


class Changes(TypedDict, total=False):
    """Columns that may change once a job is recorded."""

    state: JobState
    spec: dict[str, Any]
    owner: str
    priority: int
    run: int
    attempts: int
    stage: str
    done: int
    total: int
    message: str
    error_code: str
    error_message: str
    error_hint: str
    error_facts: dict[str, Any]
    result: dict[str, Any] | None
    cost_usd: float
    worker: str
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class Place(NamedTuple):
    """A place in the list of jobs, which is the newest first."""

    created_at: datetime
    id: JobId


class Changed(NamedTuple):
    """What has changed, and from where to ask next."""

    jobs: list[Job]
    """In the order of their changes."""

    upto: int
    """For the next `changed_since`."""


class Ended(NamedTuple):
    """The end of a job."""

    at: datetime
    """When."""

    state: JobState
    """How."""
