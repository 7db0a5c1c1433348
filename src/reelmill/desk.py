"""What every command finds in its context: the terminal, and the system, opened on demand."""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import BaseModel

from reelmill.accounts.office import Accounts
from reelmill.catalog.jobs import Job, JobState
from reelmill.config import Settings
from reelmill.engine.explain import Explanation
from reelmill.services import Services
from reelmill.storage.store import Store
from reelmill.terminal import Terminal
from reelmill.units import JobId


class JobsDesk(Protocol):
    """What commands ask of `engine.lifecycle.Jobs`; here so that `--help` loads no engine."""

    def submit(
        self,
        pipeline: str,
        spec: BaseModel,
        *,
        owner: str = ...,
        priority: int = ...,
        force: bool = ...,
    ) -> Job:
        """Ask for a job."""

    def submit_together(
        self, pipeline: str, specs: Sequence[BaseModel], *, owner: str = ...
    ) -> list[Job]:
        """Ask for several jobs: all are there afterwards, or none is."""

    def cancel(self, job_id: JobId) -> Job:
        """Stop a job."""

    def retry(self, job_id: JobId) -> Job:
        """Do an ended job again."""

    def find(self, job_id: JobId) -> Job:
        """The job as it is now."""

    def listed(self, **wanted: Any) -> list[Job]:
        """Jobs, newest first."""

    def counts(self, *, owner: str | None = ...) -> dict[tuple[str, JobState], int]:
        """How many jobs there are, by pipeline and state."""

    def explain(self, job_id: JobId) -> Explanation:
        """What a job did."""

    def wait(
        self,
        job_ids: Collection[JobId],
        *,
        on_change: Callable[[Job], None] | None = ...,
        timeout_s: float | None = ...,
    ) -> dict[JobId, Job]:
        """Wait until jobs have ended."""

    def ended_among(self, job_ids: Collection[JobId]) -> list[Job]:
        """Those of some jobs that have ended."""

    def reconcile(self) -> None:
        """Put right what a crash left."""


class System(Protocol):
    """The opened system, as commands see it."""

    @property
    def settings(self) -> Settings:
        """What the operator chose."""

    @property
    def services(self) -> Services:
        """What steps may reach."""

    @property
    def jobs(self) -> JobsDesk:
        """The one desk for jobs."""

    @property
    def accounts(self) -> Accounts:
        """The one desk for accounts."""

    def node(self, pipelines: Collection[str] = ...) -> AbstractContextManager[None]:
        """Work on jobs in this process for the length of a block."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What every command finds in its context."""

    terminal: Terminal = field(default_factory=Terminal)
    """Where results go."""

    verbose: int = 0
    """How often `-v` was given."""

    settings: Callable[[], Settings]
    """Reads the settings; not before a command needs them, so that `--help` always works."""

    open: Callable[..., AbstractContextManager[System]]
    """Opens the whole system; keywords are settings that the command decides."""

    open_store: Callable[[str], Store]
    """Opens another store, to read from."""
