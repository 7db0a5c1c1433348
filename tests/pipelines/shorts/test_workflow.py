"""The jobs of the shorts, on a real store, with real ffmpeg."""

import hashlib
import resource
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from tests.pipelines.shorts.serving import serving

from reelmill.app import App
from reelmill.children import Children
from reelmill.engine.inline import run_inline
from reelmill.errors import BadMedia, ReelmillError, Unavailable
from reelmill.media.probe import measure
from reelmill.pipelines.shorts.keys import source_key
from reelmill.pipelines.shorts.results import ShortsResult
from reelmill.pipelines.shorts.spec import (
    CropKeyframe,
    CropPlan,
    Cut,
    ExportSpec,
    IngestSpec,
    Quality,
    ReelSpec,
    ShortsSpec,
    Strategy,
)
from reelmill.pipelines.shorts.workflow import make
from reelmill.services import Progress
from reelmill.storage.store import MissingObject
from reelmill.units import StoreKey

pytestmark = pytest.mark.ffmpeg

Draw = Callable[..., Path]

VIDEO = "a" * 32


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory, draw_shots: Draw) -> Path:
    return draw_shots(tmp_path_factory.mktemp("clip") / "v.mp4", [2.0, 1.6])


@pytest.fixture
def source(app: App, clip: Path) -> StoreKey:
    return app.services.store.put(source_key(VIDEO), clip).key


def done(
    app: App, spec: IngestSpec | ExportSpec | ReelSpec, told: list[Progress] | None = None
) -> ShortsResult:
    seen = [] if told is None else told
    return run_inline(make, ShortsSpec(spec), here=app.services, report=seen.append)


def export(
    source: StoreKey, start_s: float = 0.4, end_s: float = 1.4, **more: object
) -> ExportSpec:
    cut = Cut(source_key=source, start_s=start_s, end_s=end_s)
    asked = {"quality": Quality.MEDIUM, **more}
    return ExportSpec.model_validate(
        {"export_id": uuid4().hex, "user_id": "ann", "cut": cut, **asked}
    )


def files(app: App) -> set[str]:
    """All that lies in the store and in the scratch folder, the source left out."""
    scratch = [str(path) for path in app.services.scratch_root.rglob("*")]
    return {stat.key for stat in app.services.store.list()} - {source_key(VIDEO)} | {*scratch}


def test_a_look_into_a_video(app: App, source: StoreKey, clip: Path) -> None:
    told: list[Progress] = []
    result = done(app, IngestSpec(video_id=VIDEO, source_key=source), told)
    video = result.video
    assert video is not None
    assert (video.width, video.height, video.duration_s, video.fps) == (320, 180, 3.6, 25.0)
    assert video.has_audio
    assert video.size_bytes == clip.stat().st_size
    assert video.sha256 == hashlib.sha256(clip.read_bytes()).hexdigest()
    assert [(one.start_s, one.end_s) for one in result.scenes] == [(0.0, 2.0), (2.0, 3.6)]
    keys = {video.poster_key, *(one.thumbnail_key for one in result.scenes)}
    assert keys == {f"shorts/videos/{VIDEO}/{name}" for name in _PICTURES}
    assert files(app) == keys
    [poster] = result.artifacts
    assert (poster.kind, poster.key, poster.width) == ("poster", video.poster_key, 320)
    assert {progress.stage for progress in told} >= {"probe"}


_PICTURES = ("poster.jpg", "scenes/0000.jpg", "scenes/0001.jpg")


def test_a_video_is_fetched_when_only_its_address_is_known(open_app: App, clip: Path) -> None:
    with serving(clip.read_bytes()) as url:
        spec = IngestSpec(video_id=VIDEO, source_key=source_key(VIDEO), source_url=url)
        result = done(open_app, spec)
    assert result.video is not None
    assert result.video.size_bytes == clip.stat().st_size
    assert open_app.services.store.read(source_key(VIDEO)) == clip.read_bytes()


def test_a_short_is_verified_and_published_with_its_poster(app: App, source: StoreKey) -> None:
    told: list[Progress] = []
    spec = export(source)
    result = done(app, spec, told)
    keys = {f"exports/ann/{spec.export_id}{end}" for end in (".mp4", ".jpg")}
    assert files(app) == keys
    made = result.made
    assert made is not None
    assert (made.width, made.height, made.frames, made.duration_s) == (1080, 1920, 25, 1.0)
    assert made.size_bytes == len(app.services.store.read(made.key))
    video, poster = result.artifacts
    assert {(one.kind, one.key) for one in (video, poster)} == {
        ("video", made.key),
        ("poster", made.key.removesuffix(".mp4") + ".jpg"),
    }
    path = app.services.store.local_path(made.key)
    assert path is not None
    assert measure(path).video[0].frames_from_packets == 25
    assert video.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    stages = [progress.stage for progress in told]
    assert {"look", "encode", "verify", "publish"} >= set(stages) >= {"look", "publish"}
    assert stages[-1] == "publish"


@pytest.mark.parametrize(
    "lengths_s",
    [
        pytest.param((5, 30), id="short ones"),
        pytest.param((60, 120, 180), id="long ones", marks=pytest.mark.campaign),
    ],
)
def test_a_short_is_as_long_as_its_scene(
    app: App, draw_shots: Draw, tmp_path: Path, lengths_s: tuple[int, ...]
) -> None:
    slow = draw_shots(tmp_path / "slow.mp4", [182.0], size="160x90", rate="2")
    app.services.store.put(source_key(VIDEO), slow)
    for length_s in lengths_s:
        made = done(app, export(source_key(VIDEO), 1.0, 1.0 + length_s)).made
        assert made is not None
        assert (made.duration_s, made.frames) == (length_s, 2 * length_s)
        assert (made.width, made.height) == (1080, 1920)
        assert made.size_bytes < 30_000_000


def test_a_smart_crop_is_planned_unless_there_is_a_plan(app: App, source: StoreKey) -> None:
    planned = done(app, export(source, strategy=Strategy.SMART_CROP))
    plan = planned.crop_plan
    assert plan is not None
    assert (plan.source_width, plan.source_height) == (320, 180)
    assert planned.made is not None
    assert planned.made.frames == 25
    edited = CropPlan(
        source_width=320,
        source_height=180,
        window_width=plan.window_width,
        window_height=plan.window_height,
        keyframes=(CropKeyframe(at_s=0, x=0),),
    )
    result = done(app, export(source, strategy=Strategy.SMART_CROP, crop_plan=edited))
    assert result.crop_plan == edited


def test_the_plan_that_somebody_saw_is_the_plan_that_is_taken(app: App, source: StoreKey) -> None:
    first = done(app, export(source, strategy=Strategy.SMART_CROP))
    plans = [stat.key for stat in app.services.store.list(f"shorts/videos/{VIDEO}/plans")]
    assert len(plans) == 1
    assert CropPlan.model_validate_json(app.services.store.read(plans[0])) == first.crop_plan
    again = done(app, export(source, strategy=Strategy.SMART_CROP))
    assert again.crop_plan == first.crop_plan


def test_scenes_are_joined_to_a_reel(app: App, source: StoreKey) -> None:
    cuts = (
        Cut(source_key=source, start_s=0.4, end_s=1.0),
        Cut(source_key=source, start_s=2.0, end_s=3.0),
    )
    spec = ReelSpec(export_id=uuid4().hex, user_id="ann", cuts=cuts, target_height=360)
    result = done(app, spec)
    assert result.made is not None
    assert (result.made.width, result.made.height) == (640, 360)
    assert result.made.duration_s == pytest.approx(1.6, abs=0.04)
    assert files(app) == {f"exports/ann/{spec.export_id}{end}" for end in (".mp4", ".jpg")}


def test_a_source_that_is_gone_is_said(app: App) -> None:
    for spec in (export(source_key(VIDEO)), IngestSpec(video_id=VIDEO, source_key=_GONE)):
        with pytest.raises(MissingObject):
            done(app, spec)
    assert files(app) == set()


_GONE = source_key(VIDEO)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda _: b"\xff" * 5000, id="something else"),
        pytest.param(lambda data: data[: len(data) // 2], id="broken off"),
        pytest.param(
            lambda data: data[:40] + b"\xff" * (data.index(b"moov") - 44) + data[-8000:],
            id="all pictures broken",
        ),
    ],
)
def test_a_source_that_is_broken_fails_and_leaves_nothing(
    damage: Callable[[bytes], bytes], app: App, clip: Path
) -> None:
    key = source_key(VIDEO)
    app.services.store.put_bytes(key, damage(clip.read_bytes()))
    for spec in (export(key), IngestSpec(video_id=VIDEO, source_key=key)):
        with pytest.raises(ReelmillError) as caught:
            done(app, spec)
        assert isinstance(caught.value, BadMedia)
        assert "\n" not in caught.value.message
    assert files(app) == set()


@contextmanager
def _files_end_at(size_bytes: int) -> Iterator[None]:
    """Writing fails behind that many bytes, in this process and in those that it starts."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_is_full_fails_and_leaves_nothing(app: App, source: StoreKey) -> None:
    # A child of its own: one that is warm was started before the limit.
    with closing(Children(1)) as children, _files_end_at(20_000), pytest.raises(ReelmillError):
        done(replace(app, services=replace(app.services, children=children)), export(source))
    assert files(app) == set()


def test_a_store_that_takes_nothing_fails_and_leaves_nothing(app: App, source: StoreKey) -> None:
    # A file lies where the store must make a folder.
    root = app.settings.home / "store"
    (root / "exports").write_bytes(b"")
    with pytest.raises(ReelmillError) as caught:
        done(app, export(source))
    assert caught.value.code in {"bad_key", "store_unavailable"}
    (root / "exports").unlink()
    assert {key for key in files(app) if key.startswith("exports")} == set()


def test_a_look_that_cannot_be_kept_leaves_no_pictures(app: App, source: StoreKey) -> None:
    folder = app.settings.home / "store" / "shorts" / "videos" / VIDEO
    # The poster is put last: a folder has its name.
    (folder / "poster.jpg").mkdir()
    with pytest.raises(ReelmillError):
        done(app, IngestSpec(video_id=VIDEO, source_key=source))
    assert files(app) == set()


@pytest.mark.usefixtures("in_haste")
def test_an_outage_is_an_outage(app: App) -> None:
    spec = IngestSpec(
        video_id=VIDEO, source_key=source_key(VIDEO), source_url="http://name.invalid/a.mp4"
    )
    with pytest.raises(Unavailable):
        done(app, spec)
