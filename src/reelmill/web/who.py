"""A request -> who asks: by key, token or cookie; or an answer that says how to sign in."""

from http import HTTPStatus
from typing import Final
from urllib.parse import quote, urlsplit

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from reelmill.accounts.caller import LOCAL, Caller
from reelmill.accounts.office import SESSION, Accounts
from reelmill.accounts.tokens import BadToken
from reelmill.web.problems import ProblemRaised, wants_page

#: The cookie that keeps a browser signed in.
COOKIE: Final = "reelmill_session"

#: Where one signs in.
SIGN_IN: Final = "/sign-in"

_CHALLENGE: Final = 'Bearer realm="reelmill"'


class SignInFirst(Exception):
    """A person who is not signed in has asked for a page."""


def caller_in(request: Request, accounts: Accounts) -> Caller:
    """Who asks.

    Raises:
        ProblemRaised: 401, for a program without a key or token that counts.
        SignInFirst: for a person without a session.
    """
    if not accounts.are_set_up():
        return LOCAL
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return _by_bearer(accounts, bearer.strip())
    if (key := request.headers.get("x-api-key")) is not None:
        return accounts.by_key(key) or _refuse("the key does not work")
    token = request.cookies.get(COOKIE)
    caller = accounts.by_session(token) if token else None
    if caller is not None:
        return caller
    if wants_page(request) and not request.url.path.startswith("/parts/"):
        raise SignInFirst
    raise ProblemRaised(
        HTTPStatus.UNAUTHORIZED,
        "not_signed_in",
        "Send a key or a token as `Authorization: Bearer ...`, or sign in.",
        headers={"WWW-Authenticate": _CHALLENGE},
    )


def _by_bearer(accounts: Accounts, text: str) -> Caller:
    try:
        return accounts.by_bearer(text) or _refuse("the key does not work")
    except BadToken as error:
        return _refuse(str(error.facts["problem"]))


def _refuse(why: str) -> Caller:
    """Say that what was sent does not count, RFC 6750; `why` is one of our own sentences."""
    raise ProblemRaised(
        HTTPStatus.UNAUTHORIZED,
        "invalid_token",
        f"{why[:1].upper()}{why[1:]}.",
        headers={
            "WWW-Authenticate": f'{_CHALLENGE}, error="invalid_token", error_description="{why}"'
        },
    )


def to_sign_in(request: Request, _error: Exception) -> Response:
    """The way to the page, and back to what was asked for."""
    seen = request.method in {"GET", "HEAD"}
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = f"?next={quote(here, safe='')}" if seen and here != "/" else ""
    return RedirectResponse(
        SIGN_IN + back, HTTPStatus.SEE_OTHER, headers={"Cache-Control": "no-store"}
    )


def local_path(wanted: str) -> str:
    r"""An address of this site to go on to; the overview instead of any other.

    >>> local_path("/jobs?state=failed"), local_path("//evil.example"), local_path("/\\evil.com")
    ('/jobs?state=failed', '/', '/')
    """
    plain = wanted.isprintable() and wanted.isascii() and "\\" not in wanted and " " not in wanted
    if not plain or not wanted.startswith("/") or wanted.startswith("//"):
        return "/"
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc or parts.path == SIGN_IN else wanted


def address_of(request: Request) -> str:
    """Where a request comes from, as far as one can know."""
    return request.client.host if request.client else ""


def keep_signed_in(request: Request, response: Response, token: str) -> None:
    """Give the browser its token, out of reach of scripts."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSION.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def forget(request: Request, response: Response) -> None:
    """Take the browser's token away."""
    response.delete_cookie(
        COOKIE, httponly=True, samesite="lax", secure=request.url.scheme == "https"
    )
