"""Templates and values -> pages. Knows where the templates of the house and of pipelines lie."""

import copy
import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Final, Self

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined

from reelmill import pipelines as installed_here
from reelmill.accounts.caller import Caller
from reelmill.app import App
from reelmill.catalog.jobs import Job
from reelmill.web import words
from reelmill.web.deps import address
from reelmill.web.problems import Problem

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"
_FOLDERS: Final = Path(next(iter(installed_here.__path__)))

#: Digits of a file's checksum in its address.
MARK_DIGITS: Final = 10


class Sheet:
    """Makes the pages of one site.

    Args:
        app: Whose pipelines stand in the navigation.

    Attributes:
        caller: Whose name stands in the frame, None for who is not known yet.
    """

    def __init__(self, app: App) -> None:
        self._env = Environment(
            loader=_loader(app.pipelines),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._env.filters.update(_filters(app.services.clock))
        self._env.globals.update(
            asset=asset,
            states=words.STATES,
            version=version("reelmill"),
            pipelines=tuple(app.pipelines.values()),
            with_forms={name for name, which in app.pipelines.items() if which.takes_specs},
            events="",
            job_id="",
            here="",
        )

        self.caller: Caller | None = None

    def for_caller(self, caller: Caller | None) -> Self:
        """The same, with whoever asks in the frame of every page."""
        own = copy.copy(self)
        own.caller = caller
        return own

    def page(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A template of the house, or of a pipeline as `<pipeline>/<template>`."""
        body = self._env.get_template(template).render(caller=self.caller, **values)
        return HTMLResponse(body, status, headers={"Cache-Control": "no-store"})

    def problem(self, request: Request, problem: Problem) -> HTMLResponse:
        """What went wrong, for people."""
        own = self.for_caller(getattr(request.state, "caller", None))
        return own.page("problem.html", status=problem.status, problem=problem)


def sheet_of(request: Request) -> Sheet:
    """The pages of the site, for whoever asks: known by now where the way is not open to all."""
    sheet: Sheet = request.app.state.sheet
    return sheet.for_caller(getattr(request.state, "caller", None))


TheSheet = Annotated[Sheet, Depends(sheet_of)]


@cache
def asset(name: str) -> str:
    """The address of a static file, of a pipeline as `<pipeline>/<file>`; it changes with it."""
    pipeline, _, own = name.partition("/")
    file = static_of(pipeline) / own if own else STATIC / name
    mark = hashlib.sha256(file.read_bytes()).hexdigest()[:MARK_DIGITS]
    return f"/static/{name}?v={mark}"


def static_of(pipeline: str) -> Path:
    """Where a pipeline keeps static files of its own, if it has any."""
    return _FOLDERS / pipeline / "static"


def _loader(names: Mapping[str, object]) -> ChoiceLoader:
    """The house's templates, and each pipeline's below its name."""
    own = {name: FileSystemLoader(_FOLDERS / name / "templates") for name in names}
    return ChoiceLoader([FileSystemLoader(HERE / "templates"), PrefixLoader(own)])


def _filters(clock: Callable[[], datetime]) -> dict[str, Callable[..., Any]]:
    return {
        "ago": lambda then: words.ago(then, clock()),
        "job_took": lambda job: _seconds(_ran(job, clock())),
        "job_waited": lambda job: _seconds(_waited(job)),
        "page": lambda job: address(job.id, "/jobs"),
        "pretty": words.pretty,
        "share": lambda job: words.share(job.done, job.total),
        "size": words.size,
        "slug": lambda text: hashlib.sha256(text.encode()).hexdigest()[:MARK_DIGITS],
        "state_name": lambda state: words.STATES[state],
        "strip": words.strip,
        "took": words.took,
        "words": lambda job: words.progress(job.stage, job.done, job.total, job.message),
    }


def _ran(job: Job, now: datetime) -> timedelta | None:
    if job.started_at is None:
        return None
    return (job.finished_at or now) - job.started_at


def _waited(job: Job) -> timedelta | None:
    """Of a first run alone: when a later one was asked for is not recorded."""
    if job.started_at is None or job.run > 1:
        return None
    # The clocks of two machines may differ by more than the wait.
    return max(job.started_at - job.created_at, timedelta(0))


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()
