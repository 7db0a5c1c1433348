"""Highlight reels over HTTP, as the API before this one had them."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from tests.pipelines.shorts.theatre import Clock, end_job, ended, export, ready_video
from tests.web.reels import Served

from reelmill.catalog.jobs import JobState
from reelmill.media.probe import probe

REEL = "/v1/highlights/export"


def part(video: str, scene: str, start_s: float = 0.0, end_s: float = 1.0) -> dict[str, Any]:
    return {"video_id": video, "scene_id": scene, "start_s": start_s, "end_s": end_s}


def test_a_reel_is_accepted_and_told_as_old_clients_know_it(site: Served) -> None:
    video, (scene, other, _) = ready_video(site.app)
    asked = {"title": "Best of", "scenes": [part(video, scene), part(video, other, 0, 99)]}
    answer = site.http.post(REEL, json=asked)
    assert answer.status_code == 202
    job_id = answer.json()["job_id"]
    assert answer.json() == {"job_id": job_id, "status": "queued"}
    assert answer.headers["Location"] == f"/v1/highlights/jobs/{job_id}"
    assert answer.headers["X-RateLimit-Remaining"] == "9"
    told = site.http.get(answer.headers["Location"]).json()
    assert told == {
        "job_id": job_id,
        "status": "queued",
        "progress": {"stage": "cutting", "done": 0, "total": 0},
        "output": None,
        "error": None,
    }
    (listed,) = site.http.get("/v1/exports").json()["exports"]
    assert (listed["export_id"], listed["kind"], listed["title"]) == (job_id, "reel", "Best of")
    assert (listed["scene_id"], listed["aspect_ratio_strategy"]) == (None, None)
    # The second part is clamped into its scene of two seconds.
    assert listed["end_s"] - listed["start_s"] == pytest.approx(3.0)


def test_the_same_reel_comes_back_and_counts_once(site: Served) -> None:
    video, (scene, *_) = ready_video(site.app)
    asked = {"scenes": [part(video, scene)]}
    first, second = (site.http.post(REEL, json=asked) for _ in range(2))
    assert (first.status_code, second.status_code) == (202, 200)
    assert first.json() == second.json()
    assert second.headers["X-RateLimit-Remaining"] == "9"


def test_a_reel_counts_as_an_export(site: Served) -> None:
    video, scenes = ready_video(site.app, spans=tuple((at, at + 1.0) for at in range(10)))
    for scene in scenes:
        export(site.http, scene)
    answer = site.http.post(REEL, json={"scenes": [part(video, scenes[0])]})
    assert (answer.status_code, answer.json()["error_code"]) == (429, "EXPORT_LIMIT_EXCEEDED")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        pytest.param({"scenes": []}, 422, "INVALID_REQUEST", id="no scene"),
        pytest.param({"title": "x" * 200}, 202, None, id="a title of 200 letters"),
        pytest.param({"title": "x" * 201}, 422, "INVALID_REQUEST", id="a title of 201 letters"),
        pytest.param({"options": {"target_height": 360}}, 202, None, id="360 lines"),
        pytest.param({"options": {"target_height": 1080}}, 202, None, id="1080 lines"),
        pytest.param({"options": {"target_height": 358}}, 422, "INVALID_REQUEST", id="too low"),
        pytest.param({"options": {"target_height": 1082}}, 422, "INVALID_REQUEST", id="too high"),
        pytest.param({"options": {"container": "webm"}}, 422, "INVALID_REQUEST", id="no mp4"),
    ],
)
def test_what_a_reel_may_be(
    house: Served, change: dict[str, Any], status: int, code: str | None
) -> None:
    video, (scene, *_) = ready_video(house.app)
    answer = house.http.post(REEL, json={"scenes": [part(video, scene)], **change})
    assert (answer.status_code, answer.json().get("error_code")) == (status, code)


@pytest.mark.parametrize(
    ("times", "status", "code"),
    [
        pytest.param((-1, 1), 422, "INVALID_REQUEST", id="a negative time"),
        pytest.param((1, 1), 422, "INVALID_REQUEST", id="no length"),
        pytest.param((2, 1), 422, "INVALID_REQUEST", id="backwards"),
        pytest.param((3, 4), 400, "BAD_TIMES", id="outside of the scene"),
        pytest.param((1, 99), 202, None, id="over its end"),
    ],
)
def test_the_times_of_a_part(
    house: Served, times: tuple[float, float], status: int, code: str | None
) -> None:
    video, (scene, *_) = ready_video(house.app)
    answer = house.http.post(REEL, json={"scenes": [part(video, scene, *times)]})
    assert (answer.status_code, answer.json().get("error_code")) == (status, code)


@pytest.mark.parametrize(("count", "status"), [(50, 202), (51, 422)])
def test_a_reel_has_at_most_fifty_scenes(house: Served, count: int, status: int) -> None:
    video, (scene, *_) = ready_video(house.app)
    parts = [part(video, scene, 0, 0.5 + at / 100) for at in range(count)]
    assert house.http.post(REEL, json={"scenes": parts}).status_code == status


def test_a_scene_belongs_to_the_video_that_is_named_with_it(house: Served) -> None:
    video, _ = ready_video(house.app)
    _, (scene, *_) = ready_video(house.app)
    answer = house.http.post(REEL, json={"scenes": [part(video, scene)]})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "SCENE_NOT_OF_VIDEO")
    for of, named, code in (
        (video, uuid4().hex, "SCENE_NOT_FOUND"),
        (uuid4().hex, scene, "VIDEO_NOT_FOUND"),
    ):
        answer = house.http.post(REEL, json={"scenes": [part(of, named)]})
        assert (answer.status_code, answer.json()["error_code"]) == (404, code)


def test_a_reel_that_was_not_made_tells_why(site: Served) -> None:
    video, (scene, other, _) = ready_video(site.app)
    addresses = []
    for which, (state, why) in zip(
        (scene, other),
        ((JobState.FAILED, {"error_code": "x", "error_message": "broke" * 300}), (CANCELED, {})),
        strict=True,
    ):
        answer = site.http.post(REEL, json={"scenes": [part(video, which, 0, 99)]})
        end_job(site.app, f"shorts/reel-{answer.json()['job_id']}", state, **why)
        addresses.append(answer.headers["Location"])
    failed, canceled = (site.http.get(address).json() for address in addresses)
    assert (failed["status"], failed["output"]) == ("error", None)
    assert len(failed["error"]["message"]) == 500
    assert len(failed["error"]["detail"]) == 1000
    assert (canceled["status"], canceled["error"]["message"]) == ("error", "Export was canceled")


CANCELED = JobState.CANCELED


def test_a_short_is_no_reel(house: Served) -> None:
    _, (scene, *_) = ready_video(house.app)
    told = export(house.http, scene).json()
    assert house.http.get(f"/v1/highlights/jobs/{told['export_id']}").status_code == 404


@pytest.mark.ffmpeg
def test_a_reel_of_two_videos_is_downloaded_and_expires(
    studio: Served, talk: Path, tmp_path: Path, time_machine: Clock
) -> None:
    one, (first, *_) = ready_video(studio.app, source=talk, spans=((0, 2), (2, 4)))
    two, (_, second) = ready_video(studio.app, source=talk, spans=((0, 2), (2, 4)))
    parts = [part(two, second, 2.5, 3.5), part(one, first, 0.5, 1.0)]
    asked = {"title": "Best of", "scenes": parts, "options": {"target_height": 360}}
    answer = studio.http.post(REEL, json=asked)
    address = answer.headers["Location"]
    told = ended(studio.http, address)
    assert (told["status"], told["error"]) == ("done", None)
    assert told["progress"]["stage"] == "complete"
    output = told["output"]
    assert (output["resolution"], output["duration_s"]) == ("640x360", pytest.approx(1.5, abs=0.1))
    assert output["storage_path"] == f"exports/local/{told['job_id']}.mp4"
    content = httpx.get(output["mp4_url"]).content
    assert len(content) == output["file_size_bytes"]
    file = tmp_path / "reel.mp4"
    file.write_bytes(content)
    assert probe(file).video[0].shown == (640, 360)
    time_machine.move(hours=24, minutes=1)
    assert studio.http.get(address).status_code == 410
