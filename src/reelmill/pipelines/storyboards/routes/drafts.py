"""Boards asked for over HTTP: of a prompt, of pairs of pictures, of the photos of a property."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Header, Response

from reelmill.catalog.idempotency import KeyReused
from reelmill.pipelines.storyboards.bench import Whole
from reelmill.pipelines.storyboards.bodies import PairsWish, PropertyWish
from reelmill.pipelines.storyboards.platforms import PRESETS
from reelmill.pipelines.storyboards.routes.asked import TheAsking, limited
from reelmill.pipelines.storyboards.routes.boards import told
from reelmill.pipelines.storyboards.spec import GenerationRequest
from reelmill.pipelines.storyboards.views.boards import JobResponse
from reelmill.pipelines.storyboards.views.common import address
from reelmill.pipelines.storyboards.views.money import QuoteOut
from reelmill.pipelines.storyboards.views.platforms import PlatformOut
from reelmill.web.deps import TheApp
from reelmill.web.jobs import key_reused, problem_documents

IdempotencyKey = Annotated[
    str | None,
    Header(description="The same key and body again give the same board.", max_length=255),
]

router = APIRouter(prefix="/storyboards")

_RESPONSES: Final = problem_documents(400, 404, 409, 422, 429, 503)
_LIMITED: Final = [limited("generate", lambda rates: rates.generate)]


@router.post(
    "/generate",
    operation_id="generate_storyboard",
    status_code=HTTPStatus.ACCEPTED,
    responses=_RESPONSES,
    dependencies=_LIMITED,
)
def generate(
    app: TheApp,
    asking: TheAsking,
    request: GenerationRequest,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> JobResponse:
    """Draft a storyboard from a prompt, and make its pictures; or up to three that differ.

    The first of several is answered; its `variation_ids` name them all.
    """
    return _answer(app, response, lambda: asking.draft(request, key=idempotency_key or "")[0])


@router.post(
    "/from-image-pairs",
    operation_id="storyboard_from_image_pairs",
    status_code=HTTPStatus.ACCEPTED,
    responses=_RESPONSES,
    dependencies=_LIMITED,
)
def from_image_pairs(
    app: TheApp,
    asking: TheAsking,
    wish: PairsWish,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> JobResponse:
    """Make a storyboard of uploaded pictures, two for each scene: its first and its last."""
    return _answer(app, response, lambda: asking.from_pairs(wish, key=idempotency_key or ""))


@router.post(
    "/from-property-photos",
    operation_id="storyboard_from_property_photos",
    status_code=HTTPStatus.ACCEPTED,
    responses=_RESPONSES,
    dependencies=_LIMITED,
)
def from_property_photos(
    app: TheApp,
    asking: TheAsking,
    wish: PropertyWish,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> JobResponse:
    """Make a tour of a property of its photos: seven scenes of five seconds, two photos each.

    Tags and file names tell the rooms; photos that tell none follow in the order given.
    """
    return _answer(app, response, lambda: asking.from_photos(wish, key=idempotency_key or ""))


@router.post(
    "/estimate", operation_id="estimate_storyboard", responses=problem_documents(400, 422, 429)
)
def estimate(asking: TheAsking, request: GenerationRequest) -> QuoteOut:
    """What a board would cost, all its variations together; nothing is begun."""
    return QuoteOut.of(asking.quote(request))


@router.get("/platforms", operation_id="list_platforms")
def list_platforms() -> list[PlatformOut]:
    """Where a video may be shown, and what is shown there."""
    return [PlatformOut.of(platform) for platform in PRESETS]


def _answer(app: TheApp, response: Response, ask: Callable[[], Whole]) -> JobResponse:
    """A board that was asked for, and where it is looked at.

    Raises:
        ProblemRaised: the idempotency key came with another request before.
    """
    try:
        whole = ask()
    except KeyReused as error:
        raise key_reused(error) from error
    response.headers["Location"] = address(whole.board.id)
    return told(app, whole)
