"""The simulated provider over HTTP: the part of Replicate's API that is spoken here.

Written on the server of the standard library, and not on the web framework of the house: a fault
is often a connection that ends in the middle of an answer, and a framework never does that.
"""

import json
import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import httpx
from standardwebhooks import Webhook

from reelmill.pipelines.storyboards.providers.simulator.books import Books, Purchase
from reelmill.pipelines.storyboards.providers.simulator.faults import (
    Call,
    Fault,
    Faults,
    Scheduled,
)
from reelmill.pipelines.storyboards.providers.simulator.material import film, picture

#: Predictions on one page of a list. Source: Replicate, `predictions.list`.
PAGE: Final = 100

#: Most bytes of a request.
MAX_BODY_BYTES: Final = 4_000_000

#: Seconds that a webhook may take.
WEBHOOK_S: Final = 10.0

_JSON, _PNG, _MP4 = "application/json", "image/png", "video/mp4"


class Provider:
    """A provider that runs.

    Args:
        faults: What goes wrong.
        looks: Looks after which ordinary work is ready.
        works_s: Seconds after which it is ready without a look, and a webhook is sent.
        webhook_secret: Signs webhooks, as `whsec_...`; empty sends none.
    """

    def __init__(
        self,
        faults: Faults | None = None,
        *,
        looks: int = 1,
        works_s: float = 1.0,
        webhook_secret: str = "",
    ) -> None:
        self.faults: Faults = faults or Scheduled()
        self.books = Books(self.faults, looks)
        self.works_s = works_s
        self.stall_s = 2.0
        """Seconds that an answer is late which stalls."""
        self.webhook_secret = webhook_secret
        self.answered: list[tuple[str, str, int]] = []
        """What was asked and how it was answered: method, path, status; 0 for no answer."""

    def told(self, purchase: Purchase, home: str) -> dict[str, Any]:
        """A prediction as the API tells of it."""
        kind = "mp4" if purchase.is_film else "png"
        output = f"{home}/files/{purchase.id}/output.{kind}"
        well = purchase.status == "succeeded"
        return {
            "id": purchase.id,
            "model": purchase.model,
            "version": "hidden",
            "input": purchase.input,
            "output": (output if purchase.is_film else [output]) if well else None,
            "error": "CUDA out of memory" if purchase.status == "failed" else None,
            "logs": "",
            "status": purchase.status,
            "source": "api",
            "data_removed": False,
            "created_at": purchase.created_at.isoformat().replace("+00:00", "Z"),
            "metrics": _metrics(purchase) if purchase.is_over else {},
            "urls": {
                "get": f"{home}/v1/predictions/{purchase.id}",
                "cancel": f"{home}/v1/predictions/{purchase.id}/cancel",
            },
        }

    def call_back(self, purchase: Purchase, home: str) -> None:
        """Tell the end of something to whom it was promised, as Standard Webhooks want it."""
        time.sleep(self.works_s)
        self.books.finish(purchase)
        body = json.dumps(self.told(purchase, home))
        now = datetime.now(UTC)
        headers = {
            "content-type": _JSON,
            "webhook-id": f"msg_{purchase.id}",
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(self.webhook_secret).sign(f"msg_{purchase.id}", now, body),
        }
        try:
            httpx.post(purchase.webhook, content=body, headers=headers, timeout=WEBHOOK_S)
        except httpx.HTTPError:
            # A customer who does not listen finds out by looking.
            return


def _metrics(purchase: Purchase) -> dict[str, float]:
    made = float(purchase.seconds) if purchase.is_film else purchase.pictures
    name = "video_output_duration_seconds" if purchase.is_film else "image_count"
    return {"predict_time": 0.5, name: made}


@dataclass(frozen=True, kw_only=True)
class _Reply:
    """What is sent back."""

    body: bytes
    status: int = 200
    kind: str = _JSON
    length: int | None = None
    """What is told of the body's length, when that is a lie."""

    retry_after_s: int | None = None


def _json(told: object, status: int = 200, **more: Any) -> _Reply:
    return _Reply(body=json.dumps(told).encode(), status=status, **more)


_NOT_FOUND = _json({"title": "Not Found", "detail": "The requested resource was not found."}, 404)

_PLAIN: Final[Mapping[Fault, _Reply]] = {
    Fault.RATE_LIMITED: _json({"detail": "Request was throttled."}, 429, retry_after_s=0),
    Fault.BROKEN: _json({"detail": "Internal server error"}, 500),
    Fault.REFUSED: _json({"detail": "- input.prompt: not to our taste"}, 422),
    Fault.EXPIRED: _Reply(body=b"gone", status=404, kind="text/plain"),
    Fault.HTML: _Reply(
        body=b"<!doctype html><title>Sign in</title>" + b"<p>Please sign in.</p>" * 100,
        kind="text/html",
    ),
    Fault.EMPTY: _Reply(body=b"", kind=_MP4),
    Fault.TINY: _Reply(body=b"\0" * 100, kind=_MP4),
}


class _HungUp(Exception):
    """Nothing is answered."""


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    # Headers and body leave as two packets; without this the second waits 40 ms for a receipt.
    disable_nagle_algorithm = True

    def __init__(self, provider: Provider, *args: Any) -> None:
        self._provider = provider
        super().__init__(*args)

    def log_message(self, *_args: object) -> None:
        """Not on the terminal of whoever runs it."""

    def do_GET(self) -> None:
        """Books, lists, predictions, files."""
        self._answer(
            {
                r"/books": self._books,
                r"/v1/predictions": self._list,
                r"/v1/predictions/([^/]+)": self._look,
                r"/files/([^/]+)/[^/]+": self._output,
            }
        )

    def do_POST(self) -> None:
        """What buys, and what stops."""
        self._answer(
            {
                r"/v1/predictions": lambda: self._create("by-version/model"),
                r"/v1/models/([^/]+/[^/]+)/predictions": self._create,
                r"/v1/predictions/([^/]+)/cancel": self._cancel,
            }
        )

    def _answer(self, routes: Mapping[str, Callable[..., _Reply]]) -> None:
        path, self._late_s = urlsplit(self.path).path, 0.0
        self._body = self.rfile.read(min(MAX_BODY_BYTES, int(self.headers["Content-Length"] or 0)))
        matches = ((re.fullmatch(route, path), act) for route, act in routes.items())
        match, act = next(((m, act) for m, act in matches if m), (None, None))
        try:
            if path.startswith("/v1") and not self.headers["Authorization"]:
                reply = _json({"detail": "You did not pass an authentication token"}, 401)
            else:
                reply = act(*match.groups()) if match and act else _NOT_FOUND
        except _HungUp:
            self._note(0)
            self._hang_up()
        else:
            self._note(reply.status)
            time.sleep(self._late_s)
            self._send(reply)

    def _note(self, status: int) -> None:
        self._provider.answered.append((self.command, self.path, status))

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _send(self, reply: _Reply) -> None:
        length = len(reply.body) if reply.length is None else reply.length
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.kind)
        self.send_header("Content-Length", str(length))
        if reply.retry_after_s is not None:
            self.send_header("Retry-After", str(reply.retry_after_s))
        self.end_headers()
        self.wfile.write(reply.body)
        if length != len(reply.body):
            self._hang_up()

    @property
    def _home(self) -> str:
        return f"http://{self.headers['Host']}"

    def _fault(self, call: Call) -> Fault | None:
        """What goes wrong now. What is plain does so at once, before anything is taken.

        Raises:
            _HungUp: the connection ends here.
        """
        fault = self._provider.faults.next(call)
        if fault is Fault.HUNG_UP:
            raise _HungUp
        self._late_s = self._provider.stall_s if fault is Fault.STALLED else 0.0
        return None if fault is Fault.STALLED else fault

    def _create(self, model: str) -> _Reply:
        fault = self._fault(Call.CREATE)
        if fault and fault in _PLAIN:
            return _PLAIN[fault]
        try:
            asked = json.loads(self._body)
            limit = self.headers["Cancel-After"] or ""
            bought = self._provider.books.buy(model, asked, limit)
        except (ValueError, AttributeError):
            return _json({"detail": "The body is not JSON"}, 400)
        if bought.webhook and self._provider.webhook_secret:
            tell = (bought, self._home)
            threading.Thread(target=self._provider.call_back, args=tell, daemon=True).start()
        if fault is Fault.LOST_AFTER:
            raise _HungUp
        if fault is Fault.BROKEN_AFTER:
            return _PLAIN[Fault.BROKEN]
        return _json(self._provider.told(bought, self._home), 201)

    def _look(self, prediction_id: str) -> _Reply:
        if fault := self._fault(Call.LOOK):
            return _PLAIN[fault]
        found = self._provider.books.look(prediction_id)
        return _json(self._provider.told(found, self._home)) if found else _NOT_FOUND

    def _cancel(self, prediction_id: str) -> _Reply:
        fault = self._fault(Call.CANCEL)
        if fault and fault in _PLAIN:
            return _PLAIN[fault]
        found = self._provider.books.cancel(prediction_id)
        if fault is Fault.LOST_AFTER:
            raise _HungUp
        return _json(self._provider.told(found, self._home)) if found else _NOT_FOUND

    def _list(self) -> _Reply:
        fault = self._fault(Call.LIST)
        if fault and fault in _PLAIN:
            return _PLAIN[fault]
        first = int((parse_qs(urlsplit(self.path).query).get("cursor") or ["0"])[0])
        every = self._provider.books.newest_first()[fault is Fault.LAGS :]
        shown = [self._provider.told(one, self._home) for one in every[first : first + PAGE]]
        if fault is Fault.FORGOT:
            shown = [one | {"input": {}, "output": None, "data_removed": True} for one in shown]
        more = f"{self._home}/v1/predictions?cursor={first + PAGE}"
        return _json(
            {
                "results": shown,
                "next": more if len(every) > first + PAGE else None,
                "previous": None,
            }
        )

    def _output(self, prediction_id: str) -> _Reply:
        fault = self._fault(Call.OUTPUT)
        if fault and fault in _PLAIN:
            return _PLAIN[fault]
        found = self._provider.books.find(prediction_id)
        if found is None or found.status != "succeeded":
            return _PLAIN[Fault.EXPIRED]
        body = film(found.shown) if found.is_film else picture(found.input)
        kind = _MP4 if found.is_film else _PNG
        half = body[: len(body) // 2]
        if fault is Fault.TRUNCATED:
            return _Reply(body=half, kind=kind, length=len(body))
        return _Reply(body=half if fault is Fault.CUT_SHORT else body, kind=kind)

    def _books(self) -> _Reply:
        books = self._provider.books
        return _json(
            {
                "total_usd": str(books.total_usd),
                "bought_twice": books.bought_twice(),
                "purchases": [
                    {"id": one.id, "model": one.model, "status": one.status, "usd": str(one.usd)}
                    for one in books.newest_first()
                ],
            }
        )


class _Server(ThreadingHTTPServer):
    """Says nothing of customers who hang up."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Leave what went wrong with a connection to whoever was at its other end."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


@contextmanager
def serving(provider: Provider, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Let it answer for the length of a block; gives the address of its API.

    >>> with serving(Provider()) as url:
    ...     url.endswith("/v1")
    True
    """
    server = _Server((host, port), partial(_Handler, provider))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://{host}:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
