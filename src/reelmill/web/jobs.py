"""The routes that every pipeline gets: ask for a job, find, stop, repeat and explain it."""

import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Header, Query, Request, Response
from pydantic import BaseModel

from reelmill.accounts.caller import Caller
from reelmill.app import App
from reelmill.catalog import artifacts, idempotency, jobs
from reelmill.catalog.idempotency import KeyReused
from reelmill.catalog.jobs import Job, JobState
from reelmill.errors import Conflict
from reelmill.pipeline import Pipeline
from reelmill.storage.store import MissingObject
from reelmill.units import JobId
from reelmill.web.artifacts import ArtifactOut
from reelmill.web.deps import ONE_JOB, TheApp, TheCaller, TheJobId, address
from reelmill.web.lists import Cursor, following, place_of
from reelmill.web.problems import ProblemRaised
from reelmill.web.views import ExplanationOut, JobOut, JobsOut

#: Most jobs on one page of the API.
MOST_LISTED: Final = 500


class KeyTaken(Conflict):
    """Somebody else has a job of this key."""


#: A failure, in the description of the API.
PROBLEM: Final[Mapping[str, Any]] = {"$ref": "#/components/schemas/Problem"}


def problem_documents(
    *statuses: int, schema: Mapping[str, Any] = PROBLEM
) -> dict[int | str, dict[str, Any]]:
    """What the description of the API says about failures."""
    content = {"application/problem+json": {"schema": schema}}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": content}
        for status in statuses
    }


router = APIRouter(prefix="/v1", tags=["jobs"])


@router.get("/jobs", operation_id="list_jobs", responses=problem_documents(400, 422))
def list_jobs(  # noqa: PLR0913 - each is one filter of the same form
    app: TheApp,
    caller: TheCaller,
    request: Request,
    response: Response,
    *,
    pipeline: Annotated[str | None, Query(description="Only of this pipeline.")] = None,
    state: Annotated[JobState | None, Query(description="Only in this state.")] = None,
    owner: Annotated[str | None, Query(description="Only of this owner.")] = None,
    text: Annotated[str, Query(description="Found in the id or the error.", max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 50,
    cursor: Cursor = None,
) -> JobsOut:
    """A page of jobs, the newest first: your own, or everybody's for an operator."""
    if owner is not None and not caller.owns(owner):
        return JobsOut(jobs=[], next=None)
    found = app.jobs.listed(
        pipeline=pipeline,
        state=state,
        owner=owner or caller.sees_only,
        text=text,
        limit=limit + 1,
        before=place_of(cursor),
    )
    next_page = following(request, response, found, limit)
    return JobsOut(jobs=[JobOut.of(job) for job in found[:limit]], next=next_page)


@router.get(f"{ONE_JOB}/explain", operation_id="explain_job", responses=problem_documents(404))
def explain_job(app: TheApp, job_id: TheJobId) -> ExplanationOut:
    """What a job did step by step, and what to do about it."""
    return ExplanationOut.of(app.jobs.explain(job_id), app)


@router.get(f"{ONE_JOB}/artifacts", operation_id="list_artifacts", responses=problem_documents(404))
def list_artifacts(app: TheApp, job_id: TheJobId) -> list[ArtifactOut]:
    """What a job made, with fresh links."""
    job = app.jobs.find(job_id)
    with app.services.catalog.read() as conn:
        made = artifacts.of_job(conn, job.id)
    return [ArtifactOut.of(artifact, app) for artifact in made]


@router.post(f"{ONE_JOB}/cancel", operation_id="cancel_job", responses=problem_documents(404, 409))
def cancel_job(app: TheApp, job_id: TheJobId) -> JobOut:
    """Stop a job: a waiting one never starts, a running one is killed within seconds."""
    return JobOut.of(app.jobs.cancel(job_id))


@router.post(
    f"{ONE_JOB}/retry",
    operation_id="retry_job",
    status_code=HTTPStatus.ACCEPTED,
    responses=problem_documents(404, 409),
)
def retry_job(app: TheApp, job_id: TheJobId) -> JobOut:
    """Do an ended job again, under the same id."""
    return JobOut.of(app.jobs.retry(job_id))


#: Registered after the routes that end in a verb, because its key may hold slashes.
one_job = APIRouter(prefix="/v1", tags=["jobs"])


@one_job.get(ONE_JOB, operation_id="find_job", responses=problem_documents(404))
def find_job(app: TheApp, job_id: TheJobId) -> JobOut:
    """A job as it is now."""
    return JobOut.of(app.jobs.find(job_id))


def submitting(pipeline: Pipeline[Any, Any]) -> APIRouter:
    """`POST /v1/{pipeline}` with the pipeline's own model as its body."""
    asking = APIRouter(prefix="/v1", tags=[pipeline.name])

    def submit(
        app: TheApp,
        caller: TheCaller,
        response: Response,
        spec: Any,
        idempotency_key: Annotated[
            str | None,
            Header(description="The same key and body again give the same job.", max_length=255),
        ] = None,
    ) -> JobOut:
        job, is_new = ask(app, caller, pipeline, spec, idempotency_key)
        response.status_code = HTTPStatus.ACCEPTED if is_new else HTTPStatus.OK
        response.headers["Location"] = address(job.id)
        return JobOut.of(job)

    submit.__doc__ = f"Ask for a job of {pipeline.title}. {pipeline.about}"
    submit.__annotations__["spec"] = Annotated[pipeline.spec, Body()]
    asking.add_api_route(
        f"/{pipeline.name}",
        submit,
        methods=["POST"],
        operation_id=f"submit_{pipeline.name}",
        summary=f"New job: {pipeline.title}",
        status_code=HTTPStatus.ACCEPTED,
        responses={
            200: {"model": JobOut, "description": "The job existed before."},
            **problem_documents(400, 401, 409, 413, 422, 429, 503),
        },
    )
    return asking


def ask(
    app: App,
    caller: Caller,
    pipeline: Pipeline[Any, Any],
    spec: BaseModel,
    idempotency_key: str | None,
) -> tuple[Job, bool]:
    """Submit a spec.

    Returns:
        The job, and whether this request, or the same one before under its key, made it.

    Raises:
        MissingObject: the caller is no operator, and names a key of the store that is not theirs.
        KeyTaken: another owner has a job of the same natural key.
        ProblemRaised: the idempotency key came with another request before.
    """
    _check_names(app, caller, pipeline, spec)
    asked = pipeline.receive(spec, app.services)
    job_id = JobId(f"{pipeline.name}/{pipeline.key(asked)}")
    with app.services.catalog.read() as conn:
        known = jobs.find(conn, job_id)
    if known is not None:
        _check_owned(caller, known)
    repeated = bool(idempotency_key) and _claim(app, caller, idempotency_key or "", spec, job_id)
    job = app.jobs.submit(pipeline.name, asked, owner=caller.user_id)
    _check_owned(caller, job)
    return job, known is None or repeated


def _check_names(app: App, caller: Caller, pipeline: Pipeline[Any, Any], spec: BaseModel) -> None:
    """Nobody reads another's file through a job; whether there is one stays untold."""
    named = {*pipeline.names(spec)}
    if caller.is_operator or not named:
        return
    with app.services.catalog.read() as conn:
        own = jobs.listed(conn, pipeline=pipeline.name, owner=caller.user_id, limit=MOST_LISTED)
    for job in own:
        named -= {*pipeline.names(pipeline.spec.model_validate(job.spec))}
    for key in sorted(named):
        raise MissingObject(key=key, hint="Send what it is about, or its address.")


def _check_owned(caller: Caller, job: Job) -> None:
    """Nobody is handed another's job, also when both asked at once."""
    if not caller.owns(job.owner):
        raise KeyTaken(key=job.key, hint="Name yours otherwise.")


def _claim(app: App, caller: Caller, key: str, spec: BaseModel, job_id: JobId) -> bool:
    """Take the key; True when the same request had it before.

    The key is taken before the job is written: should the process die in between, the same
    request comes again and finds its own key.
    """
    digest = hashlib.sha256(f"{job_id}\0{spec.model_dump_json()}".encode()).hexdigest()
    try:
        with app.services.catalog.begin() as conn:
            first = idempotency.claim(conn, caller.user_id, key, digest=digest, job_id=job_id)
    except KeyReused as error:
        raise key_reused(error) from error
    return first is not None


def key_reused(error: KeyReused) -> ProblemRaised:
    """What is answered to a key that came with another request before.

    422 as the draft standard of the header has it; in the catalog it is a conflict.
    """
    told = f"{error.title} {error.hint}"
    return ProblemRaised(HTTPStatus.UNPROCESSABLE_ENTITY, error.code, told)
