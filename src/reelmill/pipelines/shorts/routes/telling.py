"""Records -> answers: with links to where this site is reached, and what is left of the limit."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request, Response

from reelmill.errors import ReelmillError
from reelmill.pipelines.shorts.orders import Ordered
from reelmill.pipelines.shorts.records import Export
from reelmill.pipelines.shorts.routes.old_clients import limit_headers, members_of
from reelmill.pipelines.shorts.rules import Usage
from reelmill.pipelines.shorts.views.exports import BatchItemOut, ExportOut, LimitsOut
from reelmill.pipelines.shorts.views.reels import ReelAccepted, ReelOut
from reelmill.web.deps import TheApp
from reelmill.web.problems import status_of


class Teller:
    """Tells of exports in one answer.

    Args:
        app: Signs links, and knows the time.
        request: Says under which name this site is reached.
        response: Gets status and headers.
    """

    def __init__(self, app: TheApp, request: Request, response: Response) -> None:
        self._here = app.services
        self._origin = str(request.base_url)
        self._response = response

    def export(self, export: Export) -> ExportOut:
        """An export."""
        return ExportOut.of(export, self._here, self._origin)

    def reel(self, export: Export) -> ReelOut:
        """A highlight reel, as it is now."""
        return ReelOut.of(export, self._here, self._origin)

    def ordered(self, ordered: Ordered) -> ExportOut:
        """What came of a request: 202 for a new export, 200 for one that was there."""
        self._answer(ordered, f"/v1/exports/{ordered.export.id}")
        return self.export(ordered.export)

    def ordered_reel(self, ordered: Ordered) -> ReelAccepted:
        """The same, of a highlight reel."""
        self._answer(ordered, f"/v1/highlights/jobs/{ordered.export.id}")
        return ReelAccepted.of(ordered.export)

    def item(self, scene_id: str, answer: Ordered | ReelmillError) -> BatchItemOut:
        """The answer to one request of many."""
        if isinstance(answer, ReelmillError):
            return BatchItemOut(
                scene_id=scene_id, status=status_of(answer), export=None, error=members_of(answer)
            )
        export = self.export(answer.export)
        return BatchItemOut(scene_id=scene_id, status=_status(answer), export=export, error=None)

    def limits(self, usage: Usage) -> LimitsOut:
        """How much of the limit is left, in headers as well."""
        now = self._here.clock()
        self._response.headers.update(
            limit_headers(usage.limit, usage.remaining, usage.seconds_until_reset(now), now)
        )
        return LimitsOut.of(usage, now)

    def _answer(self, ordered: Ordered, location: str) -> None:
        self._response.status_code = _status(ordered)
        self._response.headers["Location"] = location
        self.limits(ordered.usage)


async def teller_of(app: TheApp, request: Request, response: Response) -> Teller:
    """Tells of exports in this answer."""
    return Teller(app, request, response)


TheTeller = Annotated[Teller, Depends(teller_of)]


def _status(ordered: Ordered) -> HTTPStatus:
    return HTTPStatus.ACCEPTED if ordered.is_new else HTTPStatus.OK
