"""All that is ever asked of the table `artifacts`: what jobs made, and where it lies."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from reelmill.catalog.tables import artifacts
from reelmill.units import JobId, StoreKey

#: Hexadecimal digits of an artifact's id: 80 bits.
ID_DIGITS = 20


@dataclass(frozen=True, kw_only=True)
class NewArtifact:
    """A file that a job made."""

    kind: str
    """What it is to the pipeline: `video`, `poster`, `manifest`."""

    key: StoreKey
    """Where it lies in the store."""

    content_type: str
    """As HTTP writes it."""

    size_bytes: int
    """Its size."""

    sha256: str
    """Its checksum, hexadecimal."""

    width: int | None = None
    """Pixels, of a picture or video."""

    height: int | None = None
    """Pixels, of a picture or video."""

    duration_s: float | None = None
    """Seconds, of a video or sound."""

    frames: int | None = None
    """Frames, of a video."""


@dataclass(frozen=True, kw_only=True)
class Artifact(NewArtifact):
    """A file that a job made, as it is recorded."""

    id: str
    """Follows from job and key, so that a second run of the job keeps the address."""

    job_id: JobId
    """The job that made it."""

    created_at: datetime
    """When it was recorded."""


_COLUMNS = [column for column in artifacts.c if column is not artifacts.c.position]
_NAMES = [column.name for column in _COLUMNS]

# Built once, for every job runs them.
_DELETE = sa.delete(artifacts).where(artifacts.c.job_id == sa.bindparam("of_job"))
_INSERT = sa.insert(artifacts)
_OF_JOB = (
    sa.select(*_COLUMNS)
    .where(artifacts.c.job_id == sa.bindparam("wanted"))
    .order_by(artifacts.c.position)
)


def artifact_id(job_id: JobId, key: StoreKey) -> str:
    """The id of what a job put under a key.

    >>> artifact_id(JobId("replays/0a1b"), StoreKey("replays/0a1b.mp4"))
    'c18d4e5497f4d05d53bd'
    """
    return sha256(f"{job_id}\0{key}".encode(errors="replace")).hexdigest()[:ID_DIGITS]


def replace(
    conn: sa.Connection,
    job_id: JobId,
    made: Sequence[NewArtifact],
    *,
    now: datetime | None = None,
) -> list[Artifact]:
    """Record what a job made, instead of what was recorded of it before.

    Args:
        conn: Inside a transaction that may write.
        job_id: A recorded job.
        made: In the order in which they are shown; the keys are distinct.
        now: When; the present unless given.
    """
    recorded = [
        Artifact(
            **asdict(artifact),
            id=artifact_id(job_id, artifact.key),
            job_id=job_id,
            created_at=now or datetime.now(UTC),
        )
        for artifact in made
    ]
    conn.execute(_DELETE, {"of_job": job_id})
    if recorded:
        rows = [{**asdict(one), "position": position} for position, one in enumerate(recorded)]
        conn.execute(_INSERT, rows)
    return recorded


def of_job(conn: sa.Connection, job_id: JobId) -> list[Artifact]:
    """What a job made, in its order."""
    return [_artifact(row) for row in conn.execute(_OF_JOB, {"wanted": job_id})]


def of_jobs(conn: sa.Connection, job_ids: Sequence[JobId]) -> dict[JobId, list[Artifact]]:
    """What each of some jobs made, for a page of them; a job without any is left out."""
    statement = (
        sa.select(*_COLUMNS)
        .where(artifacts.c.job_id.in_(job_ids))
        .order_by(artifacts.c.job_id, artifacts.c.position)
    )
    found: dict[JobId, list[Artifact]] = {}
    for artifact in map(_artifact, conn.execute(statement)):
        found.setdefault(artifact.job_id, []).append(artifact)
    return found


def find(conn: sa.Connection, wanted_id: str) -> Artifact | None:
    """The artifact of this id."""
    row = conn.execute(sa.select(*_COLUMNS).where(artifacts.c.id == wanted_id)).one_or_none()
    return None if row is None else _artifact(row)


def _artifact(row: sa.Row[Any]) -> Artifact:
    return Artifact(**dict(zip(_NAMES, row, strict=True)))
