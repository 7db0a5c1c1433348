"""What these routes ask for, and how their failures are described."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import Depends, Path, Query, Request, Response

from reelmill.catalog import tries
from reelmill.catalog.job import Place
from reelmill.catalog.tries import Limit as Often
from reelmill.pipelines.storyboards.bank import Bank
from reelmill.pipelines.storyboards.editing import Editing
from reelmill.pipelines.storyboards.house import settings_of
from reelmill.pipelines.storyboards.refusals import TooOften
from reelmill.pipelines.storyboards.settings import RateLimits
from reelmill.pipelines.storyboards.shelf import Shelf
from reelmill.pipelines.storyboards.studio import Studio
from reelmill.units import JobId
from reelmill.web.deps import TheApp, TheCaller, cursor_of, place_of

#: Most rows on one page.
MOST_LISTED: Final = 100

#: What rates are counted in.
MINUTE: Final = timedelta(minutes=1)

Limit = Annotated[int, Query(ge=1, le=MOST_LISTED, description="Most rows on the page.")]
Cursor = Annotated[str | None, Query(description="`next` of the page before.")]
SceneNumber = Annotated[int, Path(ge=1, description="The scene's place, from 1.")]


async def studio_of(app: TheApp, caller: TheCaller) -> Studio:
    """Boards, as the caller may see them."""
    return Studio(here=app.services, jobs=app.jobs, caller=caller)


async def editing_of(app: TheApp, caller: TheCaller) -> Editing:
    """Boards, as the caller may change them."""
    return Editing(here=app.services, jobs=app.jobs, caller=caller)


async def shelf_of(app: TheApp, caller: TheCaller) -> Shelf:
    """Assets, as the caller may see them."""
    return Shelf(here=app.services, caller=caller)


async def bank_of(app: TheApp, caller: TheCaller) -> Bank:
    """Money, as the caller may see it."""
    return Bank(here=app.services, caller=caller)


TheBank = Annotated[Bank, Depends(bank_of)]
TheStudio = Annotated[Studio, Depends(studio_of)]
TheEditing = Annotated[Editing, Depends(editing_of)]
TheShelf = Annotated[Shelf, Depends(shelf_of)]


def limited(what: str, most: Callable[[RateLimits], int]) -> Any:
    """A dependency that lets one user ask for something only so often in a minute.

    Raises:
        TooOften: with the seconds until the next time.
    """

    def admit(app: TheApp, caller: TheCaller) -> None:
        admit_rate(app, caller, what, most(settings_of(app.services).rates))

    return Depends(admit)


def admit_rate(app: TheApp, caller: TheCaller, what: str, limit: int) -> None:
    """Let a user ask for something once more in this minute.

    Raises:
        TooOften: with the seconds until the next time.
    """
    kind = tries.kind_of("storyboards", what, caller.user_id)
    with app.services.catalog.begin() as conn:
        wait_s = tries.begin(conn, [Often(kind, limit, MINUTE)], app.services.clock())
    if wait_s:
        raise TooOften(limit=limit, retry_after_s=max(1, round(wait_s)))


def place(cursor: str | None) -> Place | None:
    """The place that a cursor names; None for the start."""
    return place_of(cursor) if cursor else None


def following(request: Request, response: Response, places: list[Place], limit: int) -> str | None:
    """The cursor of the following page, also as a link, when one more than `limit` was found."""
    if len(places) <= limit:
        return None
    cursor = cursor_of(places[limit - 1])
    url = request.url.include_query_params(cursor=cursor)
    response.headers["Link"] = f'<{url}>; rel="next"'
    return cursor


def place_at(moment: Any, row_id: str) -> Place:
    """The place of a row in a list."""
    return Place(moment, JobId(row_id))


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Failures, for the description of the API."""
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    told = {"content": {"application/problem+json": schema}}
    return {status: {"description": HTTPStatus(status).phrase, **told} for status in statuses}
