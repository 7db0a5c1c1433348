"""What a step may reach, and the job it runs for. Filled in `app.py`; read by steps."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, ParamSpec, TypeVar
from urllib.parse import quote

from reelmill.catalog.artifacts import Artifact
from reelmill.catalog.database import Catalog
from reelmill.children import Children
from reelmill.http import Fetcher
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.storage.sealing import Sealer
from reelmill.storage.signing import Signer
from reelmill.storage.store import Store
from reelmill.units import JobId, StoreKey

P = ParamSpec("P")
R = TypeVar("R")


class Progress(NamedTuple):
    """How far a job is, in the words of its pipeline."""

    stage: str
    """What is being done: `draw`, `encode`, `verify`, `publish`."""

    done: int = 0
    """Units done so far, 0 or more."""

    total: int = 0
    """Units in all, 0 when unknown."""

    message: str = ""
    """One line for people."""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One run of one job on this node, as its steps see it."""

    job_id: JobId
    """The job."""

    number: int = 1
    """Counts from 1; a job taken over from a dead node continues the count."""

    canceled: threading.Event = field(default_factory=threading.Event)
    """Set when the job is to stop; children of the job are killed then."""

    report: Callable[[Progress], None] = lambda _: None
    """Where progress goes."""

    holds: Callable[[], bool] = lambda: True
    """Asks anew whether the job is still this attempt's, for what must not overwrite another's."""

    ran: Callable[[Sequence[str], float], None] = lambda _argv, _took_s: None
    """Where the commands that a step ran are noted, with the seconds they took."""


@dataclass(frozen=True, kw_only=True)
class Services:
    """Live services of one process. Opened by `app.build`, closed by its `App`."""

    store: Store
    """Where files live."""

    catalog: Catalog
    """Where jobs and artifacts are recorded."""

    signer: Signer
    """Makes and checks expiring links."""

    sealer: Sealer
    """Keeps secrets that have to be read again."""

    ffmpeg: Ffmpeg
    """Runs ffmpeg."""

    http: Fetcher
    """The guarded fetcher: the only way out."""

    children: Children
    """Warm processes for heavy work of our own."""

    clock: Callable[[], datetime]
    """The time, with a zone."""

    scratch_root: Path
    """Where scratch folders are made."""

    pipeline_settings: dict[str, Any]
    """Each pipeline's own settings, validated by its model."""

    public_url: str = ""
    """What stands before the paths of links that go to others; empty when nobody said."""

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder that is gone when the step ends."""
        self.scratch_root.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(
            prefix=f"{os.getpid()}-", dir=self.scratch_root, ignore_cleanup_errors=True
        ) as folder:
            yield Path(folder)

    def link_to(self, artifact: Artifact, works: timedelta) -> str:
        """A link to the content of an artifact for a download, from the first slash."""
        name = quote(artifact.key.rpartition("/")[2], safe="")
        path = f"/files/{artifact.id}/{name}?download=1"
        return self.signer.sign(path, self.clock() + works)

    def sweep(self) -> None:
        """Remove what dead processes left: scratch folders, files that never reached the store."""
        self.store.sweep()
        for folder in self.scratch_root.glob("*-*"):
            pid = folder.name.partition("-")[0]
            if pid.isdecimal() and not _lives(int(pid)):
                shutil.rmtree(folder, ignore_errors=True)

    def in_child(
        self, work: Callable[P, R], timeout_s: float, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run `work` in a warm child for the job that runs now; cancel and time limit kill it.

        Raises:
            Canceled: the job was canceled meanwhile.
            TimedOut: `timeout_s` seconds have passed.
        """
        here = attempt()
        return self.children.run(
            work,
            *args,
            timeout_s=timeout_s,
            canceled=here.canceled,
            on_progress=lambda facts: here.report(Progress(*facts)),
            **kwargs,
        )


def draft_key(job_id: JobId, name: str) -> StoreKey:
    """Where a job keeps a file that nobody may see yet; all of them go when the job ends."""
    return StoreKey(f"{draft_prefix(job_id)}{name}")


def draft_prefix(job_id: JobId) -> str:
    """What the keys of a job's drafts begin with."""
    return f"drafts/{job_id}/"


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


_services: ContextVar[Services] = ContextVar("services")
_attempt: ContextVar[Attempt] = ContextVar("attempt")


def services() -> Services:
    """The services of the step that runs now."""
    return _services.get()


def attempt() -> Attempt:
    """The attempt that the step runs for."""
    return _attempt.get()


@contextmanager
def working(here: Services, on: Attempt) -> Iterator[None]:
    """Give `services()` and `attempt()` their meaning inside the block."""
    services_token, attempt_token = _services.set(here), _attempt.set(on)
    try:
        yield
    finally:
        _attempt.reset(attempt_token)
        _services.reset(services_token)
