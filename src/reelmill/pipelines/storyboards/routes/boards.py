"""Boards over HTTP: drafted, listed, approved, rendered, reordered, stopped."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from reelmill.pipelines.storyboards.bench import Whole
from reelmill.pipelines.storyboards.bodies import (
    Action,
    ActionWish,
    OrderWish,
    RefineWish,
    SoundsWish,
)
from reelmill.pipelines.storyboards.looks import LooksWish
from reelmill.pipelines.storyboards.refusals import UnknownStatus
from reelmill.pipelines.storyboards.routes.asked import TheEditing, TheStudio, limited
from reelmill.pipelines.storyboards.spec import VideoStatus
from reelmill.pipelines.storyboards.tables.boards import Wanted
from reelmill.pipelines.storyboards.views.boards import BoardsOut, JobResponse, RefinementOut
from reelmill.pipelines.storyboards.views.summary import Metadata
from reelmill.web.deps import TheApp
from reelmill.web.jobs import problem_documents
from reelmill.web.lists import Cursor, Limit, following, place_of

router = APIRouter(prefix="/storyboards")


@router.get("", operation_id="list_storyboards", responses=problem_documents(400, 422))
def list_boards(  # noqa: PLR0913 - each is one filter of the same form
    app: TheApp,
    studio: TheStudio,
    request: Request,
    response: Response,
    *,
    status: Annotated[str | None, Query(description="Only in this status.")] = None,
    client_id: Annotated[str | None, Query(description="Only for this client.")] = None,
    campaign_id: Annotated[str | None, Query(description="Only of this campaign.")] = None,
    group_id: Annotated[str | None, Query(description="Only variations of one.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> BoardsOut:
    """Your boards, the newest first."""
    wanted = Wanted(
        status=status_of(status), client_id=client_id, campaign_id=campaign_id, group_id=group_id
    )
    found = studio.page(limit=limit + 1, wanted=wanted, before=place_of(cursor))
    return BoardsOut(
        jobs=[told(app, whole) for whole in found[:limit]],
        next=following(request, response, [whole.board for whole in found], limit),
    )


@router.get("/{board_id}", operation_id="find_storyboard", responses=problem_documents(404))
def find_board(app: TheApp, studio: TheStudio, board_id: str) -> JobResponse:
    """A board as it is now."""
    return told(app, studio.whole(board_id))


@router.delete(
    "/{board_id}",
    operation_id="delete_storyboard",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problem_documents(404),
)
def delete_board(studio: TheStudio, board_id: str) -> None:
    """Delete a board; what works on it is stopped, what it cost stays on record."""
    studio.delete(board_id)


@router.post(
    "/{board_id}/approve", operation_id="approve_storyboard", responses=problem_documents(400, 404)
)
def approve(app: TheApp, studio: TheStudio, board_id: str) -> JobResponse:
    """Approve a board as it is now; every change takes that back."""
    return told(app, studio.approve(board_id))


@router.post(
    "/{board_id}/render",
    operation_id="render_storyboard",
    status_code=HTTPStatus.ACCEPTED,
    responses=problem_documents(400, 404, 409, 429, 503),
    dependencies=[limited("render", lambda rates: rates.render)],
)
def render(app: TheApp, studio: TheStudio, board_id: str) -> JobResponse:
    """Make the video of an approved board; asking twice makes one."""
    return told(app, studio.render(board_id))


@router.post(
    "/{board_id}/cancel", operation_id="cancel_storyboard", responses=problem_documents(404, 409)
)
def cancel(app: TheApp, studio: TheStudio, board_id: str) -> JobResponse:
    """Stop the work on a board; its provider is told to stop too."""
    return told(app, studio.cancel(board_id))


@router.post(
    "/{board_id}/retry",
    operation_id="retry_storyboard",
    status_code=HTTPStatus.ACCEPTED,
    responses=problem_documents(400, 404, 409, 429, 503),
    dependencies=[limited("render", lambda rates: rates.render)],
)
def retry(app: TheApp, studio: TheStudio, board_id: str) -> JobResponse:
    """Go on with a board that failed, was canceled or lacks pictures; nothing is paid twice."""
    return told(app, studio.retry(board_id))


@router.post(
    "/{board_id}/actions",
    operation_id="act_on_storyboard",
    responses=problem_documents(400, 404, 409, 422, 429, 503),
)
def act(
    app: TheApp, studio: TheStudio, editing: TheEditing, board_id: str, wish: ActionWish
) -> JobResponse:
    """Approve a board, stop the work on it, or make the picture of a scene anew."""
    match wish.action:
        case Action.APPROVE:
            return told(app, studio.approve(board_id))
        case Action.CANCEL:
            return told(app, studio.cancel(board_id))
        case Action.REGENERATE_SCENE:
            assert wish.payload is not None, "a body without it is refused"
            scene_id = wish.payload.scene_id
            return told(app, editing.regenerate_scene(board_id, scene_id, wish.payload))


@router.post(
    "/{board_id}/refine",
    operation_id="refine_storyboard",
    responses=problem_documents(400, 404, 409, 422, 429, 503),
)
def refine(app: TheApp, editing: TheEditing, board_id: str, wish: RefineWish) -> JobResponse:
    """Give a scene other words, and with another prompt another picture; five times at most."""
    return told(app, editing.refine(board_id, wish))


@router.get(
    "/{board_id}/refinements", operation_id="list_refinements", responses=problem_documents(404)
)
def refinements(editing: TheEditing, board_id: str) -> list[RefinementOut]:
    """The refinements of a board, the first first."""
    return [RefinementOut.of(made) for made in editing.history(board_id)]


@router.post(
    "/{board_id}/reorder",
    operation_id="reorder_storyboard",
    responses=problem_documents(400, 404, 409, 422),
)
def reorder(app: TheApp, editing: TheEditing, board_id: str, wish: OrderWish) -> JobResponse:
    """Give the scenes another order."""
    return told(app, editing.reorder(board_id, wish.scene_order))


@router.put(
    "/{board_id}/sounds", operation_id="set_sounds", responses=problem_documents(400, 404, 409, 422)
)
def set_sounds(app: TheApp, editing: TheEditing, board_id: str, wish: SoundsWish) -> JobResponse:
    """Say what is heard over the video."""
    return told(app, editing.set_sounds(board_id, wish))


@router.put(
    "/{board_id}/looks", operation_id="set_looks", responses=problem_documents(400, 404, 409, 422)
)
def set_looks(app: TheApp, editing: TheEditing, board_id: str, wish: LooksWish) -> JobResponse:
    """Say how the video is to look beside its scenes; what is not given stays."""
    return told(app, editing.set_looks(board_id, wish))


@router.get(
    "/{board_id}/metadata", operation_id="summarize_storyboard", responses=problem_documents(404)
)
def metadata(studio: TheStudio, board_id: str) -> Metadata:
    """A board, summed up."""
    return Metadata.of(studio.whole(board_id))


def told(app: TheApp, whole: Whole) -> JobResponse:
    """A board, told."""
    return JobResponse.of(whole, app.services.clock())


def status_of(text: str | None) -> VideoStatus | None:
    """The status that a filter names.

    Raises:
        UnknownStatus: none of ours, with ours.
    """
    if text is None:
        return None
    try:
        return VideoStatus(text)
    except ValueError:
        valid = ", ".join(status.value for status in VideoStatus)
        raise UnknownStatus(status=text[:50], valid=valid) from None
