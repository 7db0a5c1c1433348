"""Highlight reels over HTTP, as the API before this one had them."""

from http import HTTPStatus

from fastapi import APIRouter

from reelmill.pipelines.shorts.bodies import ReelWish
from reelmill.pipelines.shorts.routes.asked import TheOrders, problems
from reelmill.pipelines.shorts.routes.telling import TheTeller
from reelmill.pipelines.shorts.views.reels import ReelAccepted, ReelOut

router = APIRouter(prefix="/highlights", tags=["highlights"])


@router.post(
    "/export",
    operation_id="export_highlights",
    status_code=HTTPStatus.ACCEPTED,
    responses={
        200: {"model": ReelAccepted, "description": "The same is being made, or is fresh."},
        **problems(400, 404, 422, 429, 503),
    },
)
def export_highlights(orders: TheOrders, tell: TheTeller, wish: ReelWish) -> ReelAccepted:
    """Make one highlight reel of several scenes, of one video or more; it counts as an export."""
    return tell.ordered_reel(orders.reel(wish))


@router.get("/jobs/{job_id}", operation_id="find_highlights", responses=problems(404, 410))
def find_highlights(orders: TheOrders, tell: TheTeller, job_id: str) -> ReelOut:
    """A highlight reel as it is now; `cancel`, `retry` and `DELETE` are those of exports."""
    return tell.reel(orders.find_reel(job_id))
