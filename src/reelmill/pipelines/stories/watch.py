"""Changes under `raw/` -> scans: soon after each, and one from time to time whatever was heard.

A folder tells its changes. One over a network does not tell those of other machines, and is
looked at again and again; a store without files is listed at every scan.
"""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path, PurePath
from typing import Final

import structlog
from watchfiles import Change, watch

from reelmill.errors import Unavailable
from reelmill.pipelines.stories.intake.folders import KEEP, keep_all
from reelmill.pipelines.stories.intake.take import Scanned
from reelmill.pipelines.stories.keys import Layout, is_unfinished
from reelmill.pipelines.stories.settings import settings_of
from reelmill.services import Services

#: File systems that do not tell what other machines change. Source: mount(8), Linux.
REMOTE: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "virtiofs"}
)

#: Where Linux says what is mounted where. Source: proc(5).
MOUNTS: Final = Path("/proc/self/mountinfo")

#: Milliseconds between two looks into a folder that tells nothing.
POLL_MS: Final = 2000

#: Longest time that a request to stop, or a pause that is over, goes unnoticed, seconds.
LOOK_S: Final = 0.5

log = structlog.get_logger(component="main_worker")


def keep_scanning(
    here: Services, scan: Callable[[], Scanned], stop: threading.Event
) -> Iterator[Scanned]:
    """Scan whenever there may be something to take, until told to stop.

    While something was heard or waits, as often as files settle; else from time to time. An outage
    of a neighbour is waited for.

    Args:
        here: The services.
        scan: Takes in what is finished.
        stop: Ends it, between two scans.

    Returns:
        What each scan came to.
    """
    chosen = settings_of(here)
    begun_s, restless = float("-inf"), True
    for heard in _beats(here, stop):
        restless = restless or heard
        pause_s = min(chosen.settle_s, chosen.scan_every_s) if restless else chosen.scan_every_s
        if time.monotonic() - begun_s < pause_s:
            continue
        begun_s = time.monotonic()
        try:
            done = scan()
        except Unavailable as error:
            log.warning("nothing is scanned", code=error.code, error=error.message)
            continue
        restless = bool(done.waiting)
        yield done


def is_remote(folder: Path, mounts: str) -> bool:
    """Whether other machines may change a folder unheard.

    Args:
        folder: Absolute, without links.
        mounts: What `MOUNTS` holds; nothing where there is no such file.
    """
    found, kind = PurePath("/"), ""
    for line in mounts.splitlines():
        place, _, told = line.partition(" - ")
        at = PurePath(place.split(" ")[4].encode().decode("unicode_escape"))
        if folder.is_relative_to(at) and len(at.parts) >= len(found.parts):
            found, kind = at, told.split(" ")[0]
    return kind in REMOTE or kind.startswith("fuse.")


def _beats(here: Services, stop: threading.Event) -> Iterator[bool]:
    """Whether something was heard, every now and then."""
    layout = Layout(settings_of(here).root)
    keep_all(here.store, layout)
    keep = here.store.local_path(layout.key(f"raw/video/{KEEP}"))
    if keep is None:
        while not stop.wait(LOOK_S):
            yield False
        return
    yield from _changes(keep.parent.parent.resolve(), stop)


def _changes(folder: Path, stop: threading.Event) -> Iterator[bool]:
    polling = is_remote(folder, MOUNTS.read_text() if MOUNTS.exists() else "")
    while not stop.is_set():
        try:
            yield from _heard(folder, stop, polling=polling)
        except KeyboardInterrupt:
            # watchfiles makes one of every signal, also of that which sets `stop`.
            if not stop.is_set():
                raise
        except OSError as error:
            # As when this machine watches as many folders as it may.
            log.warning("folder is not watched", folder=str(folder), error=str(error))
            if polling:
                raise
            polling = True


def _heard(folder: Path, stop: threading.Event, *, polling: bool) -> Iterator[bool]:
    log.info("watching", folder=str(folder), polling=polling)
    for changes in watch(
        folder,
        watch_filter=_is_of_interest,
        rust_timeout=int(LOOK_S * 1000),
        yield_on_timeout=True,
        stop_event=stop,
        force_polling=polling,
        poll_delay_ms=POLL_MS,
    ):
        yield bool(changes)


def _is_of_interest(change: Change, path: str) -> bool:
    return change is not Change.deleted and not is_unfinished(path)
