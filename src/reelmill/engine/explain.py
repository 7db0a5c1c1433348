"""The records of a job -> what it did, and what to do about it. Decides; touches nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from reelmill.catalog.artifacts import Artifact
from reelmill.catalog.jobs import Job, JobState
from reelmill.catalog.steps import Step

#: Where an error brings no hint of its own: what to do, by its code.
ADVICE = {
    "bug": "This is a fault of the program. The log of the node has the traceback; report it.",
    "child_died": "The work killed its process, mostly for want of memory. Use fewer children.",
    "keeps_crashing": "It took its node down each time. Look into the node's log, then retry.",
    "timed_out": "It took longer than it may. Try again when the machine is less busy.",
}


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """A job, told."""

    job: Job
    """As it is now."""

    steps: tuple[Step, ...]
    """What it did, all runs and attempts, in order."""

    artifacts: tuple[Artifact, ...]
    """What it made."""

    advice: str
    """What to do now, one or two sentences."""


def explanation(job: Job, steps: Sequence[Step], made: Sequence[Artifact]) -> Explanation:
    """Put the records of a job together."""
    return Explanation(job=job, steps=tuple(steps), artifacts=tuple(made), advice=advice(job))


def advice(job: Job) -> str:
    """What somebody who looks at the job should do."""
    match job.state:
        case JobState.PENDING:
            return "It waits for a free node. `reelmill serve` or `reelmill work` starts one."
        case JobState.IN_PROGRESS:
            return "It is being worked on. Should its node die, another takes it over."
        case JobState.COMPLETED:
            return "Nothing: it is done."
        case JobState.CANCELED:
            return f"It was canceled. `reelmill jobs retry {job.id}` does it after all."
        case JobState.FAILED:
            found = job.error_hint or ADVICE.get(job.error_code, "")
            again = f"`reelmill jobs retry {job.id}` tries it again."
            return f"{found} {again}".strip()
