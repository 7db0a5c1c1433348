"""Webhooks over HTTP: registered, listed, tried and deleted by their owner alone."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from standardwebhooks import Webhook
from tests.web.people import Person, person
from tests.web.reels import Served, open_app, serving, until

HOOK = {"url": "https://films.example/told"}


@pytest.fixture
def ann(site: Served) -> Iterator[Person]:
    with person(site, "ann") as ann:
        yield ann


def test_a_webhook_is_registered_listed_and_deleted(ann: Person) -> None:
    answer = ann.http.post("/v1/webhooks", json=HOOK)
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    made = answer.json()
    assert made["secret"].startswith("whsec_")
    (listed,) = ann.http.get("/v1/webhooks").json()
    assert listed == {name: value for name, value in made.items() if name != "secret"}
    assert (listed["url"], listed["disabled_at"]) == (HOOK["url"], None)
    assert ann.http.delete(f"/v1/webhooks/{made['id']}").status_code == 204
    assert ann.http.get("/v1/webhooks").json() == []
    assert ann.http.delete(f"/v1/webhooks/{made['id']}").status_code == 404


def test_anothers_webhook_is_not_there(site: Served, ann: Person) -> None:
    made = ann.http.post("/v1/webhooks", json=HOOK).json()
    path = f"/v1/webhooks/{made['id']}"
    with person(site, "bob") as bob:
        assert bob.http.get("/v1/webhooks").json() == []
        for answer in (
            bob.http.delete(path),
            bob.http.post(f"{path}/test"),
            bob.http.get(f"{path}/deliveries"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (404, "unknown_webhook")
        assert site.http.get("/v1/webhooks").status_code == 401
    assert len(ann.http.get("/v1/webhooks").json()) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param({}, 422, id="no address"),
        pytest.param({"url": ""}, 422, id="an empty address"),
        pytest.param({"url": "file:///etc/hostname"}, 400, id="a file"),
        pytest.param({"url": "nowhere"}, 400, id="a word"),
        pytest.param({"url": f"https://films.example/{'x' * 2000}"}, 422, id="a long address"),
        pytest.param({**HOOK, "owner": "bob"}, 422, id="for somebody else"),
    ],
)
def test_what_is_no_address_is_refused(ann: Person, body: dict[str, str], status: int) -> None:
    assert ann.http.post("/v1/webhooks", json=body).status_code == status
    assert ann.http.get("/v1/webhooks").json() == []


def test_the_eleventh_webhook_is_refused(ann: Person) -> None:
    for _ in range(10):
        assert ann.http.post("/v1/webhooks", json=HOOK).status_code == 201
    answer = ann.http.post("/v1/webhooks", json=HOOK)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_webhooks")


def test_tests_are_limited_whichever_webhook_is_tried(ann: Person) -> None:
    for _ in range(10):
        made = ann.http.post("/v1/webhooks", json=HOOK).json()
        path = f"/v1/webhooks/{made['id']}"
        assert ann.http.post(f"{path}/test").status_code == 202
        assert ann.http.delete(path).status_code == 204
    made = ann.http.post("/v1/webhooks", json=HOOK).json()
    answer = ann.http.post(f"/v1/webhooks/{made['id']}/test")
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_tests")
    assert 0 < int(answer.headers["Retry-After"]) <= 601
    assert ann.http.get(f"/v1/webhooks/{made['id']}/deliveries").json() == []


class _Receiver(BaseHTTPRequestHandler):
    told: list[tuple[dict[str, str], str]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.told.append((dict(self.headers.items()), body))
        self.send_response(204 if len(self.told) == 1 else 410)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def receiver() -> Iterator[ThreadingHTTPServer]:
    handler = type("Receiver", (_Receiver,), {"told": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_webhook_is_tried_told_and_disabled_when_it_says_so(
    tmp_path: Path, receiver: ThreadingHTTPServer
) -> None:
    told = receiver.RequestHandlerClass.told  # type: ignore[attr-defined]
    hook = {"url": f"http://127.0.0.1:{receiver.server_address[1]}/"}
    with (
        open_app(tmp_path / "home", fetch_allow_networks=("127.0.0.1/32",)) as app,
        app.node(),
        serving(app) as site,
    ):
        made = site.http.post("/v1/webhooks", json=hook).json()
        path = f"/v1/webhooks/{made['id']}"
        tried = site.http.post(f"{path}/test")
        assert (tried.status_code, tried.json()["state"]) == (202, "waiting")
        until(lambda: site.http.get(f"{path}/deliveries").json()[0]["state"] == "delivered")
        headers, body = told[0]
        Webhook(made["secret"]).verify(body, headers)
        assert json.loads(body)["type"] == "webhook.test"
        assert site.http.post("/v1/reels", json={"name": "a", "act": "make"}).status_code == 202
        until(lambda: site.http.get("/v1/webhooks").json()[0]["disabled_at"])
        newest, first = site.http.get(f"{path}/deliveries").json()
        assert (newest["event"], newest["job_id"]) == ("job.completed", "reels/a")
        assert (newest["state"], newest["status"]) == ("given_up", 410)
        assert first["event"] == "webhook.test"
        assert len(site.http.get(f"{path}/deliveries?limit=1").json()) == 1
        refused = site.http.post(f"{path}/test")
        assert (refused.status_code, refused.json()["code"]) == (409, "webhook_disabled")
