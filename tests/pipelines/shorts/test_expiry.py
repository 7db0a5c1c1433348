"""Videos that came to nothing, and files that belong to nobody; the clock is moved."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from tests.pipelines.shorts.theatre import Clock, end_job, export, open_theatre, ready_video
from tests.web.reels import serving, until

from reelmill.app import App
from reelmill.catalog.jobs import JobState
from reelmill.pipelines.shorts.expiry import Swept, sweep, sweep_nobodys
from reelmill.pipelines.shorts.keys import export_keys, poster_key, source_key
from reelmill.pipelines.shorts.refusals import VideoNotFound
from reelmill.pipelines.shorts.spec import IngestSpec, ShortsSpec
from reelmill.pipelines.shorts.tables import videos
from reelmill.units import JobId, StoreKey

NOTHING = Swept(deleted=0, failed=0)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(tmp_path: Path, clock: Clock) -> Iterator[App]:
    with open_theatre(tmp_path / "home", clock) as opened:
        yield opened


def keys(app: App) -> set[str]:
    return {stat.key for stat in app.services.store.list()}


def handed_in(app: App) -> tuple[str, JobId]:
    """A video in the store whose job waits."""
    video_id = uuid4().hex
    for key in (source_key(video_id), poster_key(video_id)):
        app.services.store.put_bytes(key, b"a film")
    spec = IngestSpec(video_id=video_id, source_key=source_key(video_id), title="Talk")
    return video_id, app.jobs.submit("shorts", ShortsSpec(spec)).id


def is_known(app: App, video_id: str) -> bool:
    with app.services.catalog.read() as conn:
        return bool(videos.known(conn, [video_id]))


def is_shown(app: App, video_id: str) -> bool:
    with app.services.catalog.read() as conn:
        return videos.find(conn, video_id) is not None


@pytest.mark.parametrize("ending", [JobState.FAILED, JobState.CANCELED])
def test_a_video_that_came_to_nothing_can_be_tried_again_for_a_day_and_then_goes(
    ending: JobState, app: App, clock: Clock
) -> None:
    video_id, job_id = handed_in(app)
    end_job(app, job_id, ending)
    clock.move(hours=23)
    assert sweep(app.services) == NOTHING
    assert is_shown(app, video_id)
    clock.move(hours=2)
    assert sweep(app.services) == NOTHING
    assert not is_shown(app, video_id)
    with pytest.raises(VideoNotFound):
        app.jobs.retry(job_id)
    clock.move(minutes=11)
    assert sweep(app.services) == Swept(deleted=1, failed=0)
    assert keys(app) == set()
    assert not is_known(app, video_id)


def test_a_video_that_is_tried_again_stays(app: App, clock: Clock) -> None:
    video_id, job_id = handed_in(app)
    end_job(app, job_id, JobState.FAILED)
    clock.move(hours=25)
    app.jobs.retry(job_id)
    assert sweep(app.services) == NOTHING
    assert is_shown(app, video_id)


def test_a_ready_video_stays_even_if_a_second_look_fails(app: App, clock: Clock) -> None:
    video_id, _ = ready_video(app)
    end_job(app, f"shorts/ingest-{video_id}", JobState.FAILED)
    clock.move(days=30)
    assert sweep(app.services) == NOTHING
    assert is_shown(app, video_id)


def test_files_of_nobody_go_after_a_day_and_those_of_videos_stay(app: App, clock: Clock) -> None:
    video_id, _ = handed_in(app)
    nobodys = source_key(uuid4().hex)
    app.services.store.put_bytes(nobodys, b"killed before its job was entered")
    elsewhere = StoreKey("exports/local/0a.mp4")
    app.services.store.put_bytes(elsewhere, b"a short")
    clock.move(hours=23)
    assert sweep_nobodys(app.services) == NOTHING
    clock.move(hours=2)
    assert sweep_nobodys(app.services) == Swept(deleted=1, failed=0)
    assert keys(app) == {source_key(video_id), poster_key(video_id), elsewhere}


def test_many_files_of_nobody_go_in_one_look(
    app: App, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reelmill.pipelines.shorts.expiry.IDS_AT_ONCE", 2)
    for _ in range(5):
        app.services.store.put_bytes(source_key(uuid4().hex), b"a film")
    clock.move(hours=25)
    assert sweep_nobodys(app.services) == Swept(deleted=5, failed=0)


def test_a_node_that_starts_anew_deletes_what_expired_while_none_was_up(
    tmp_path: Path, clock: Clock
) -> None:
    home = tmp_path / "home"
    with open_theatre(home, clock) as app, serving(app) as site:
        _, (scene, *_) = ready_video(app)
        address = export(site.http, scene).headers["Location"]
        told = site.http.post(f"{address}/cancel").json()
        for key in (*export_keys("local", told["export_id"]), source_key(uuid4().hex)):
            app.services.store.put_bytes(key, b"a film")
        assert site.http.get(address).json()["expires_at"] == told["expires_at"]
    clock.move(hours=25)
    with open_theatre(home, clock) as app, serving(app) as site:
        assert len(keys(app)) == 3
        assert site.http.get(address).status_code == 410
        with app.node():
            assert until(lambda: keys(app) == set())
        assert site.http.get(address).json()["error_code"] == "EXPORT_EXPIRED"
