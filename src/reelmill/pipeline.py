"""What a pipeline's folder must hand over to be found, run, shown and asked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from reelmill.engine.words import Workflow
from reelmill.services import Services

SpecT = TypeVar("SpecT", bound=BaseModel)
ResultT = TypeVar("ResultT", bound=BaseModel)


class NoSettings(BaseModel):
    """A pipeline that has nothing to choose."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def as_asked(spec: SpecT, _services: Services) -> SpecT:
    """The spec already names everything in the store."""
    return spec


@dataclass(frozen=True, kw_only=True)
class Pipeline(Generic[SpecT, ResultT]):
    """One kind of work.

    Optional parts are found by name in the same folder: `cli.py` with `group` (a Typer),
    `routes.py` with `router` (an APIRouter), `templates/`.
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

    receive: Callable[[SpecT, Services], SpecT] = as_asked
    """Brings what the request carries into the store, before the job is written."""

    settings: type[BaseModel] = NoSettings
    """Model of `[pipelines.<name>]`; a default for everything but secrets."""
