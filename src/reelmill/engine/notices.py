"""The end of a job -> a signed message to each webhook of its owner, delivered at least once.

The message is written in the transaction that writes the end, so it is neither lost nor told of
something that did not happen. Nodes send what is due, each message by one node at a time.
"""

import base64
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any, Final

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError
from standardwebhooks import Webhook as Signature

from reelmill.catalog import artifacts, tries, webhooks
from reelmill.catalog.artifacts import Artifact
from reelmill.catalog.jobs import Job
from reelmill.catalog.nodes import now
from reelmill.catalog.tries import Limit, kind_of
from reelmill.catalog.webhook import Delivery, DeliveryState, Message, Outcome, Webhook
from reelmill.errors import Conflict, LimitReached, NotFound, ReelmillError
from reelmill.http import check_address
from reelmill.services import Services
from reelmill.storage.sealing import Sealer

#: Seconds to wait after each attempt that failed; after as many waits and one more, given up.
WAITS_S: Final = (5.0, 60.0, 600.0, 3600.0, 21600.0)

#: Seconds that a webhook has to take a message.
SEND_S: Final = 10.0

#: Seconds after which an attempt is taken for lost: its node died. Looking up a name may be slow.
LEASE_S: Final = 60.0

#: Seconds between two looks for something to send.
LOOK_S: Final = 1.0

#: Messages that a node sends at once.
SENDERS: Final = 3

#: Webhooks of one owner.
MOST_WEBHOOKS: Final = 10

#: How long links in a message work, from when it is sent.
LINK_WORKS: Final = timedelta(hours=24)

#: Bytes of a webhook's secret.
SECRET_BYTES: Final = 32

#: Messages to try webhooks with that one owner may ask for, within so long.
MOST_TESTS: Final = 10
TESTS_WITHIN: Final = timedelta(minutes=10)

#: Event of a message that somebody asked for to try a webhook.
TEST: Final = "webhook.test"

#: HTTP: it was here and will not come back.
GONE: Final = 410

log = structlog.get_logger()


class UnknownWebhook(NotFound):
    """There is no such webhook."""


class WebhookDisabled(Conflict):
    """The webhook said that it is gone, and is told nothing more."""


class TooManyWebhooks(LimitReached):
    """There are as many webhooks as there may be."""


class TooManyTests(LimitReached):
    """Webhooks were tried too often."""


def register(conn: sa.Connection, owner: str, url: str, *, sealer: Sealer) -> Webhook:
    """Record a webhook under a new secret, which is sealed there.

    Returns:
        The webhook with its secret as its owner needs it, this once.

    Raises:
        BadAddress: not an address of http or https.
        TooManyWebhooks: the owner has `MOST_WEBHOOKS`.
    """
    check_address(url)
    if len(webhooks.of_owner(conn, owner)) >= MOST_WEBHOOKS:
        raise TooManyWebhooks(limit=MOST_WEBHOOKS, hint="Delete one that is not needed.")
    secret = f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"
    hook_id, sealed = f"hook_{secrets.token_hex(8)}", sealer.seal(secret)
    return replace(webhooks.add(conn, hook_id, owner=owner, url=url, secret=sealed), secret=secret)


def announce_end(conn: sa.Connection, job: Job) -> None:
    """Write the messages about a job that ends in this transaction, if anybody is to be told."""
    event = f"job.{job.state.value}"
    told = Message(id=_message_id(), event=event, owner=job.owner, job_id=job.id, facts=_facts(job))
    webhooks.announce(conn, told)


def announce_test(conn: sa.Connection, webhook: Webhook) -> Delivery:
    """Write a message to try a webhook with.

    Raises:
        WebhookDisabled: it is told nothing more.
        TooManyTests: its owner has had `MOST_TESTS` sent, to whichever webhook.
    """
    if webhook.disabled_at is not None:
        raise WebhookDisabled(webhook_id=webhook.id, hint="Delete it and register it anew.")
    limit = Limit(kind_of("webhook test", webhook.owner), MOST_TESTS, TESTS_WITHIN)
    if wait_s := tries.begin(conn, [limit], now(conn)):
        raise TooManyTests(limit=MOST_TESTS, retry_after_s=int(wait_s) + 1)
    return webhooks.write_to(conn, webhook.id, _message_id(), TEST)


def wait_after(attempts: int) -> float | None:
    """Seconds until a message is sent again that failed so many times; None when it is given up.

    >>> [wait_after(attempts) for attempts in (1, 5, 6)]
    [5.0, 21600.0, None]
    """
    return WAITS_S[attempts - 1] if attempts <= len(WAITS_S) else None


class Postman:
    """Sends what is due, as long as a node is up.

    Args:
        services: The catalog, the guarded fetcher, the clock, and what links are made with.
        carefully: Makes a call, and raises `ReelmillError` alone: one message that cannot be
            sent must not keep others from it.
    """

    def __init__(
        self, services: Services, *, carefully: Callable[[Callable[[], int]], int]
    ) -> None:
        self._services = services
        self._carefully = carefully
        self._catalog = services.catalog
        self._stopped = threading.Event()
        self._busy = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin to send."""
        self._stopped.clear()
        self._threads = [
            threading.Thread(target=self._keep_sending, args=(n == 0,), name="post", daemon=True)
            for n in range(SENDERS)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self, timeout_s: float) -> None:
        """Begin no other delivery; those at work get some seconds, and are made again if lost."""
        self._stopped.set()
        self._busy.set()
        give_up_s = time.monotonic() + min(timeout_s, SEND_S)
        for thread in self._threads:
            thread.join(max(0.0, give_up_s - time.monotonic()))

    def _keep_sending(self, is_first: bool) -> None:  # noqa: FBT001 - of a thread
        """The first looks now and then; the others when there is something."""
        while not self._stopped.is_set():
            if not (is_first or self._busy.wait(LOOK_S)):
                continue
            try:
                has_sent = self._send_next()
            except (ReelmillError, SQLAlchemyError) as error:
                log.warning("webhooks are not looked at", error=str(error))
                has_sent = False
            if not has_sent:
                self._busy.clear()
                self._stopped.wait(LOOK_S)

    def _send_next(self) -> bool:
        """Send one message, if one is due."""
        with self._catalog.read() as conn:
            if not webhooks.is_any_due(conn):
                return False
        with self._catalog.begin() as conn:
            taken = webhooks.claim(conn, lease_s=LEASE_S)
        if taken is None:
            return False
        self._busy.set()
        self._send(*taken)
        return True

    def _send(self, delivery: Delivery, webhook: Webhook) -> None:
        try:
            status = self._carefully(lambda: self._post(delivery, webhook))
            came = outcome(delivery.attempts, status, "")
        except ReelmillError as error:
            # Not all facts: an owner need not learn where names of a private network lead.
            why = f"{error.title} {error.facts.get('problem', '')}".strip()
            came = outcome(delivery.attempts, None, why)
        self._settle(delivery, webhook, came)

    def _post(self, delivery: Delivery, webhook: Webhook) -> int:
        body = json.dumps(self._payload(delivery), ensure_ascii=False)
        sent_at = self._services.clock().astimezone(UTC)
        secret = self._services.sealer.open(webhook.secret)
        signature = Signature(secret).sign(delivery.message_id, sent_at, body)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": delivery.message_id,
            "webhook-timestamp": str(int(sent_at.timestamp())),
            "webhook-signature": signature,
        }
        http = self._services.http
        return http.post(webhook.url, body.encode(), headers=headers, timeout_s=SEND_S)

    def _payload(self, delivery: Delivery) -> dict[str, Any]:
        facts = dict(delivery.facts)
        if delivery.job_id is not None:
            with self._catalog.read() as conn:
                made = artifacts.of_job(conn, delivery.job_id)
            facts["artifacts"] = [self._artifact(each) for each in made]
        return {
            "type": delivery.event,
            "timestamp": delivery.created_at.isoformat(),
            "data": facts,
        }

    def _artifact(self, artifact: Artifact) -> dict[str, Any]:
        names = ("kind", "content_type", "size_bytes", "sha256", "width", "height", "duration_s")
        link = self._services.link_to(artifact, LINK_WORKS)
        facts = {name: getattr(artifact, name) for name in names}
        return {"id": artifact.id, **facts, "link": f"{self._services.public_url}{link}"}

    def _settle(self, delivery: Delivery, webhook: Webhook, came: Outcome) -> None:
        with self._catalog.begin() as conn:
            webhooks.settle(conn, delivery, came)
            if came.status == GONE:
                webhooks.disable(conn, webhook.id, because=came.problem)
        if came.problem:
            log.warning(
                "webhook message not taken",
                webhook=webhook.id,
                message=delivery.message_id,
                attempts=delivery.attempts,
                problem=came.problem,
                state=came.state.value,
            )


def outcome(attempts: int, status: int | None, problem: str) -> Outcome:
    """What came of an attempt, from the answer to it or from what went wrong without one.

    Args:
        attempts: Attempts so far, with this one.
        status: Status of the answer; None when there was none.
        problem: Why there was none.
    """
    if status is not None and _is_taken(status):
        return Outcome(state=DeliveryState.DELIVERED, status=status, problem="", wait_s=0)
    wait_s = None if status == GONE else wait_after(attempts)
    return Outcome(
        state=DeliveryState.GIVEN_UP if wait_s is None else DeliveryState.WAITING,
        status=status,
        problem=problem or f"answered {status}",
        wait_s=wait_s or 0,
    )


def _is_taken(status: int) -> bool:
    return 200 <= status < 300  # noqa: PLR2004 - the family of successes in HTTP


def _message_id() -> str:
    return f"msg_{secrets.token_hex(12)}"


def _facts(job: Job) -> dict[str, Any]:
    """What a message says about a job, as it is at its end."""
    error = {
        "code": job.error_code,
        "message": job.error_message,
        "hint": job.error_hint,
    }
    return {
        "job_id": job.id,
        "pipeline": job.pipeline,
        "key": job.key,
        "run": job.run,
        "state": job.state.value,
        "error": error if job.error_code else None,
        "created_at": job.created_at.isoformat(),
        "finished_at": job.finished_at.isoformat() if job.finished_at else None,
    }
