"""The dashboard: jobs as pages, and the regions of them that the page's script fetches anew."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import RedirectResponse

from reelmill.accounts.caller import Caller
from reelmill.app import App
from reelmill.catalog import artifacts, jobs
from reelmill.catalog.artifacts import Artifact
from reelmill.catalog.jobs import JobState
from reelmill.engine.lifecycle import AlreadyEnded, NotEnded
from reelmill.units import JobId
from reelmill.web import overview, steps, words
from reelmill.web.artifacts import shown_at
from reelmill.web.deps import ONE_JOB, TheApp, TheCaller, TheJobId, address
from reelmill.web.lists import next_cursor, place_of
from reelmill.web.problems import ProblemRaised
from reelmill.web.sheet import Sheet, TheSheet

#: Jobs on one page of the list.
LISTED: Final = 50

router = APIRouter(include_in_schema=False)
verbs = APIRouter(include_in_schema=False)
one_job = APIRouter(include_in_schema=False)


@router.get("/")
def show_overview(app: TheApp, caller: TheCaller, sheet: TheSheet) -> Response:
    """Everything at a glance."""
    events = watch_address(app)
    return sheet.page(
        "overview.html", here="overview", events=events, **_overview(app, caller, sheet)
    )


@router.get("/parts/overview")
def part_overview(app: TheApp, caller: TheCaller, sheet: TheSheet) -> Response:
    """The same, without its frame."""
    return sheet.page("parts/overview.html", **_overview(app, caller, sheet))


def _overview(app: App, caller: Caller, sheet: Sheet) -> dict[str, Any]:
    seen = overview.look(app, owner=caller.sees_only, language=sheet.language)
    broken = app.broken if caller.is_operator else {}
    return {
        "overview": seen,
        "posters": posters_of(app, (job.id for job in seen.jobs)),
        "broken": broken,
    }


class Asked:
    """What the list is filtered by; `any` says whether by anything."""

    def __init__(
        self,
        *,
        pipeline: str = "",
        state: str = "",
        text: Annotated[str, Query(max_length=200)] = "",
        cursor: str = "",
        limit: Annotated[int, Query(ge=1, le=200)] = LISTED,
    ) -> None:
        if state and state not in words.STATES:
            raise ProblemRaised(HTTPStatus.BAD_REQUEST, "unknown_state", f"No such state: {state}.")
        self.pipeline, self.state, self.text = pipeline, state, text.strip()
        self.cursor, self.limit = cursor, limit
        self.any = bool(self.pipeline or self.state or self.text)

    def query(self, **more: str) -> str:
        """The filter as the end of an address."""
        given = {"pipeline": self.pipeline, "state": self.state, "text": self.text} | more
        tail = urlencode({name: value for name, value in given.items() if value})
        return f"?{tail}" if tail else ""


TheFilter = Annotated[Asked, Depends()]


@router.get("/jobs")
def show_jobs(app: TheApp, caller: TheCaller, sheet: TheSheet, asked: TheFilter) -> Response:
    """The list, filtered and in pages."""
    return sheet.page(
        "jobs.html",
        here="jobs",
        events=watch_address(app),
        tail=asked.query(cursor=asked.cursor),
        **list_of(app, caller, asked),
    )


@router.get("/parts/jobs")
def part_jobs(app: TheApp, caller: TheCaller, sheet: TheSheet, asked: TheFilter) -> Response:
    """The list alone."""
    return sheet.page("parts/jobs.html", **list_of(app, caller, asked))


def list_of(app: App, caller: Caller, asked: Asked) -> dict[str, Any]:
    """What the template of the list needs."""
    found = app.jobs.listed(
        pipeline=asked.pipeline or None,
        state=JobState(asked.state) if asked.state else None,
        owner=caller.sees_only,
        text=asked.text,
        limit=asked.limit + 1,
        before=place_of(asked.cursor),
    )
    following = next_cursor(found, asked.limit)
    page = {
        "jobs": found[: asked.limit],
        "paged": bool(asked.cursor),
        "first": f"/jobs{asked.query()}",
        "next": f"/jobs{asked.query(cursor=following)}" if following else "",
    }
    return {"asked": asked, "page": page, "posters": posters_of(app, (job.id for job in found))}


@one_job.get(f"{ONE_JOB}")
def show_job(app: TheApp, sheet: TheSheet, job_id: TheJobId) -> Response:
    """One job: how far, why it failed, what it made."""
    told = _one(app, job_id, sheet)
    events = f"{address(job_id)}/events"
    return sheet.page("job.html", here="jobs", events=events, job_id=job_id, **told)


@one_job.get(f"/parts{ONE_JOB}")
def part_job(app: TheApp, sheet: TheSheet, job_id: TheJobId) -> Response:
    """The same, without what never changes."""
    return sheet.page("parts/job.html", **_one(app, job_id, sheet))


def _one(app: App, job_id: JobId, sheet: Sheet) -> dict[str, Any]:
    told = app.jobs.explain(job_id)
    made = [_shown(artifact) for artifact in told.artifacts]
    return {
        "job": told.job,
        "advice": told.advice,
        "steps": steps.shown(told.steps, sheet.language),
        "artifacts": made,
        "video": _first(made, "video/"),
        "poster": _first(made, "image/"),
    }


def _shown(artifact: Artifact) -> dict[str, Any]:
    here = shown_at(artifact)
    return vars(artifact) | {"inline_url": here, "download_url": f"{here}&download=1"}


def _first(made: list[dict[str, Any]], kind: str) -> dict[str, Any] | None:
    return next((one for one in made if one["content_type"].startswith(kind)), None)


@verbs.post(f"{ONE_JOB}/cancel")
def cancel(app: TheApp, job_id: TheJobId) -> Response:
    """Stop it, then show it. That it has ended meanwhile is to be seen there."""
    with suppress(AlreadyEnded):
        app.jobs.cancel(job_id)
    return RedirectResponse(address(job_id, "/jobs"), HTTPStatus.SEE_OTHER)


@verbs.post(f"{ONE_JOB}/retry")
def retry(app: TheApp, job_id: TheJobId) -> Response:
    """Run it again, then show it."""
    with suppress(NotEnded):
        app.jobs.retry(job_id)
    return RedirectResponse(address(job_id, "/jobs"), HTTPStatus.SEE_OTHER)


def posters_of(app: App, job_ids: Iterable[JobId]) -> dict[JobId, str]:
    """A small picture for each job that made one."""
    with app.services.catalog.read() as conn:
        made = artifacts.of_jobs(conn, list(job_ids))
    pictures = (_poster(several) for several in made.values())
    return {one.job_id: shown_at(one) for one in pictures if one}


def _poster(made: Sequence[Artifact]) -> Artifact | None:
    return next((one for one in made if one.content_type.startswith("image/")), None)


def watch_address(app: App) -> str:
    """Where changes from now on are told: none falls between the page and its stream."""
    with app.services.catalog.read() as conn:
        return f"/v1/events?since={jobs.last_change(conn)}"
