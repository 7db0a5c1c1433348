"""Whatever goes wrong -> an RFC 9457 problem document, or a page that says the same."""

import re
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, NamedTuple

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json
from starlette.exceptions import HTTPException

from reelmill.errors import (
    BadMedia,
    Conflict,
    Gone,
    LimitReached,
    NotFound,
    Oversize,
    ReelmillError,
    Refused,
    Unavailable,
)
from reelmill.web.languages import gettext_noop

log = structlog.get_logger()

#: The family of an error decides; the same table stands in `errors.py`.
STATUS_OF_FAMILY: Final[tuple[tuple[type[ReelmillError], HTTPStatus], ...]] = (
    (Oversize, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (Refused, HTTPStatus.BAD_REQUEST),
    (Gone, HTTPStatus.GONE),
    (NotFound, HTTPStatus.NOT_FOUND),
    (Conflict, HTTPStatus.CONFLICT),
    (LimitReached, HTTPStatus.TOO_MANY_REQUESTS),
    (BadMedia, HTTPStatus.BAD_REQUEST),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
)

#: Seconds after which it makes sense to ask again, where the error does not say.
RETRY_AFTER_S: Final = {HTTPStatus.TOO_MANY_REQUESTS: 30, HTTPStatus.SERVICE_UNAVAILABLE: 5}

#: Paths below these answer programs; everything else may answer people with a page.
FOR_PROGRAMS: Final = ("/v1", "/files", "/healthz", "/readyz", "/metrics", "/openapi.json")

#: Name in `request.state` of what a route adds to the problem documents of its failures.
ADDITIONS: Final = "problem_additions"

#: What is wrong with a request that could not be read.
NOT_JSON: Final = gettext_noop("The body is not JSON.")
NOT_VALID: Final = gettext_noop("The request is not valid.")

#: Where the request's id travels, from the gate to the log and the answer.
REQUEST_ID: Final = "reelmill.request_id"


class Flaw(BaseModel):
    """One thing that is wrong with a request."""

    model_config = ConfigDict(frozen=True)

    pointer: str
    """JSON pointer into the body as `#/profile`, or the name of a parameter."""

    detail: str
    """What is wrong there."""


class Problem(BaseModel):
    """A problem document, RFC 9457."""

    model_config = ConfigDict(frozen=True)

    type: str
    """URI of this kind of problem."""

    title: str
    """The sentence that holds for every problem of this type."""

    status: int
    """HTTP status."""

    detail: str = ""
    """What is special about this occurrence."""

    instance: str = ""
    """Path that was asked for."""

    code: str
    """The last part of `type`; for programs."""

    hint: str = ""
    """What to do about it."""

    request_id: str = ""
    """Stands in the log beside everything that this request did."""

    facts: dict[str, Any] = Field(default_factory=dict)
    """Circumstances."""

    errors: tuple[Flaw, ...] = ()
    """Each flaw of a request that could not be read."""


class Additions(NamedTuple):
    """What a route adds to a problem document. RFC 9457, section 3.2."""

    members: Mapping[str, Any]
    """Members beside those of the house."""

    headers: Mapping[str, str]
    """Headers of the answer."""


class ProblemRaised(HTTPException):
    """A problem of the protocol itself, raised by a route."""

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status_code=status, detail=detail, headers=dict(headers or {}))
        self.code = code


Page = Callable[[Request, Problem], Response]


def install(site: FastAPI, page: Page) -> None:
    """Answer every failure of `site` with a problem document, or with `page` for people."""

    def tell(request: Request, problem: Problem, headers: Mapping[str, str] | None) -> Response:
        whole = problem.model_copy(
            update={"instance": request.url.path, "request_id": request.scope.get(REQUEST_ID, "")}
        )
        added = getattr(request.state, ADDITIONS, Additions({}, {}))
        response = page(request, whole) if wants_page(request) else document(whole, added.members)
        response.headers.update({**(headers or {}), **added.headers})
        return response

    def on_reelmill_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, ReelmillError)
        problem = of_error(error)
        if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            log.warning("request failed", code=error.code, facts=error.facts, path=request.url.path)
        return tell(request, problem, _retry_after(error, problem.status))

    def on_http_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return tell(request, of_http(error), error.headers)

    def on_bad_request(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return tell(request, of_validation(error.errors()), None)

    def on_bug(request: Request, error: Exception) -> Response:
        log.error("request failed by a bug", path=request.url.path, exc_info=error)
        return tell(request, INTERNAL, None)

    site.add_exception_handler(ReelmillError, on_reelmill_error)
    site.add_exception_handler(HTTPException, on_http_error)
    site.add_exception_handler(RequestValidationError, on_bad_request)
    site.add_exception_handler(Exception, on_bug)


def document(problem: Problem, members: Mapping[str, Any] | None = None) -> Response:
    """The problem as `application/problem+json`, without its empty fields."""
    told = problem.model_dump(mode="json", exclude_defaults=True) | dict(members or {})
    return Response(to_json(told), problem.status, media_type="application/problem+json")


def wants_page(request: Request) -> bool:
    """Whether a person asked: a browser, for something that is not the API."""
    path = request.url.path
    programs = any(path == start or path.startswith(f"{start}/") for start in FOR_PROGRAMS)
    return not programs and "text/html" in request.headers.get("accept", "")


def status_of(error: ReelmillError) -> HTTPStatus:
    """The status of an error, by its family."""
    for family, status in STATUS_OF_FAMILY:
        if isinstance(error, family):
            return status
    return HTTPStatus.INTERNAL_SERVER_ERROR


def of_error(error: ReelmillError) -> Problem:
    """A problem by design. What a neighbour said when it was down stays in the log."""
    status = status_of(error)
    open_facts = status < HTTPStatus.INTERNAL_SERVER_ERROR
    return Problem(
        type=_type(error.code),
        title=error.title,
        status=status,
        code=error.code,
        hint=error.hint,
        detail=error.message if open_facts else error.title,
        facts=error.facts if open_facts else {},
    )


def of_http(error: HTTPException) -> Problem:
    """A problem of the protocol: unknown route, wrong method, too large."""
    status = HTTPStatus(error.status_code)
    code = getattr(error, "code", None) or _snake(status.phrase)
    detail = "" if error.detail == status.phrase else str(error.detail)
    return Problem(type=_type(code), title=status.phrase, status=status, code=code, detail=detail)


def of_validation(flaws: Sequence[Any]) -> Problem:
    """A request that could not be read, with each flaw at its place."""
    broken_json = any(flaw["type"] == "json_invalid" for flaw in flaws)
    code = "not_json" if broken_json else "invalid_request"
    return Problem(
        type=_type(code),
        title=NOT_JSON if broken_json else NOT_VALID,
        status=HTTPStatus.BAD_REQUEST if broken_json else HTTPStatus.UNPROCESSABLE_ENTITY,
        code=code,
        detail="; ".join(f"{_pointer(flaw['loc'])}: {flaw['msg']}" for flaw in flaws[:3]),
        errors=tuple(Flaw(pointer=_pointer(flaw["loc"]), detail=flaw["msg"]) for flaw in flaws),
    )


def _pointer(place: Sequence[str | int]) -> str:
    """Where a flaw is.

    >>> _pointer(("body", "replay", 0)), _pointer(("query", "limit"))
    ('#/replay/0', 'limit')
    """
    first, *rest = [str(part) for part in place] or [""]
    return "#/" + "/".join(rest) if first == "body" else "/".join(rest) or first


def _retry_after(error: ReelmillError, status: int) -> dict[str, str]:
    usual = RETRY_AFTER_S.get(HTTPStatus(status))
    if usual is None:
        return {}
    return {"Retry-After": str(error.facts.get("retry_after_s", usual))}


def _type(code: str) -> str:
    return f"urn:reelmill:problem:{code}"


def _snake(phrase: str) -> str:
    return re.sub(r"\W+", "_", phrase.lower()).strip("_")


#: What a bug looks like from outside; everything else about it is in the log.
INTERNAL: Final = Problem(
    type=_type("internal"),
    title=gettext_noop("Something broke here."),
    status=HTTPStatus.INTERNAL_SERVER_ERROR,
    code="internal",
    hint=gettext_noop("Look for the request id in the log."),
)
