"""Failures, with the members and headers that clients of the API before this one read."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Final

from fastapi import Request
from fastapi.exceptions import RequestValidationError

from reelmill.errors import ReelmillError
from reelmill.pipelines.shorts.refusals import ExportLimitReached
from reelmill.web.deps import TheApp
from reelmill.web.problems import ADDITIONS, Additions, of_error

#: Facts that are told in headers.
IN_HEADERS: Final = frozenset({"retry_after_s"})


async def in_old_words(request: Request, app: TheApp) -> AsyncIterator[None]:
    """Add to each problem document what old clients look for."""
    try:
        yield
    except ReelmillError as error:
        headers = _headers_of(error, app.services.clock())
        setattr(request.state, ADDITIONS, Additions(members_of(error), headers))
        raise
    except RequestValidationError:
        members = {
            "error_code": "INVALID_REQUEST",
            "message": "The request is not valid.",
            "details": {},
        }
        setattr(request.state, ADDITIONS, Additions(members, {}))
        raise


def members_of(error: ReelmillError) -> dict[str, Any]:
    """`error_code`, `message` and `details`; nothing of what a neighbour said when it was down."""
    problem = of_error(error)
    facts = {name: fact for name, fact in problem.facts.items() if name not in IN_HEADERS}
    return {"error_code": problem.code.upper(), "message": problem.detail, "details": facts}


def limit_headers(limit: int, remaining: int, reset_s: int, now: datetime) -> dict[str, str]:
    """How much of the limit is left, and when there is more, in seconds since 1970."""
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": str(int(now.timestamp()) + reset_s),
    }


def _headers_of(error: ReelmillError, now: datetime) -> dict[str, str]:
    if not isinstance(error, ExportLimitReached):
        return {}
    return limit_headers(error.facts["limit"], 0, error.facts["retry_after_s"], now)
