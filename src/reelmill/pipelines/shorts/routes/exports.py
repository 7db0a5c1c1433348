"""Exports over HTTP: asked for, followed, stopped, made again, deleted."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Body, Query, Request, Response

from reelmill.pipelines.shorts.bodies import Batch, ExportWish
from reelmill.pipelines.shorts.routes.asked import TheOrders, problems
from reelmill.pipelines.shorts.routes.telling import TheTeller
from reelmill.pipelines.shorts.views.exports import (
    BatchOut,
    ExportOut,
    ExportsOut,
    LimitsOut,
)
from reelmill.web.lists import Cursor, Limit, following, place_of

router = APIRouter(tags=["exports"])


@router.post(
    "/scenes/{scene_id}/export-short",
    operation_id="export_short",
    status_code=HTTPStatus.ACCEPTED,
    responses={
        200: {"model": ExportOut, "description": "The same is being made, or is fresh."},
        **problems(400, 404, 422, 429, 503),
    },
)
def export_short(
    orders: TheOrders,
    tell: TheTeller,
    scene_id: str,
    wish: Annotated[ExportWish | None, Body()] = None,
) -> ExportOut:
    """Make a vertical short of a scene.

    The same scene with the same options is the same export while it is being made or fresh, and
    takes no slot of the limit then.
    """
    return tell.ordered(orders.short(scene_id, wish or ExportWish()))


@router.get("/exports", operation_id="list_exports", responses=problems(400))
def list_exports(  # noqa: PLR0913 - each is one filter of the same form
    orders: TheOrders,
    tell: TheTeller,
    request: Request,
    response: Response,
    *,
    video_id: Annotated[str | None, Query(description="Only of this video.")] = None,
    scene_id: Annotated[str | None, Query(description="Only of this scene.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ExportsOut:
    """Your exports that have not expired, the newest first."""
    found = orders.page(
        limit=limit + 1, before=place_of(cursor), video_id=video_id, scene_id=scene_id
    )
    return ExportsOut(
        exports=[tell.export(export) for export in found[:limit]],
        next=following(request, response, found, limit),
    )


@router.get("/exports/limits", operation_id="export_limits")
def export_limits(orders: TheOrders, tell: TheTeller) -> LimitsOut:
    """How many exports you may ask for now."""
    return tell.limits(orders.usage())


@router.post(
    "/exports/batch",
    operation_id="export_batch",
    status_code=HTTPStatus.ACCEPTED,
    responses=problems(422, 503),
)
def export_batch(orders: TheOrders, tell: TheTeller, wish: Batch) -> BatchOut:
    """Make shorts of several scenes; each is answered for itself, as `export-short` would."""
    answers = orders.several(tuple((item.scene_id, item) for item in wish.items))
    tell.limits(orders.usage())
    pairs = zip(wish.items, answers, strict=True)
    return BatchOut(items=[tell.item(item.scene_id, answer) for item, answer in pairs])


@router.get("/exports/{export_id}", operation_id="find_export", responses=problems(404, 410))
def find_export(orders: TheOrders, tell: TheTeller, export_id: str) -> ExportOut:
    """An export as it is now, with a fresh link when it is completed.

    410 when it has expired, for thirty days; 404 afterwards.
    """
    return tell.export(orders.find(export_id))


@router.delete(
    "/exports/{export_id}",
    operation_id="delete_export",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems(404, 410),
)
def delete_export(orders: TheOrders, export_id: str) -> None:
    """Delete an export with its file; one that is being made is stopped first.

    A slot of the limit that it took stays taken, unless it was stopped.
    """
    orders.delete(export_id)


@router.post(
    "/exports/{export_id}/cancel",
    operation_id="cancel_export",
    responses=problems(404, 409, 410),
)
def cancel_export(orders: TheOrders, tell: TheTeller, export_id: str) -> ExportOut:
    """Stop an export; its slot of the limit is free again."""
    return tell.export(orders.cancel(export_id))


@router.post(
    "/exports/{export_id}/retry",
    operation_id="retry_export",
    status_code=HTTPStatus.ACCEPTED,
    responses={
        200: {"model": ExportOut, "description": "The same is being made, or is fresh."},
        **problems(404, 409, 410, 429, 503),
    },
)
def retry_export(orders: TheOrders, tell: TheTeller, export_id: str) -> ExportOut:
    """Make an export again that failed or was canceled; it takes a slot of the limit."""
    return tell.ordered(orders.retry(export_id))
