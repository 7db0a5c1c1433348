"""Assets over HTTP: uploaded, listed, fetched, deleted."""

import shutil
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request, Response, UploadFile

from reelmill.pipelines.storyboards.collecting import MB
from reelmill.pipelines.storyboards.house import settings_of
from reelmill.pipelines.storyboards.records import Asset, AssetKind
from reelmill.pipelines.storyboards.refusals import AssetTooLarge
from reelmill.pipelines.storyboards.routes.asked import TheShelf, limited
from reelmill.pipelines.storyboards.shelf import Shelf, tags_of
from reelmill.pipelines.storyboards.views.assets import AssetOut, AssetsOut
from reelmill.web.deps import TheApp
from reelmill.web.files import Content, content, jpeg_documents, ranged_documents
from reelmill.web.jobs import problem_documents
from reelmill.web.lists import Cursor, Limit, following, place_of

#: Largest body that the framework lets pass; a file is held to the operator's limit.
BODY_BYTES: Final = 110 * MB

router = APIRouter(prefix="/storyboards/assets")


@router.post(
    "",
    operation_id="upload_asset",
    status_code=HTTPStatus.CREATED,
    responses=problem_documents(400, 413, 422, 429),
    dependencies=[limited("upload", lambda rates: rates.upload)],
    max_body_size=BODY_BYTES,
)
def upload_asset(
    app: TheApp,
    shelf: TheShelf,
    response: Response,
    file: UploadFile,
    tags: Annotated[str, Form(description="A JSON array of strings.", max_length=10_000)] = "",
) -> AssetOut:
    """Upload a picture, a sound, a video or a document, as a form with one file."""
    asset = kept(app, shelf, file, tags_of(tags))
    response.headers["Location"] = f"/v1/storyboards/assets/{asset.id}"
    return AssetOut.of(asset)


@router.get("", operation_id="list_storyboard_assets", responses=problem_documents(400, 422))
def list_assets(  # noqa: PLR0913 - each is one filter of the same form
    shelf: TheShelf,
    request: Request,
    response: Response,
    *,
    kind: Annotated[AssetKind | None, Query(description="Only of this kind.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> AssetsOut:
    """Your assets, the newest first."""
    found = shelf.page(limit=limit + 1, kind=kind, before=place_of(cursor))
    return AssetsOut(
        assets=[AssetOut.of(asset) for asset in found[:limit]],
        next=following(request, response, found, limit),
    )


@router.get("/{asset_id}", operation_id="find_asset", responses=problem_documents(404))
def find_asset(shelf: TheShelf, asset_id: str) -> AssetOut:
    """An asset."""
    return AssetOut.of(shelf.find(asset_id))


@router.delete(
    "/{asset_id}",
    operation_id="delete_asset",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problem_documents(404, 409),
)
def delete_asset(shelf: TheShelf, asset_id: str) -> None:
    """Delete an asset. Scenes that show it have copies; a sound or a watermark in use stays."""
    shelf.delete(asset_id)


@router.head("/{asset_id}/data", include_in_schema=False)
@router.get(
    "/{asset_id}/data",
    operation_id="read_asset",
    response_class=Response,
    responses={
        **ranged_documents(),
        **problem_documents(404),
    },
)
def read_asset(app: TheApp, shelf: TheShelf, request: Request, asset_id: str) -> Response:
    """The content of an asset, whole or in ranges."""
    asset = shelf.find(asset_id)
    file = Content(asset.key, asset.content_type, asset.name)
    return content(app, request, file, download=False)


@router.get(
    "/{asset_id}/thumbnail",
    operation_id="read_asset_thumbnail",
    response_class=Response,
    responses={
        **jpeg_documents(),
        **problem_documents(404),
    },
)
def read_thumbnail(app: TheApp, shelf: TheShelf, request: Request, asset_id: str) -> Response:
    """A small picture of an asset."""
    key = shelf.thumbnail(asset_id)
    return content(app, request, Content(key, "image/jpeg", "thumbnail.jpg"), download=False)


def kept(app: TheApp, shelf: Shelf, file: UploadFile, tags: tuple[str, ...]) -> Asset:
    """A file of a form, taken in.

    Raises:
        AssetTooLarge, UnknownAssetKind, BadMedia: it is not taken.
    """
    limit_mb = settings_of(app.services).max_asset_mb
    if (file.size or 0) > limit_mb * MB:
        raise AssetTooLarge(limit_mb=limit_mb)
    with app.services.scratch() as folder:
        path = folder / "upload"
        with path.open("wb") as to:
            shutil.copyfileobj(file.file, to)
        return shelf.take(path, file.filename or "", tags)
