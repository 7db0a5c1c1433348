"""Every request passes here first: who asks, from where, how much; each answer gets its headers.

The outermost layer, so that the answers of the framework itself are counted and guarded too.
Plain functions: they hand on the awaitable of the layer below instead of awaiting it.
"""

import re
import secrets
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reelmill.config import is_loopback
from reelmill.web import problems
from reelmill.web.problems import REQUEST_ID, ProblemRaised

log = structlog.get_logger()

#: Methods that change nothing.
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

#: Largest body of a request, bytes. The largest known replay has 4.2 MB.
MAX_BODY_BYTES: Final = 32 * 1024 * 1024

#: No inline script, no inline style, nothing from elsewhere, in nobody's frame.
PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

HEADERS: Final = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

_ID_OF_CALLER = re.compile(r"[A-Za-z0-9._-]{8,64}")

Answered = Callable[[Scope, int, float], None]


class Gate:
    """The outermost layer of the site.

    Args:
        site: What lies behind.
        host: Address that the server listens on; on loopback, foreign Host headers are refused.
        answered: Told scope, status and seconds of every answer that has begun.
        uploads: Paths whose bodies have a limit of their own.
    """

    def __init__(
        self, site: ASGIApp, host: str, answered: Answered, *, uploads: frozenset[str] = frozenset()
    ) -> None:
        self._site = site
        self._uploads = uploads
        self._local_only = is_loopback(host)
        self._answered = answered

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Let the request in, or answer it here."""
        if scope["type"] != "http":
            return self._site(scope, receive, send)
        scope[REQUEST_ID] = _request_id(Headers(scope=scope))
        structlog.contextvars.bind_contextvars(request_id=scope[REQUEST_ID])
        send = self._leaving(scope, send)
        try:
            headers = Headers(scope=scope)
            admit(scope["method"], headers, local_only=self._local_only)
            if scope["path"] not in self._uploads:
                admit_body(headers)
        except ProblemRaised as refusal:
            problem = problems.of_http(refusal).model_copy(
                update={"instance": scope["path"], "request_id": scope[REQUEST_ID]}
            )
            return problems.document(problem)(scope, receive, send)
        return self._site(scope, receive, send)

    def _leaving(self, scope: Scope, send: Send) -> Send:
        """`send`, with the headers of the house and a note of when the answer began."""
        began = time.monotonic()

        def dressed(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers["X-Request-ID"] = scope[REQUEST_ID]
                self._answered(scope, message["status"], time.monotonic() - began)
            return send(message)

        return dressed


def admit(method: str, headers: Headers, *, local_only: bool) -> None:
    """Let a request in by its method and headers alone.

    Raises:
        ProblemRaised: a foreign host name, or another site's page.
    """
    if local_only and not is_local_name(headers.get("host", "")):
        raise ProblemRaised(
            HTTPStatus.MISDIRECTED_REQUEST,
            "foreign_host",
            "This server listens on this machine alone and answers to its own names only.",
        )
    if method not in SAFE_METHODS and not from_here(headers):
        raise ProblemRaised(
            HTTPStatus.FORBIDDEN, "cross_site", "Another site's page may not change anything here."
        )


def admit_body(headers: Headers) -> None:
    """Let a body in by the size that it announces.

    Raises:
        ProblemRaised: larger than `MAX_BODY_BYTES`.
    """
    announced = headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > MAX_BODY_BYTES:
        raise ProblemRaised(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "body_too_large",
            f"A body may have {MAX_BODY_BYTES} bytes.",
            headers={"Connection": "close"},
        )


def from_here(headers: Headers) -> bool:
    """Whether a request comes from our own page, or from no page at all.

    Browsers say so in `Sec-Fetch-Site`, older ones in `Origin`; programs send neither.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def is_local_name(host: str) -> bool:
    """Whether a Host header names this machine. A name that was bent to 127.0.0.1 does not.

    >>> is_local_name("localhost:8040"), is_local_name("[::1]:8040"), is_local_name("evil.example")
    (True, True, False)
    """
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return is_loopback(name) or name.endswith(".localhost")


def _request_id(headers: Headers) -> str:
    given = headers.get("x-request-id", "")
    return given if _ID_OF_CALLER.fullmatch(given) else secrets.token_hex(8)
