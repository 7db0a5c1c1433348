"""An app without a node, whose jobs are carried out here and now, and its provider."""

from decimal import Decimal
from typing import Any

import pytest
from tests.pipelines.storyboards.gallery import (
    Clock,
    approve,
    board_of,
    drafted,
    entries_of,
)
from tests.pipelines.storyboards.routes.site import plan

from reelmill.app import App
from reelmill.catalog import jobs
from reelmill.catalog.job import JobState
from reelmill.engine.inline import run_inline
from reelmill.errors import ReelmillError
from reelmill.pipelines.storyboards.pipeline import PIPELINE
from reelmill.pipelines.storyboards.providers.simulator.faults import Call, Fault
from reelmill.pipelines.storyboards.providers.simulator.server import Provider
from reelmill.pipelines.storyboards.results import StoryboardsResult
from reelmill.pipelines.storyboards.spec import RenderSpec, StoryboardsSpec
from reelmill.pipelines.storyboards.workflow import make
from reelmill.services import Progress
from reelmill.units import JobId


class Theatre:
    """An app without a node, whose jobs are carried out here and now, and its provider."""

    def __init__(self, app: App, provider: Provider, clock: Clock) -> None:
        self.app, self.provider, self.clock = app, provider, clock
        self.said: list[str] = []

    def plan(self, call: Call, *faults: Fault | None) -> None:
        plan(self.provider, call, *faults)

    def drafted(self, **asked: Any) -> str:
        """A board with its pictures."""
        board_id = drafted(self.app, **asked)
        self.carry_out(board_id)
        return board_id

    def approved(self, **asked: Any) -> str:
        board_id = self.drafted(**asked)
        approve(self.app, board_id)
        return board_id

    def render(self, board_id: str) -> StoryboardsResult:
        """Ask for the video, and make it."""
        spec = StoryboardsSpec(
            RenderSpec(board_id=board_id, edition=board_of(self.app, board_id).edition)
        )
        self.app.jobs.submit("storyboards", spec, force=True)
        return self.carry_out(board_id)

    def failing(self, board_id: str, kind: type[ReelmillError]) -> ReelmillError:
        """Ask for the video, which is not made."""
        with pytest.raises(kind) as caught:
            self.render(board_id)
        return caught.value

    def carry_out(self, board_id: str) -> StoryboardsResult:
        """Do the last job of a board, and write how it ended."""
        return self.do(board_of(self.app, board_id).job_id)

    def do(self, job_id: JobId) -> StoryboardsResult:
        """Do a job, and write how it ended."""
        job = self.app.jobs.find(job_id)
        self.said.clear()

        def hear(progress: Progress) -> None:
            if not self.said or self.said[-1] != progress.message:
                self.said.append(progress.message)

        here, spec = self.app.services, StoryboardsSpec.model_validate(job.spec)
        try:
            result = run_inline(make, spec, here=here, job_id=job.id, report=hear)
        except ReelmillError as error:
            self._end(job_id, JobState.FAILED, None, error_message=error.message)
            raise
        self._end(job_id, JobState.COMPLETED, result)
        return result

    def _end(
        self, job_id: JobId, state: JobState, result: StoryboardsResult | None, **why: Any
    ) -> None:
        with self.app.services.catalog.begin() as conn:
            now = self.clock()
            job = jobs.change(conn, job_id, state=state, finished_at=now, **why)
            PIPELINE.ended(self.app.services, conn, job, result)

    @property
    def films(self) -> list[tuple[str, str]]:
        """What was bought of films: how it stands in the ledger, and its price."""
        return [
            (entry.state.value, str(entry.actual))
            for entry in entries_of(self.app)
            if entry.purpose.startswith("film-")
        ]

    def balance(self, *, strays: bool = False) -> None:
        """The ledger and the provider's books say the same, and nothing was bought twice.

        Args:
            strays: But what was bought by requests that left late.
        """
        entries = entries_of(self.app)
        bought = sorted(entry.prediction_id for entry in entries if entry.prediction_id)
        assert bought == sorted(one.id for one in self.provider.books.purchases)
        paid = sum((entry.actual or Decimal(0) for entry in entries), Decimal(0))
        assert abs(paid - self.provider.books.total_usd) < Decimal("0.0001")
        late = {entry.prediction_id for entry in entries if entry.is_stray and strays}
        assert len(self.provider.books.bought_twice()) <= len(late)
