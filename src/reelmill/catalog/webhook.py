"""Webhooks, what is delivered to them, and what comes of it, as records."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from reelmill.units import JobId


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """An address that somebody wants to be told at."""

    id: str
    """Names it."""

    owner: str
    """Whose jobs it is told of."""

    url: str
    """Where it is told."""

    secret: str
    """Signs what it is told; sealed, as it is kept."""

    created_at: datetime
    """When it was registered."""

    disabled_at: datetime | None
    """Since when it is told nothing more; None while it is."""

    disabled_because: str
    """Why; empty while it is told."""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One message on its way to one webhook."""

    message_id: str
    """The same at each attempt."""

    webhook_id: str
    """Where it goes."""

    event: str
    """What has happened: `job.completed`."""

    job_id: JobId | None
    """What it is about; None for a test."""

    facts: dict[str, Any]
    """What was so when it happened."""

    created_at: datetime
    """When it happened."""

    state: DeliveryState
    """Where it stands."""

    attempts: int
    """How often it was begun to be sent."""

    due_at: datetime
    """When it is sent next, or was last; during an attempt, when that is taken for lost."""

    status: int | None
    """Status of the last answer; None when there was none, and during an attempt."""

    problem: str
    """What went wrong last; empty when nothing did, and during an attempt."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """What all webhooks of an owner are to be told."""

    id: str
    """Names it, at each attempt and for each webhook."""

    event: str
    """What has happened."""

    owner: str
    """Whose job."""

    job_id: JobId
    """The job."""

    facts: Mapping[str, Any]
    """What is so."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of an attempt."""

    state: DeliveryState
    """Where the delivery stands now."""

    status: int | None
    """Status of the answer; None when there was none."""

    problem: str
    """What went wrong; empty when nothing did."""

    wait_s: float
    """Seconds until it is sent again, if it still waits."""
