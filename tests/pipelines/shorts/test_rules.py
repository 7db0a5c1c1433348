"""What may be asked, as tables."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reelmill.catalog.job import JobState
from reelmill.errors import ReelmillError
from reelmill.pipelines.shorts import rules
from reelmill.pipelines.shorts.records import Export, Kind, Origin, Scene, Video
from reelmill.pipelines.shorts.refusals import (
    BadTimes,
    ExportLimitReached,
    SceneNotOfVideo,
    ScenesApart,
    VideoNotReady,
)
from reelmill.pipelines.shorts.rules import Taken, Usage, usage_of
from reelmill.pipelines.shorts.spec import (
    Caption,
    Cut,
    ExportSpec,
    OutsideVideo,
    Quality,
    ReelSpec,
    SceneTooLong,
    SceneTooShort,
    Strategy,
)
from reelmill.units import JobId, StoreKey

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SOURCE = StoreKey("shorts/videos/a/source")

SCENE = Scene(
    id="5" * 32,
    video_id="a",
    start_s=10.0,
    end_s=20.0,
    thumbnail_key=None,
    origin=Origin.DETECTED,
    created_at=NOON,
)

VIDEO = Video(
    id="a",
    owner="ann",
    title="Talk",
    source_key=SOURCE,
    source_url=None,
    size_bytes=1,
    sha256="0",
    job_id=JobId("shorts/ingest-a"),
    created_at=NOON,
    width=1920,
    height=1080,
    duration_s=60.0,
    fps=25.0,
    has_audio=True,
    poster_key=None,
    state=JobState.COMPLETED,
    stage="",
    done=0,
    total=0,
    error_code="",
    error_message="",
)

EXPORT = Export(
    id="e" * 32,
    owner="ann",
    kind=Kind.EXPORT,
    digest="d",
    job_id=JobId("shorts/export-e"),
    created_at=NOON,
    expires_at=NOON + timedelta(hours=24),
    completed_at=None,
    expired_at=None,
    deleted_at=None,
    key="",
    size_bytes=None,
    duration_s=None,
    width=None,
    height=None,
    state=JobState.COMPLETED,
    stage="",
    done=0,
    total=0,
    message="",
    error_code="",
    error_message="",
)


def export_spec(**changes: Any) -> ExportSpec:
    cut = Cut(source_key=SOURCE, scene_id="5" * 32, start_s=10, end_s=20)
    return ExportSpec(**{"export_id": "1" * 32, "user_id": "ann", "cut": cut, **changes})


@pytest.mark.parametrize(
    ("taken", "remaining"),
    [
        pytest.param(Taken(0, None), 10, id="nothing taken: all"),
        pytest.param(Taken(9, NOON), 1, id="nine taken: one"),
        pytest.param(Taken(10, NOON), 0, id="ten taken: none"),
        pytest.param(Taken(12, NOON), 0, id="more taken than a lowered limit: none"),
    ],
)
def test_what_remains_is_never_negative(taken: Taken, remaining: int) -> None:
    assert usage_of(taken, 10).remaining == remaining


@pytest.mark.parametrize(
    ("hours_ago", "hours", "seconds"),
    [
        pytest.param(0, 25, 86401, id="just taken: as old clients are told, one more"),
        pytest.param(0.5, 24, 84601, id="half an hour ago"),
        pytest.param(23.5, 1, 1801, id="in half an hour: one"),
        pytest.param(24, 1, 1, id="in this moment: one"),
    ],
)
def test_the_hours_until_a_slot_is_free(hours_ago: float, hours: int, seconds: int) -> None:
    usage = usage_of(Taken(10, NOON - timedelta(hours=hours_ago)), 10)
    assert (usage.hours_until_reset(NOON), usage.seconds_until_reset(NOON)) == (hours, seconds)


def test_an_unused_limit_has_nothing_to_wait_for() -> None:
    usage = usage_of(Taken(0, None), 10)
    assert (usage.resets_at, usage.hours_until_reset(NOON)) == (None, 0)
    assert usage.seconds_until_reset(NOON) == 0


def test_the_refusal_for_the_limit_has_the_words_that_old_clients_know() -> None:
    usage = Usage(limit=10, used=10, resets_at=NOON + timedelta(hours=3, minutes=20))
    with pytest.raises(ExportLimitReached) as told:
        rules.admit_one_more(usage, NOON)
    assert told.value.message == "Daily export limit reached (10/day). Try again in 4 hours."
    assert told.value.facts == {
        "current_count": 10,
        "limit": 10,
        "hours_until_reset": 4,
        "retry_after_s": 12001,
    }


def test_the_refusal_of_a_long_scene_has_the_words_that_old_clients_know() -> None:
    error = SceneTooLong(scene_duration_s=245.3, max_duration_s=180.0)
    assert error.message == "Scene duration (245.3s) exceeds YouTube Shorts maximum (180s)"


@pytest.mark.parametrize(
    ("change", "same"),
    [
        pytest.param({"export_id": "2" * 32}, True, id="another number: the same"),
        pytest.param({"strategy": Strategy.LETTERBOX}, False, id="another strategy: another"),
        pytest.param({"quality": Quality.MEDIUM}, False, id="another quality: another"),
        pytest.param(
            {"cut": Cut(source_key=SOURCE, scene_id="5" * 32, start_s=10, end_s=19)},
            False,
            id="other times: another",
        ),
        pytest.param(
            {"cut": Cut(source_key=SOURCE, scene_id="6" * 32, start_s=10, end_s=20)},
            False,
            id="another scene of the same times: another",
        ),
    ],
)
def test_two_requests_are_the_same_by_what_is_asked(change: dict[str, Any], *, same: bool) -> None:
    one, other = rules.digest_of(export_spec()), rules.digest_of(export_spec(**change))
    assert (one == other) is same


def test_a_reel_of_one_cut_is_not_its_short() -> None:
    short = export_spec()
    reel = ReelSpec(export_id="1" * 32, user_id="ann", cuts=(short.cut,))
    assert rules.digest_of(reel) != rules.digest_of(short)


def test_a_request_without_captions_is_the_same_as_before_there_were_any() -> None:
    spec = export_spec()
    told = spec.model_dump(mode="json", exclude={"export_id", "user_id", "captions"})
    before = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    assert rules.digest_of(spec) == before
    captions = (Caption(start_s=0, end_s=1, text="a"),)
    assert rules.digest_of(export_spec(captions=captions)) != before


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        pytest.param((None, None), (10.0, 20.0), id="nothing asked: the scene"),
        pytest.param((12.0, None), (12.0, 20.0), id="a later start"),
        pytest.param((None, 15.0), (10.0, 15.0), id="an earlier end"),
        pytest.param((9.99, 20.01), (10.0, 20.0), id="a hair outside: the scene"),
        pytest.param((9.0, None), OutsideVideo, id="before the scene"),
        pytest.param((None, 21.0), OutsideVideo, id="behind the scene"),
        pytest.param((15.0, 15.0), BadTimes, id="nothing"),
        pytest.param((16.0, 15.0), BadTimes, id="backwards"),
    ],
)
def test_a_short_shows_a_part_of_its_scene(asked: Any, got: Any) -> None:
    if isinstance(got, type):
        with pytest.raises(got):
            rules.cut_of(SCENE, VIDEO, start_s=asked[0], end_s=asked[1])
        return
    cut = rules.cut_of(SCENE, VIDEO, start_s=asked[0], end_s=asked[1])
    assert (cut.start_s, cut.end_s, cut.source_key, cut.scene_id) == (*got, SOURCE, SCENE.id)


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        pytest.param((0.0, 60.0), (10.0, 20.0), id="more than the scene: the scene"),
        pytest.param((12.0, 25.0), (12.0, 20.0), id="over its end"),
        pytest.param((11.0, 12.0), (11.0, 12.0), id="inside"),
        pytest.param((0.0, 10.0), BadTimes, id="before it"),
        pytest.param((20.0, 30.0), BadTimes, id="behind it"),
    ],
)
def test_the_times_of_a_reel_are_clamped_into_their_scene(asked: Any, got: Any) -> None:
    if isinstance(got, type):
        with pytest.raises(got):
            rules.clamped_cut(SCENE, VIDEO, start_s=asked[0], end_s=asked[1])
        return
    cut = rules.clamped_cut(SCENE, VIDEO, start_s=asked[0], end_s=asked[1])
    assert (cut.start_s, cut.end_s) == got


def test_a_scene_of_another_video_is_no_part_of_a_reel() -> None:
    with pytest.raises(SceneNotOfVideo):
        rules.clamped_cut(replace(SCENE, video_id="b"), VIDEO, start_s=10, end_s=12)


def test_a_video_is_used_once_it_was_looked_into() -> None:
    assert rules.admit_video(VIDEO) == 60.0
    with pytest.raises(VideoNotReady) as told:
        rules.admit_video(replace(VIDEO, duration_s=None, state=JobState.IN_PROGRESS))
    assert told.value.message == "Video not ready for export"


@pytest.mark.parametrize(
    ("times", "got"),
    [
        pytest.param((0.0, 60.0), (0.0, 60.0), id="the whole video"),
        pytest.param((50.0, 60.04), (50.0, 60.0), id="a hair behind its end"),
        pytest.param((50.0, 61.0), OutsideVideo, id="behind its end"),
        pytest.param((70.0, 80.0), OutsideVideo, id="outside"),
        pytest.param((5.0, 5.0), BadTimes, id="nothing"),
        pytest.param((5.0, 4.0), BadTimes, id="backwards"),
        pytest.param((5.0, 5.05), SceneTooShort, id="less than a video"),
        pytest.param((59.99, 60.03), SceneTooShort, id="less than a video, once clamped"),
    ],
)
def test_a_scene_that_is_made_by_hand_lies_inside_of_its_video(times: Any, got: Any) -> None:
    if isinstance(got, type):
        with pytest.raises(got):
            rules.admit_times(*times, 60.0)
        return
    assert rules.admit_times(*times, 60.0) == got


def scene(start_s: float, end_s: float, video_id: str = "a") -> Scene:
    return replace(SCENE, id=f"{start_s}", start_s=start_s, end_s=end_s, video_id=video_id)


@pytest.mark.parametrize(
    ("scenes", "got"),
    [
        pytest.param([scene(0, 5), scene(5, 9)], (0, 9), id="side by side"),
        pytest.param([scene(5, 9), scene(0, 5)], (0, 9), id="in any order"),
        pytest.param([scene(0, 9), scene(2, 4)], (0, 9), id="one inside of the other"),
        pytest.param([scene(0, 5), scene(5.04, 9)], (0, 9), id="a frame between them"),
        pytest.param([scene(0, 5), scene(6, 9)], ScenesApart, id="something between them"),
        pytest.param([scene(0, 5), scene(5, 9, "b")], ScenesApart, id="of two videos"),
    ],
)
def test_scenes_that_lie_side_by_side_become_one(scenes: list[Scene], got: Any) -> None:
    if isinstance(got, type):
        with pytest.raises(got):
            rules.merged(scenes, scene_id="new", now=NOON)
        return
    joined = rules.merged(scenes, scene_id="new", now=NOON)
    assert (joined.start_s, joined.end_s) == got
    assert (joined.id, joined.origin) == ("new", Origin.MERGED)


@pytest.mark.parametrize(
    ("changes", "over"),
    [
        pytest.param({}, False, id="fresh"),
        pytest.param({"expires_at": NOON}, True, id="past its time, before anybody deleted it"),
        pytest.param({"expired_at": NOON}, True, id="its files are gone"),
        pytest.param(
            {"expires_at": NOON, "state": JobState.IN_PROGRESS}, False, id="still being made"
        ),
        pytest.param({"expires_at": NOON, "state": JobState.FAILED}, True, id="failed, past"),
    ],
)
def test_an_export_is_over(changes: dict[str, Any], *, over: bool) -> None:
    assert rules.is_over(replace(EXPORT, **changes), NOON + timedelta(hours=1)) is over


@pytest.mark.parametrize(
    ("code", "words"),
    [
        pytest.param("ffmpeg_failed", "Video encoding failed: it broke", id="the encoder"),
        pytest.param("missing_object", "Failed to access source video: it broke", id="source"),
        pytest.param("no_room", "Failed to access source video: it broke", id="a full disk"),
        pytest.param("store_unavailable", "Failed to save export: it broke", id="saving"),
        pytest.param("bad_key", "Failed to save export: it broke", id="something in the way"),
    ],
)
def test_a_failure_is_told_in_old_words_first(code: str, words: str) -> None:
    failed = replace(EXPORT, state=JobState.FAILED, error_code=code, error_message="it broke")
    assert rules.failure_told(failed) == words


def test_a_failure_has_at_most_500_letters_and_a_success_none() -> None:
    failed = replace(EXPORT, state=JobState.FAILED, error_message="x" * 2000)
    assert len(rules.failure_told(failed) or "") == 500
    assert rules.failure_told(EXPORT) is None


def test_every_refusal_can_be_told_without_facts() -> None:
    assert ExportLimitReached().message
    assert SceneTooLong().message
    assert issubclass(ExportLimitReached, ReelmillError)
