"""Videos of boards over HTTP: watched, fetched, copied into other formats."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from reelmill.pipelines.storyboards.bodies import ExportsWish, ExportWish
from reelmill.pipelines.storyboards.house import settings_of
from reelmill.pipelines.storyboards.keys import type_of
from reelmill.pipelines.storyboards.platforms import copy_form
from reelmill.pipelines.storyboards.posters import poster_key
from reelmill.pipelines.storyboards.records import Film
from reelmill.pipelines.storyboards.routes.asked import TheExports, TheStudio, admit_rate
from reelmill.pipelines.storyboards.spec import Quality, VideoFormat
from reelmill.pipelines.storyboards.views.copies import CopiesOut, ExportOut, export_address
from reelmill.web.deps import TheApp, TheCaller
from reelmill.web.files import Content, content, jpeg_documents, ranged_documents
from reelmill.web.jobs import problem_documents

router = APIRouter(prefix="/storyboards/{board_id}")


@router.head("/video", include_in_schema=False)
@router.get(
    "/video",
    operation_id="read_storyboard_video",
    response_class=Response,
    responses={
        **ranged_documents("video/*"),
        **problem_documents(404),
    },
)
def read_video(
    app: TheApp,
    studio: TheStudio,
    request: Request,
    board_id: str,
    *,
    download: Annotated[bool, Query(description="Save it rather than show it.")] = False,
) -> Response:
    """The video of a board, whole or in ranges; a fetch from its start counts as a download."""
    film = studio.video(board_id).film
    assert film is not None, "the board has its video"
    response = content(app, request, _file(board_id, film), download=download)
    if _counts(request, response):
        studio.count_download(board_id)
    return response


@router.get(
    "/thumbnail",
    operation_id="read_storyboard_thumbnail",
    response_class=Response,
    responses={
        **jpeg_documents(),
        **problem_documents(404),
    },
)
def read_thumbnail(app: TheApp, studio: TheStudio, request: Request, board_id: str) -> Response:
    """A still of the video of a board, which its player shows before it plays."""
    film = studio.video(board_id).film
    assert film is not None, "the board has its video"
    still = Content(poster_key(film.key), "image/jpeg", f"storyboard-{board_id[:8]}.jpg")
    return content(app, request, still, download=False)


@router.get(
    "/export",
    operation_id="export_storyboard_video",
    response_class=Response,
    responses={
        200: {"description": "The copy.", "content": {"video/*": {}}},
        202: {"model": ExportOut, "description": "It is being made: ask again."},
        **problem_documents(400, 404, 422, 429, 503),
    },
)
def export(  # noqa: PLR0913 - each is one part of the request
    app: TheApp,
    caller: TheCaller,
    exports: TheExports,
    request: Request,
    board_id: str,
    *,
    kind: Annotated[
        VideoFormat | None,
        Query(alias="format", description="Its packing; that of its platform, or MP4."),
    ] = None,
    quality: Annotated[
        Quality | None,
        Query(description="Its size and its bits; those of its platform, or medium."),
    ] = None,
) -> Response:
    """The video in another format and quality; made at the first asking, and kept."""
    usual_kind, usual_quality = copy_form(exports.whole(board_id).board.platform)
    wish = ExportWish(format=kind or usual_kind, quality=quality or usual_quality)
    exported = exports.export(board_id, wish, admit=_admits(app, caller))
    if exported.key is None:
        told = ExportOut.of(exported, export_address(board_id, wish)).model_dump(mode="json")
        return JSONResponse(told, HTTPStatus.ACCEPTED, headers={"Retry-After": "2"})
    name = f"storyboard-{board_id[:8]}-{wish.quality}.{wish.format}"
    return content(app, request, Content(exported.key, type_of(exported.key), name), download=True)


@router.post(
    "/exports",
    operation_id="export_storyboard_videos",
    status_code=HTTPStatus.ACCEPTED,
    responses=problem_documents(400, 404, 422, 429, 503),
)
def export_all(
    app: TheApp, caller: TheCaller, exports: TheExports, board_id: str, wish: ExportsWish
) -> CopiesOut:
    """Several copies of the video at once, each answered; counts as one request for a copy."""
    answers = exports.export_all(board_id, wish.wishes, admit=_admits(app, caller))
    return CopiesOut.of(answers, board_id)


@router.get("/exports", operation_id="list_storyboard_exports", responses=problem_documents(404))
def list_exports(exports: TheExports, board_id: str) -> CopiesOut:
    """The copies of the video as it is now, made or being made."""
    return CopiesOut.of(exports.copies(board_id), board_id)


def _admits(app: TheApp, caller: TheCaller) -> Callable[[], None]:
    limit = settings_of(app.services).rates.export
    return partial(admit_rate, app, caller, "export", limit)


def _file(board_id: str, film: Film) -> Content:
    ending = film.key.rpartition(".")[2]
    return Content(film.key, film.content_type, f"storyboard-{board_id[:8]}.{ending}")


def _counts(request: Request, response: Response) -> bool:
    begins = request.headers.get("range", "").replace(" ", "").startswith("bytes=0-")
    is_whole = response.status_code == HTTPStatus.OK
    is_beginning = response.status_code == HTTPStatus.PARTIAL_CONTENT and begins
    return request.method == "GET" and (is_whole or is_beginning)
