"""Videos over HTTP: handed in, listed, shown, deleted."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Final

import anyio.from_thread
from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.requests import ClientDisconnect

from reelmill.media.info import SNIFF_BYTES, sniff
from reelmill.pipelines.shorts.bodies import SceneTimes, VideoByAddress
from reelmill.pipelines.shorts.places import Places
from reelmill.pipelines.shorts.refusals import PosterNotReady, UploadersBusy
from reelmill.pipelines.shorts.routes.asked import TheLibrary, problems
from reelmill.pipelines.shorts.views.videos import (
    SceneOut,
    VideoOut,
    VideosOut,
    VideoWithScenesOut,
)
from reelmill.web.deps import TheApp
from reelmill.web.files import Content, content, jpeg_documents, ranged_documents
from reelmill.web.lists import Cursor, Limit, following, place_of
from reelmill.web.problems import ProblemRaised

#: Largest body that the framework lets pass here; `intake` holds a file to the operator's limit.
BODY_BYTES: Final = 1 << 50

#: Largest JSON body, bytes.
JSON_BYTES: Final = 64 * 1024

#: Uploads that one process takes at once, each in a thread of its own; the site has forty.
UPLOADS_AT_ONCE: Final = 16

#: What a browser is told of a source, by its demuxer.
SOURCE_TYPES: Final = {
    "mov": "video/mp4",
    "matroska": "video/webm",
    "avi": "video/x-msvideo",
    "mpegts": "video/mp2t",
    "mpeg": "video/mpeg",
    "flv": "video/x-flv",
    "asf": "video/x-ms-asf",
}

router = APIRouter(tags=["videos"])

PLACES: Final = Places(UPLOADS_AT_ONCE, UploadersBusy)

_TWO_BODIES: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "contentMediaType": "application/octet-stream"},
                        "title": {"type": "string", "maxLength": 200},
                    },
                }
            },
            "application/json": {
                "schema": VideoByAddress.model_json_schema(),
                "example": {"url": "https://media.example/talk.mp4", "title": "Talk"},
            },
        },
    }
}


@router.post(
    "/videos",
    operation_id="create_video",
    status_code=HTTPStatus.ACCEPTED,
    responses=problems(400, 413, 422, 503),
    openapi_extra=_TWO_BODIES,
    max_body_size=BODY_BYTES,
)
def create_video(library: TheLibrary, request: Request, response: Response) -> VideoOut:
    """Hand in a video: the file itself as a form, or its address as JSON.

    It is looked into by a job; its scenes are there when `status` is `ready`.
    """
    content_type = request.headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() == "multipart/form-data":
        with PLACES.one(), _unbroken():
            video = library.take_upload(_parts(request), content_type)
    else:
        video = library.take_address(_address_in(request))
    response.headers["Location"] = f"/v1/videos/{video.id}"
    return VideoOut.of(video)


@router.get("/videos", operation_id="list_videos", responses=problems(400))
def list_videos(
    library: TheLibrary,
    request: Request,
    response: Response,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> VideosOut:
    """Your videos, the newest first."""
    found = library.page(limit=limit + 1, before=place_of(cursor))
    return VideosOut(
        videos=[VideoOut.of(video) for video in found[:limit]],
        next=following(request, response, found, limit),
    )


@router.get("/videos/{video_id}", operation_id="find_video", responses=problems(404))
def find_video(library: TheLibrary, video_id: str) -> VideoWithScenesOut:
    """A video as it is now, with its scenes."""
    return VideoWithScenesOut.with_scenes(*library.video_and_scenes(video_id))


@router.delete(
    "/videos/{video_id}",
    operation_id="delete_video",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems(404),
)
def delete_video(library: TheLibrary, video_id: str) -> None:
    """Delete a video, its pictures and scenes.

    What is being made of it is canceled; exports that were made stay until they expire.
    """
    library.delete(video_id)


@router.head("/videos/{video_id}/source", include_in_schema=False)
@router.get(
    "/videos/{video_id}/source",
    operation_id="read_video_source",
    response_class=Response,
    responses={
        **ranged_documents("video/*"),
        **problems(404),
    },
)
def read_source(library: TheLibrary, app: TheApp, request: Request, video_id: str) -> Response:
    """The file as it was handed in, whole or in ranges."""
    video = library.video(video_id)
    beginning = app.services.store.read_range(video.source_key, 0, SNIFF_BYTES)
    file = Content(
        key=video.source_key,
        content_type=SOURCE_TYPES.get(sniff(beginning), "application/octet-stream"),
        name=video.title,
    )
    return content(app, request, file, download=False)


@router.get(
    "/videos/{video_id}/poster",
    operation_id="read_video_poster",
    response_class=Response,
    responses={**jpeg_documents(), **problems(404)},
)
def read_poster(library: TheLibrary, app: TheApp, request: Request, video_id: str) -> Response:
    """A picture of a video."""
    video = library.video(video_id)
    if video.poster_key is None:
        raise PosterNotReady(video_id=video_id)
    file = Content(key=video.poster_key, content_type="image/jpeg", name=f"{video.title}.jpg")
    return content(app, request, file, download=False)


@router.post(
    "/videos/{video_id}/scenes",
    operation_id="create_scene",
    status_code=HTTPStatus.CREATED,
    responses=problems(400, 404, 422),
)
def create_scene(
    library: TheLibrary, response: Response, video_id: str, times: SceneTimes
) -> SceneOut:
    """Add a scene by hand."""
    scene = library.add_scene(video_id, times.start_s, times.end_s)
    response.headers["Location"] = f"/v1/scenes/{scene.id}"
    return SceneOut.of(scene)


@contextmanager
def _unbroken() -> Iterator[None]:
    """An upload whose sender went away is nobody's fault; nobody reads the answer."""
    try:
        yield
    except ClientDisconnect as error:
        raise ProblemRaised(
            HTTPStatus.BAD_REQUEST, "upload_broken_off", "The upload ended before its end."
        ) from error


def _parts(request: Request) -> Iterator[bytes]:
    """The body as it arrives; the thread waits, the event loop does not."""
    stream = request.stream()
    while True:
        try:
            yield anyio.from_thread.run(anext, stream)
        except StopAsyncIteration:
            return


def _address_in(request: Request) -> VideoByAddress:
    """The body as an address.

    Raises:
        RequestValidationError: it is none.
    """
    body = bytearray()
    for part in _parts(request):
        body += part
        if len(body) > JSON_BYTES:
            raise ProblemRaised(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                "body_too_large",
                f"JSON may have {JSON_BYTES} bytes; send a file as multipart/form-data.",
            )
    try:
        return VideoByAddress.model_validate_json(bytes(body))
    except ValidationError as error:
        flaws = [{**flaw, "loc": ("body", *flaw["loc"])} for flaw in error.errors()]
        raise RequestValidationError(flaws) from error
