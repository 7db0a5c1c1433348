"""What is open to all, for it proves itself: pictures by signed links, calls of the provider."""

from http import HTTPStatus

import anyio.from_thread
from fastapi import APIRouter, Request, Response

from reelmill.pipelines.storyboards.house import settings_of
from reelmill.pipelines.storyboards.keys import type_of
from reelmill.pipelines.storyboards.providers.replicate import Replicate
from reelmill.pipelines.storyboards.providers.webhooks import MAX_CALL_BYTES, called_about
from reelmill.pipelines.storyboards.requests import PICTURES_PATH
from reelmill.pipelines.storyboards.settling import settle_one
from reelmill.units import StoreKey
from reelmill.web.deps import TheApp
from reelmill.web.files import Content, content

router = APIRouter(include_in_schema=False)


@router.api_route(PICTURES_PATH + "{rest:path}", methods=["GET", "HEAD"])
def read_signed(app: TheApp, request: Request, rest: str) -> Response:
    """A picture, for whoever has a signed link: a provider that makes a video of it."""
    raw_path = request.scope["raw_path"].decode("latin-1").partition("?")[0]
    app.services.signer.check_link(f"{raw_path}?{request.url.query}", app.services.clock())
    key = StoreKey(f"storyboards/{rest}")
    file = Content(key, type_of(key), rest.rpartition("/")[2])
    return content(app, request, file, download=False)


@router.post(
    "/v1/storyboards/webhooks/replicate",
    status_code=HTTPStatus.NO_CONTENT,
    max_body_size=MAX_CALL_BYTES,
)
def called_back(app: TheApp, request: Request) -> None:
    """The provider says that something has ended; it is asked what, and the ledger is told."""
    body: bytes = anyio.from_thread.run(request.body)
    chosen = settings_of(app.services).replicate
    prediction_id = called_about(body, dict(request.headers), chosen)
    settle_one(app.services, Replicate.name, prediction_id)
