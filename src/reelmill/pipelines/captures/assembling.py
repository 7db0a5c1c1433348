"""A store of records -> its manifest: batches as durable jobs, on this node and any other."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager

import structlog

from reelmill.catalog.job import Job, JobState
from reelmill.desk import System
from reelmill.pipelines.captures.batch.following import followed
from reelmill.pipelines.captures.manifest.asked import BatchSpec
from reelmill.pipelines.captures.manifest.build import Built, Order, build
from reelmill.pipelines.captures.workflow import CapturesSpec
from reelmill.storage.store import Store

log = structlog.get_logger()

#: Told how many records of how many were looked into.
Tell = Callable[[int, int], None]

#: Opens the system for the length of a block.
Opened = Callable[[], AbstractContextManager[System]]


def assemble(opened: Opened, store: Store, order: Order, tell: Tell) -> Built:
    """The manifest of a store. May be stopped at any moment and asked for again.

    Args:
        opened: Opens the system, a node or with nodes elsewhere; not called where nothing has to
            be looked into.
        store: The store of the records.
        order: What is wanted.
        tell: Told while records are looked into.
    """

    def work(batches: Sequence[BatchSpec]) -> Mapping[str, str]:
        with opened() as system:
            return _by_jobs(system, tell, batches)

    return build(store, order, work)


def _by_jobs(system: System, tell: Tell, batches: Sequence[BatchSpec]) -> Mapping[str, str]:
    """Have every batch done; one that fails is done once more, record by record."""
    failed = _done(system, tell, batches)
    alone = [
        spec.model_copy(update={"items": (item,)})
        for spec in failed
        for item in spec.items
        if len(spec.items) > 1
    ]
    reasons: dict[str, str] = {
        spec.items[0].key: why for spec, why in failed.items() if len(spec.items) == 1
    }
    if alone:
        log.warning("batches failed, and are done record by record", batches=len(failed))
        reasons |= {spec.items[0].key: why for spec, why in _done(system, tell, alone).items()}
    return reasons


def _done(system: System, tell: Tell, batches: Sequence[BatchSpec]) -> dict[BatchSpec, str]:
    """Have batches done; those that failed, and why."""
    failed: dict[BatchSpec, str] = {}
    done, total = 0, sum(len(batch.items) for batch in batches)
    for spec, job in followed(system, map(CapturesSpec, batches)):
        asked = spec.root
        assert isinstance(asked, BatchSpec)
        done += len(asked.items)
        tell(done, total)
        if job.state is not JobState.COMPLETED:
            failed[asked] = _reason(job)
    return failed


def _reason(job: Job) -> str:
    return f"{job.error_code or job.state.value}: {job.error_message or 'The job was stopped.'}"
