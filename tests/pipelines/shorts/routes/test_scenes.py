"""Scenes over HTTP: made by hand, trimmed, merged, deleted; pictures; the plan of a crop."""

from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image
from tests.pipelines.shorts.theatre import export, ready_video
from tests.web.reels import Served

from reelmill.pipelines.shorts import looks
from reelmill.pipelines.shorts.keys import video_prefix

SIDE_BY_SIDE = ((0.0, 2.0), (2.0, 4.0), (4.0, 6.0), (8.0, 9.0))


def times(site: Served, video: str) -> list[tuple[float, float]]:
    scenes = site.http.get(f"/v1/videos/{video}").json()["scenes"]
    return [(scene["start_s"], scene["end_s"]) for scene in scenes]


def test_a_scene_is_told(house: Served) -> None:
    video, (short, _, long) = ready_video(house.app)
    told = house.http.get(f"/v1/scenes/{short}").json()
    assert (told["video_id"], told["start_s"], told["end_s"]) == (video, 0.0, 2.0)
    assert (told["duration_s"], told["exportable"]) == (2.0, True)
    assert house.http.get(f"/v1/scenes/{long}").json()["exportable"] is False


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        pytest.param((1.0, 3.0), 201, None, id="across a cut"),
        pytest.param((0.0, 9.0), 201, None, id="the whole video"),
        pytest.param((8.0, 9.5), 400, "OUTSIDE_VIDEO", id="behind the end"),
        pytest.param((3.0, 3.0), 400, "BAD_TIMES", id="nothing"),
        pytest.param((3.0, 3.01), 400, "SCENE_TOO_SHORT", id="too short"),
        pytest.param((-1.0, 3.0), 422, "INVALID_REQUEST", id="before the start"),
        pytest.param((None, 3.0), 422, "INVALID_REQUEST", id="no start"),
    ],
)
def test_a_scene_is_made_by_hand(house: Served, asked: Any, status: int, code: Any) -> None:
    video, _ = ready_video(house.app, spans=SIDE_BY_SIDE)
    body = {"start_s": asked[0], "end_s": asked[1]}
    answer = house.http.post(f"/v1/videos/{video}/scenes", json=body)
    assert (answer.status_code, answer.json().get("error_code")) == (status, code)
    if code is None:
        scene = house.http.get(answer.headers["Location"]).json()
        assert scene == answer.json()
        assert (scene["start_s"], scene["end_s"], scene["origin"]) == (*asked, "manual")
        assert asked in times(house, video)


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        pytest.param({"end_s": 3.5}, (2.0, 3.5), id="an earlier end"),
        pytest.param({"start_s": 1.0}, (1.0, 4.0), id="an earlier start"),
        pytest.param({"start_s": 2.5, "end_s": 6.0}, (2.5, 6.0), id="both"),
        pytest.param({}, (2.0, 4.0), id="nothing"),
        pytest.param({"start_s": 4.0}, "BAD_TIMES", id="no length"),
        pytest.param({"end_s": 99.0}, "OUTSIDE_VIDEO", id="outside of the video"),
    ],
)
def test_a_scene_is_trimmed(house: Served, asked: dict[str, float], got: Any) -> None:
    _, (_, scene, *_) = ready_video(house.app, spans=SIDE_BY_SIDE)
    answer = house.http.patch(f"/v1/scenes/{scene}", json=asked)
    if isinstance(got, str):
        assert (answer.status_code, answer.json()["error_code"]) == (400, got)
        return
    assert answer.status_code == 200
    told = house.http.get(f"/v1/scenes/{scene}").json()
    assert (told["start_s"], told["end_s"]) == got
    assert export(house.http, scene).json()["start_s"] == got[0]


def test_scenes_are_merged_to_one(house: Served) -> None:
    video, (first, second, third, apart) = ready_video(house.app, spans=SIDE_BY_SIDE)
    answer = house.http.post("/v1/scenes/merge", json={"scene_ids": [third, first, second]})
    assert answer.status_code == 201
    assert (answer.json()["start_s"], answer.json()["end_s"]) == (0.0, 6.0)
    assert answer.json()["origin"] == "merged"
    assert times(house, video) == [(0.0, 6.0), (8.0, 9.0)]
    assert house.http.get(f"/v1/scenes/{first}").status_code == 404
    refused = house.http.post(
        "/v1/scenes/merge", json={"scene_ids": [answer.json()["scene_id"], apart]}
    )
    assert (refused.status_code, refused.json()["error_code"]) == (400, "SCENES_APART")
    assert times(house, video) == [(0.0, 6.0), (8.0, 9.0)]


def test_a_merge_names_each_scene_once_and_only_scenes_that_are_there(house: Served) -> None:
    _, (first, *_) = ready_video(house.app)
    _, (other, *_) = ready_video(house.app)
    for scene_ids, status in (
        ([first, first], 422),
        ([first], 422),
        ([first, uuid4().hex], 404),
        ([first, other], 400),
    ):
        answer = house.http.post("/v1/scenes/merge", json={"scene_ids": scene_ids})
        assert answer.status_code == status


def test_a_deleted_scene_is_gone_and_its_exports_stay(house: Served) -> None:
    video, (scene, *_) = ready_video(house.app)
    told = export(house.http, scene).json()
    assert house.http.delete(f"/v1/scenes/{scene}").status_code == 204
    assert house.http.get(f"/v1/scenes/{scene}").status_code == 404
    assert house.http.delete(f"/v1/scenes/{scene}").status_code == 404
    assert len(times(house, video)) == 2
    assert house.http.get(told["links"]["self"]).json()["scene_id"] == scene


@pytest.mark.ffmpeg
def test_the_picture_of_a_scene_follows_its_times(house: Served, talk: Path) -> None:
    video, (scene, *_) = ready_video(house.app, source=talk, spans=((0.0, 2.0), (2.0, 4.0)))
    before = house.http.get(f"/v1/scenes/{scene}/thumbnail").content
    assert house.http.get(f"/v1/scenes/{scene}/thumbnail").content == before
    house.http.patch(f"/v1/scenes/{scene}", json={"start_s": 2.0, "end_s": 4.0})
    after = house.http.get(f"/v1/scenes/{scene}/thumbnail").content
    assert after != before
    assert Image.open(BytesIO(after)).size == (320, 180)
    pictures = list(house.app.services.store.list(f"{video_prefix(video)}pictures"))
    assert len(pictures) == 2


@pytest.mark.ffmpeg
def test_a_crop_plan_is_worked_out_once_and_can_be_sent_back(house: Served, talk: Path) -> None:
    video, (scene, *_) = ready_video(house.app, source=talk, spans=((0.0, 2.0), (2.0, 4.0)))
    address = f"/v1/scenes/{scene}/crop-plan?start_s=0.5&end_s=1.5"
    plan = house.http.get(address, timeout=120).json()
    assert (plan["source_width"], plan["source_height"]) == (320, 180)
    assert plan["window_height"] == 180
    assert plan["keyframes"][0]["at_s"] == 0
    assert 0 <= plan["confidence"] <= 1
    assert plan["reason"]
    (kept,) = house.app.services.store.list(f"{video_prefix(video)}plans")
    house.app.services.store.delete(f"{video_prefix(video)}source")
    assert house.http.get(address).json() == plan
    assert house.app.services.store.stat(kept.key) == kept
    wish = {"aspect_ratio_strategy": "smart_crop", "crop_plan": plan, "start_s": 0.5, "end_s": 1.5}
    assert export(house.http, scene, **wish).status_code == 202


@pytest.mark.parametrize(
    ("at", "query", "status", "code"),
    [
        pytest.param(2, "", 400, "SCENE_TOO_LONG", id="longer than three minutes"),
        pytest.param(0, "?start_s=3", 400, "OUTSIDE_VIDEO", id="outside of the scene"),
        pytest.param(0, "?start_s=x", 422, "INVALID_REQUEST", id="not a number"),
    ],
)
def test_a_crop_plan_is_of_what_could_be_exported(
    house: Served, at: int, query: str, status: int, code: str
) -> None:
    _, scenes = ready_video(house.app)
    answer = house.http.get(f"/v1/scenes/{scenes[at]}/crop-plan{query}")
    assert (answer.status_code, answer.json()["error_code"]) == (status, code)


def test_only_a_few_look_into_videos_at_once_and_the_rest_is_told_to_come_again(
    house: Served, talk: Path
) -> None:
    _, (scene, *_) = ready_video(house.app, source=talk)
    with ExitStack() as places:
        for _ in range(looks.AT_ONCE):
            places.enter_context(looks.PLACES.one())
        answer = house.http.get(f"/v1/scenes/{scene}/crop-plan?end_s=1")
        assert (answer.status_code, answer.json()["error_code"]) == (503, "PLANNERS_BUSY")
        assert int(answer.headers["Retry-After"]) > 0
        assert house.http.get(f"/v1/scenes/{scene}").status_code == 200


def test_scenes_come_as_a_list_for_an_editing_program(site: Served) -> None:
    video, _ = ready_video(site.app)
    answer = site.http.get(f"/v1/videos/{video}/scenes.edl")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''Talk.edl"
    told = answer.text.split("\r\n")
    assert told[0] == "TITLE: Talk"
    assert [line[-11:] for line in told if line[:1].isdigit()] == [
        "00:00:02:00",
        "00:00:04:00",
        "00:04:09:07",
    ]
    assert f"/v1/videos/{video}/scenes.edl" in site.http.get(f"/shorts/videos/{video}").text
