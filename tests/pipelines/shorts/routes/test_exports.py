"""Exports over HTTP, up to where a node would begin: the limit, sameness, refusals, lists."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa
from tests.pipelines.shorts.theatre import Clock, end_job, export, open_theatre, ready_video
from tests.web.people import person
from tests.web.reels import PATIENCE_S, Served, serving

from reelmill.catalog.jobs import JobState
from reelmill.pipelines.shorts.tables.definitions import exports

#: Fields of an export in the API before this one. Source: shorts export API.
OLD_FIELDS = {
    "export_id",
    "scene_id",
    "status",
    "aspect_ratio_strategy",
    "output_quality",
    "download_url",
    "file_size_bytes",
    "duration_s",
    "resolution",
    "error_message",
    "created_at",
    "completed_at",
    "expires_at",
}


def spans(count: int) -> tuple[tuple[float, float], ...]:
    return tuple((float(at), float(at + 1)) for at in range(count))


def use_up(site: Served, count: int) -> list[dict[str, Any]]:
    """Ask for that many different exports."""
    _, scenes = ready_video(site.app, spans=spans(count))
    answers = [export(site.http, scene) for scene in scenes]
    assert {answer.status_code for answer in answers} == {202}
    return [answer.json() for answer in answers]


def rows(site: Served) -> int:
    with site.app.services.catalog.read() as conn:
        return int(conn.execute(sa.select(sa.func.count()).select_from(exports)).scalar_one())


def test_an_export_is_accepted_with_the_defaults_that_old_clients_count_on(site: Served) -> None:
    video, (scene, *_) = ready_video(site.app)
    answer = site.http.post(f"/v1/scenes/{scene}/export-short")
    told = answer.json()
    assert answer.status_code == 202
    assert told.keys() >= OLD_FIELDS
    assert (told["scene_id"], told["video_id"], told["status"]) == (scene, video, "pending")
    assert (told["aspect_ratio_strategy"], told["output_quality"]) == ("center_crop", "high")
    for field in ("download_url", "file_size_bytes", "duration_s", "resolution", "error_message"):
        assert told[field] is None
    created, expires = (datetime.fromisoformat(told[at]) for at in ("created_at", "expires_at"))
    assert (expires - created).total_seconds() == pytest.approx(24 * 3600)
    assert answer.headers["Location"] == f"/v1/exports/{told['export_id']}"
    assert site.http.get(answer.headers["Location"]).json() == told
    job = site.http.get(told["links"]["job"]).json()
    assert (job["id"], job["state"]) == (told["job_id"], "pending")


def test_the_headers_tell_what_is_left_of_the_limit(site: Served, clock: Clock) -> None:
    _, scenes = ready_video(site.app, spans=spans(2))
    first, second = (export(site.http, scene).headers for scene in scenes)
    assert (first["X-RateLimit-Limit"], first["X-RateLimit-Remaining"]) == ("10", "9")
    assert second["X-RateLimit-Remaining"] == "8"
    reset_s = int(second["X-RateLimit-Reset"]) - clock().timestamp()
    assert reset_s == pytest.approx(24 * 3600, abs=60)


def test_the_eleventh_of_a_day_is_refused_as_old_clients_know_it(
    site: Served, clock: Clock
) -> None:
    use_up(site, 10)
    clock.move(hours=20, minutes=30)
    _, (scene, *_) = ready_video(site.app)
    answer = export(site.http, scene)
    told = answer.json()
    assert answer.status_code == 429
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert told["error_code"] == "EXPORT_LIMIT_EXCEEDED"
    assert told["message"] == "Daily export limit reached (10/day). Try again in 4 hours."
    assert told["details"] == {"current_count": 10, "limit": 10, "hours_until_reset": 4}
    assert (told["status"], told["code"]) == (429, "export_limit_exceeded")
    assert int(answer.headers["Retry-After"]) == pytest.approx(3.5 * 3600, abs=60)
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    limits = site.http.get("/v1/exports/limits").json()
    assert (limits["limit"], limits["used"], limits["remaining"]) == (10, 10, 0)
    assert limits["hours_until_reset"] == 4
    assert rows(site) == 10


def test_the_window_rolls(site: Served, clock: Clock) -> None:
    use_up(site, 4)
    clock.move(hours=12)
    use_up(site, 6)
    _, (scene, *_) = ready_video(site.app)
    assert export(site.http, scene).status_code == 429
    clock.move(hours=12, minutes=1)
    answer = export(site.http, scene)
    assert (answer.status_code, answer.headers["X-RateLimit-Remaining"]) == (202, "3")


def test_the_limit_is_told_before_anything_about_the_scene(site: Served) -> None:
    use_up(site, 10)
    _, (_, _, too_long) = ready_video(site.app)
    assert export(site.http, uuid4().hex).status_code == 429
    assert export(site.http, too_long).status_code == 429


def test_one_users_exports_do_not_count_for_another(site: Served) -> None:
    with person(site, "ann") as ann, person(site, "bob") as bob:
        for who, expected in ((ann, 202), (bob, 202), (ann, 429)):
            _, scenes = ready_video(site.app, who.id, spans=spans(10))
            answers = {export(who.http, scene).status_code for scene in scenes}
            assert answers == {expected}


@pytest.mark.parametrize("ending", [JobState.FAILED, JobState.CANCELED])
def test_what_failed_or_was_canceled_gives_its_slot_back(site: Served, ending: JobState) -> None:
    first, *_ = use_up(site, 10)
    _, (scene, *_) = ready_video(site.app)
    assert export(site.http, scene).status_code == 429
    end_job(site.app, first["job_id"], ending)
    assert site.http.get("/v1/exports/limits").json()["used"] == 9
    assert export(site.http, scene).status_code == 202
    assert export(site.http, uuid4().hex).status_code == 429


def test_a_retry_takes_a_slot_and_cannot_pass_the_limit(site: Served, clock: Clock) -> None:
    first, *_ = use_up(site, 10)
    address = f"/v1/exports/{first['export_id']}"
    assert site.http.post(f"{address}/retry").json()["error_code"] == "STILL_BEING_MADE"
    end_job(site.app, first["job_id"], JobState.FAILED, error_code="x", error_message="broke")
    use_up(site, 1)
    refused = site.http.post(f"{address}/retry")
    assert (refused.status_code, refused.json()["error_code"]) == (429, "EXPORT_LIMIT_EXCEEDED")
    assert site.http.get(address).json()["status"] == "failed"
    again = site.http.post(f"/v1/jobs/{first['job_id']}/retry")
    assert (again.status_code, again.json()["code"]) == (429, "export_limit_exceeded")
    clock.move(hours=23)
    assert site.http.get(address).json()["error_message"] == "Video encoding failed: broke"


def test_a_slot_of_a_retry_is_taken_when_it_is_tried(site: Served, clock: Clock) -> None:
    (one,) = use_up(site, 1)
    end_job(site.app, one["job_id"], JobState.FAILED)
    clock.move(hours=23)
    again = site.http.post(f"/v1/exports/{one['export_id']}/retry")
    assert (again.status_code, again.json()["status"]) == (202, "pending")
    assert again.json()["export_id"] == one["export_id"]
    assert again.headers["X-RateLimit-Remaining"] == "9"
    clock.move(hours=23)
    assert site.http.get("/v1/exports/limits").json()["used"] == 1


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def either_site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """A site on each database."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    with open_theatre(tmp_path / "home", database_url=url) as app, serving(app) as served:
        yield served


def test_fifty_requests_at_once_never_pass_the_limit(either_site: Served) -> None:
    site = either_site
    _, scenes = ready_video(site.app, spans=spans(50))
    answers = at_once(site, [(scene, {}) for scene in scenes])
    assert Counter(answer.status_code for answer in answers) == {202: 10, 429: 40}
    refused = next(answer for answer in answers if answer.status_code == 429).json()
    assert refused["details"]["current_count"] == 10
    assert rows(site) == 10
    assert site.http.get("/v1/exports/limits").json()["remaining"] == 0


def test_fifty_equal_requests_at_once_are_one_export(either_site: Served) -> None:
    site = either_site
    _, (scene, *_) = ready_video(site.app)
    answers = at_once(site, [(scene, {"output_quality": "medium"})] * 50)
    assert Counter(answer.status_code for answer in answers) == {202: 1, 200: 49}
    assert len({answer.json()["export_id"] for answer in answers}) == 1
    assert rows(site) == 1


def at_once(site: Served, asked: list[tuple[str, dict[str, Any]]]) -> list[httpx.Response]:
    """Ask for all of them in the same moment, each from a thread with a connection of its own."""
    start = threading.Barrier(len(asked))
    answers: list[httpx.Response] = []

    def ask(scene: str, wish: dict[str, Any]) -> None:
        with httpx.Client(base_url=site.url, timeout=PATIENCE_S * 3) as http:
            start.wait()
            answers.append(export(http, scene, **wish))

    threads = [threading.Thread(target=ask, args=one) for one in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == len(asked)
    return answers


def test_the_same_request_is_the_same_export_and_takes_no_slot(site: Served) -> None:
    _, (scene, other, _) = ready_video(site.app)
    first = export(site.http, scene, aspect_ratio_strategy="letterbox")
    again = export(site.http, scene, aspect_ratio_strategy="letterbox", output_quality="high")
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json() == first.json()
    assert again.headers["X-RateLimit-Remaining"] == "9"
    for wish in ({"output_quality": "medium"}, {"start_s": 0.5}, {}):
        assert export(site.http, scene, **wish).json()["export_id"] != first.json()["export_id"]
    assert export(site.http, other, aspect_ratio_strategy="letterbox").status_code == 202


def test_the_same_request_comes_back_even_when_no_slot_is_free(site: Served) -> None:
    made = use_up(site, 10)
    again = export(site.http, made[3]["scene_id"])
    assert (again.status_code, again.json()["export_id"]) == (200, made[3]["export_id"])


def test_what_failed_is_not_the_same_any_more(site: Served) -> None:
    (one,) = use_up(site, 1)
    end_job(site.app, one["job_id"], JobState.FAILED)
    again = export(site.http, one["scene_id"])
    assert again.status_code == 202
    assert again.json()["export_id"] != one["export_id"]


def test_a_retry_of_what_was_asked_for_anew_gives_the_new_one(site: Served) -> None:
    (one,) = use_up(site, 1)
    end_job(site.app, one["job_id"], JobState.FAILED)
    new = export(site.http, one["scene_id"]).json()
    retried = site.http.post(f"/v1/exports/{one['export_id']}/retry")
    assert (retried.status_code, retried.json()["export_id"]) == (200, new["export_id"])


@contextmanager
def engine_down(site: Served) -> Iterator[None]:
    """The engine cannot write runs: its table is not there."""
    export(site.http, ready_video(site.app)[1][0])
    for change in ("workflow_status RENAME TO elsewhere", "elsewhere RENAME TO workflow_status"):
        with site.app.services.catalog.begin() as conn:
            conn.execute(sa.text(f"ALTER TABLE {change}"))
        if "elsewhere RENAME" not in change:
            yield


def test_what_cannot_be_enqueued_leaves_no_row_and_no_slot(site: Served) -> None:
    _, (scene, *_) = ready_video(site.app)
    with engine_down(site):
        # The server closes a connection on which something broke.
        with httpx.Client(base_url=site.url, timeout=PATIENCE_S) as http:
            answer = export(http, scene)
        assert answer.status_code >= 500
        assert rows(site) == 1
        assert site.http.get("/v1/exports/limits").json()["used"] == 1
    assert export(site.http, scene).status_code == 202


@pytest.mark.parametrize(
    ("at", "wish", "status", "code"),
    [
        pytest.param(2, {}, 400, "SCENE_TOO_LONG", id="longer than three minutes"),
        pytest.param(2, {"start_s": 4, "end_s": 184}, 202, None, id="three minutes exactly"),
        pytest.param(
            2, {"start_s": 4, "end_s": 184.1}, 400, "SCENE_TOO_LONG", id="a tenth too long"
        ),
        pytest.param(0, {"start_s": 1.99, "end_s": 2}, 400, "SCENE_TOO_SHORT", id="too short"),
        pytest.param(0, {"end_s": 3}, 400, "OUTSIDE_VIDEO", id="outside of the scene"),
        pytest.param(0, {"start_s": 1.5, "end_s": 1}, 400, "BAD_TIMES", id="backwards"),
        pytest.param(0, {"end_s": -1}, 422, "INVALID_REQUEST", id="a negative time"),
        pytest.param(
            0, {"aspect_ratio_strategy": "stretch"}, 422, "INVALID_REQUEST", id="no such strategy"
        ),
        pytest.param(0, {"output_quality": "ultra"}, 422, "INVALID_REQUEST", id="no such quality"),
        pytest.param(0, {"quality": "high"}, 422, "INVALID_REQUEST", id="no such field"),
    ],
)
def test_what_may_be_asked_of_a_scene(
    house: Served, at: int, wish: dict[str, Any], status: int, code: str | None
) -> None:
    _, scenes = ready_video(house.app)
    answer = export(house.http, scenes[at], **wish)
    assert (answer.status_code, answer.json().get("error_code")) == (status, code)


def test_a_long_scene_is_refused_as_old_clients_know_it(house: Served) -> None:
    _, (_, _, scene) = ready_video(house.app)
    told = export(house.http, scene).json()
    assert told["message"] == "Scene duration (245.3s) exceeds YouTube Shorts maximum (180s)"
    assert told["details"] == {
        "scene_duration_s": pytest.approx(245.3),
        "max_duration_s": 180.0,
    }


PLAN = {
    "source_width": 320,
    "source_height": 180,
    "window_width": 100,
    "window_height": 180,
    "keyframes": [{"at_s": 0, "x": 0}, {"at_s": 1, "x": 220}],
}


@pytest.mark.parametrize(
    ("strategy", "change", "status"),
    [
        pytest.param("smart_crop", {}, 202, id="an edited plan is taken"),
        pytest.param("letterbox", {}, 400, id="another strategy has no plan"),
        pytest.param("smart_crop", {"source_width": 640}, 400, id="of another video"),
        pytest.param(
            "smart_crop", {"keyframes": [{"at_s": 0, "x": 230}]}, 400, id="out of the picture"
        ),
        pytest.param("smart_crop", {"keyframes": [{"at_s": 1, "x": 0}]}, 422, id="begins late"),
        pytest.param("smart_crop", {"window_width": 300}, 400, id="of another shape"),
    ],
)
def test_a_crop_plan_is_checked(
    house: Served, strategy: str, change: dict[str, Any], status: int
) -> None:
    _, (scene, *_) = ready_video(house.app)
    plan = {**PLAN, **change}
    answer = export(house.http, scene, aspect_ratio_strategy=strategy, crop_plan=plan)
    assert answer.status_code == status


def test_smart_crop_needs_no_plan(house: Served) -> None:
    _, (scene, *_) = ready_video(house.app)
    answer = export(house.http, scene, aspect_ratio_strategy="smart_crop")
    assert (answer.status_code, answer.json()["aspect_ratio_strategy"]) == (202, "smart_crop")


def test_the_list_has_the_newest_first_and_pages_without_gap(site: Served, clock: Clock) -> None:
    made = [one["export_id"] for one in use_up(site, 7)]
    clock.move(seconds=1)
    seen, address = [], "/v1/exports?limit=3"
    while address:
        answer = site.http.get(address)
        seen += [one["export_id"] for one in answer.json()["exports"]]
        address = answer.links.get("next", {}).get("url")
        assert bool(address) == bool(answer.json()["next"])
    assert seen == made[::-1]


def test_the_list_is_filtered_by_video_and_scene(site: Served) -> None:
    video, (scene, *_) = ready_video(site.app)
    mine = export(site.http, scene).json()["export_id"]
    use_up(site, 1)
    for query in (f"video_id={video}", f"scene_id={scene}"):
        found = site.http.get(f"/v1/exports?{query}").json()["exports"]
        assert [one["export_id"] for one in found] == [mine]


def test_an_export_is_canceled_and_frees_its_slot(site: Served) -> None:
    (one,) = use_up(site, 1)
    address = f"/v1/exports/{one['export_id']}"
    assert site.http.post(f"{address}/cancel").json()["status"] == "canceled"
    again = site.http.post(f"{address}/cancel")
    assert (again.status_code, again.json()["error_code"]) == (409, "ALREADY_ENDED")
    assert site.http.get("/v1/exports/limits").json()["used"] == 0
    assert site.http.post(f"{address}/retry").status_code == 202


def test_what_is_deleted_while_it_waits_is_stopped_and_gone(site: Served) -> None:
    (one,) = use_up(site, 1)
    address = f"/v1/exports/{one['export_id']}"
    assert site.http.delete(address).status_code == 204
    assert site.http.get(address).json()["error_code"] == "EXPORT_NOT_FOUND"
    assert site.http.get("/v1/exports").json()["exports"] == []
    assert site.app.jobs.find(one["job_id"]).state is JobState.CANCELED
    assert site.http.get("/v1/exports/limits").json()["used"] == 0


def test_a_batch_answers_each_for_itself_and_never_passes_the_limit(site: Served) -> None:
    use_up(site, 7)
    _, (first, second, too_long) = ready_video(site.app)
    third = ready_video(site.app)[1][0]
    nobody = uuid4().hex
    asked = [first, too_long, first, nobody, second, third, ready_video(site.app)[1][0]]
    answer = site.http.post("/v1/exports/batch", json={"items": [{"scene_id": s} for s in asked]})
    items = answer.json()["items"]
    assert answer.status_code == 202
    assert [item["scene_id"] for item in items] == asked
    assert [item["status"] for item in items] == [202, 400, 200, 404, 202, 202, 429]
    codes = [item["error"] and item["error"]["error_code"] for item in items]
    assert codes == [
        None,
        "SCENE_TOO_LONG",
        None,
        "SCENE_NOT_FOUND",
        None,
        None,
        "EXPORT_LIMIT_EXCEEDED",
    ]
    assert items[0]["export"]["export_id"] == items[2]["export"]["export_id"]
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    assert rows(site) == 10


@pytest.mark.parametrize("count", [0, 51])
def test_a_batch_has_one_to_fifty_scenes(house: Served, count: int) -> None:
    items = [{"scene_id": uuid4().hex}] * count
    assert house.http.post("/v1/exports/batch", json={"items": items}).status_code == 422


def test_an_unknown_export_is_not_found(house: Served) -> None:
    for unknown in (uuid4().hex, "none", "..%2f..", "%00"):
        answer = house.http.get(f"/v1/exports/{unknown}")
        assert answer.status_code == 404
    assert house.http.get(f"/v1/exports/{uuid4().hex}").json()["message"] == "Export not found"
