"""Exports past their time, deleted videos, files of nobody -> gone; rows tombstones, then gone."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import Final, NamedTuple

import structlog

from reelmill.catalog import artifacts
from reelmill.engine.recipe import Asks
from reelmill.errors import ReelmillError
from reelmill.pipeline import Chore
from reelmill.pipelines.shorts.keys import ALL_VIDEOS, export_keys, video_id_of, video_prefix
from reelmill.pipelines.shorts.ledger import settings_of
from reelmill.pipelines.shorts.records import Export
from reelmill.pipelines.shorts.tables import exports, videos
from reelmill.services import Services
from reelmill.units import JobId, StoreKey

#: Seconds from one look to the next.
EVERY_S: Final = 300.0

#: How long an expired export is still told from one that never was. Source: issue of the API.
TOMBSTONES_KEPT: Final = timedelta(days=30)

#: What is at work when its video or export is deleted may write for so long, at most.
GRACE: Final = timedelta(minutes=10)

#: Seconds between two looks for files of nobody: all files of all videos are listed.
LOOKING_EVERY_S: Final = 6 * 3600.0

#: A file that belongs to no video is nobody's after so long: uploads are entered when they are
#: whole, and the longest take hours.
NOBODYS_AFTER: Final = timedelta(days=1)

#: Ids that one question to the database names.
IDS_AT_ONCE: Final = 500

log = structlog.get_logger()


class Swept(NamedTuple):
    """What a look came to."""

    deleted: int
    """Exports and videos whose files are gone now."""

    failed: int
    """Those that could not be deleted; the next look tries again."""


def expire(here: Services, _jobs: Asks) -> None:
    """Delete whatever is past its time; what cannot be deleted stops nothing else."""
    swept = sweep(here)
    if swept.deleted or swept.failed:
        log.info("exports expired", deleted=swept.deleted, failed=swept.failed)


def sweep(here: Services) -> Swept:
    """Delete the files of what is past its time, and rows that nobody will ask for."""
    now = here.clock()
    with here.catalog.begin() as conn:
        videos.give_up(conn, now - settings_of(here).kept, now=now)
    with here.catalog.read() as conn:
        over = exports.past(conn, now, deleted_before=now - GRACE)
        deleted = videos.deleted_before(conn, now - GRACE)
    acts = [
        *(partial(clear_export, here, export) for export in over),
        *(partial(_forget_video, here, video) for video in deleted),
    ]
    done = [_succeeds(act) for act in acts]
    with here.catalog.begin() as conn:
        exports.forget_before(conn, now - TOMBSTONES_KEPT)
    return Swept(deleted=done.count(True), failed=done.count(False))


EXPIRING: Final = Chore(name="shorts.expire", every_s=EVERY_S, run=expire)


def tidy(here: Services, _jobs: Asks) -> None:
    """Delete files of videos that were never entered: their upload was killed at its very end."""
    swept = sweep_nobodys(here)
    if swept.deleted or swept.failed:
        log.info("files of nobody deleted", deleted=swept.deleted, failed=swept.failed)


def sweep_nobodys(here: Services) -> Swept:
    """Delete files that lie among those of the videos for a day and belong to none."""
    until = here.clock() - NOBODYS_AFTER
    old = (stat.key for stat in here.store.list(ALL_VIDEOS) if stat.modified < until)
    done = [
        _succeeds(partial(here.store.delete, key))
        for keys in iter(lambda: list(islice(old, IDS_AT_ONCE)), [])
        for key in _nobodys(here, keys)
    ]
    return Swept(deleted=done.count(True), failed=done.count(False))


TIDYING: Final = Chore(name="shorts.tidy", every_s=LOOKING_EVERY_S, run=tidy)


def clear_export(here: Services, export: Export) -> None:
    """Delete the files of an export and what is recorded of them; its row becomes a tombstone."""
    with here.catalog.read() as conn:
        recorded = artifacts.of_job(conn, export.job_id)
    keys = {*export_keys(export.owner, export.id), *(made.key for made in recorded)}
    for key in sorted(keys):
        here.store.delete(key)
    with here.catalog.begin() as conn:
        artifacts.replace(conn, export.job_id, [])
        exports.entomb(conn, export.id, now=here.clock())


def clear_video(here: Services, video_id: str, job_id: JobId) -> None:
    """Delete every file of a video and what is recorded of them."""
    for stat in list(here.store.list(video_prefix(video_id))):
        here.store.delete(stat.key)
    with here.catalog.begin() as conn:
        artifacts.replace(conn, job_id, [])


def _nobodys(here: Services, keys: Sequence[StoreKey]) -> list[StoreKey]:
    ids = {video_id_of(key) for key in keys}
    with here.catalog.read() as conn:
        known = videos.known(conn, ids)
    return [key for key in keys if video_id_of(key) not in known]


def _forget_video(here: Services, video: tuple[str, JobId]) -> None:
    clear_video(here, *video)
    with here.catalog.begin() as conn:
        videos.forget(conn, video[0])


def _succeeds(act: Callable[[], None]) -> bool:
    try:
        act()
    except ReelmillError as error:
        log.warning("not deleted", code=error.code, error=error.message)
        return False
    return True
