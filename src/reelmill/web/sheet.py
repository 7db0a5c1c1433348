"""Templates and values -> pages. Knows where the templates of the house and of pipelines lie."""

import copy
import hashlib
from collections.abc import Callable, Iterable, Mapping
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
from reelmill.web.gate import SAFE_METHODS
from reelmill.web.language import catalogue_address, language_of
from reelmill.web.languages import ENGLISH, HOUSE, Language, Languages
from reelmill.web.problems import Problem

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"
_FOLDERS: Final = Path(next(iter(installed_here.__path__)))

#: Digits of a file's checksum in its address.
MARK_DIGITS: Final = 10

#: A page is made anew for each who asks, in the language that they chose.
_HEADERS: Final = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}


class Sheet:
    """Makes the pages of one site.

    Args:
        app: Whose pipelines stand in the navigation.
        languages: What its pages may be written in.

    Attributes:
        caller: Whose name stands in the frame, None for who is not known yet.
        language: What the pages are written in.
        place: The page itself, to come back to.
    """

    def __init__(self, app: App, languages: Languages) -> None:
        self._envs = {one.tag: _environment(app, one, languages) for one in languages}
        self.caller: Caller | None = None
        self.language = ENGLISH
        self.place = "/"

    def asked_by(self, request: Request) -> Self:
        """The same for whoever asks, in their language."""
        own = copy.copy(self)
        own.caller = getattr(request.state, "caller", None)
        own.language = language_of(request)
        own.place = _place_of(request)
        return own

    def page(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A template of the house, or of a pipeline as `<pipeline>/<template>`."""
        room = template.partition("/")[0] if template.count("/") else HOUSE
        given = {
            "caller": self.caller,
            "place": self.place,
            "is_foreign": room not in self.language.rooms and self.language is not ENGLISH,
        }
        body = self._envs[self.language.tag].get_template(template).render(given | values)
        return HTMLResponse(
            body, status, headers=_HEADERS | {"Content-Language": self.language.tag}
        )

    def problem(self, request: Request, problem: Problem) -> HTMLResponse:
        """What went wrong, for people."""
        own = self.asked_by(request)
        return own.page("problem.html", status=problem.status, problem=problem)


def sheet_of(request: Request) -> Sheet:
    """The pages of the site, for whoever asks: known by now where the way is not open to all."""
    sheet: Sheet = request.app.state.sheet
    return sheet.asked_by(request)


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


def catalogues_of(names: Iterable[str]) -> dict[str, Path]:
    """Where the house and each pipeline keep their catalogues, if they have any."""
    return {HOUSE: HERE / "catalogues"} | {name: _FOLDERS / name / "catalogues" for name in names}


def _environment(app: App, language: Language, languages: Languages) -> Environment:
    """What templates find, in one language."""
    env = Environment(
        loader=_loader(app.pipelines),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    # Put there by the extension.
    install: Callable[..., None] = env.install_gettext_callables  # type: ignore[attr-defined]
    install(language.translations.gettext, language.translations.ngettext, newstyle=True)
    env.filters.update(_filters(app.services.clock, language))
    env.globals.update(
        asset=asset,
        language=language,
        languages=tuple(languages),
        catalogue=catalogue_address(language) if language.script else "",
        states=words.states(language),
        version=version("reelmill"),
        pipelines=tuple(app.pipelines.values()),
        with_forms={name for name, which in app.pipelines.items() if which.takes_specs},
        events="",
        job_id="",
        here="",
    )
    return env


def _place_of(request: Request) -> str:
    """The page that is looked at; what answers a form is no page to come back to."""
    if request.method not in SAFE_METHODS:
        return "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _loader(names: Mapping[str, object]) -> ChoiceLoader:
    """The house's templates, and each pipeline's below its name."""
    own = {name: FileSystemLoader(_FOLDERS / name / "templates") for name in names}
    return ChoiceLoader([FileSystemLoader(HERE / "templates"), PrefixLoader(own)])


def _filters(clock: Callable[[], datetime], language: Language) -> dict[str, Callable[..., Any]]:
    return {
        "advice": lambda told: words.advice(told, language),
        "ago": lambda then: words.ago(then, clock(), language),
        "job_took": lambda job: _seconds(_ran(job, clock())),
        "job_waited": lambda job: _seconds(_waited(job)),
        "known": lambda text: language.known(text) or text,
        "page": lambda job: address(job.id, "/jobs"),
        "pretty": words.pretty,
        "share": lambda job: words.share(job.done, job.total),
        "size": lambda size_bytes: words.size(size_bytes, language),
        "slug": lambda text: hashlib.sha256(text.encode()).hexdigest()[:MARK_DIGITS],
        "state_name": words.states(language).__getitem__,
        "strip": words.strip,
        "took": lambda seconds: words.took(seconds, language),
        "words": lambda job: words.progress(job.stage, job.done, job.total, job.message, language),
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
