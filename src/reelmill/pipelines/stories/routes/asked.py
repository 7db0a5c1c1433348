"""What these routes ask for: a caller who may see the project, and places in its lists."""

from typing import Annotated, Final

from fastapi import Depends, Query

from reelmill.catalog.job import Place
from reelmill.errors import NotFound
from reelmill.units import JobId
from reelmill.web.deps import TheApp, TheCaller, cursor_of, place_of

#: Most rows on one page.
MOST_LISTED: Final = 100

Limit = Annotated[int, Query(ge=1, le=MOST_LISTED, description="Most rows on the page.")]
Cursor = Annotated[str, Query(description="`next` of the page before.")]


class NoProject(NotFound):
    """There is no project of yours."""


def project_of(app: TheApp, caller: TheCaller) -> TheApp:
    """The app, for operators: the project is one folder, and theirs.

    Raises:
        NoProject: for everybody else.
    """
    if not caller.is_operator:
        raise NoProject
    return app


TheProject = Annotated[TheApp, Depends(project_of)]


def before(cursor: str) -> Place | None:
    """The place that a cursor names; None for the start."""
    return place_of(cursor) if cursor else None


def next_cursor(places: list[Place], limit: int) -> str:
    """The cursor of the following page, when one more than `limit` was found; else empty."""
    return cursor_of(places[limit - 1]) if len(places) > limit else ""


def place_at(place: tuple[object, str]) -> Place:
    """The place of a row in a list."""
    moment, row_id = place
    return Place(moment, JobId(row_id))  # type: ignore[arg-type]
