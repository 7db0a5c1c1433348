"""Scenes of a board over HTTP: shown, edited, drawn anew, removed."""

from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Request, Response, UploadFile

from reelmill.pipelines.storyboards.bodies import RegenerateWish, SceneWish
from reelmill.pipelines.storyboards.keys import type_of
from reelmill.pipelines.storyboards.refusals import PictureNotReady
from reelmill.pipelines.storyboards.routes.asked import SceneNumber, TheEditing, TheShelf, limited
from reelmill.pipelines.storyboards.routes.assets import kept
from reelmill.pipelines.storyboards.routes.boards import told
from reelmill.pipelines.storyboards.spec import StoryboardEntry
from reelmill.pipelines.storyboards.thumbnails import small_of
from reelmill.pipelines.storyboards.views.boards import JobResponse, entry_of
from reelmill.units import StoreKey
from reelmill.web.deps import TheApp
from reelmill.web.files import KEPT, Content, content
from reelmill.web.jobs import problem_documents

router = APIRouter(prefix="/storyboards/{board_id}/scenes/{number}")

_SMALL: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "A picture of 480 pixels at most.", "content": {"image/jpeg": {}}},
    **problem_documents(404),
}


@router.get("", operation_id="find_board_scene", responses=problem_documents(404))
def find_scene(editing: TheEditing, board_id: str, number: SceneNumber) -> StoryboardEntry:
    """A scene as it is now."""
    return entry_of(editing.scene(board_id, number)[1])


@router.put("", operation_id="edit_board_scene", responses=problem_documents(400, 404, 409, 422))
def edit_scene(
    app: TheApp, editing: TheEditing, board_id: str, number: SceneNumber, wish: SceneWish
) -> JobResponse:
    """Give a scene other values; what is not given stays."""
    return told(app, editing.edit(board_id, number, wish))


@router.delete("", operation_id="delete_board_scene", responses=problem_documents(400, 404, 409))
def delete_scene(
    app: TheApp, editing: TheEditing, board_id: str, number: SceneNumber
) -> JobResponse:
    """Remove a scene; those behind it move up."""
    return told(app, editing.delete_scene(board_id, number))


@router.post(
    "/regenerate",
    operation_id="regenerate_board_scene",
    status_code=HTTPStatus.ACCEPTED,
    responses=problem_documents(404, 409, 422, 429, 503),
)
def regenerate(
    app: TheApp,
    editing: TheEditing,
    board_id: str,
    number: SceneNumber,
    wish: Annotated[RegenerateWish | None, Body()] = None,
) -> JobResponse:
    """Make the picture of a scene anew."""
    return told(app, editing.regenerate(board_id, number, wish or RegenerateWish()))


@router.head("/picture", include_in_schema=False)
@router.get(
    "/picture",
    operation_id="read_scene_picture",
    response_class=Response,
    responses={
        200: {"description": "The picture.", "content": {"image/*": {}}},
        **problem_documents(404),
    },
)
def read_picture(
    app: TheApp, editing: TheEditing, request: Request, board_id: str, number: SceneNumber
) -> Response:
    """The picture of a scene."""
    _, scene = editing.scene(board_id, number)
    return _picture(app, request, number, scene.picture_key)


@router.head("/last-picture", include_in_schema=False)
@router.get(
    "/last-picture",
    operation_id="read_scene_last_picture",
    response_class=Response,
    responses={
        200: {"description": "The picture.", "content": {"image/*": {}}},
        **problem_documents(404),
    },
)
def read_last_picture(
    app: TheApp, editing: TheEditing, request: Request, board_id: str, number: SceneNumber
) -> Response:
    """The picture that a scene ends in, where that is another than it begins with."""
    _, scene = editing.scene(board_id, number)
    return _picture(app, request, number, scene.last_picture_key)


@router.head("/thumbnail", include_in_schema=False)
@router.get(
    "/thumbnail",
    operation_id="read_scene_thumbnail",
    response_class=Response,
    responses=_SMALL,
)
def read_thumbnail(
    app: TheApp, editing: TheEditing, request: Request, board_id: str, number: SceneNumber
) -> Response:
    """A small copy of the picture of a scene, or the picture where none can be made now."""
    _, scene = editing.scene(board_id, number)
    return _thumbnail(app, request, number, scene.picture_key)


@router.head("/last-thumbnail", include_in_schema=False)
@router.get(
    "/last-thumbnail",
    operation_id="read_scene_last_thumbnail",
    response_class=Response,
    responses=_SMALL,
)
def read_last_thumbnail(
    app: TheApp, editing: TheEditing, request: Request, board_id: str, number: SceneNumber
) -> Response:
    """A small copy of the picture that a scene ends in."""
    _, scene = editing.scene(board_id, number)
    return _thumbnail(app, request, number, scene.last_picture_key)


@router.delete(
    "/last-picture",
    operation_id="delete_scene_last_picture",
    responses=problem_documents(404, 409),
)
def delete_last_picture(
    app: TheApp, editing: TheEditing, board_id: str, number: SceneNumber
) -> JobResponse:
    """Let a scene show the picture that it begins with, and no other."""
    return told(app, editing.end_in_one_picture(board_id, number))


@router.put(
    "/picture",
    operation_id="replace_scene_picture",
    responses=problem_documents(400, 404, 409, 413, 422, 429),
    dependencies=[limited("upload", lambda rates: rates.upload)],
)
def replace_picture(  # noqa: PLR0913 - each is one part of the request
    app: TheApp,
    editing: TheEditing,
    shelf: TheShelf,
    *,
    board_id: str,
    number: SceneNumber,
    file: UploadFile,
) -> JobResponse:
    """Give a scene a picture of your own, as a form with one file."""
    editing.scene(board_id, number)
    asset = kept(app, shelf, file, ())
    return told(app, editing.edit(board_id, number, SceneWish(picture_asset_id=asset.id)))


def _picture(app: TheApp, request: Request, number: int, key: StoreKey | None) -> Response:
    if key is None:
        raise PictureNotReady(scene_number=number)
    return _kept_for_good(request, key, _sent(app, request, number, key))


def _thumbnail(app: TheApp, request: Request, number: int, key: StoreKey | None) -> Response:
    """The small copy for good; the picture in its place until the next look."""
    if key is None:
        raise PictureNotReady(scene_number=number)
    small = small_of(app.services, key)
    if small is None:
        return _sent(app, request, number, key)
    return _kept_for_good(request, small, _sent(app, request, number, small))


def _sent(app: TheApp, request: Request, number: int, key: StoreKey) -> Response:
    file = Content(key, type_of(key), f"scene-{number}.{key.rpartition('.')[2]}")
    return content(app, request, file, download=False)


def _kept_for_good(request: Request, key: StoreKey, response: Response) -> Response:
    """The same; where its address names the very picture, it need not be asked for again."""
    version = request.query_params.get("v")
    if version and version in key:
        response.headers["Cache-Control"] = KEPT
    return response
