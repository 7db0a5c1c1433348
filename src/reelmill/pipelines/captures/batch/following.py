"""Specs -> jobs, a window of them at a time, each told of when it has ended."""

import time
from collections.abc import Iterable, Iterator
from itertools import islice

from reelmill.catalog.jobs import Job
from reelmill.desk import System
from reelmill.pipelines.captures.workflow import CapturesSpec
from reelmill.units import JobId

#: Seconds between two looks at the jobs under way.
LOOK_S = 0.2

#: Jobs submitted ahead for each child, so that none waits for the next; a job is seconds long.
AHEAD = 16


def followed(system: System, specs: Iterable[CapturesSpec]) -> Iterator[tuple[CapturesSpec, Job]]:
    """Have jobs done, also those that ended before; may be abandoned at any moment.

    However many there are, only a window of them waits in the queue: thousands of jobs of one
    command must not stand before what others ask for.

    Args:
        system: A node, or with nodes elsewhere.
        specs: No two of the same job.

    Yields:
        Each spec with its job, in the order in which they ended.
    """
    coming, flying = iter(specs), dict[JobId, CapturesSpec]()
    window = AHEAD * system.settings.children
    while True:
        for spec in islice(coming, window - len(flying)):
            flying[system.jobs.submit("captures", spec, force=True).id] = spec
        if not flying:
            return
        ended = system.jobs.ended_among(flying)
        for job in ended:
            yield flying.pop(job.id), job
        if not ended:
            time.sleep(LOOK_S)
