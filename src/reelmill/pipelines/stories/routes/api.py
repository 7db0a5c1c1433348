"""`/v1/stories/...`: library, tasks, trash, nodes. For operators."""

from typing import Annotated, Final

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from reelmill.errors import NotFound
from reelmill.pipelines.stories.intake import prepare, trash
from reelmill.pipelines.stories.intake.trash import Trashed
from reelmill.pipelines.stories.keys import Kind
from reelmill.pipelines.stories.routes.asked import TheProject
from reelmill.pipelines.stories.routes.project import nodes_of, waiting
from reelmill.pipelines.stories.shelf import AssetOut, HeldOut, NodeOut, TaskOut
from reelmill.pipelines.stories.tables import assets, tasks
from reelmill.web.files import Content, content
from reelmill.web.lists import Cursor, Limit, next_cursor, place_of

#: Rows on a page unless told.
LISTED: Final = 50

router = APIRouter(prefix="/v1/stories", tags=["stories"])


class NoSuchAsset(NotFound):
    """There is no such asset, or it has no picture."""


class AssetPage(BaseModel):
    """Some assets, the newest first."""

    assets: list[AssetOut]
    """The assets."""

    next: str
    """Cursor of the following page; empty at the end."""


class TaskPage(BaseModel):
    """Some tasks, the newest first, and voices that wait."""

    tasks: list[TaskOut]
    """The tasks."""

    held: list[HeldOut]
    """Voices that wait for clips or music."""

    next: str
    """Cursor of the following page; empty at the end."""


class Stats(BaseModel):
    """How well the nodes worked in the last 24 hours."""

    nodes: list[NodeOut]
    """All together first, then each."""

    waiting: int
    """Tasks that no node has begun."""


class Wish(BaseModel):
    """What is wanted back."""

    name: Annotated[str, Field(min_length=1, max_length=1024)]
    """As the trash lists it."""


class Restored(BaseModel):
    """What came back."""

    path: str
    """Where it lies now, in the project."""


@router.get("/library", operation_id="list_assets")
def list_assets(
    app: TheProject,
    *,
    kind: Kind | None = None,
    category: str | None = None,
    limit: Limit = LISTED,
    cursor: Cursor = None,
) -> AssetPage:
    """Voices, links, clips, frames and music that were taken in."""
    with app.services.catalog.read() as conn:
        found = assets.page(
            conn, limit=limit + 1, kind=kind, category=category, before=place_of(cursor)
        )
    return AssetPage(
        assets=[AssetOut.of(asset) for asset in found[:limit]], next=next_cursor(found, limit) or ""
    )


@router.get(
    "/library/{asset_id}/picture", operation_id="read_asset_picture", response_class=Response
)
def read_picture(app: TheProject, request: Request, asset_id: str) -> Response:
    """A poster, or a waveform."""
    with app.services.catalog.read() as conn:
        asset = assets.find(conn, asset_id)
    key = None if asset is None else asset.facts.picture_key
    if key is None:
        raise NoSuchAsset(asset=asset_id)
    kind = "image/svg+xml" if key.endswith(".svg") else "image/jpeg"
    file = Content(key=key, content_type=kind, name=key.rpartition("/")[2])
    return content(app, request, file, download=False)


@router.get("/tasks", operation_id="list_tasks")
def list_tasks(app: TheProject, *, limit: Limit = LISTED, cursor: Cursor = None) -> TaskPage:
    """Chapters and where their videos stand, and voices that wait."""
    with app.services.catalog.read() as conn:
        found = tasks.page(conn, limit=limit + 1, before=place_of(cursor))
    held = prepare.plan(app.services).held
    return TaskPage(
        tasks=[TaskOut.of(task) for task in found[:limit]],
        held=[HeldOut.of(one) for one in held],
        next=next_cursor(found, limit) or "",
    )


@router.get("/stats", operation_id="story_stats")
def read_stats(app: TheProject) -> Stats:
    """The four numbers of the last 24 hours."""
    return Stats(nodes=nodes_of(app), waiting=waiting(app))


@router.get("/trash", operation_id="list_trash")
def list_trash(app: TheProject) -> list[Trashed]:
    """Files that cannot be used and tasks that failed, each with the reason."""
    return trash.listing(app.services)


@router.post("/trash/restore", operation_id="restore_from_trash")
def restore(app: TheProject, wish: Wish) -> Restored:
    """Bring a file back to `raw/`, or a failed task to another run."""
    return Restored(path=trash.restore(app.services, wish.name, app.jobs.retry))
