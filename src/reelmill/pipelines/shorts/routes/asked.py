"""What these routes ask for, and how their failures are described."""

from functools import partial
from typing import Annotated, Final

from fastapi import Depends

from reelmill.pipelines.shorts.library import Library
from reelmill.pipelines.shorts.orders import Orders
from reelmill.web.deps import TheApp, TheCaller
from reelmill.web.jobs import PROBLEM, problem_documents


async def library_of(app: TheApp, caller: TheCaller) -> Library:
    """Videos and scenes, as the caller may see them."""
    return Library(here=app.services, jobs=app.jobs, caller=caller)


async def orders_of(app: TheApp, caller: TheCaller) -> Orders:
    """Exports, as the caller may see them."""
    return Orders(here=app.services, jobs=app.jobs, caller=caller)


TheLibrary = Annotated[Library, Depends(library_of)]
TheOrders = Annotated[Orders, Depends(orders_of)]


_IN_OLD_WORDS: Final = {
    "allOf": [
        PROBLEM,
        {
            "type": "object",
            "required": ["error_code", "message", "details"],
            "properties": {
                "error_code": {"type": "string", "examples": ["EXPORT_LIMIT_EXCEEDED"]},
                "message": {"type": "string"},
                "details": {"type": "object", "additionalProperties": True},
            },
        },
    ]
}

#: Failures, for the description of the API.
problems = partial(problem_documents, schema=_IN_OLD_WORDS)
