"""How exports ended, with what each step of theirs took. One function a question."""

from collections import defaultdict
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from reelmill.catalog.job import UNFINISHED, JobState
from reelmill.catalog.steps import StepOutcome
from reelmill.catalog.tables import job_steps, jobs
from reelmill.pipelines.shorts.figures import Ended
from reelmill.pipelines.shorts.records import Kind
from reelmill.pipelines.shorts.tables.definitions import exports

_ENDED: Final = (
    sa.select(
        exports.c.job_id,
        exports.c.kind,
        exports.c.counted_at,
        exports.c.duration_s,
        jobs.c.state,
        jobs.c.started_at,
        jobs.c.finished_at,
    )
    .join_from(exports, jobs, jobs.c.id == exports.c.job_id)
    .where(jobs.c.finished_at > sa.bindparam("since"), jobs.c.state.not_in(UNFINISHED))
    .order_by(jobs.c.finished_at.desc())
    .limit(sa.bindparam("limit"))
)

#: Of the run that counts alone: what earlier ones took is nobody's wait.
_STEPS: Final = (
    sa.select(job_steps.c.job_id, job_steps.c.name, sa.func.sum(job_steps.c.took_s).label("took_s"))
    .join_from(job_steps, jobs, jobs.c.id == job_steps.c.job_id)
    .where(
        job_steps.c.job_id.in_(sa.bindparam("jobs", expanding=True)),
        job_steps.c.run == jobs.c.run,
        job_steps.c.outcome == StepOutcome.OK,
    )
    .group_by(job_steps.c.job_id, job_steps.c.name)
)


def ended_since(conn: sa.Connection, since: datetime, *, limit: int) -> list[Ended]:
    """Exports that ended since a moment, the newest first."""
    found = conn.execute(_ENDED, {"since": since, "limit": limit}).all()
    steps: dict[str, dict[str, float]] = defaultdict(dict)
    for row in conn.execute(_STEPS, {"jobs": [row.job_id for row in found]}):
        steps[row.job_id][row.name.rpartition(".")[2]] = row.took_s
    return [
        Ended(
            kind=Kind(row.kind),
            state=JobState(row.state),
            asked_at=row.counted_at,
            began_at=row.started_at,
            ended_at=row.finished_at,
            duration_s=row.duration_s,
            steps=steps[row.job_id],
        )
        for row in found
    ]
