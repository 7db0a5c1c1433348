"""Many replay files -> one job each, a few at a time, and what became of every one."""

import hashlib
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from reelmill.catalog.jobs import Job, JobState, several
from reelmill.desk import System
from reelmill.errors import Conflict, ReelmillError
from reelmill.pipelines.replays.batch.choices import Act, Asked, Choice, Known, Mode, choose
from reelmill.pipelines.replays.batch.names import Named, Names, own_id, told_apart
from reelmill.pipelines.replays.batch.soundness import fault_of_videos
from reelmill.pipelines.replays.batch.sources import Found
from reelmill.pipelines.replays.batch.tally import Ended, Ending, Tally
from reelmill.pipelines.replays.intake import input_key, keep
from reelmill.pipelines.replays.spec import ReplaySpec
from reelmill.units import JobId, StoreKey

#: Seconds between two looks at the jobs under way: while others wait in line, and while a
#: child may be idle until the next job is submitted.
LOOK_S = 0.4
CLOSE_LOOK_S = 0.03

#: Jobs submitted ahead for each child, so that no child waits for the next file to be read.
AHEAD = 16


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a batch is to do."""

    asked: Asked
    """Which games to do again."""

    look: ReplaySpec
    """How the videos are to look; its game is a placeholder."""

    limit: int | None = None
    """Most jobs to start; None for all."""

    max_parallel: int | None = None
    """Most jobs under way at once; None for as many as the node likes."""

    game_ids: frozenset[str] = frozenset()
    """Only these games; empty for all."""


class _File(NamedTuple):
    """A file that was read and named; its bytes are not kept."""

    found: Found
    named: Named
    sha256: str
    data: bytes


@dataclass(kw_only=True)
class _Flight:
    """A job under way."""

    name: str
    game_id: str
    notes: tuple[str, ...]
    retried: bool = False


class Batch:
    """One run over many files. Iterate over it; it may be abandoned at any moment.

    Args:
        system: The opened system, a node or with nodes elsewhere.
        files: In the same order each time.
        order: What to do.
    """

    def __init__(self, system: System, files: Sequence[Found], order: Order) -> None:
        self.tally = Tally(total=len(files))
        self._system = system
        self._files = files
        self._order = order
        self._names = Names()
        self._flying: dict[JobId, _Flight] = {}
        self._started = 0
        self._looked_at_s = 0.0
        self._window = order.max_parallel or AHEAD * system.settings.children
        self._look_s = CLOSE_LOOK_S if order.max_parallel else LOOK_S

    def __iter__(self) -> Iterator[Ended]:
        """Every file as it ends, in the order of ending."""
        for ended in self._all():
            self.tally.count(ended)
            yield ended

    def _all(self) -> Iterator[Ended]:
        if self._order.asked.resume_stale:
            self._system.jobs.reconcile()
        for found in self._files:
            yield from self._take(found)
            yield from self._landed(wait=len(self._flying) >= self._window)
            if self._started == self._order.limit:
                self.tally.total = self.tally.processed + len(self._flying)
                break
        while self._flying:
            yield from self._landed(wait=True)

    def _take(self, found: Found) -> Iterator[Ended]:
        """Decide for one file and see to it; yields it when nothing has to run."""
        try:
            file = self._read(found)
            if isinstance(file, _File):
                yield from self._see_to(file)
            elif file is not None:
                yield file
            else:
                self.tally.total -= 1
        except ReelmillError as error:
            yield Ended(name=found.name, ending=Ending.FAILED, reason=error.message)

    def _read(self, found: Found) -> _File | Ended | None:
        data = found.read()
        sha256 = hashlib.sha256(data).hexdigest()
        twin = self._names.twin(sha256, found.name)
        game_id = own_id(data, found.name)
        named = self._names.give(game_id, sha256, found.name)
        if not self._wants(named, twin):
            return None
        if twin:
            reason = f"the same content as {twin}"
            return Ended(name=found.name, ending=Ending.SAME, game_id=named.game_id, reason=reason)
        return _File(found, named, sha256, data)

    def _wants(self, named: Named, twin: str) -> bool:
        """Whether the order concerns a file at all."""
        chosen = self._order.game_ids
        if chosen and chosen.isdisjoint((named.game_id, named.base_id)):
            return False
        return not (twin and self._order.asked.mode is Mode.FAILED_ONLY)

    def _see_to(self, file: _File) -> Iterator[Ended]:
        named, job = self._known(file)
        choice = choose(self._what_is_known(job, named, file.sha256), self._order.asked)
        match choice.act:
            case Act.UNCONCERNED:
                self.tally.total -= 1
            case Act.SKIP | Act.LEAVE:
                assert job is not None
                yield _untouched(file.found.name, named, job, choice)
            case _:
                self._start(file, named, choice)

    def _known(self, file: _File) -> tuple[Named, Job | None]:
        """The job of this file, also when an earlier batch had to tell two games apart."""
        named = file.named
        apart = told_apart(named.base_id, file.sha256)
        own_id, other_id = self._job_id(named.game_id), self._job_id(apart)
        with self._system.services.catalog.read() as conn:
            found = several(conn, [own_id, other_id])
        own, other = found.get(own_id), found.get(other_id)
        if other is None or (own is not None and _asked_with(own, named, file.sha256)):
            return named, own
        return Named(apart, named.base_id, named.other), other

    def _job_id(self, game_id: str) -> JobId:
        return JobId(f"replays/{self._spec(game_id).key}")

    def _spec(self, game_id: str, replay_key: str = "-") -> ReplaySpec:
        return self._order.look.model_copy(
            update={"game_id": game_id, "replay_key": StoreKey(replay_key)}
        )

    def _what_is_known(self, job: Job | None, named: Named, sha256: str) -> Known | None:
        if job is None:
            return None
        return Known(
            state=job.state,
            same_replay=_asked_with(job, named, sha256),
            fault=lambda: fault_of_videos(self._system.services, job.id),
        )

    def _start(self, file: _File, named: Named, choice: Choice) -> None:
        if choice.act in {Act.START, Act.REDO}:
            replay_key = keep(named.game_id, file.data, self._system.services)
            spec = self._spec(named.game_id, replay_key)
            self._system.jobs.submit("replays", spec, force=choice.act is Act.REDO)
            self._started += 1
        self._flying[self._job_id(named.game_id)] = _Flight(
            name=file.found.name, game_id=named.game_id, notes=_notes(named, choice)
        )

    def _landed(self, *, wait: bool) -> Iterator[Ended]:
        """Jobs that have ended since the last look; those that failed once start again.

        Args:
            wait: Look until at least one has ended; otherwise look once, if it is time.
        """
        while True:
            rest_s = self._look_s - (time.monotonic() - self._looked_at_s)
            if rest_s > 0 and not wait:
                return
            time.sleep(max(rest_s, 0))
            jobs = self._system.jobs.ended_among(self._flying)
            self._looked_at_s = time.monotonic()
            ended = [job for job in jobs if self._final(job)]
            yield from (_ended(job, self._flying.pop(job.id)) for job in ended)
            if ended or not wait:
                return

    def _final(self, job: Job) -> bool:
        """Whether a job stays as it ended; one that failed gets a second chance, at once."""
        flight = self._flying[job.id]
        if job.state is not JobState.FAILED or flight.retried:
            return True
        flight.retried = True
        with suppress(Conflict):  # somebody else has asked for it meanwhile
            self._system.jobs.retry(job.id)
        return False


def _asked_with(job: Job, named: Named, sha256: str) -> bool:
    """Whether a job was asked for with this very document."""
    return job.spec.get("replay_key") == input_key(named.game_id, sha256)


def _untouched(name: str, named: Named, job: Job, choice: Choice) -> Ended:
    skipped = choice.act is Act.SKIP
    return Ended(
        name=name,
        ending=Ending.SKIPPED if skipped else Ending.LEFT,
        game_id=named.game_id,
        reason=choice.why if skipped else f"{choice.why}: {job.error_message or job.state.value}",
        video_key=(job.result or {}).get("video_key", "") if skipped else "",
    )


def _notes(named: Named, choice: Choice) -> tuple[str, ...]:
    apart = f"another game than {named.other}, which has the same id" if named.other else ""
    return tuple(note for note in (apart, choice.why) if note)


def _ended(job: Job, flight: _Flight) -> Ended:
    result = job.result or {}
    completed = job.state is JobState.COMPLETED
    took = job.finished_at - job.started_at if job.finished_at and job.started_at else None
    return Ended(
        name=flight.name,
        ending=Ending.SUCCEEDED if completed else Ending.FAILED,
        game_id=flight.game_id,
        took_s=took.total_seconds() if took else None,
        reason="" if completed else job.error_message or job.state.value,
        notes=(*flight.notes, *(f"repaired: {each}" for each in result.get("repairs", ()))),
        video_key=result.get("video_key", ""),
    )
