"""Folders of tasks where their tasks are not, conformed clips nobody wanted for long -> put right.

A task's folder is written where the task is and removed where it was; what a kill leaves between
the two, and a task that was canceled, is found here.
"""

from datetime import timedelta
from typing import Final

import structlog

from reelmill.catalog import jobs
from reelmill.catalog.jobs import Job, JobState
from reelmill.engine.recipe import Asks
from reelmill.errors import ReelmillError
from reelmill.pipeline import Chore
from reelmill.pipelines.stories.keys import Layout, Place
from reelmill.pipelines.stories.place import Failure, put_failed, put_task
from reelmill.pipelines.stories.settings import GB, settings_of
from reelmill.pipelines.stories.spec import StorySpec
from reelmill.pipelines.stories.tables import mezzanines
from reelmill.pipelines.stories.tables.tasks import job_id_of
from reelmill.services import Services

#: Seconds from one look to the next.
EVERY_S: Final = 60.0

#: What was wanted so lately may be at work.
AT_WORK: Final = timedelta(hours=6)

#: Where the folder of a task is when its job stands so.
PLACES: Final = {
    JobState.PENDING: Place.TASKS,
    JobState.CANCELED: Place.TASKS,
    JobState.IN_PROGRESS: Place.PROCESSING,
    JobState.COMPLETED: Place.OUTPUT,
    JobState.FAILED: Place.FAILED,
}

log = structlog.get_logger(component="main_worker")


def tidy(here: Services, _jobs: Asks) -> None:
    """Have every task's folder where its task is, and the conformed clips within their limit."""
    chosen = settings_of(here)
    layout = Layout(chosen.root)
    for place in (Place.TASKS, Place.PROCESSING):
        for job in _misplaced(here, layout, place):
            _put_right(here, layout, job)
    trim(here, layout, max_bytes=int(chosen.cache_gb * GB))


def trim(here: Services, layout: Layout, *, max_bytes: int) -> int:
    """Remove conformed clips until the rest is small enough; returns how many.

    Those unused for longest go first.
    """
    taken = removed = 0
    until = here.clock() - AT_WORK
    with here.catalog.read() as conn:
        known = mezzanines.latest_first(conn)
    for each in known:
        taken += each.size_bytes
        if taken > max_bytes and each.used_at < until:
            with here.catalog.begin() as conn:
                if mezzanines.forget(conn, each):
                    here.store.delete(layout.mezzanine(each.name))
                    removed += 1
    if removed:
        log.info("conformed clips removed", removed=removed)
    return removed


def _misplaced(here: Services, layout: Layout, place: Place) -> list[Job]:
    """Jobs whose task has a folder at a place where it is not."""
    folder = layout.key(place)
    found = {stat.key.removeprefix(f"{folder}/").split("/")[0] for stat in here.store.list(folder)}
    with here.catalog.read() as conn:
        known = jobs.several(conn, [job_id_of(task_id) for task_id in sorted(found)])
    return [job for job in known.values() if PLACES[job.state] is not place]


def _put_right(here: Services, layout: Layout, job: Job) -> None:
    spec, place = StorySpec.model_validate(job.spec), PLACES[job.state]
    if place is Place.PROCESSING:
        # Its node writes that folder itself, and removes the other.
        return
    try:
        if place is Place.FAILED:
            put_failed(here, layout, spec, _why(job))
        else:
            put_task(here, layout, spec, place)
    except ReelmillError as error:
        log.warning("task is not put right", task=spec.task_id, error=error.message)


def _why(job: Job) -> Failure:
    return Failure(
        code=job.error_code, message=job.error_message, hint=job.error_hint, said=job.error_message
    )


TIDYING: Final = Chore(name="stories.tidy", every_s=EVERY_S, run=tidy)
