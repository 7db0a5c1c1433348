"""What routes ask for: the app behind the site, who asks, a job by its address."""

from typing import Annotated, Final
from urllib.parse import quote

from fastapi import Depends, Path, Request

from reelmill.accounts.caller import Caller
from reelmill.app import App
from reelmill.catalog.jobs import UnknownJob
from reelmill.units import JobId
from reelmill.web import who

#: The path of one job; `job_id_of` reads it.
ONE_JOB: Final = "/jobs/{pipeline}/{key:path}"


# Dependencies that wait for nothing are coroutines: the framework gives each plain one a turn in
# a thread of its own, and six of those were a sixth of what accepting an export costs.
async def app_of(request: Request) -> App:
    """The app that the site was made for."""
    app: App = request.app.state.app
    return app


TheApp = Annotated[App, Depends(app_of)]


def caller_of(request: Request, app: TheApp) -> Caller:
    """Who asks; the whole site is behind this, but for what `create_app` leaves open."""
    caller = who.caller_in(request, app.accounts)
    request.state.caller = caller
    return caller


TheCaller = Annotated[Caller, Depends(caller_of)]


def job_id_of(
    app: TheApp,
    caller: TheCaller,
    pipeline: Annotated[str, Path(description="The pipeline's name.")],
    key: Annotated[str, Path(description="The natural key; it may hold slashes.")],
) -> JobId:
    """The id of the job that a path names, if it may be asked about: another's does not exist."""
    job_id = JobId(f"{pipeline}/{key}")
    if not caller.is_operator and not caller.owns(app.jobs.find(job_id).owner):
        raise UnknownJob(job_id=job_id)
    return job_id


TheJobId = Annotated[JobId, Depends(job_id_of)]


def address(job_id: JobId, start: str = "/v1/jobs") -> str:
    """The path of a job.

    >>> address(JobId("replays/0a 1b"))
    '/v1/jobs/replays/0a%201b'
    """
    return f"{start}/{quote(job_id)}"
