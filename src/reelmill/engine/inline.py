"""A workflow run here and now: no database, nothing remembered, errors as they are."""

from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel

from reelmill.engine.steps import Trace, tried
from reelmill.engine.words import Step, Workflow, stepping
from reelmill.services import Attempt, Progress, Services, working
from reelmill.units import JobId

R = TypeVar("R")
SpecT = TypeVar("SpecT", bound=BaseModel)
ResultT = TypeVar("ResultT", bound=BaseModel)


#: Job of steps that run for none.
INLINE = JobId("inline/inline")


def _unheard(_progress: Progress) -> None:
    """Progress that nobody asked for."""


def run_inline(
    workflow: Workflow[SpecT, ResultT],
    spec: SpecT,
    *,
    here: Services,
    job_id: JobId = INLINE,
    report: Callable[[Progress], None] = _unheard,
) -> ResultT:
    """Run a workflow in this thread.

    Args:
        workflow: What to run.
        spec: What is asked of it.
        here: What its steps may reach.
        job_id: What the steps take for the id of their job.
        report: Where progress goes.

    Raises:
        ReelmillError: whatever the steps raise, after their retries.
    """
    trace = Trace()
    attempt = Attempt(job_id=job_id, report=report, ran=trace.ran)
    with working(here, attempt), stepping(_Inline(attempt, trace)):
        return workflow(spec)


class _Inline:
    """Runs steps at once; what they give goes through JSON, as it does when it is remembered."""

    def __init__(self, attempt: Attempt, trace: Trace) -> None:
        self._attempt = attempt
        self._trace = trace

    def run(self, step: Step[..., R], call: Callable[[], R]) -> R:
        """Carry out the step."""
        gave = tried(step, call, self._attempt, self._trace)
        value: R = step.outcome.validate_python(step.outcome.dump_python(gave, mode="json"))
        return value
