"""What a pipeline's folder must hand over to be found, run, shown and asked."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict

from reelmill.catalog.database import Transaction
from reelmill.catalog.jobs import Job
from reelmill.engine.durable import JOBS_PER_CHILD
from reelmill.engine.recipe import Asks
from reelmill.engine.words import Workflow
from reelmill.services import Services
from reelmill.units import StoreKey

SpecT = TypeVar("SpecT", bound=BaseModel)
ResultT = TypeVar("ResultT", bound=BaseModel)


class NoSettings(BaseModel):
    """A pipeline that has nothing to choose."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Gauge(NamedTuple):
    """A number that goes up and down, for `/metrics`."""

    name: str
    """What is measured; `reelmill_<pipeline>_` goes before it."""

    about: str
    """For people, a few words with the unit."""

    value: float
    """The number now."""

    labels: dict[str, str]
    """What it is the number of; the same names in all of one name."""


@dataclass(frozen=True, kw_only=True)
class Chore:
    """What is to be done from time to time, by one node at a time, whichever is alive."""

    name: str
    """`<pipeline>.<verb>`, stored and never changed."""

    every_s: float
    """Seconds from one start to the next."""

    run: Callable[[Services, Asks], None]
    """Does it; may be killed anywhere and is then called again."""


def as_asked(spec: SpecT, _services: Services) -> SpecT:
    """The spec already names everything in the store."""
    return spec


def name_nothing(_spec: BaseModel) -> tuple[StoreKey, ...]:
    """The request carries all that it is about."""
    return ()


def enter_freely(_services: Services, _transaction: Transaction, _job: Job) -> None:
    """Every job may be entered; nothing is written beside it."""


def end_alone(
    _services: Services, _transaction: Transaction, _job: Job, _result: BaseModel | None
) -> None:
    """Nothing is written beside the end of a job."""


def always(_services: Services) -> bool:
    """There is room for another job."""
    return True


def measure_nothing(_services: Services) -> tuple[Gauge, ...]:
    """No numbers of its own."""
    return ()


@dataclass(frozen=True, kw_only=True)
class Pipeline(Generic[SpecT, ResultT]):
    """One kind of work.

    Optional parts are found by name in the same folder: `cli.py` with `group` (a Typer),
    `routes.py` with `router` (an APIRouter), `templates/`, `static/`, `migrations/`.
    """

    name: str
    """Folder, URL segment, command group, queue, settings section and `jobs.pipeline`."""

    title: str
    """For people, one or two words."""

    about: str
    """One sentence: from what to what."""

    spec: type[SpecT]
    """What is asked; its JSON schema is the API's."""

    result: type[ResultT]
    """What comes back when the job is done."""

    run: Workflow[SpecT, ResultT]
    """The workflow."""

    key: Callable[[SpecT], str]
    """The natural key; with the name in front it is the job id. Asked after `receive`."""

    names: Callable[[SpecT], Iterable[StoreKey]] = name_nothing
    """Keys of the store that a request names itself.

    Over HTTP operators may name any, others those that a job of theirs was about before.
    """

    receive: Callable[[SpecT, Services], SpecT] = as_asked
    """Brings what the request carries into the store, before the job is written."""

    settings: type[BaseModel] = NoSettings
    """Model of `[pipelines.<name>]`; a default for everything but secrets."""

    home: str = ""
    """Path of the page on which people work with it; empty for the one that all get."""

    takes_specs: bool = True
    """Whether anybody may hand in a spec by `POST /v1/{name}`; else its own routes make them."""

    entering: Callable[[Services, Transaction, Job], None] = enter_freely
    """Called in the transaction that writes a new job or a new run of one, before it is enqueued.

    May refuse, by raising, and may write rows of its own; then both are written or neither.
    """

    ended: Callable[[Services, Transaction, Job, Any], None] = end_alone
    """Called in the transaction that writes how a run ended, with the result when it completed."""

    at_once: int | None = None
    """Most jobs that a node carries out at the same time; None goes by its children."""

    per_child: int = JOBS_PER_CHILD
    """Jobs of one owner that a node takes for each of its children; more where they are short."""

    has_room: Callable[[Services], bool] = always
    """Asked before a node takes another job."""

    gauges: Callable[[Services], Iterable[Gauge]] = measure_nothing
    """Numbers of its own, asked for each time that somebody looks at `/metrics`."""

    chores: tuple[Chore, ...] = ()
    """What is done from time to time as long as a node is up."""
