"""Scenes over HTTP: shown, trimmed, merged, deleted, and how their crop would move."""

from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response

from reelmill.pipelines.shorts.bodies import SceneMerge, SceneTrim
from reelmill.pipelines.shorts.edl import Event, edl
from reelmill.pipelines.shorts.routes.asked import TheLibrary, problems
from reelmill.pipelines.shorts.rules import admit_video
from reelmill.pipelines.shorts.spec import CropPlan, Seconds
from reelmill.pipelines.shorts.views.videos import SceneOut
from reelmill.web.deps import TheApp
from reelmill.web.files import Content, content, jpeg_documents

#: Frames a second by which a list counts where the video does not say.
USUAL_FPS: Final = 30.0

router = APIRouter(tags=["scenes"])


@router.get("/scenes/{scene_id}", operation_id="find_scene", responses=problems(404))
def find_scene(library: TheLibrary, scene_id: str) -> SceneOut:
    """A scene."""
    scene, _ = library.scene(scene_id)
    return SceneOut.of(scene)


@router.patch("/scenes/{scene_id}", operation_id="trim_scene", responses=problems(400, 404, 422))
def trim_scene(library: TheLibrary, scene_id: str, times: SceneTrim) -> SceneOut:
    """Give a scene other times."""
    return SceneOut.of(library.trim(scene_id, times))


@router.delete(
    "/scenes/{scene_id}",
    operation_id="delete_scene",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems(404),
)
def delete_scene(library: TheLibrary, scene_id: str) -> None:
    """Remove a scene; exports of it stay until they expire."""
    library.delete_scene(scene_id)


@router.post(
    "/scenes/merge",
    operation_id="merge_scenes",
    status_code=HTTPStatus.CREATED,
    responses=problems(400, 404, 422),
)
def merge_scenes(library: TheLibrary, response: Response, wish: SceneMerge) -> SceneOut:
    """Put one scene in the place of several that lie side by side."""
    scene = library.merge(wish.scene_ids)
    response.headers["Location"] = f"/v1/scenes/{scene.id}"
    return SceneOut.of(scene)


@router.get(
    "/scenes/{scene_id}/thumbnail",
    operation_id="read_thumbnail",
    response_class=Response,
    responses={
        **jpeg_documents(),
        **problems(404, 503),
    },
)
def read_thumbnail(library: TheLibrary, app: TheApp, request: Request, scene_id: str) -> Response:
    """A picture of a scene."""
    file = Content(
        key=library.thumbnail(scene_id), content_type="image/jpeg", name=f"{scene_id}.jpg"
    )
    return content(app, request, file, download=False)


@router.get(
    "/scenes/{scene_id}/crop-plan",
    operation_id="plan_crop",
    responses=problems(400, 404, 422, 503),
)
def read_crop_plan(
    library: TheLibrary,
    scene_id: str,
    start_s: Annotated[Seconds | None, Query(description="The scene's start unless given.")] = None,
    end_s: Annotated[Seconds | None, Query(description="The scene's end unless given.")] = None,
) -> CropPlan:
    """How the crop window of `smart_crop` would follow the subject.

    Worked out at the first request, which takes a while; edit it and send it with the export.
    """
    return library.crop_plan(scene_id, start_s=start_s, end_s=end_s)


@router.get(
    "/videos/{video_id}/scenes.edl",
    operation_id="read_edl",
    response_class=Response,
    responses={
        200: {"description": "A list, CMX 3600.", "content": {"text/plain": {}}},
        **problems(400, 404),
    },
)
def read_edl(library: TheLibrary, video_id: str) -> Response:
    """The scenes as an edit decision list, for an editing program."""
    video, found = library.video_and_scenes(video_id)
    admit_video(video)
    events = [Event(f"Scene {at}", one.start_s, one.end_s) for at, one in enumerate(found, 1)]
    told = edl(video.title, video.fps or USUAL_FPS, events, has_audio=bool(video.has_audio))
    name = quote(f"{video.title or video.id}.edl", safe="")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(told, media_type="text/plain", headers=headers)
