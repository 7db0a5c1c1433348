"""A list of TARs -> their records, and what became of every one."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import structlog

from reelmill.catalog.jobs import Job, JobState
from reelmill.desk import System
from reelmill.errors import ReelmillError
from reelmill.pipelines.captures.batch.following import followed
from reelmill.pipelines.captures.keys import record_key
from reelmill.pipelines.captures.spec import CaptureResult, CaptureSpec
from reelmill.pipelines.captures.work import target_at
from reelmill.pipelines.captures.workflow import CapturesResult, CapturesSpec
from reelmill.storage.store import Store, checked

#: TARs from which on all records are listed once, instead of asking for each.
LIST_FROM = 200

log = structlog.get_logger()


class Ending(StrEnum):
    """What became of a TAR."""

    EXTRACTED = "extracted"
    """All its records are there."""

    EXISTING = "existing"
    """They were there before."""

    SKIPPED = "skipped"
    """It was not looked into: it has no bytes, or too many."""

    FAILED = "failed"
    """Some or all of its records cannot be made."""


@dataclass(frozen=True, kw_only=True)
class Ended:
    """One TAR, done with."""

    key: str
    """The TAR."""

    ending: Ending
    """What became of it."""

    records: int = 0
    """Records that were made now."""

    read_bytes: int = 0
    """Bytes of it that were read."""

    took_s: float | None = None
    """Seconds that it took; None where nothing was done."""

    reason: str = ""
    """Why it was skipped, or what went wrong; one line for each group of a bundle."""


@dataclass(kw_only=True)
class Extraction:
    """One run over many TARs. Iterate over it; it may be abandoned at any moment."""

    system: System
    """The opened system, a node or with nodes elsewhere."""

    keys: Sequence[str]
    """The TARs, each once."""

    look: CaptureSpec
    """How they are extracted; its key is a placeholder."""

    counts: Counter[Ending] = field(default_factory=Counter)
    """TARs done with, by what became of them."""

    def __iter__(self) -> Iterator[Ended]:
        """Every TAR as it ends."""
        for ended in self._all():
            self.counts[ended.ending] += 1
            _log(ended)
            yield ended

    def _all(self) -> Iterator[Ended]:
        wanted: list[CapturesSpec] = []
        there = _Existing(target_at(self.look.target), len(self.keys))
        for key in self.keys:
            ended = self._before(key, there)
            if ended is not None:
                yield ended
            else:
                wanted.append(CapturesSpec(self._spec(key)))
        for spec, job in followed(self.system, wanted):
            assert isinstance(spec.root, CaptureSpec)
            yield ended_of(spec.root.key, job)

    def _before(self, key: str, there: "_Existing") -> Ended | None:
        """What becomes of a TAR without a job; None when it takes one."""
        try:
            if not self.look.skip_existing or not there.has(checked(key)):
                return None
        except ReelmillError as error:
            return Ended(key=key, ending=Ending.FAILED, reason=error.message)
        return Ended(key=key, ending=Ending.EXISTING, reason="its record is there")

    def _spec(self, key: str) -> CaptureSpec:
        return self.look.model_copy(update={"key": checked(key)})


class _Existing:
    """Which records are there; asked one by one, or all at once when there are many."""

    def __init__(self, target: Store, count: int) -> None:
        self._target = target
        self._listed = {stat.key for stat in target.list()} if count >= LIST_FROM else None

    def has(self, tar_key: str) -> bool:
        key = record_key(tar_key)
        return self._target.exists(key) if self._listed is None else key in self._listed


def ended_of(key: str, job: Job) -> Ended:
    """What became of a TAR, by the job that saw to it."""
    took = job.finished_at - job.started_at if job.finished_at and job.started_at else None
    took_s = took.total_seconds() if took else None
    if job.state is not JobState.COMPLETED:
        reason = job.error_message or job.state.value
        return Ended(key=key, ending=Ending.FAILED, reason=reason, took_s=took_s)
    result = CapturesResult.model_validate(job.result).root
    assert isinstance(result, CaptureResult)
    return Ended(
        key=key,
        ending=_ending(result),
        records=sum(not record.existing for record in result.records),
        read_bytes=result.read_bytes,
        took_s=took_s,
        reason=result.skipped
        or "; ".join(f"{failure.s3_key}: {failure.message}" for failure in result.failures),
    )


def _ending(result: CaptureResult) -> Ending:
    if result.skipped:
        return Ending.SKIPPED
    if result.failures:
        return Ending.FAILED
    if all(record.existing for record in result.records):
        return Ending.EXISTING
    return Ending.EXTRACTED


def _log(ended: Ended) -> None:
    facts = {"key": ended.key, "ending": ended.ending.value, "records": ended.records}
    if ended.ending is Ending.FAILED:
        log.error("tar failed", **facts, reason=ended.reason)
    elif ended.ending is Ending.SKIPPED:
        log.warning("tar skipped", **facts, reason=ended.reason)
    else:
        log.info("tar done", **facts, read_bytes=ended.read_bytes)
