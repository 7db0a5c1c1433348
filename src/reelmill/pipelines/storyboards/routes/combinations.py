"""Videos of several boards over HTTP: asked for, watched, deleted."""

from functools import partial
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from reelmill.pipelines.storyboards.bodies import CombineWish
from reelmill.pipelines.storyboards.house import settings_of
from reelmill.pipelines.storyboards.keys import type_of
from reelmill.pipelines.storyboards.routes.asked import TheCombinations, admit_rate
from reelmill.pipelines.storyboards.views.combinations import (
    CombinationOut,
    CombinationsOut,
    combination_address,
)
from reelmill.web.deps import TheApp, TheCaller
from reelmill.web.files import Content, content, jpeg_documents, ranged_documents
from reelmill.web.jobs import problem_documents
from reelmill.web.lists import Cursor, Limit, following, place_of

router = APIRouter(prefix="/storyboards")


@router.post(
    "/combine",
    operation_id="combine_storyboards",
    status_code=HTTPStatus.ACCEPTED,
    responses=problem_documents(400, 404, 422, 429),
)
def combine(
    app: TheApp,
    caller: TheCaller,
    combinations: TheCombinations,
    wish: CombineWish,
    response: Response,
) -> CombinationOut:
    """One video of the videos of several boards, in their order; the same request makes one.

    What is of another shape than the first is shown whole in the first one's, with bars.
    """
    limit = settings_of(app.services).rates.export
    admit = partial(admit_rate, app, caller, "combine", limit)
    found = combinations.combine(wish, admit=admit)
    response.headers["Location"] = combination_address(found.id)
    return CombinationOut.of(found)


@router.get(
    "/combinations", operation_id="list_combinations", responses=problem_documents(400, 422)
)
def list_combinations(
    combinations: TheCombinations,
    request: Request,
    response: Response,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> CombinationsOut:
    """Your videos of several boards, the newest first."""
    found = combinations.page(limit=limit + 1, before=place_of(cursor))
    return CombinationsOut.of(found[:limit], following(request, response, found, limit))


@router.get(
    "/combinations/{combination_id}",
    operation_id="find_combination",
    responses=problem_documents(404),
)
def find_combination(combinations: TheCombinations, combination_id: str) -> CombinationOut:
    """A video of several boards as it is now."""
    return CombinationOut.of(combinations.find(combination_id))


@router.delete(
    "/combinations/{combination_id}",
    operation_id="delete_combination",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problem_documents(404),
)
def delete_combination(combinations: TheCombinations, combination_id: str) -> None:
    """Delete it; the boards stay. What works on it is stopped, its files go by and by."""
    combinations.delete(combination_id)


@router.head("/combinations/{combination_id}/video", include_in_schema=False)
@router.get(
    "/combinations/{combination_id}/video",
    operation_id="read_combination_video",
    response_class=Response,
    responses={
        **ranged_documents("video/*"),
        **problem_documents(404),
    },
)
def read_video(
    app: TheApp,
    combinations: TheCombinations,
    request: Request,
    combination_id: str,
    *,
    download: Annotated[bool, Query(description="Save it rather than show it.")] = False,
) -> Response:
    """The video, whole or in ranges."""
    key = combinations.video(combination_id).key
    name = f"storyboards-{combination_id[:8]}.{key.rpartition('.')[2]}"
    return content(app, request, Content(key, type_of(key), name), download=download)


@router.get(
    "/combinations/{combination_id}/thumbnail",
    operation_id="read_combination_thumbnail",
    response_class=Response,
    responses={
        **jpeg_documents(),
        **problem_documents(404),
    },
)
def read_thumbnail(
    app: TheApp, combinations: TheCombinations, request: Request, combination_id: str
) -> Response:
    """A still of it."""
    key = combinations.still(combination_id)
    return content(app, request, Content(key, "image/jpeg", "thumbnail.jpg"), download=False)
