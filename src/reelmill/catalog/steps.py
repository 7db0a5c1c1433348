"""All that is ever asked of the table `job_steps`: what a job did, step by step."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

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


_PLACE = [column.name for column in job_steps.primary_key]


def _replacing(insert: Any) -> Any:
    facts = {column.name: insert.excluded[column.name] for column in job_steps.c}
    for name in _PLACE:
        del facts[name]
    return insert.on_conflict_do_update(index_elements=_PLACE, set_=facts)


#: Built once: building it takes longer than SQLite takes to run it.
_ADD = {
    "postgresql": _replacing(postgresql.insert(job_steps)),
    "sqlite": _replacing(sqlite.insert(job_steps)),
}


def add_steps(conn: sa.Connection, steps: Sequence[Step]) -> None:
    """Record steps; one that was repeated in its place replaces the former."""
    if steps:
        conn.execute(_ADD[conn.dialect.name], [_row(step) for step in steps])


def _row(step: Step) -> dict[str, Any]:
    row = {field.name: getattr(step, field.name) for field in fields(Step)}
    return {**row, "commands": [command._asdict() for command in step.commands]}


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
