"""The pages of the stories: chapters, library, trash, nodes. For operators."""

from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import RedirectResponse

from reelmill.pipelines.stories.intake import trash
from reelmill.pipelines.stories.intake.folders import shown_raw
from reelmill.pipelines.stories.keys import Kind
from reelmill.pipelines.stories.routes import api
from reelmill.pipelines.stories.routes.asked import TheProject
from reelmill.pipelines.stories.routes.project import nodes_of, waiting
from reelmill.pipelines.stories.tables import assets
from reelmill.units import JobId
from reelmill.web.pages import posters_of, watch_address
from reelmill.web.sheet import TheSheet

router = APIRouter(include_in_schema=False)


class Desk:
    """Makes the pages.

    Args:
        app: The app, for operators.
        sheet: Makes the pages.
    """

    def __init__(self, app: TheProject, sheet: TheSheet) -> None:
        self._app = app
        self._sheet = sheet

    def whole(self, name: str, values: dict[str, Any]) -> Response:
        """A page, which follows what happens to jobs."""
        return self._sheet.page(
            f"stories/{name}.html",
            here="pipelines/stories",
            events=watch_address(self._app),
            raw=shown_raw(self._app.services),
            **values,
        )

    def part(self, name: str, values: dict[str, Any]) -> Response:
        """The region of a page that changes."""
        return self._sheet.page(f"stories/parts/{name}.html", **values)

    def chapters(self, cursor: str) -> dict[str, Any]:
        """What the list of chapters needs."""
        found = api.list_tasks(self._app, cursor=cursor)
        ids = [JobId(task.job_id) for task in found.tasks]
        posters = posters_of(self._app, ids)
        return {"found": found, "posters": posters, "cursor": cursor}

    def library(self, kind: Kind | None, category: str, cursor: str) -> dict[str, Any]:
        """What the library needs."""
        found = api.list_assets(self._app, kind=kind, category=category or None, cursor=cursor)
        with self._app.services.catalog.read() as conn:
            counted = assets.counts(conn)
        return {
            "found": found,
            "kinds": list(Kind),
            "kind": kind,
            "categories": sorted({one.category for one in counted}),
            "category": category,
            "cursor": cursor,
        }

    def trash(self) -> dict[str, Any]:
        """What the trash needs."""
        return {"trashed": trash.listing(self._app.services)}

    def nodes(self) -> dict[str, Any]:
        """What the page of the nodes needs."""
        together, *each = nodes_of(self._app)
        return {"together": together, "nodes": each, "waiting": waiting(self._app)}

    def restore(self, name: str) -> Response:
        """Bring something back, then show the rest."""
        trash.restore(self._app.services, name, self._app.jobs.retry)
        return RedirectResponse("/stories/trash", HTTPStatus.SEE_OTHER)


TheDesk = Annotated[Desk, Depends()]


@router.get("/stories")
def show_chapters(desk: TheDesk, cursor: str = "") -> Response:
    """Stories, chapter by chapter, and where their videos stand."""
    return desk.whole("chapters", desk.chapters(cursor))


@router.get("/parts/stories")
def part_chapters(desk: TheDesk, cursor: str = "") -> Response:
    """The list alone."""
    return desk.part("chapters", desk.chapters(cursor))


@router.get("/stories/library")
def show_library(
    desk: TheDesk, kind: Kind | Literal[""] = "", category: str = "", cursor: str = ""
) -> Response:
    """What was taken in."""
    return desk.whole("library", desk.library(kind or None, category, cursor))


@router.get("/stories/trash")
def show_trash(desk: TheDesk) -> Response:
    """What came to nothing, and why."""
    return desk.whole("trash", desk.trash())


@router.post("/stories/trash/restore")
def restore(desk: TheDesk, name: Annotated[str, Form(max_length=1024)]) -> Response:
    """Bring something back."""
    return desk.restore(name)


@router.get("/stories/nodes")
def show_nodes(desk: TheDesk) -> Response:
    """Who works, on what, and how well."""
    return desk.whole("nodes", desk.nodes())


@router.get("/parts/stories/nodes")
def part_nodes(desk: TheDesk) -> Response:
    """The same, without its frame."""
    return desk.part("nodes", desk.nodes())
