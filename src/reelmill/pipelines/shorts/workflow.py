"""A video in the store -> what it is; a cut of it -> a short in the store."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from reelmill.engine.drafts import keep_draft, publish_draft
from reelmill.engine.retry import ON_OUTAGE
from reelmill.engine.words import ArtifactMade, VideoMade, step, workflow
from reelmill.errors import ReelmillError
from reelmill.media.tools import Tools
from reelmill.pipelines.shorts.crop import plan_crop
from reelmill.pipelines.shorts.ingest import Ingested, ingest
from reelmill.pipelines.shorts.intake import fetch_video, weigh
from reelmill.pipelines.shorts.keys import (
    export_keys,
    poster_key,
    thumbnail_key,
)
from reelmill.pipelines.shorts.ledger import settings_of
from reelmill.pipelines.shorts.limits import LOOK_LIMIT_S, export_limit_s, reel_limit_s
from reelmill.pipelines.shorts.looks import plan_once
from reelmill.pipelines.shorts.render import (
    Asked,
    Made,
    ReelAsked,
    make_reel,
    make_short,
)
from reelmill.pipelines.shorts.results import SceneFound, ShortsResult, VideoFacts
from reelmill.pipelines.shorts.source import NAME, at_hand, brought
from reelmill.pipelines.shorts.spec import (
    CropPlan,
    Cut,
    ExportSpec,
    IngestSpec,
    ReelSpec,
    ShortsSpec,
    Strategy,
)
from reelmill.services import Progress, Services, attempt, services
from reelmill.storage.store import Stored
from reelmill.units import StoreKey

_JPEG: Final = "image/jpeg"


class Source(BaseModel):
    """A video that lies in the store."""

    model_config = ConfigDict(frozen=True)

    size_bytes: int
    """Size of the file."""

    sha256: str
    """Checksum of the file, hex."""


class Looked(BaseModel):
    """What a look into a video gave; its pictures lie in the store."""

    model_config = ConfigDict(frozen=True)

    video: VideoFacts
    """What it is."""

    scenes: tuple[SceneFound, ...]
    """What it is made of."""

    poster: ArtifactMade
    """Its picture."""


class Draft(BaseModel):
    """A verified video that nobody has seen yet."""

    model_config = ConfigDict(frozen=True)

    video: ArtifactMade
    """Under its draft key."""

    poster: ArtifactMade
    """Under its draft key."""


@workflow("shorts.make")
def make(spec: ShortsSpec) -> ShortsResult:
    """Whatever is asked of a video."""
    match spec.root:
        case IngestSpec() as asked:
            return _ingested(asked)
        case ExportSpec() as asked:
            return _exported(asked)
        case ReelSpec() as asked:
            return _joined(asked)


def _ingested(asked: IngestSpec) -> ShortsResult:
    """Make sure that the video is in the store, then look into it."""
    looked = look_into(asked, take_in(asked))
    return ShortsResult(video=looked.video, scenes=looked.scenes, artifacts=(looked.poster,))


def _exported(asked: ExportSpec) -> ShortsResult:
    """Find the subject where that is asked, encode, then put it where it is looked for."""
    plan = asked.crop_plan
    if plan is None and asked.strategy is Strategy.SMART_CROP:
        plan = follow(asked.cut)
    video, poster = publish(encode(asked, plan), asked.user_id, asked.export_id)
    return ShortsResult(made=VideoMade.of(video), crop_plan=plan, artifacts=(video, poster))


def _joined(asked: ReelSpec) -> ShortsResult:
    """Cut all scenes and join them, then put the reel where it is looked for."""
    video, poster = publish(encode_reel(asked), asked.user_id, asked.export_id)
    return ShortsResult(made=VideoMade.of(video), artifacts=(video, poster))


@step("shorts.take_in", retry=ON_OUTAGE)
def take_in(asked: IngestSpec) -> Source:
    """Fetch the video where only its address is known."""
    here = services()
    if asked.source_url is not None:
        attempt().report(Progress("fetch", message="fetching the video"))
        stored = _fetched(asked.source_url, asked.source_key, here)
        return Source(size_bytes=stored.size_bytes, sha256=stored.sha256)
    if asked.size_bytes is None or asked.sha256 is None:
        passed = weigh(asked.source_key, here)
        return Source(size_bytes=passed.size_bytes, sha256=passed.sha256)
    return Source(size_bytes=asked.size_bytes, sha256=asked.sha256)


@step("shorts.look_into", retry=ON_OUTAGE)
def look_into(asked: IngestSpec, source: Source) -> Looked:
    """Decode it all, find the scenes, and put a picture of each beside the video."""
    here = services()
    with at_hand(here, asked.source_key) as (video, folder), _all_or_nothing(here) as put:
        found = here.in_child(ingest, LOOK_LIMIT_S, video, folder)
        thumbnails = [
            _picture(here, thumbnail_key(asked.video_id, number), path, put)
            for number, path in enumerate(found.thumbnails)
        ]
        poster = _picture(here, poster_key(asked.video_id), found.poster, put)
    return Looked(
        video=_facts(found, source, poster.key),
        scenes=tuple(
            SceneFound(start_s=scene.start_s, end_s=scene.end_s, thumbnail_key=thumbnail.key)
            for scene, thumbnail in zip(found.scenes, thumbnails, strict=True)
        ),
        poster=ArtifactMade(
            kind="poster",
            key=poster.key,
            content_type=_JPEG,
            size_bytes=poster.size_bytes,
            sha256=poster.sha256,
            width=found.poster_size.width,
            height=found.poster_size.height,
        ),
    )


@step("shorts.plan_crop", retry=ON_OUTAGE)
def follow(cut: Cut) -> CropPlan:
    """Plan how the window follows the subject, unless somebody has asked for that plan before."""
    here = services()

    def planned() -> CropPlan:
        attempt().report(Progress("plan", message="following the subject"))
        with at_hand(here, cut.source_key) as (video, _):
            return here.in_child(plan_crop, export_limit_s(cut), video, cut)

    return plan_once(here, cut, planned)


@step("shorts.encode", retry=ON_OUTAGE)
def encode(spec: ExportSpec, plan: CropPlan | None) -> Draft:
    """Fetch, cut, crop, encode and verify: one step, because its files die with the machine."""
    here = services()
    asked = Asked(
        cut=spec.cut,
        strategy=spec.strategy,
        quality=spec.quality,
        crop_plan=plan,
        captions=spec.captions,
    )
    with at_hand(here, spec.cut.source_key) as (video, folder):
        limit_s = export_limit_s(spec.cut)
        return _drafted(here.in_child(make_short, limit_s, video, asked, folder, _tools(here)))


@step("shorts.encode_reel", retry=ON_OUTAGE)
def encode_reel(spec: ReelSpec) -> Draft:
    """Fetch every video once, cut, join and verify: one step, as `encode` is."""
    here = services()
    with here.scratch() as folder:
        keys = dict.fromkeys(cut.source_key for cut in spec.cuts)
        files = {
            key: brought(here, key, folder / f"{NAME}-{number}") for number, key in enumerate(keys)
        }
        asked = ReelAsked(
            parts=[(files[cut.source_key], cut) for cut in spec.cuts],
            title=spec.title,
            target_height=spec.target_height,
        )
        limit_s = reel_limit_s(spec.cuts)
        return _drafted(here.in_child(make_reel, limit_s, asked, folder, _tools(here)))


@step("shorts.publish", retry=ON_OUTAGE)
def publish(draft: Draft, user_id: str, export_id: str) -> tuple[ArtifactMade, ArtifactMade]:
    """Move video and poster to where they are looked for; the video last, for it is the sign."""
    attempt().report(Progress("publish", message="publishing"))
    video_key, still_key = export_keys(user_id, export_id)
    with _all_or_nothing(services()) as put:
        put.append(still_key)
        poster = publish_draft(draft.poster, still_key)
        return publish_draft(draft.video, video_key), poster


def _tools(here: Services) -> Tools:
    """What a child makes a video with; which encoder works, not every child has to find out."""
    here.ffmpeg.choose_encoder()
    return Tools(ffmpeg=here.ffmpeg)


def _fetched(url: str, to: StoreKey, here: Services) -> Stored:
    return fetch_video(url, to, here, max_bytes=settings_of(here).max_upload_bytes)


def _drafted(made: Made) -> Draft:
    """Keep what was made, and note what was run for it."""
    for argv, took_s in made.commands:
        attempt().ran(argv, took_s)
    video = keep_draft(made.video, "video", "video/mp4", made.size)
    return Draft(
        video=video.model_copy(update={"duration_s": made.duration_s, "frames": made.frames}),
        poster=keep_draft(made.poster, "poster", _JPEG, made.poster_size),
    )


def _facts(found: Ingested, source: Source, poster: StoreKey) -> VideoFacts:
    return VideoFacts(
        width=found.size.width,
        height=found.size.height,
        duration_s=found.duration_s,
        fps=found.fps,
        has_audio=found.has_audio,
        poster_key=poster,
        size_bytes=source.size_bytes,
        sha256=source.sha256,
    )


def _picture(here: Services, key: StoreKey, path: Path, put: list[StoreKey]) -> Stored:
    put.append(key)
    return here.store.take(key, path, content_type=_JPEG)


@contextmanager
def _all_or_nothing(here: Services) -> Iterator[list[StoreKey]]:
    """A list of keys whose objects are deleted when the block fails."""
    put: list[StoreKey] = []
    try:
        yield put
    except ReelmillError:
        for key in put:
            with suppress(ReelmillError):
                here.store.delete(key)
        raise
