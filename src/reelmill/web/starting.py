"""A page for each pipeline, with a form made from its spec: filled in, it becomes a job."""

import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, ValidationError

from reelmill.catalog.jobs import Job, UnknownJob
from reelmill.engine.lifecycle import UnknownPipeline
from reelmill.errors import ReelmillError, Refused
from reelmill.units import JobId
from reelmill.web import words
from reelmill.web.deps import TheApp, TheCaller, address
from reelmill.web.forms import FormField, NotInForm, fields_of, spec_of
from reelmill.web.jobs import ask
from reelmill.web.pages import Asked, list_of, watch_address
from reelmill.web.problems import status_of
from reelmill.web.sheet import TheSheet

#: Jobs below the form.
LATEST = 8

#: The field that holds the whole spec, where one writes JSON.
WHOLE = "spec_json"

router = APIRouter(prefix="/pipelines/{name}", include_in_schema=False)


class TakesNoSpecs(Refused):
    """Jobs of this pipeline are made by its own pages and routes."""


class Filled(BaseModel):
    """What came with the form: each field by its name, as text."""

    model_config = ConfigDict(extra="allow", frozen=True)

    @property
    def texts(self) -> dict[str, str]:
        """The fields."""
        return {name: str(value) for name, value in (self.model_extra or {}).items()}


class FormFlaw(NamedTuple):
    """One thing that is wrong with what was filled in."""

    name: str
    """The field, empty when it is none in particular."""

    detail: str
    """What is wrong."""


class Counter:
    """Where jobs of one pipeline are asked for.

    Args:
        app: The app.
        caller: Who asks.
        sheet: Makes the page.
        request: Says under which name we are reached.
        name: Of the pipeline.
    """

    def __init__(
        self, app: TheApp, caller: TheCaller, sheet: TheSheet, request: Request, name: str
    ) -> None:
        if name not in app.pipelines:
            raise UnknownPipeline(pipeline=name)
        self.app = app
        self.caller = caller
        self.pipeline = app.pipelines[name]
        self._sheet = sheet
        self._origin = str(request.base_url).rstrip("/")

    @property
    def fields(self) -> tuple[FormField, ...]:
        """What the form asks."""
        return fields_of(self.pipeline.spec.model_json_schema())

    def spec(self, filled: dict[str, str]) -> BaseModel:
        """What was filled in, as the pipeline's model.

        Raises:
            NotInForm: a field of JSON is none.
            ValidationError: the model refuses it.
        """
        model: type[BaseModel] = self.pipeline.spec
        if WHOLE not in filled:
            return model.model_validate(spec_of(self.fields, filled))
        try:
            whole = json.loads(filled[WHOLE])
        except ValueError as error:
            raise NotInForm(WHOLE, f"This is not JSON: {error}.") from error
        return model.model_validate(whole)

    def model_job(self, job_id: JobId) -> Job:
        """The job that another is to be like.

        Raises:
            UnknownJob: none of the caller's.
        """
        job = self.app.jobs.find(job_id)
        if not self.caller.owns(job.owner):
            raise UnknownJob(job_id=job_id)
        return job

    def page(
        self,
        filled: dict[str, str],
        *,
        flaws: Sequence[FormFlaw] = (),
        problem: str = "",
        status: int = HTTPStatus.OK,
    ) -> Response:
        """The page, with the form as it was filled in and what is wrong with it."""
        return self._sheet.page(
            "pipeline.html",
            status=status,
            here=f"pipelines/{self.pipeline.name}",
            events=watch_address(self.app),
            pipeline=self.pipeline,
            fields=self.fields,
            as_json=WHOLE in filled,
            filled=filled,
            flaws=flaws,
            flaw_of=dict(flaws),
            problem=problem,
            origin=self._origin,
            **list_of(self.app, self.caller, Asked(pipeline=self.pipeline.name, limit=LATEST)),
        )


TheCounter = Annotated[Counter, Depends()]


@router.get("")
def show_pipeline(
    counter: TheCounter, *, form: Annotated[str, Query(alias="as")] = "", like: str = ""
) -> Response:
    """What it does, a form to start a job, and its latest jobs."""
    if like:
        return counter.page({WHOLE: words.pretty(counter.model_job(JobId(like)).spec)})
    return counter.page({WHOLE: "{\n\n}"} if form == "json" else {})


@router.post("")
def start(counter: TheCounter, form: Annotated[Filled, Form()]) -> Response:
    """Start the job and show it, or show the form again with what is wrong."""
    filled = form.texts
    if not counter.pipeline.takes_specs:
        raise TakesNoSpecs(pipeline=counter.pipeline.name)
    try:
        job, _ = ask(counter.app, counter.caller, counter.pipeline, counter.spec(filled), None)
    except NotInForm as error:
        flaws = [FormFlaw(error.name, error.problem)]
    except ValidationError as error:
        flaws = [_flaw(one["loc"], one["msg"]) for one in error.errors()]
    except ReelmillError as error:
        problem = f"{error.message} {error.hint}".strip()
        return counter.page(filled, problem=problem, status=status_of(error))
    else:
        return RedirectResponse(address(job.id, "/jobs"), HTTPStatus.SEE_OTHER)
    return counter.page(filled, flaws=flaws, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _flaw(place: tuple[int | str, ...], message: str) -> FormFlaw:
    """A flaw that pydantic found, in words for a form.

    >>> _flaw(("fps",), "Value error, too fast")
    FormFlaw(name='fps', detail='too fast')
    """
    return FormFlaw(str(place[0]) if place else "", message.removeprefix("Value error, "))
