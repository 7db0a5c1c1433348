"""All that is ever asked of the tables `webhooks` and `webhook_deliveries`."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from reelmill.catalog.nodes import clock, now
from reelmill.catalog.tables import webhook_deliveries as deliveries
from reelmill.catalog.tables import webhooks
from reelmill.catalog.webhook import Delivery, DeliveryState, Message, Outcome, Webhook

_MESSAGE = (deliveries.c.message_id == sa.bindparam("message")) & (
    deliveries.c.webhook_id == sa.bindparam("webhook")
)


def _announcing(dialect: str) -> sa.Insert:
    """A message for every webhook of an owner that is told; run at each end of a job."""
    present = clock(dialect)
    row = {
        "message_id": sa.bindparam("message", type_=deliveries.c.message_id.type),
        "webhook_id": webhooks.c.id,
        "event": sa.bindparam("event", type_=deliveries.c.event.type),
        "job_id": sa.bindparam("job", type_=deliveries.c.job_id.type),
        "facts": sa.bindparam("facts", type_=deliveries.c.facts.type),
        "created_at": present,
        "state": sa.literal(DeliveryState.WAITING.value),
        "attempts": sa.literal(0),
        "due_at": present,
        "problem": sa.literal(""),
    }
    told = (
        sa.select(*row.values())
        .where(webhooks.c.owner == sa.bindparam("told"), webhooks.c.disabled_at.is_(None))
        # One that is deleted in this moment is left out, rather than missed by the foreign key.
        .with_for_update(read=True, key_share=True, of=webhooks)
    )
    return sa.insert(deliveries).from_select(list(row), told)


_ANNOUNCE = {dialect: _announcing(dialect) for dialect in ("postgresql", "sqlite")}


def announce(conn: sa.Connection, new: Message) -> None:
    """Write a message to all webhooks of its owner; nothing when there is none."""
    conn.execute(
        _ANNOUNCE[conn.dialect.name],
        {
            "message": new.id,
            "event": new.event,
            "told": new.owner,
            "job": new.job_id,
            "facts": new.facts,
        },
    )


def write_to(conn: sa.Connection, webhook_id: str, message_id: str, event: str) -> Delivery:
    """Write a message about nothing to one webhook."""
    present = now(conn)
    row = {
        "message_id": message_id,
        "webhook_id": webhook_id,
        "event": event,
        "facts": {},
        "created_at": present,
        "state": DeliveryState.WAITING,
        "attempts": 0,
        "due_at": present,
        "problem": "",
    }
    return _delivery(conn.execute(sa.insert(deliveries).values(row).returning(deliveries)).one())


def add(conn: sa.Connection, webhook_id: str, *, owner: str, url: str, secret: str) -> Webhook:
    """Record a webhook."""
    present = now(conn)
    row = {
        "id": webhook_id,
        "owner": owner,
        "url": url,
        "secret": secret,
        "created_at": present,
        "tried_at": present,
        "disabled_because": "",
    }
    return _webhook(conn.execute(sa.insert(webhooks).values(row).returning(webhooks)).one())


def find(conn: sa.Connection, webhook_id: str) -> Webhook | None:
    """The webhook of this id."""
    row = conn.execute(sa.select(webhooks).where(webhooks.c.id == webhook_id)).one_or_none()
    return None if row is None else _webhook(row)


def of_owner(conn: sa.Connection, owner: str) -> list[Webhook]:
    """The webhooks of an owner, the oldest first."""
    wanted = sa.select(webhooks).where(webhooks.c.owner == owner)
    rows = conn.execute(wanted.order_by(webhooks.c.created_at, webhooks.c.id))
    return [_webhook(row) for row in rows]


def remove(conn: sa.Connection, webhook_id: str) -> None:
    """Delete a webhook, and whatever was on its way to it."""
    conn.execute(sa.delete(deliveries).where(deliveries.c.webhook_id == webhook_id))
    conn.execute(sa.delete(webhooks).where(webhooks.c.id == webhook_id))


def disable(conn: sa.Connection, webhook_id: str, because: str) -> None:
    """Tell a webhook nothing more, and give up what is on its way to it."""
    conn.execute(
        sa.update(webhooks)
        .where(webhooks.c.id == webhook_id, webhooks.c.disabled_at.is_(None))
        .values(disabled_at=now(conn), disabled_because=because)
    )
    conn.execute(
        sa.update(deliveries)
        .where(deliveries.c.webhook_id == webhook_id, deliveries.c.state == DeliveryState.WAITING)
        .values(state=DeliveryState.GIVEN_UP, problem=because)
    )


def deliveries_of(conn: sa.Connection, webhook_id: str, *, limit: int) -> list[Delivery]:
    """Messages to a webhook, the newest first."""
    wanted = sa.select(deliveries).where(deliveries.c.webhook_id == webhook_id)
    ordered = wanted.order_by(deliveries.c.created_at.desc(), deliveries.c.message_id.desc())
    return [_delivery(row) for row in conn.execute(ordered.limit(limit))]


def _due(present: datetime) -> sa.Select[Any]:
    return (
        sa.select(deliveries.c.message_id, deliveries.c.webhook_id)
        .join(webhooks, webhooks.c.id == deliveries.c.webhook_id)
        .where(deliveries.c.state == DeliveryState.WAITING, deliveries.c.due_at <= present)
        .limit(1)
    )


def is_any_due(conn: sa.Connection) -> bool:
    """Whether there is something to send."""
    return conn.execute(_due(now(conn))).one_or_none() is not None


def claim(conn: sa.Connection, *, lease_s: float) -> tuple[Delivery, Webhook] | None:
    """Take the next message that is due, and count the attempt.

    The webhook goes first that was not tried for longest, so that a slow one, however much there
    is for it, holds up the others by one message at most.

    Args:
        conn: Inside a transaction that may write.
        lease_s: Seconds after which the attempt is taken for lost, and made again.
    """
    present = now(conn)
    first = (
        _due(present)
        .order_by(webhooks.c.tried_at, deliveries.c.due_at)
        .with_for_update(skip_locked=True, of=deliveries)
    )
    found = conn.execute(first).one_or_none()
    if found is None:
        return None
    which = {"message": found.message_id, "webhook": found.webhook_id}
    taken = conn.execute(
        sa.update(deliveries)
        .where(_MESSAGE)
        .values(
            status=None,
            problem="",
            attempts=deliveries.c.attempts + 1,
            due_at=present + timedelta(seconds=lease_s),
        )
        .returning(deliveries),
        which,
    ).one()
    webhook = conn.execute(
        sa.update(webhooks)
        .where(webhooks.c.id == found.webhook_id)
        .values(tried_at=present)
        .returning(webhooks)
    ).one()
    return _delivery(taken), _webhook(webhook)


def settle(conn: sa.Connection, taken: Delivery, came: Outcome) -> None:
    """Record what came of an attempt, unless it was taken for lost meanwhile.

    Args:
        conn: Inside a transaction that may write.
        taken: The delivery as it was claimed.
        came: What came of it.
    """
    conn.execute(
        sa.update(deliveries)
        .where(_MESSAGE)
        .where(deliveries.c.attempts == taken.attempts)
        .where(deliveries.c.state == DeliveryState.WAITING)
        .values(
            state=came.state,
            status=came.status,
            problem=came.problem,
            due_at=now(conn) + timedelta(seconds=came.wait_s),
        ),
        {"message": taken.message_id, "webhook": taken.webhook_id},
    )


def forget_before(conn: sa.Connection, moment: datetime) -> None:
    """Let go of messages that were written before a moment and wait no more."""
    conn.execute(
        sa.delete(deliveries).where(
            deliveries.c.created_at < moment, deliveries.c.state != DeliveryState.WAITING
        )
    )


def _webhook(row: sa.Row[Any]) -> Webhook:
    columns = dict(row._mapping)  # noqa: SLF001
    del columns["tried_at"]
    return Webhook(**columns)


def _delivery(row: sa.Row[Any]) -> Delivery:
    columns = dict(row._mapping)  # noqa: SLF001
    return Delivery(**{**columns, "state": DeliveryState(columns["state"])})
