"""Calls of the provider count when they are signed as its calls are."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr
from tests.pipelines.storyboards.providers.counter import LAKE, counter

from reelmill.pipelines.storyboards.providers.webhooks import NotTheProvider, called_about
from reelmill.pipelines.storyboards.settings import ReplicateSettings

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def _settings(secret: str = SECRET) -> ReplicateSettings:
    return ReplicateSettings(webhook_secret=SecretStr(secret))


@contextmanager
def _listening() -> Iterator[tuple[str, "Queue[Any]"]]:
    heard: Queue[Any] = Queue()

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.put((self.path, dict(self.headers), body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/call", heard
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def call() -> Iterator[tuple[str, dict[str, str], bytes]]:
    with _listening() as (url, heard), counter(webhook_url=url) as here:
        here.provider.webhook_secret, here.provider.works_s = SECRET, 0.01
        here.client.submit(LAKE, "key 1")
        yield heard.get(timeout=20)


Called = tuple[str, dict[str, str], bytes]


def test_the_end_of_a_prediction_is_told_with_the_key_of_the_purchase(call: Called) -> None:
    path, headers, body = call
    assert parse_qs(urlsplit(path).query) == {"key": ["key 1"]}
    assert called_about(body, headers, _settings()).startswith("sim")


@pytest.mark.parametrize(
    ("change", "secret"),
    [
        pytest.param({}, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", id="another's secret"),
        pytest.param({}, "", id="no secret is known here"),
        pytest.param({"webhook-id": "msg_2"}, SECRET, id="another message"),
        pytest.param({"webhook-timestamp": "1000000000"}, SECRET, id="a call of long ago"),
        pytest.param({"webhook-signature": "v1,AAAA"}, SECRET, id="another signature"),
        pytest.param({"webhook-signature": "nonsense"}, SECRET, id="no signature"),
    ],
)
def test_others_are_not_listened_to(call: Called, change: dict[str, str], secret: str) -> None:
    _, headers, body = call
    small = {name.lower(): value for name, value in headers.items()} | change
    with pytest.raises(NotTheProvider):
        called_about(body, small, _settings(secret))


def test_a_body_that_was_changed_is_not_listened_to(call: Called) -> None:
    _, headers, body = call
    with pytest.raises(NotTheProvider):
        called_about(body.replace(b"succeeded", b"failed"), headers, _settings())
