"""What routes ask for: the app behind the site, a job by its address, a place in a list."""

import base64
import binascii
from datetime import datetime
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import Depends, Path, Request

from reelmill.accounts.caller import LOCAL, Caller
from reelmill.app import App
from reelmill.catalog.jobs import Place
from reelmill.errors import Refused
from reelmill.units import JobId

#: The path of one job; `job_id_of` reads it.
ONE_JOB: Final = "/jobs/{pipeline}/{key:path}"


class BadCursor(Refused):
    """The cursor is not one that this server gave."""


def app_of(request: Request) -> App:
    """The app that the site was made for."""
    app: App = request.app.state.app
    return app


def job_id_of(
    pipeline: Annotated[str, Path(description="The pipeline's name.")],
    key: Annotated[str, Path(description="The natural key; it may hold slashes.")],
) -> JobId:
    """The id of the job that a path names."""
    return JobId(f"{pipeline}/{key}")


def caller_of(_request: Request) -> Caller:
    """Who asks."""
    return LOCAL


TheApp = Annotated[App, Depends(app_of)]
TheCaller = Annotated[Caller, Depends(caller_of)]
TheJobId = Annotated[JobId, Depends(job_id_of)]


def address(job_id: JobId, start: str = "/v1/jobs") -> str:
    """The path of a job.

    >>> address(JobId("replays/0a 1b"))
    '/v1/jobs/replays/0a%201b'
    """
    return f"{start}/{quote(job_id)}"


def cursor_of(place: Place) -> str:
    """A place in the list of jobs, as callers hand it back."""
    return base64.urlsafe_b64encode(f"{place.created_at.isoformat()} {place.id}".encode()).decode()


def place_of(cursor: str) -> Place:
    """The place that a cursor names.

    Raises:
        BadCursor: not made by `cursor_of`.
    """
    try:
        moment, _, job_id = base64.urlsafe_b64decode(cursor).decode().partition(" ")
        place = Place(datetime.fromisoformat(moment), JobId(job_id))
    except (binascii.Error, ValueError) as error:
        raise BadCursor(cursor=cursor, hint="Begin again without a cursor.") from error
    if place.created_at.tzinfo is None:
        raise BadCursor(cursor=cursor, hint="Begin again without a cursor.")
    return place
