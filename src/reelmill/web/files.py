"""What jobs made, over HTTP: whole or in ranges, from the store or by way of its own links."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Annotated, Any, Final, NamedTuple
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from reelmill.accounts.caller import Caller
from reelmill.app import App
from reelmill.catalog import artifacts, jobs
from reelmill.catalog.artifacts import Artifact
from reelmill.errors import NotFound
from reelmill.storage.store import Stat
from reelmill.units import StoreKey
from reelmill.web import ranges
from reelmill.web.artifacts import EDITION_DIGITS, LINK_WORKS, file_name
from reelmill.web.deps import TheApp, TheCaller
from reelmill.web.ranges import OutOfRange, Part

#: Types that a browser may show in our name; all else is saved, for it could hold a script.
SHOWN_TYPES: Final = ("video/", "audio/", "image/png", "image/jpeg", "image/webp", "image/gif")

#: A file is never a page: nothing in it runs.
FILE_POLICY: Final = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox"

#: For an address that names the very bytes.
KEPT: Final = "private, max-age=604800, immutable"

router = APIRouter(tags=["artifacts"])

#: Open to whoever has a signed link.
links = APIRouter(include_in_schema=False)


class MissingArtifact(NotFound):
    """There is no such artifact."""


class Content(NamedTuple):
    """A file of the store, as it is sent."""

    key: StoreKey
    """Where it lies."""

    content_type: str
    """As HTTP writes it."""

    name: str
    """What a download is called."""


def ranged_documents(media_type: str | None = None) -> dict[int | str, dict[str, Any]]:
    """What the description of the API says about a file that is sent whole or in ranges."""
    return {
        200: {"description": "The whole file."}
        | ({"content": {media_type: {}}} if media_type else {}),
        206: {"description": "The range that was asked for."},
        416: {"description": "No byte of the file lies in the range."},
    }


def jpeg_documents() -> dict[int | str, dict[str, Any]]:
    """What the description of the API says about a picture that we made."""
    return {200: {"description": "A JPEG.", "content": {"image/jpeg": {}}}}


class Wish:
    """How the content of an artifact is wanted."""

    def __init__(
        self,
        *,
        download: Annotated[bool, Query(description="Save it rather than show it.")] = False,
        redirect: Annotated[bool, Query(description="0 sends it from here in any case.")] = True,
        edition: Annotated[str, Query(description="Start of the checksum: keep it for good.")] = "",
    ) -> None:
        self.download, self.redirect, self.edition = download, redirect, edition


@router.head("/v1/artifacts/{artifact_id}", include_in_schema=False)
@router.get(
    "/v1/artifacts/{artifact_id}",
    operation_id="read_artifact",
    response_class=Response,
    responses={
        **ranged_documents("application/octet-stream"),
        307: {"description": "The store's own link, where the store can sign."},
    },
)
def read_artifact(
    app: TheApp,
    caller: TheCaller,
    request: Request,
    artifact_id: str,
    wish: Annotated[Wish, Depends()],
) -> Response:
    """The content of an artifact: from here, or by a link of the store's own."""
    artifact = _find_owned(app, caller, artifact_id)
    name = file_name(artifact) if wish.download else ""
    seconds = int(LINK_WORKS.total_seconds())
    if wish.redirect and (link := app.services.store.presign(artifact.key, seconds, name)):
        return RedirectResponse(link, headers={"Cache-Control": "no-store"})
    response = content(app, request, _content_of(artifact), download=wish.download)
    if len(wish.edition) >= EDITION_DIGITS and artifact.sha256.startswith(wish.edition):
        response.headers["Cache-Control"] = KEPT
    return response


@links.api_route("/files/{artifact_id}/{name}", methods=["GET", "HEAD"])
def read_link(
    app: TheApp, request: Request, artifact_id: str, *, download: bool = False
) -> Response:
    """The content behind a signed link, for whoever has the link."""
    raw_path = request.scope["raw_path"].decode("latin-1").partition("?")[0]
    app.services.signer.check_link(f"{raw_path}?{request.url.query}", app.services.clock())
    return content(app, request, _content_of(_find(app, artifact_id)), download=download)


def content(app: App, request: Request, what: Content, *, download: bool) -> Response:
    """A file as the request wants it: all, a range, only the headers, or nothing new."""
    stat = app.services.store.stat(what.key)
    headers = _headers(what, stat, download=download)
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    try:
        part = _wanted(request, stat, headers)
    except OutOfRange:
        headers["Content-Range"] = f"bytes */{stat.size_bytes}"
        return Response(status_code=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=headers)
    status = HTTPStatus.OK
    if part is not None:
        status = HTTPStatus.PARTIAL_CONTENT
        headers["Content-Range"] = part.content_range(stat.size_bytes)
    headers["Content-Length"] = str(part.length if part else stat.size_bytes)
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=what.content_type)
    body = _body(app, what.key, part)
    return StreamingResponse(body, status, headers, media_type=what.content_type)


def _content_of(artifact: Artifact) -> Content:
    return Content(artifact.key, artifact.content_type, file_name(artifact))


def _find(app: App, artifact_id: str) -> Artifact:
    with app.services.catalog.read() as conn:
        artifact = artifacts.find(conn, artifact_id)
    if artifact is None:
        raise MissingArtifact(artifact_id=artifact_id)
    return artifact


def _find_owned(app: App, caller: Caller, artifact_id: str) -> Artifact:
    """An artifact of a job that exists for the caller."""
    artifact = _find(app, artifact_id)
    with app.services.catalog.read() as conn:
        job = jobs.find(conn, artifact.job_id)
    if job is None or not caller.owns(job.owner):
        raise MissingArtifact(artifact_id=artifact_id)
    return artifact


def _headers(what: Content, stat: Stat, *, download: bool) -> dict[str, str]:
    shown = what.content_type.startswith(SHOWN_TYPES) and not download
    name = quote(what.name, safe="")
    return {
        "ETag": f'"{stat.etag}"',
        "Last-Modified": format_datetime(_whole_second(stat.modified), usegmt=True),
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{name}",
        "Content-Security-Policy": FILE_POLICY,
    }


def _whole_second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _wanted(request: Request, stat: Stat, headers: dict[str, str]) -> Part | None:
    holds = ranges.still_holds(
        request.headers.get("if-range"), etag=headers["ETag"], modified=headers["Last-Modified"]
    )
    return ranges.wanted(request.headers.get("range"), stat.size_bytes) if holds else None


def _body(app: App, key: StoreKey, part: Part | None) -> Iterator[bytes]:
    if part is None:
        return app.services.store.stream(key)
    return app.services.store.stream(key, part.start, part.length)
