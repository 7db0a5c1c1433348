"""A short from upload to download, and until nothing of it is left; the clock is moved."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.pipelines.shorts.theatre import (
    Clock,
    end_job,
    ended,
    export,
    open_theatre,
    ready_video,
    upload,
)
from tests.web.reels import PATIENCE_S, Served, serving, until

from reelmill.catalog import artifacts
from reelmill.catalog.jobs import JobState
from reelmill.engine.words import VideoMade
from reelmill.media.probe import probe
from reelmill.pipelines.shorts.expiry import Swept, sweep
from reelmill.pipelines.shorts.keys import export_keys
from reelmill.services import Services
from reelmill.storage.memory import MemoryStore
from reelmill.storage.store import StoreUnavailable
from reelmill.units import JobId, StoreKey

pytestmark = pytest.mark.ffmpeg


@pytest.fixture(scope="module")
def scenes(studio: Served, talk: Path) -> list[str]:
    """The scenes of an uploaded video."""
    video = ended(studio.http, upload(studio.http, talk).headers["Location"])
    return [scene["scene_id"] for scene in video["scenes"]]


def made(site: Served, scene: str, **wish: Any) -> dict[str, Any]:
    """A short, completed."""
    answer = export(site.http, scene, **wish)
    assert answer.status_code in {200, 202}
    return ended(site.http, answer.headers["Location"])


def files_of(site: Served, export_id: str) -> list[bool]:
    return [site.app.services.store.exists(key) for key in export_keys("local", export_id)]


def test_a_short_is_downloaded_as_it_is_told(
    studio: Served, scenes: list[str], tmp_path: Path
) -> None:
    short = made(studio, scenes[0], start_s=0.5, end_s=1.5, output_quality="medium")
    assert (short["status"], short["error_message"]) == ("completed", None)
    assert short["resolution"] == "1080x1920"
    assert short["duration_s"] == pytest.approx(1.0, abs=0.05)
    answer = httpx.get(short["download_url"])
    assert (answer.status_code, len(answer.content)) == (200, short["file_size_bytes"])
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    file = tmp_path / "short.mp4"
    file.write_bytes(answer.content)
    info = probe(file)
    assert (info.video[0].shown, bool(info.audio)) == ((1080, 1920), True)
    assert info.duration_s_from_header == pytest.approx(short["duration_s"], abs=0.05)
    assert files_of(studio, short["export_id"]) == [True, True]


def test_the_end_decides_when_it_expires(studio: Served, scenes: list[str]) -> None:
    short = made(studio, scenes[0], start_s=0.5, end_s=1.5, output_quality="medium")
    at = {name: datetime.fromisoformat(short[name]) for name in ("completed_at", "expires_at")}
    assert (at["expires_at"] - at["completed_at"]).total_seconds() == pytest.approx(24 * 3600)


def test_a_page_of_this_site_plays_it_and_shows_its_poster(
    studio: Served, scenes: list[str]
) -> None:
    short = made(studio, scenes[0], start_s=0.5, end_s=1.5, output_quality="medium")
    film = studio.http.get(short["video_url"], headers={"Range": "bytes=0-99"})
    poster = studio.http.get(short["poster_url"])
    assert (film.status_code, film.headers["Content-Type"]) == (206, "video/mp4")
    assert (poster.status_code, poster.headers["Content-Type"]) == (200, "image/jpeg")


def test_a_link_works_for_an_hour_and_is_made_anew_each_time(
    studio: Served, scenes: list[str], time_machine: Clock
) -> None:
    short = made(studio, scenes[0], start_s=0.5, end_s=1.5, output_quality="medium")
    link = short["download_url"]
    time_machine.move(minutes=59)
    assert httpx.get(link).status_code == 200
    time_machine.move(minutes=2)
    assert httpx.get(link).status_code == 404
    fresh = studio.http.get(short["links"]["self"]).json()["download_url"]
    assert fresh != link
    assert httpx.get(fresh).status_code == 200
    assert httpx.get(fresh.replace("expires=", "expires=9")).status_code == 404


def test_a_fresh_short_is_not_made_again_until_its_file_is_gone(
    studio: Served, scenes: list[str]
) -> None:
    wish = {"start_s": 0.2, "end_s": 0.8, "aspect_ratio_strategy": "letterbox"}
    short = made(studio, scenes[0], **wish)
    again = export(studio.http, scenes[0], **wish)
    assert (again.status_code, again.json()["export_id"]) == (200, short["export_id"])
    studio.app.services.store.delete(export_keys("local", short["export_id"])[0])
    anew = export(studio.http, scenes[0], **wish)
    assert anew.status_code == 202
    assert anew.json()["export_id"] != short["export_id"]
    assert ended(studio.http, anew.headers["Location"])["status"] == "completed"


def test_everything_of_a_short_goes_after_a_day_and_a_tombstone_after_a_month(
    studio: Served, scenes: list[str], time_machine: Clock
) -> None:
    short = made(studio, scenes[1], start_s=2.2, end_s=2.8)
    address, link = short["links"]["self"], short["download_url"]
    time_machine.move(hours=23)
    sweep(studio.app.services)
    assert studio.http.get(address).status_code == 200
    time_machine.move(hours=1, minutes=1)
    late = studio.http.get(address)
    assert (late.status_code, late.json()["error_code"]) == (410, "EXPORT_EXPIRED")
    assert sweep(studio.app.services).failed == 0
    assert files_of(studio, short["export_id"]) == [False, False]
    with studio.app.services.catalog.read() as conn:
        assert artifacts.of_job(conn, JobId(short["job_id"])) == []
    gone = studio.http.get(address)
    assert gone.status_code == 410
    assert gone.json()["message"] == "Export has expired. Please create a new export."
    assert studio.http.post(f"{address}/retry").status_code == 410
    assert studio.http.delete(address).status_code == 410
    assert httpx.get(link).status_code == 404
    assert studio.http.get(short["video_url"]).status_code == 404
    listed = studio.http.get("/v1/exports?limit=100").json()["exports"]
    assert short["export_id"] not in {one["export_id"] for one in listed}
    time_machine.move(days=30)
    sweep(studio.app.services)
    forgotten = studio.http.get(address)
    assert (forgotten.status_code, forgotten.json()["error_code"]) == (404, "EXPORT_NOT_FOUND")


def test_a_deleted_short_is_gone_at_once_but_not_its_slot(
    studio: Served, scenes: list[str]
) -> None:
    short = made(studio, scenes[2], end_s=4.6)
    used = studio.http.get("/v1/exports/limits").json()["used"]
    assert studio.http.delete(short["links"]["self"]).status_code == 204
    assert files_of(studio, short["export_id"]) == [False, False]
    assert studio.http.get(short["links"]["self"]).status_code == 404
    assert httpx.get(short["download_url"]).status_code == 404
    assert studio.http.get("/v1/exports/limits").json()["used"] == used
    assert export(studio.http, scenes[2], end_s=4.6).status_code == 202


def test_a_source_that_is_gone_fails_the_export_in_old_words(studio: Served) -> None:
    _, (scene, *_) = ready_video(studio.app)
    short = made(studio, scene)
    assert short["status"] == "failed"
    assert short["error_message"].startswith("Failed to access source video: ")
    assert short["completed_at"] is not None


def test_a_source_that_cannot_be_decoded_fails_the_export(studio: Served, talk: Path) -> None:
    torn = talk.with_name("torn.mp4")
    torn.write_bytes(talk.read_bytes()[:3000])
    _, (scene, *_) = ready_video(studio.app, source=torn)
    short = made(studio, scene)
    assert short["status"] == "failed"
    assert 0 < len(short["error_message"]) <= 500
    assert short["error_message"].startswith("Video encoding failed: ")
    drafts = f"drafts/{short['job_id']}"
    assert until(lambda: not list(studio.app.services.store.list(drafts)), PATIENCE_S)


class Stuck(MemoryStore):
    """A store that does not let go of one file."""

    def __init__(self, stuck: StoreKey) -> None:
        super().__init__()
        self.stuck = stuck

    def delete(self, key: StoreKey) -> None:
        if key == self.stuck:
            raise StoreUnavailable(key=key)
        super().delete(key)


@contextmanager
def past_exports(home: Path) -> Iterator[tuple[Services, list[str], Clock]]:
    """Three exports that ended in different ways, a day later, in a store that is stuck."""
    clock = Clock()
    with open_theatre(home, clock) as app, serving(app) as site:
        _, scenes = ready_video(app, spans=((0, 1), (1, 2), (2, 3)))
        told = [export(site.http, scene).json() for scene in scenes]
        endings = (JobState.FAILED, JobState.CANCELED, JobState.FAILED)
        for one, state in zip(told, endings, strict=True):
            end_job(app, one["job_id"], state)
        ids = [one["export_id"] for one in told]
        store = Stuck(export_keys("local", ids[0])[0])
        for export_id in ids:
            for key in export_keys("local", export_id):
                store.put_bytes(key, b"half a film")
        clock.move(hours=25)
        yield replace(app.services, store=store), ids, clock


def test_what_failed_expires_too_and_one_failure_stops_nothing(tmp_path: Path) -> None:
    with past_exports(tmp_path / "home") as (here, (stuck, second, third), _):
        assert sweep(here) == Swept(deleted=2, failed=1)
        left = {key for stat in here.store.list() for key in [stat.key]}
        assert export_keys("local", stuck)[0] in left
        assert not left & {*export_keys("local", second), *export_keys("local", third)}
        assert isinstance(here.store, Stuck)
        here.store.stuck = StoreKey("none")
        assert sweep(here) == Swept(deleted=1, failed=0)
        assert list(here.store.list()) == []
        assert sweep(here) == Swept(deleted=0, failed=0)


def test_what_is_still_being_made_does_not_expire(site: Served, clock: Clock) -> None:
    _, (scene, *_) = ready_video(site.app)
    told = export(site.http, scene).json()
    clock.move(days=3)
    assert sweep(site.app.services) == Swept(deleted=0, failed=0)
    assert site.http.get(told["links"]["self"]).json()["status"] == "pending"


def test_what_was_stopped_by_a_deletion_is_swept_once_nobody_writes_any_more(
    site: Served, clock: Clock
) -> None:
    video, (scene, *_) = ready_video(site.app)
    told = export(site.http, scene).json()
    site.http.delete(told["links"]["self"])
    site.http.delete(f"/v1/videos/{video}")
    late = [export_keys("local", told["export_id"])[0], StoreKey(f"shorts/videos/{video}/late")]
    for key in late:
        site.app.services.store.put_bytes(key, b"written a moment later")
    assert sweep(site.app.services) == Swept(deleted=0, failed=0)
    clock.move(minutes=11)
    assert sweep(site.app.services) == Swept(deleted=2, failed=0)
    assert [site.app.services.store.exists(key) for key in late] == [False, False]
    assert sweep(site.app.services) == Swept(deleted=0, failed=0)


def test_a_store_that_signs_gives_its_own_link(tmp_path: Path, s3_url: str) -> None:
    with open_theatre(tmp_path / "home", store_url=s3_url) as app, serving(app) as site:
        _, (scene, *_) = ready_video(app)
        told = export(site.http, scene).json()
        key = export_keys("local", told["export_id"])[0]
        app.services.store.put_bytes(key, b"a film")
        short = VideoMade(key=key, width=1080, height=1920, duration_s=2.0, frames=60, size_bytes=6)
        end_job(app, told["job_id"], JobState.COMPLETED, made=short)
        link = site.http.get(told["links"]["self"]).json()["download_url"]
        assert not link.startswith(site.url)
        assert "X-Amz-Expires=3600" in link
        answer = httpx.get(link)
        assert answer.content == b"a film"
        assert f"{told['export_id']}.mp4" in answer.headers["Content-Disposition"]
        again = export(site.http, scene)
        assert (again.status_code, again.json()["export_id"]) == (200, told["export_id"])
