"""A job that begins or ends -> the rows beside it, written in the same transaction."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from reelmill.catalog.database import Transaction
from reelmill.catalog.jobs import Job
from reelmill.pipelines.shorts.keys import video_id_of
from reelmill.pipelines.shorts.records import Kind, NewExport, NewVideo, Origin, Scene
from reelmill.pipelines.shorts.refusals import SameExport, VideoNotFound
from reelmill.pipelines.shorts.results import ShortsResult
from reelmill.pipelines.shorts.rules import WINDOW, admit_one_more, digest_of, usage_of
from reelmill.pipelines.shorts.settings import ShortsSettings
from reelmill.pipelines.shorts.spec import (
    SHORTS,
    ExportSpec,
    IngestSpec,
    ReelSpec,
    ShortsSpec,
)
from reelmill.pipelines.shorts.tables import exports, scenes, videos
from reelmill.services import Services

#: Hexadecimal digits of an id.
ID_DIGITS = 32


def entering(here: Services, conn: Transaction, job: Job) -> None:
    """Write the row beside a new job, or beside a new run of one, or refuse it.

    Raises:
        ExportLimitReached: no slot of the limit is free.
        SameExport: the same is being made, or is fresh.
        VideoNotFound: the video that shall be looked into again was deleted.
    """
    match ShortsSpec.model_validate(job.spec).root:
        case IngestSpec() as spec if job.run == 1:
            videos.add(conn, _video(spec, job))
        case IngestSpec() as spec if videos.find(conn, spec.video_id) is None:
            raise VideoNotFound(video_id=spec.video_id)
        case ExportSpec() | ReelSpec() as spec:
            _enter_export(here, conn, job, spec)


def ended(here: Services, conn: Transaction, job: Job, result: ShortsResult | None) -> None:
    """Write what came of a run: what a video is, or how an export ended."""
    spec = ShortsSpec.model_validate(job.spec).root
    now = here.clock()
    if isinstance(spec, ExportSpec | ReelSpec):
        made = result.made if result is not None else None
        expires_at = now + settings_of(here).kept
        exports.end(conn, spec.export_id, at=now, expires_at=expires_at, made=made)
    elif result is not None and result.video is not None:
        videos.learn(conn, spec.video_id, result.video)
        scenes.forget_detected(conn, spec.video_id)
        scenes.add(conn, _detected(spec.video_id, result, now))


def settings_of(here: Services) -> ShortsSettings:
    """What the operator chose for the shorts."""
    return cast("ShortsSettings", here.pipeline_settings[SHORTS])


def _enter_export(here: Services, conn: Transaction, job: Job, spec: ExportSpec | ReelSpec) -> None:
    now, chosen = here.clock(), settings_of(here)
    digest = digest_of(spec)
    exports.hold(conn, job.owner)
    twin = exports.twin(conn, job.owner, digest, now=now, but_not=spec.export_id)
    if twin is not None:
        raise SameExport(export_id=twin.id)
    taken = exports.taken_since(conn, job.owner, now - WINDOW, but_not=spec.export_id)
    admit_one_more(usage_of(taken, chosen.daily_exports), now)
    expires_at = now + chosen.kept
    if job.run == 1:
        exports.add(conn, _export(spec, job, digest=digest, now=now, expires_at=expires_at))
    else:
        exports.renew(conn, spec.export_id, now=now, expires_at=expires_at)


def _video(spec: IngestSpec, job: Job) -> NewVideo:
    return NewVideo(
        id=spec.video_id,
        owner=job.owner,
        title=spec.title,
        source_key=spec.source_key,
        source_url=spec.source_url,
        size_bytes=spec.size_bytes,
        sha256=spec.sha256,
        job_id=job.id,
        created_at=job.created_at,
    )


def _export(
    spec: ExportSpec | ReelSpec, job: Job, *, digest: str, now: datetime, expires_at: datetime
) -> NewExport:
    bare = NewExport(
        id=spec.export_id,
        owner=job.owner,
        kind=Kind(spec.kind),
        digest=digest,
        job_id=job.id,
        created_at=now,
        expires_at=expires_at,
    )
    if isinstance(spec, ReelSpec):
        return replace(bare, title=spec.title, end_s=sum(cut.duration_s for cut in spec.cuts))
    return replace(
        bare,
        video_id=video_id_of(spec.cut.source_key),
        scene_id=spec.cut.scene_id,
        start_s=spec.cut.start_s,
        end_s=spec.cut.end_s,
        strategy=spec.strategy,
        quality=spec.quality,
    )


def _detected(video_id: str, result: ShortsResult, now: datetime) -> list[Scene]:
    return [
        Scene(
            id=scene_id_of(video_id, number),
            video_id=video_id,
            start_s=found.start_s,
            end_s=found.end_s,
            thumbnail_key=found.thumbnail_key,
            origin=Origin.DETECTED,
            created_at=now + timedelta(microseconds=number),
        )
        for number, found in enumerate(result.scenes)
    ]


def scene_id_of(video_id: str, number: int) -> str:
    """The id of the detected scene of a number: the same when the video is looked into again.

    >>> scene_id_of("0" * 32, 1)
    '9a5e34a9d9eb1def2f97709f8d9e0ae1'
    """
    return hashlib.sha256(f"{video_id} {number}".encode()).hexdigest()[:ID_DIGITS]
