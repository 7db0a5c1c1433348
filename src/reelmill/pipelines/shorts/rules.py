"""What may be asked, and what two requests have in common. Decides; touches nothing."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final, NamedTuple

from reelmill.catalog.job import JobState
from reelmill.media.cues import within
from reelmill.media.subtitles import BadSubtitles, read
from reelmill.pipelines.shorts.records import Export, Origin, Scene, Video
from reelmill.pipelines.shorts.refusals import (
    BadTimes,
    ExportLimitReached,
    SceneNotOfVideo,
    ScenesApart,
    VideoNotReady,
)
from reelmill.pipelines.shorts.spec import (
    MAX_CAPTIONS,
    MIN_SCENE_S,
    Caption,
    Cut,
    ExportSpec,
    NoCaptions,
    OutsideVideo,
    ReelSpec,
    SceneTooShort,
)
from reelmill.units import StoreKey

#: The limit counts what was asked for within this time. Source: export API, rate limit.
WINDOW: Final = timedelta(hours=24)

#: Seconds between two scenes that may still be joined: half a frame at 5 frames a second.
GAP_S: Final = 0.1

#: Seconds by which a given time may lie outside of a scene or video: players round.
TOLERANCE_S: Final = 0.05

#: Letters of an error that are told. Source: export worker.
MAX_ERROR_LETTERS: Final = 500


class Taken(NamedTuple):
    """The slots of the limit that an owner has taken."""

    slots: int
    """How many."""

    oldest_at: datetime | None
    """When the oldest was taken."""


@dataclass(frozen=True, kw_only=True)
class Usage:
    """How much of the limit an owner has used."""

    limit: int
    """Exports in 24 hours."""

    used: int
    """Exports that count now."""

    resets_at: datetime | None
    """When the oldest of them counts no more; None when there is none."""

    @property
    def remaining(self) -> int:
        """Exports that may be asked for now."""
        return max(0, self.limit - self.used)

    def seconds_until_reset(self, now: datetime) -> int:
        """Whole seconds, rounded up, until a slot is free again; 0 when none is taken."""
        if self.resets_at is None:
            return 0
        return max(0, int((self.resets_at - now).total_seconds()) + 1)

    def hours_until_reset(self, now: datetime) -> int:
        """As old clients are told: `int(seconds / 3600) + 1`; 0 when no slot is taken."""
        if self.resets_at is None:
            return 0
        return int(max(0.0, (self.resets_at - now).total_seconds()) / 3600) + 1


def usage_of(taken: Taken, limit: int) -> Usage:
    """The slots that are taken, held against the limit."""
    resets_at = taken.oldest_at + WINDOW if taken.oldest_at is not None else None
    return Usage(limit=limit, used=taken.slots, resets_at=resets_at)


def admit_one_more(usage: Usage, now: datetime) -> None:
    """Let one more export pass.

    Raises:
        ExportLimitReached: all slots are taken.
    """
    if usage.remaining:
        return
    raise ExportLimitReached(
        current_count=usage.used,
        limit=usage.limit,
        hours_until_reset=usage.hours_until_reset(now),
        retry_after_s=usage.seconds_until_reset(now),
    )


def admit_video(video: Video) -> float:
    """The duration of a video that can be used.

    Raises:
        VideoNotReady: it was not looked into, or could not be.
    """
    if video.duration_s is None:
        raise VideoNotReady(video_id=video.id, state=video.state.value)
    return video.duration_s


def digest_of(spec: ExportSpec | ReelSpec) -> str:
    """The same text for the same request, whichever export it is.

    >>> cut = Cut(source_key="shorts/a", start_s=1, end_s=2)
    >>> one, two = (
    ...     ExportSpec(export_id=digit * 32, user_id="ann", cut=cut) for digit in "12"
    ... )
    >>> digest_of(one) == digest_of(two)
    True
    """
    asked = spec.model_dump(mode="json", exclude={"export_id", "user_id"})
    if not asked.get("captions"):
        # As it was before there were captions: what is fresh since then is still the same.
        asked.pop("captions", None)
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def cut_of(scene: Scene, video: Video, *, start_s: float | None, end_s: float | None) -> Cut:
    """The part of a scene that is asked for; all of it unless told.

    Raises:
        OutsideVideo: not inside the scene.
        BadTimes: the end does not come after the start.
    """
    start = scene.start_s if start_s is None else start_s
    end = scene.end_s if end_s is None else end_s
    too_early = start < scene.start_s - TOLERANCE_S or end <= scene.start_s
    if too_early or end > scene.end_s + TOLERANCE_S or start >= scene.end_s:
        raise OutsideVideo(
            start_s=start, end_s=end, scene_start_s=scene.start_s, scene_end_s=scene.end_s
        )
    return _cut(scene, video, start, end)


def captions_of(text: str, cut: Cut) -> tuple[Caption, ...]:
    r"""What of a file of captions is shown in a cut.

    >>> cut = Cut(source_key="shorts/a", start_s=60, end_s=90)
    >>> captions_of("1\n00:01:02,000 --> 00:01:04,500\nHello", cut)
    (Caption(start_s=2.0, end_s=4.5, text='Hello'),)

    Raises:
        BadSubtitles: it is neither SRT nor WebVTT, or has too many for a short.
        NoCaptions: all of them come before the cut or after it.
    """
    shown = list(within(read(text), cut.start_s, cut.end_s))
    if not shown:
        raise NoCaptions(start_s=cut.start_s, end_s=cut.end_s)
    if len(shown) > MAX_CAPTIONS:
        raise BadSubtitles(captions=len(shown), limit=MAX_CAPTIONS)
    return tuple(Caption(start_s=cue.start_s, end_s=cue.end_s, text=cue.text) for cue in shown)


def clamped_cut(scene: Scene, video: Video, *, start_s: float, end_s: float) -> Cut:
    """The part of a scene that is asked for, and no more than the scene has.

    Raises:
        SceneNotOfVideo: the scene is of another video.
        BadTimes: nothing of the scene is left.
    """
    if scene.video_id != video.id:
        raise SceneNotOfVideo(scene_id=scene.id, video_id=video.id)
    return _cut(scene, video, start_s, end_s)


def _cut(scene: Scene, video: Video, start_s: float, end_s: float) -> Cut:
    start, end = max(start_s, scene.start_s), min(end_s, scene.end_s)
    if end <= start:
        raise BadTimes(scene_id=scene.id, start_s=start_s, end_s=end_s)
    return Cut(source_key=video.source_key, scene_id=scene.id, start_s=start, end_s=end)


def admit_times(start_s: float, end_s: float, duration_s: float) -> tuple[float, float]:
    """Start and end of a scene that is made or trimmed by hand.

    Raises:
        BadTimes: the end does not come after the start.
        SceneTooShort: less than a video.
        OutsideVideo: not inside the video.
    """
    if end_s <= start_s:
        raise BadTimes(start_s=start_s, end_s=end_s)
    if end_s > duration_s + TOLERANCE_S:
        raise OutsideVideo(start_s=start_s, end_s=end_s, video_duration_s=duration_s)
    end_s = min(end_s, duration_s)
    if end_s - start_s < MIN_SCENE_S:
        raise SceneTooShort(scene_duration_s=round(end_s - start_s, 3), min_duration_s=MIN_SCENE_S)
    return start_s, end_s


def merged(scenes: Sequence[Scene], *, scene_id: str, now: datetime) -> Scene:
    """One scene from several that lie side by side in one video.

    Raises:
        ScenesApart: of several videos, or something lies between them.
    """
    in_order = sorted(scenes, key=lambda scene: (scene.start_s, scene.end_s))
    if len({scene.video_id for scene in in_order}) != 1:
        raise ScenesApart(hint="Choose scenes of one video.")
    for before, after in pairwise(in_order):
        if after.start_s > before.end_s + GAP_S:
            raise ScenesApart(end_s=before.end_s, start_s=after.start_s)
    return replace(
        in_order[0],
        id=scene_id,
        end_s=max(scene.end_s for scene in in_order),
        origin=Origin.MERGED,
        created_at=now,
    )


def is_over(export: Export, now: datetime) -> bool:
    """Whether nothing of an export may be shown any more, its files deleted already or not."""
    if export.expired_at is not None:
        return True
    return export.state.ended and export.expires_at <= now


#: Our stages of a reel that are not the cutting of scenes, in old words.
_REEL_STAGES: Final = {
    "concat": "concat",
    "verify": "upload",
    "publish": "upload",
}

#: What old clients are told went wrong, by the error of the job. Source: export API, 500 texts.
_SOURCE_ERRORS: Final = frozenset({"missing_object", "no_room"})
_SAVING_ERRORS: Final = frozenset({"store_unavailable", "store_denies", "draft_lost", "bad_key"})


def failure_told(export: Export) -> str | None:
    """Why an export failed, in the words of the API before this one, then in ours."""
    if export.state is not JobState.FAILED:
        return None
    if export.error_code in _SOURCE_ERRORS:
        words = "Failed to access source video"
    elif export.error_code in _SAVING_ERRORS:
        words = "Failed to save export"
    else:
        words = "Video encoding failed"
    return f"{words}: {export.error_message}"[:MAX_ERROR_LETTERS]


def uses(spec: Mapping[str, Any], source_key: StoreKey) -> bool:
    """Whether an export that was asked for is made from a video.

    >>> uses({"kind": "export", "cut": {"source_key": "a"}}, StoreKey("a"))
    True
    """
    cuts = spec.get("cuts") or [spec.get("cut", {})]
    return any(cut.get("source_key") == source_key for cut in cuts)


def reel_stage(export: Export) -> str:
    """What a reel's job is doing, in the words of the highlights API before this one."""
    if export.state is JobState.COMPLETED:
        return "complete"
    return _REEL_STAGES.get(export.stage, "cutting")
