"""All that is ever asked of the table `job_steps`: what a job did, step by step."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from reelmill.catalog.tables import job_steps
from reelmill.units import JobId


class StepOutcome(StrEnum):
    """How a step ended."""

    OK = "ok"
    FAILED = "failed"
    CANCELED = "canceled"


class Command(NamedTuple):
    """A program that a step ran."""

    argv: tuple[str, ...]
    """Program and arguments."""

    took_s: float
    """Seconds."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of one attempt, when it has ended."""

    job_id: JobId
    """A recorded job."""

    run: int
    """The run of the job, from 1."""

    attempt: int
    """The attempt of the run, from 1."""

    position: int
    """Order of the steps in the attempt."""

    name: str
    """`<pipeline>.<verb>`."""

    started_at: datetime
    """When it began."""

    took_s: float
    """Seconds that it took."""

    outcome: StepOutcome
    """How it ended."""

    commands: tuple[Command, ...] = ()
    """The programs that it ran, in order."""

    error_code: str = ""
    """Why it failed; empty when it did not."""

    error_message: str = ""
    """The same, for people, one line."""


def add_step(conn: sa.Connection, step: Step) -> None:
    """Record a step; one that was repeated in its place replaces the former."""
    kind = postgresql if conn.dialect.name == "postgresql" else sqlite
    place = {
        "job_id": step.job_id,
        "run": step.run,
        "attempt": step.attempt,
        "position": step.position,
    }
    facts = {
        "name": step.name,
        "started_at": step.started_at,
        "took_s": step.took_s,
        "outcome": step.outcome,
        "commands": [command._asdict() for command in step.commands],
        "error_code": step.error_code,
        "error_message": step.error_message,
    }
    statement = kind.insert(job_steps).values(**place, **facts)
    conn.execute(statement.on_conflict_do_update(index_elements=list(place), set_=facts))


def steps_of(conn: sa.Connection, job_id: JobId) -> list[Step]:
    """All steps of a job, in the order of runs, attempts and positions."""
    statement = (
        sa.select(job_steps)
        .where(job_steps.c.job_id == job_id)
        .order_by(job_steps.c.run, job_steps.c.attempt, job_steps.c.position)
    )
    return [
        Step(
            job_id=row.job_id,
            run=row.run,
            attempt=row.attempt,
            position=row.position,
            name=row.name,
            started_at=row.started_at,
            took_s=row.took_s,
            outcome=StepOutcome(row.outcome),
            commands=tuple(
                Command(tuple(command["argv"]), command["took_s"]) for command in row.commands
            ),
            error_code=row.error_code,
            error_message=row.error_message,
        )
        for row in conn.execute(statement)
    ]
