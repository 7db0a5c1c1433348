"""Jobs and somebody who waits for them -> told of each change until all have ended."""

import time
from collections.abc import Callable, Collection

from reelmill.catalog import jobs
from reelmill.catalog.database import Catalog
from reelmill.catalog.jobs import Job
from reelmill.units import JobId

#: Seconds between two looks.
LOOK_S = 0.2


def wait_for(
    catalog: Catalog,
    job_ids: Collection[JobId],
    *,
    on_change: Callable[[Job], None] | None = None,
    timeout_s: float | None = None,
) -> dict[JobId, Job]:
    """Wait as `Jobs.wait` says. Each look reads only what has changed since the one before."""
    deadline_s = None if timeout_s is None else time.monotonic() + timeout_s
    seen: dict[JobId, Job] = {}
    open_ids = set(job_ids)
    since: int | None = None
    while True:
        since, news = _news(catalog, open_ids, since)
        for job in news:
            if job.id not in seen or seen[job.id].revision < job.revision:
                seen[job.id] = job
                if on_change:
                    on_change(job)
        open_ids = {
            job_id for job_id in open_ids if job_id in seen and not seen[job_id].state.ended
        }
        if not open_ids or (deadline_s is not None and time.monotonic() >= deadline_s):
            return seen
        time.sleep(LOOK_S)


def _news(catalog: Catalog, wanted: set[JobId], since: int | None) -> tuple[int, list[Job]]:
    """Wanted jobs that changed since a number, or all of them; and the number for next time."""
    with catalog.read() as conn:
        if since is None:
            return jobs.last_change(conn), list(jobs.several(conn, wanted).values())
        changed = jobs.changed_since(conn, since)
    return changed.upto, [job for job in changed.jobs if job.id in wanted]
