"""What the engine must know of a pipeline. `pipeline.Pipeline` is one; it lives a floor above."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from pydantic import BaseModel

from reelmill.catalog.database import Transaction
from reelmill.catalog.jobs import Job
from reelmill.engine.words import Workflow
from reelmill.services import Services
from reelmill.units import JobId


class Asks(Protocol):
    """What a chore may ask of the desk for jobs. `lifecycle.Jobs` is one."""

    def submit(self, pipeline: str, spec: BaseModel, *, owner: str = ...) -> Job:
        """Ask for a job."""

    def retry(self, job_id: JobId) -> Job:
        """Do an ended job again."""

    def cancel(self, job_id: JobId) -> Job:
        """Stop a job."""


class Errand(Protocol):
    """What is done from time to time, by one node at a time. `pipeline.Chore` is one."""

    @property
    def name(self) -> str:
        """`<pipeline>.<verb>`, stored and never changed."""

    @property
    def every_s(self) -> float:
        """Seconds from one start to the next."""

    @property
    def run(self) -> Callable[[Services, Asks], None]:
        """Does it."""


class Recipe(Protocol):
    """One kind of work."""

    @property
    def spec(self) -> type[BaseModel]:
        """What is asked."""

    @property
    def run(self) -> Workflow[Any, Any]:
        """The workflow."""

    @property
    def key(self) -> Callable[[Any], str]:
        """The natural key of a spec."""

    @property
    def receive(self) -> Callable[[Any, Services], Any]:
        """Brings what the request carries into the store."""

    @property
    def entering(self) -> Callable[[Services, Transaction, Job], None]:
        """Called where a run that somebody asked for is written; refuses it by raising."""

    @property
    def ended(self) -> Callable[[Services, Transaction, Job, Any], None]:
        """Called where the end of a run is written, with the result of a completed one."""

    @property
    def at_once(self) -> int | None:
        """Most jobs that a node carries out at the same time; None goes by its children."""

    @property
    def per_child(self) -> int:
        """Jobs of one owner that a node takes for each of its children."""

    @property
    def has_room(self) -> Callable[[Services], bool]:
        """Asked before a node takes another job."""

    @property
    def chores(self) -> Sequence[Errand]:
        """What is done from time to time as long as a node is up."""
