"""What these routes ask for, and how their failures are described."""

from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import Depends, Query, Request, Response

from reelmill.catalog.job import Place
from reelmill.pipelines.shorts.library import Library
from reelmill.pipelines.shorts.orders import Orders
from reelmill.units import JobId
from reelmill.web.deps import TheApp, TheCaller, cursor_of, place_of

#: Most rows on one page.
MOST_LISTED: Final = 100

Limit = Annotated[int, Query(ge=1, le=MOST_LISTED, description="Most rows on the page.")]
Cursor = Annotated[str | None, Query(description="`next` of the page before.")]


async def library_of(app: TheApp, caller: TheCaller) -> Library:
    """Videos and scenes, as the caller may see them."""
    return Library(here=app.services, jobs=app.jobs, caller=caller)


async def orders_of(app: TheApp, caller: TheCaller) -> Orders:
    """Exports, as the caller may see them."""
    return Orders(here=app.services, jobs=app.jobs, caller=caller)


TheLibrary = Annotated[Library, Depends(library_of)]
TheOrders = Annotated[Orders, Depends(orders_of)]


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
    told = {"content": {"application/problem+json": {"schema": _PROBLEM}}}
    return {status: {"description": HTTPStatus(status).phrase, **told} for status in statuses}


_PROBLEM: Final = {
    "allOf": [
        {"$ref": "#/components/schemas/Problem"},
        {
            "type": "object",
            "required": ["error_code", "message", "details"],
            "properties": {
                "error_code": {"type": "string", "examples": ["EXPORT_LIMIT_EXCEEDED"]},
                "message": {"type": "string"},
                "details": {"type": "object", "additionalProperties": True},
            },
        },
    ]
}
