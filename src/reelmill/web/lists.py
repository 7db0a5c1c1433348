"""Lists that are read page by page: how many rows, from which place, where the next one begins."""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final, Protocol

from fastapi import Query, Request, Response

from reelmill.catalog.job import Place
from reelmill.errors import Refused
from reelmill.units import JobId

#: Most rows on one page of a pipeline's own lists.
MOST_LISTED: Final = 100

Limit = Annotated[int, Query(ge=1, le=MOST_LISTED, description="Most rows on the page.")]
Cursor = Annotated[str | None, Query(description="`next` of the page before.")]


class BadCursor(Refused):
    """The cursor is not one that this server gave."""


class Row(Protocol):
    """What lists are made of, the newest first."""

    @property
    def created_at(self) -> datetime:
        """When it came to be."""

    @property
    def id(self) -> str:
        """Tells it from others of the same moment."""


def cursor_of(place: Place) -> str:
    """A place in a list, as callers hand it back."""
    return base64.urlsafe_b64encode(f"{place.created_at.isoformat()} {place.id}".encode()).decode()


def place_of(cursor: str | None) -> Place | None:
    """The place that a cursor names; None for the start.

    Raises:
        BadCursor: not made by `cursor_of`.
    """
    if not cursor:
        return None
    try:
        moment, _, row_id = base64.urlsafe_b64decode(cursor).decode().partition(" ")
        place = Place(datetime.fromisoformat(moment), JobId(row_id))
    except (binascii.Error, ValueError) as error:
        raise BadCursor(cursor=cursor, hint="Begin again without a cursor.") from error
    if place.created_at.tzinfo is None:
        raise BadCursor(cursor=cursor, hint="Begin again without a cursor.")
    return place


def next_cursor(found: Sequence[Row], limit: int) -> str | None:
    """The cursor of the following page, when one more than `limit` was found."""
    if len(found) <= limit:
        return None
    last = found[limit - 1]
    return cursor_of(Place(last.created_at, JobId(last.id)))


def following(request: Request, response: Response, found: Sequence[Row], limit: int) -> str | None:
    """The same, and told as a link in the headers as well."""
    cursor = next_cursor(found, limit)
    if cursor is not None:
        url = request.url.include_query_params(cursor=cursor)
        response.headers["Link"] = f'<{url}>; rel="next"'
    return cursor
