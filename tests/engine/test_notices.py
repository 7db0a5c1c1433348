"""Webhooks, against a real receiver: told of each end, at least once, and nobody else is."""

import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import ledger
import pytest
import sqlalchemy as sa
import workshop
from receiver import Receiver, receiving, until
from standardwebhooks import Webhook as Signature
from structlog.testing import capture_logs
from workshop import Desk, Order

from reelmill.catalog import webhooks
from reelmill.catalog.nodes import now
from reelmill.catalog.tables import webhook_deliveries as deliveries
from reelmill.catalog.tables import webhooks as rows
from reelmill.catalog.webhook import Delivery, DeliveryState, Webhook
from reelmill.engine import notices
from reelmill.engine.notices import MOST_WEBHOOKS, WAITS_S, TooManyWebhooks, outcome
from reelmill.http import BadAddress
from reelmill.storage.sealing import Sealer
from reelmill.units import JobId

StartNode = Callable[..., "subprocess.Popen[str]"]

#: Seconds in which a job of the bench ends on a busy machine.
SOON_S = 60


@pytest.mark.parametrize(
    ("attempts", "status", "ends"),
    [
        pytest.param(1, 200, (DeliveryState.DELIVERED, "", 0), id="taken"),
        pytest.param(6, 204, (DeliveryState.DELIVERED, "", 0), id="taken at last"),
        pytest.param(1, 500, (DeliveryState.WAITING, "answered 500", 5), id="not taken"),
        pytest.param(1, 302, (DeliveryState.WAITING, "answered 302", 5), id="sent elsewhere"),
        pytest.param(5, 429, (DeliveryState.WAITING, "answered 429", 21600), id="a long wait"),
        pytest.param(6, 500, (DeliveryState.GIVEN_UP, "answered 500", 0), id="given up"),
        pytest.param(1, 410, (DeliveryState.GIVEN_UP, "answered 410", 0), id="gone is gone"),
        pytest.param(2, None, (DeliveryState.WAITING, "no answer", 60), id="no answer"),
    ],
)
def test_what_comes_of_an_attempt(
    attempts: int, status: int | None, ends: tuple[DeliveryState, str, float]
) -> None:
    came = outcome(attempts, status, "" if status else "no answer")
    assert (came.state, came.problem, came.wait_s) == ends


@pytest.fixture(autouse=True)
def _looking_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nodes in this process look for something to send more often than once in a second."""
    monkeypatch.setattr(notices, "LOOK_S", 0.05)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgres"])
def any_shop(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    opened = request.getfixturevalue("opened_desks")(tmp_path / "home", url)
    assert isinstance(opened, Desk)
    return opened


def register(shop: Desk, url: str, owner: str = "local") -> Webhook:
    with shop.catalog.begin() as conn:
        return notices.register(conn, owner, url, sealer=shop.services.sealer)


def sent(shop: Desk, webhook: Webhook) -> list[Delivery]:
    with shop.catalog.read() as conn:
        return webhooks.deliveries_of(conn, webhook.id, limit=100)


def settled(shop: Desk, webhook: Webhook) -> bool:
    return all(each.state is not DeliveryState.WAITING for each in sent(shop, webhook))


def let_time_pass(shop: Desk) -> None:
    """Whatever waits for its time is due."""
    with shop.catalog.begin() as conn:
        past = now(conn) - timedelta(seconds=1)
        waiting = deliveries.c.state == DeliveryState.WAITING
        conn.execute(sa.update(deliveries).where(waiting).values(due_at=past))


def hurried(shop: Desk, webhook: Webhook) -> bool:
    """Make waits between attempts short; whether everything was sent and has come to an end."""
    with shop.catalog.begin() as conn:
        failed = (deliveries.c.state == DeliveryState.WAITING) & (deliveries.c.problem != "")
        conn.execute(sa.update(deliveries).where(failed).values(due_at=now(conn)))
    return bool(sent(shop, webhook)) and settled(shop, webhook)


def do(shop: Desk, name: str, act: str = "nothing", owner: str = "local") -> JobId:
    return shop.jobs.submit("bench", Order(name=name, act=act), owner=owner).id


def test_every_end_is_told_with_a_signature(any_shop: Desk, receiver: Receiver) -> None:
    webhook = register(any_shop, f"{receiver.url}/hook")
    canceled = do(any_shop, "c")
    any_shop.jobs.cancel(canceled)
    with workshop.node(any_shop):
        completed, failed = do(any_shop, "a"), do(any_shop, "b", "refuse")
        any_shop.jobs.wait([completed, failed], timeout_s=SOON_S)
        until(lambda: len(receiver.told) == 3 and settled(any_shop, webhook), "all is told")
    for told in receiver.told:
        told.verify(webhook.secret)
        assert told.path == "/hook"
        assert told.headers["content-type"] == "application/json"
    says = {told.says["data"]["job_id"]: told.says for told in receiver.told}
    ends = {job_id: said["type"] for job_id, said in says.items()}
    assert ends == {completed: "job.completed", failed: "job.failed", canceled: "job.canceled"}
    assert says[failed]["data"]["error"] == {
        "code": "too_big",
        "message": "The thing is too big. (size_px=9)",
        "hint": "Make it smaller.",
    }
    assert says[completed]["data"]["error"] is None
    (made,) = says[completed]["data"]["artifacts"]
    assert (made["kind"], made["size_bytes"]) == ("text", 4)
    path = made["link"].removeprefix(workshop.PUBLIC_URL)
    any_shop.services.signer.check_link(path, any_shop.services.clock())
    assert path.startswith(f"/files/{made['id']}/")
    assert {each.state for each in sent(any_shop, webhook)} == {DeliveryState.DELIVERED}


def test_a_signature_of_another_secret_does_not_hold(shop: Desk, receiver: Receiver) -> None:
    mine, others = register(shop, receiver.url), register(shop, receiver.url, "bob")
    with workshop.node(shop):
        do(shop, "a")
        until(lambda: receiver.told, "told")
    receiver.told[0].verify(mine.secret)
    with pytest.raises(Exception, match="No matching signature"):
        Signature(others.secret).verify(receiver.told[0].body, receiver.told[0].headers)


def test_only_the_owner_of_a_job_is_told(shop: Desk, receiver: Receiver) -> None:
    anns, bobs = register(shop, receiver.url, "ann"), register(shop, receiver.url, "bob")
    with workshop.node(shop):
        shop.jobs.wait([do(shop, "a", owner="ann"), do(shop, "b", owner="cem")], timeout_s=SOON_S)
        until(lambda: receiver.told and settled(shop, anns), "ann is told")
    assert [told.says["data"]["job_id"] for told in receiver.told] == ["bench/a"]
    assert sent(shop, bobs) == []


def test_two_webhooks_of_an_owner_are_told_the_same(shop: Desk, receiver: Receiver) -> None:
    both = [register(shop, f"{receiver.url}/{name}") for name in ("one", "two")]
    with workshop.node(shop):
        do(shop, "a")
        until(lambda: len(receiver.told) == 2, "both are told")
    assert {told.path for told in receiver.told} == {"/one", "/two"}
    assert len({told.id for told in receiver.told}) == 1
    assert both[0].secret != both[1].secret


def test_a_copy_of_the_database_signs_nothing(shop: Desk) -> None:
    webhook = register(shop, "https://films.example/")
    with shop.catalog.read() as conn:
        (kept,) = conn.execute(sa.select(rows.c.secret)).scalars()
    assert webhook.secret.removeprefix("whsec_") not in kept
    assert shop.services.sealer.open(kept) == webhook.secret


def test_a_node_with_another_key_says_so_and_leaves_it_to_others(
    shop: Desk, receiver: Receiver
) -> None:
    webhook = register(shop, receiver.url)
    with shop.catalog.begin() as conn:
        conn.execute(sa.update(rows).values(secret=Sealer(b"other").seal(webhook.secret)))
    with workshop.node(shop):
        do(shop, "a")
        until(lambda: any(each.problem for each in sent(shop, webhook)), "it was tried")
    (waits,) = sent(shop, webhook)
    assert (waits.state, waits.status) == (DeliveryState.WAITING, None)
    assert waits.problem == "The secret was sealed with another key."
    assert receiver.told == []


def test_a_message_that_fails_twice_is_taken_the_third_time(
    any_shop: Desk, receiver: Receiver
) -> None:
    receiver.answers = [500, 503]
    webhook = register(any_shop, receiver.url)
    with workshop.node(any_shop):
        do(any_shop, "a")
        until(lambda: hurried(any_shop, webhook), "taken")
    (done,) = sent(any_shop, webhook)
    assert (done.state, done.attempts, done.status) == (DeliveryState.DELIVERED, 3, 204)
    assert {told.id for told in receiver.told} == {done.message_id}
    assert len(receiver.told) == 3
    for told in receiver.told:
        told.verify(webhook.secret)


def test_a_message_that_is_never_taken_is_given_up_and_said_so(
    shop: Desk, receiver: Receiver
) -> None:
    receiver.last = 500
    webhook = register(shop, receiver.url)
    with capture_logs() as heard, workshop.node(shop):
        do(shop, "a")
        until(lambda: hurried(shop, webhook), "given up")
    (over,) = sent(shop, webhook)
    assert (over.state, over.attempts) == (DeliveryState.GIVEN_UP, len(WAITS_S) + 1)
    assert (over.status, over.problem) == (500, "answered 500")
    assert len(receiver.told) == len(WAITS_S) + 1
    said = [event for event in heard if event["event"] == "webhook message not taken"]
    assert said[-1]["state"] == "given_up"


def test_who_is_gone_is_told_nothing_more(shop: Desk, receiver: Receiver) -> None:
    receiver.last = 410
    webhook = register(shop, receiver.url)
    with workshop.node(shop):
        do(shop, "a")
        until(lambda: sent(shop, webhook) and settled(shop, webhook), "gone")
        shop.jobs.wait([do(shop, "b")], timeout_s=SOON_S)
    assert [told.says["data"]["job_id"] for told in receiver.told] == ["bench/a"]
    assert [each.job_id for each in sent(shop, webhook)] == ["bench/a"]
    with shop.catalog.read() as conn:
        found = webhooks.find(conn, webhook.id)
    assert found is not None
    assert found.disabled_because == "answered 410"


def test_a_redirect_is_not_followed(shop: Desk, receiver: Receiver) -> None:
    receiver.last = 302
    webhook = register(shop, f"{receiver.url}/here")
    with workshop.node(shop):
        do(shop, "a")
        until(lambda: [d.problem for d in sent(shop, webhook)] == ["answered 302"], "answered")
    assert {told.path for told in receiver.told} == {"/here"}


def test_a_private_address_is_never_told(tmp_path: Path, receiver: Receiver) -> None:
    shop = Desk(workshop.settings_for(tmp_path / "home"), allow_networks=())
    webhook = register(shop, receiver.url)
    with workshop.node(shop):
        do(shop, "a")
        until(lambda: [d.problem for d in sent(shop, webhook)] not in ([], [""]), "refused")
    (refused,) = sent(shop, webhook)
    shop.close()
    assert refused.problem.startswith("That address is not on the public internet")
    assert "127.0.0.1" not in refused.problem
    assert receiver.told == []


def test_a_message_that_cannot_be_sent_keeps_no_other_from_it(
    shop: Desk, receiver: Receiver
) -> None:
    broken, good = register(shop, receiver.url, "ann"), register(shop, receiver.url, "bob")
    with shop.catalog.begin() as conn:
        of_ann = sa.update(rows).where(rows.c.id == broken.id)
        conn.execute(of_ann.values(secret=shop.services.sealer.seal("whsec_")))
    with capture_logs() as heard, workshop.node(shop):
        for number in range(6):
            do(shop, f"a{number}", owner="ann")
        until(lambda: {d.problem == "" for d in sent(shop, broken)} == {False}, "tried")
        do(shop, "b", owner="bob")
        until(lambda: sent(shop, good) and settled(shop, good), "told")
    assert {each.problem for each in sent(shop, broken)} == {
        "The message cannot be sent; the log of the node says why."
    }
    assert "message is not sent" in {event["event"] for event in heard}


def test_one_that_does_not_answer_holds_up_nobody(
    shop: Desk, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "SEND_S", 1.0)
    receiver.open.clear()
    register(shop, receiver.url, "slow")
    with receiving() as other, workshop.node(shop):
        webhook = register(shop, other.url, "quick")
        for number in range(10):
            do(shop, f"s{number}", owner="slow")
        until(lambda: receiver.told, "the slow one is being told")
        do(shop, "q", owner="quick")
        until(lambda: sent(shop, webhook) and settled(shop, webhook), "the quick one is told")
        assert len(other.told) == 1
        receiver.open.set()


def test_an_end_that_was_not_written_is_not_told(
    tmp_path: Path, opened_desks: Callable[..., Desk], receiver: Receiver
) -> None:
    """Its rows cannot be written, so the job that had completed fails instead."""
    shop = opened_desks(tmp_path / "home", "", ledger.LEDGER)
    ledger.open_ledger(shop)
    webhook = register(shop, receiver.url)
    with workshop.node(shop):
        do(shop, f"{ledger.UNWRITABLE} 3")
        until(lambda: sent(shop, webhook) and settled(shop, webhook), "told")
    assert [told.says["type"] for told in receiver.told] == ["job.failed"]


def test_an_owner_has_so_many_webhooks_and_no_more(any_shop: Desk, receiver: Receiver) -> None:
    for _ in range(MOST_WEBHOOKS):
        register(any_shop, receiver.url)
    with pytest.raises(TooManyWebhooks):
        register(any_shop, receiver.url)
    register(any_shop, receiver.url, "bob")


@pytest.mark.parametrize(
    "url", ["file:///etc/hostname", "ftp://example.com/", "nowhere", "http://"]
)
def test_what_is_no_address_is_not_registered(shop: Desk, url: str) -> None:
    with pytest.raises(BadAddress):
        register(shop, url)


def test_a_webhook_that_is_deleted_takes_its_messages_along(
    any_shop: Desk, receiver: Receiver
) -> None:
    webhook = register(any_shop, receiver.url)
    any_shop.jobs.cancel(do(any_shop, "a"))
    assert len(sent(any_shop, webhook)) == 1
    with any_shop.catalog.begin() as conn:
        webhooks.remove(conn, webhook.id)
    assert sent(any_shop, webhook) == []


def test_old_messages_are_forgotten_when_they_wait_no_more(shop: Desk, receiver: Receiver) -> None:
    webhook = register(shop, receiver.url)
    with workshop.node(shop):
        do(shop, "a")
        until(lambda: sent(shop, webhook) and settled(shop, webhook), "told")
    shop.jobs.cancel(do(shop, "b"))
    with shop.catalog.begin() as conn:
        webhooks.forget_before(conn, now(conn) + timedelta(days=1))
    assert [each.job_id for each in sent(shop, webhook)] == ["bench/b"]


@pytest.mark.kill
def test_a_message_whose_node_was_killed_is_told_by_another(
    any_shop: Desk, receiver: Receiver, start_node: StartNode
) -> None:
    receiver.open.clear()
    receiver.answers = [500]
    webhook = register(any_shop, receiver.url)
    victim = start_node(any_shop.settings.home, any_shop.settings.database_url)
    do(any_shop, "a")
    until(lambda: receiver.told, "it is being told")
    victim.kill()
    victim.wait()
    receiver.open.set()
    (lost,) = sent(any_shop, webhook)
    assert (lost.state, lost.attempts) == (DeliveryState.WAITING, 1)
    let_time_pass(any_shop)
    start_node(any_shop.settings.home, any_shop.settings.database_url)
    until(lambda: settled(any_shop, webhook), "told by the next")
    (done,) = sent(any_shop, webhook)
    assert (done.state, done.attempts) == (DeliveryState.DELIVERED, 2)
    assert [told.id for told in receiver.told] == [done.message_id] * 2
    receiver.told[1].verify(webhook.secret)


def test_two_nodes_tell_each_thing_once(
    tmp_path: Path,
    postgres_url: str,
    opened_desks: Callable[..., Desk],
    receiver: Receiver,
    start_node: StartNode,
) -> None:
    shop = opened_desks(tmp_path / "home", postgres_url)
    webhook = register(shop, receiver.url)
    for number in range(30):
        shop.jobs.cancel(do(shop, f"job{number}"))
    for machine in ("machine 1", "machine 2"):
        start_node(tmp_path / machine, postgres_url)
    until(lambda: settled(shop, webhook), "all is told")
    assert set(Counter(told.id for told in receiver.told).values()) == {1}
    assert len(receiver.told) == 30
