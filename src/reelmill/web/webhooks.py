"""Webhooks over HTTP: addresses that their owner wants to be told at when a job has ended."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final, Self

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from reelmill.catalog import webhooks
from reelmill.catalog.webhook import Delivery, DeliveryState, Webhook
from reelmill.engine import notices
from reelmill.engine.notices import UnknownWebhook
from reelmill.units import JobId
from reelmill.web.deps import TheApp, TheCaller
from reelmill.web.jobs import problem_documents

#: Most deliveries that are listed.
MOST_LISTED: Final = 200

#: Longest address.
MOST_URL: Final = 2000

#: The path of one webhook; `webhook_of` reads it.
ONE_WEBHOOK: Final = "/{webhook_id}"

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True, use_attribute_docstrings=True)


class WebhookOut(_Said):
    """A webhook, without its secret."""

    id: str
    """Names it."""

    url: str
    """Where it is told."""

    created_at: datetime
    """When it was registered."""

    disabled_at: datetime | None
    """Since when it is told nothing more; null while it is."""

    disabled_because: str
    """Why; empty while it is told."""

    @classmethod
    def of(cls, webhook: Webhook) -> Self:
        """A record of the catalog, told."""
        return cls.model_validate(webhook)


class NewWebhookOut(WebhookOut):
    """A webhook that was registered just now."""

    secret: str
    """Verifies what it is told, the way of Standard Webhooks. It is told this once."""


class NewWebhookIn(BaseModel):
    """What is asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    url: str = Field(min_length=1, max_length=MOST_URL)
    """An http or https address on the public internet."""


class DeliveryOut(_Said):
    """One message on its way to one webhook."""

    message_id: str
    """`webhook-id` of the message, the same at each attempt."""

    event: str
    """`job.completed`, `job.failed`, `job.canceled` or `webhook.test`."""

    job_id: JobId | None
    """What it is about; null for a test."""

    created_at: datetime
    """When it happened."""

    state: DeliveryState
    """Where it stands."""

    attempts: int
    """How often it was begun to be sent."""

    due_at: datetime
    """When it is sent next, or was settled."""

    status: int | None
    """Status of the last answer; null when there was none, and during an attempt."""

    problem: str
    """What went wrong last; empty when nothing did, and during an attempt."""

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        """A record of the catalog, told."""
        return cls.model_validate(delivery)


def webhook_of(
    app: TheApp,
    caller: TheCaller,
    webhook_id: Annotated[str, Path(description="The `id` of a webhook.", max_length=100)],
) -> Webhook:
    """The webhook that a path names, if it is the caller's: another's does not exist."""
    with app.services.catalog.read() as conn:
        found = webhooks.find(conn, webhook_id)
    if found is None or not caller.owns(found.owner):
        raise UnknownWebhook(webhook_id=webhook_id)
    return found


TheWebhook = Annotated[Webhook, Depends(webhook_of)]


@router.post(
    "",
    operation_id="register_webhook",
    status_code=HTTPStatus.CREATED,
    responses=problem_documents(400, 401, 422, 429),
)
def register_webhook(
    app: TheApp, caller: TheCaller, response: Response, asked: NewWebhookIn
) -> NewWebhookOut:
    """Be told at an address when a job of yours has ended."""
    response.headers["Cache-Control"] = "no-store"
    with app.services.catalog.begin() as conn:
        made = notices.register(conn, caller.user_id, asked.url, sealer=app.services.sealer)
    return NewWebhookOut.model_validate(made)


@router.get("", operation_id="list_webhooks", responses=problem_documents(401))
def list_webhooks(app: TheApp, caller: TheCaller) -> list[WebhookOut]:
    """Your webhooks, the oldest first."""
    with app.services.catalog.read() as conn:
        return [WebhookOut.of(each) for each in webhooks.of_owner(conn, caller.user_id)]


@router.delete(
    ONE_WEBHOOK,
    operation_id="delete_webhook",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problem_documents(401, 404),
)
def delete_webhook(app: TheApp, webhook: TheWebhook) -> Response:
    """Be told nothing more at this address; what is on its way to it is dropped."""
    with app.services.catalog.begin() as conn:
        webhooks.remove(conn, webhook.id)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.post(
    f"{ONE_WEBHOOK}/test",
    operation_id="test_webhook",
    status_code=HTTPStatus.ACCEPTED,
    responses=problem_documents(401, 404, 409, 429),
)
def test_webhook(app: TheApp, webhook: TheWebhook) -> DeliveryOut:
    """Have a message sent that says nothing, to see whether it arrives."""
    with app.services.catalog.begin() as conn:
        return DeliveryOut.of(notices.announce_test(conn, webhook))


@router.get(
    f"{ONE_WEBHOOK}/deliveries",
    operation_id="list_deliveries",
    responses=problem_documents(401, 404, 422),
)
def list_deliveries(
    app: TheApp,
    webhook: TheWebhook,
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 50,
) -> list[DeliveryOut]:
    """What this webhook was told or is to be told, the newest first."""
    with app.services.catalog.read() as conn:
        found = webhooks.deliveries_of(conn, webhook.id, limit=limit)
    return [DeliveryOut.of(each) for each in found]
