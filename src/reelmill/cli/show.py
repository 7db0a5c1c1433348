"""Jobs and what they did -> rows, lines and JSON. Pure."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from shlex import join
from typing import Any, Final

from reelmill.catalog.jobs import Job, JobState
from reelmill.catalog.steps import Step
from reelmill.engine.explain import Explanation
from reelmill.terminal import seconds

#: Colours of the states.
STYLES: Final = {
    JobState.PENDING: "dim",
    JobState.IN_PROGRESS: "cyan",
    JobState.COMPLETED: "green",
    JobState.FAILED: "red",
    JobState.CANCELED: "yellow",
}

#: Titles of `row`.
TITLES: Final = ("job", "state", "done", "took", "changed", "about")


def facts(job: Job) -> dict[str, Any]:
    """Everything of a job, as JSON can hold it."""
    return {name: _plain(value) for name, value in asdict(job).items()}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def row(job: Job) -> tuple[str, ...]:
    """A job in a list."""
    return (
        job.id,
        job.state.value,
        share(job),
        seconds(took_s(job)),
        f"{job.updated_at:%Y-%m-%d %H:%M:%S}",
        job.error_message or (job.message if job.state is JobState.IN_PROGRESS else ""),
    )


def share(job: Job) -> str:
    """How far a job is: a percentage while it runs."""
    if job.state is not JobState.IN_PROGRESS or not job.total:
        return "-"
    return f"{100 * job.done // job.total} %"


def took_s(job: Job) -> float | None:
    """Seconds from the start of its last run to the end, None when it has not ended."""
    if job.started_at is None or job.finished_at is None:
        return None
    return (job.finished_at - job.started_at).total_seconds()


def lines(job: Job) -> Iterator[tuple[str, str]]:
    """A job in full: name and value of what there is to say."""
    yield "job", job.id
    yield "state", job.state.value
    yield "owner", job.owner
    yield "run", f"{job.run} (attempts: {job.attempts})"
    if job.state is JobState.IN_PROGRESS:
        yield "progress", f"{job.stage} {job.done}/{job.total} {job.message}".strip()
    if job.worker:
        yield "worker", job.worker
    yield "asked", f"{job.created_at:%Y-%m-%d %H:%M:%S} UTC"
    yield "took", seconds(took_s(job))
    if job.cost_usd:
        yield "cost", f"{job.cost_usd:.4f} USD"
    if job.error_code:
        yield "error", f"{job.error_code}: {job.error_message}"
    for name, value in (job.result or {}).items():
        if name != "artifacts":
            yield name.replace("_", " "), str(value)


def told(story: Explanation) -> Iterator[tuple[str, str]]:
    """What a job did, line by line, each with its style."""
    job = story.job
    head = f"{job.id} {job.state.value}"
    spent = took_s(job)
    yield f"{head} after {seconds(spent)}" if spent is not None else head, STYLES[job.state]
    for step in story.steps:
        yield _step_line(step), "" if step.outcome.value == "ok" else "red"
        for command in step.commands:
            yield f"      ran {seconds(command.took_s)}: {join(command.argv)}", "dim"
    for made in story.artifacts:
        yield f"  made {made.kind}: {made.key} ({made.size_bytes} bytes)", "green"
    if job.error_code:
        yield f"  why: {job.error_code}: {job.error_message}", "red"
    yield f"  what to do: {story.advice}", "bold"


def _step_line(step: Step) -> str:
    place = f"  run {step.run}, attempt {step.attempt}: {step.name}"
    line = f"{place} {step.outcome.value} in {seconds(step.took_s)}"
    return f"{line}: {step.error_code}: {step.error_message}" if step.error_code else line


def story_facts(story: Explanation) -> dict[str, Any]:
    """What a job did, as JSON can hold it."""
    return {
        "job": facts(story.job),
        "steps": [{k: _plain(v) for k, v in asdict(step).items()} for step in story.steps],
        "artifacts": [{k: _plain(v) for k, v in asdict(made).items()} for made in story.artifacts],
        "advice": story.advice,
    }
