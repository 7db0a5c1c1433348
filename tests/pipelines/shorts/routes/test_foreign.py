"""What is somebody else's does not exist, on every route; nobody is let in unnamed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_spec_validator import validate
from tests.pipelines.shorts.theatre import end_job, export, open_theatre, ready_video
from tests.web.people import Person, person
from tests.web.reels import Served, serving

from reelmill.catalog.jobs import JobState

#: Routes that name nothing of anybody.
OF_NOBODY = {
    ("post", "/v1/videos"),
    ("get", "/v1/videos"),
    ("get", "/v1/exports"),
    ("get", "/v1/exports/limits"),
    ("post", "/v1/exports/batch"),
    ("post", "/v1/scenes/merge"),
    ("post", "/v1/highlights/export"),
}

#: What the routes of these tags want as a body.
BODIES: dict[tuple[str, str], Any] = {
    ("post", "/v1/videos/{video_id}/scenes"): {"start_s": 0, "end_s": 1},
    ("patch", "/v1/scenes/{scene_id}"): {"end_s": 1},
    ("post", "/v1/scenes/{scene_id}/export-short"): {},
}


@dataclass(frozen=True, kw_only=True)
class Street:
    """Two people who do not know each other, and what one of them has."""

    site: Served
    ann: Person
    bob: Person
    has: dict[str, str]
    """Ids of Ann's, by the name of the parameter."""


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    home: Path = tmp_path_factory.mktemp("street")
    with (
        open_theatre(home, chosen={"daily_exports": 100}) as app,
        serving(app) as site,
        person(site, "ann") as ann,
        person(site, "bob") as bob,
    ):
        video, (scene, other, _) = ready_video(app, ann.id)
        asked = {"scene_id": scene, "video_id": video, "start_s": 0, "end_s": 1}
        reel = ann.http.post("/v1/highlights/export", json={"scenes": [asked]}).json()
        told = export(ann.http, scene).json()
        past = export(ann.http, other).json()
        end_job(app, past["job_id"], JobState.FAILED)
        ids = {"video_id": video, "scene_id": scene, "export_id": told["export_id"]}
        yield Street(site=site, ann=ann, bob=bob, has={**ids, "job_id": reel["job_id"]})


def routes_of(http: httpx.Client) -> list[tuple[str, str]]:
    """Every route of the shorts, as the description of the API has them."""
    paths = http.get("/openapi.json").json()["paths"]
    tags = {"videos", "scenes", "exports", "highlights"}
    return [
        (verb, path)
        for path, verbs in paths.items()
        for verb, operation in verbs.items()
        if tags & set(operation["tags"])
    ]


def ask(http: httpx.Client, verb: str, path: str, ids: dict[str, str]) -> httpx.Response:
    body = BODIES.get((verb, path))
    return http.request(verb.upper(), path.format(**ids), json=body)


def test_every_route_is_known_to_this_test(street: Street) -> None:
    routes = routes_of(street.ann.http)
    assert len(routes) >= 20
    assert set(routes) >= OF_NOBODY
    assert set(routes) >= BODIES.keys()


def test_every_route_answers_404_to_a_stranger_in_the_words_for_what_never_was(
    street: Street,
) -> None:
    nothing = dict.fromkeys(street.has, "0" * 32)
    for verb, path in routes_of(street.bob.http):
        if (verb, path) in OF_NOBODY:
            continue
        theirs = ask(street.bob.http, verb, path, street.has)
        never_was = ask(street.bob.http, verb, path, nothing)
        assert (verb, path, theirs.status_code) == (verb, path, 404)
        assert theirs.json()["error_code"] == never_was.json()["error_code"]


def test_nothing_of_the_owner_has_changed(street: Street) -> None:
    video = street.ann.http.get(f"/v1/videos/{street.has['video_id']}").json()
    assert [scene["end_s"] for scene in video["scenes"]] == [2.0, 4.0, 249.3]
    told = street.ann.http.get(f"/v1/exports/{street.has['export_id']}").json()
    assert told["status"] == "pending"


def test_lists_hold_ones_own_alone(street: Street) -> None:
    assert street.bob.http.get("/v1/videos").json()["videos"] == []
    assert street.bob.http.get("/v1/exports").json()["exports"] == []
    assert len(street.ann.http.get("/v1/videos").json()["videos"]) == 1
    assert len(street.ann.http.get("/v1/exports").json()["exports"]) == 3


def test_bodies_that_name_what_is_somebody_elses_are_answered_404(street: Street) -> None:
    bob, has = street.bob, street.has
    video, (mine, *_) = ready_video(street.site.app, bob.id)
    batch = bob.http.post("/v1/exports/batch", json={"items": [{"scene_id": has["scene_id"]}]})
    assert [item["status"] for item in batch.json()["items"]] == [404]
    merge = bob.http.post("/v1/scenes/merge", json={"scene_ids": [mine, has["scene_id"]]})
    assert (merge.status_code, merge.json()["error_code"]) == (404, "SCENE_NOT_FOUND")
    for scene, of, code in (
        (has["scene_id"], has["video_id"], "VIDEO_NOT_FOUND"),
        (mine, has["video_id"], "VIDEO_NOT_FOUND"),
        (has["scene_id"], video, "SCENE_NOT_FOUND"),
    ):
        part = {"scene_id": scene, "video_id": of, "start_s": 0, "end_s": 1}
        reel = bob.http.post("/v1/highlights/export", json={"scenes": [part]})
        assert (reel.status_code, reel.json()["error_code"]) == (404, code)


def test_the_same_wish_of_another_is_another_export(street: Street) -> None:
    """An operator may see everything, and still has exports of their own."""
    with person(street.site, "opal", operator=True) as opal:
        seen = opal.http.get(f"/v1/exports/{street.has['export_id']}")
        assert seen.status_code == 200
        own = export(opal.http, street.has["scene_id"])
        assert own.status_code == 202
        assert own.json()["export_id"] != street.has["export_id"]


def test_nobody_gets_anywhere_without_a_name(street: Street) -> None:
    for verb, path in routes_of(street.ann.http):
        answer = ask(street.site.http, verb, path, street.has)
        assert (verb, path, answer.status_code) == (verb, path, 401)


def test_the_description_is_valid_and_has_an_example_of_every_body(street: Street) -> None:
    described = street.ann.http.get("/openapi.json").json()
    validate(described)
    for verb, path in routes_of(street.ann.http):
        operation = described["paths"][path][verb]
        assert operation["description"]
        for content in operation.get("requestBody", {}).get("content", {}).values():
            assert example_of(content, described) or "contentMediaType" in str(content)


def example_of(content: dict[str, Any], described: dict[str, Any]) -> Any:
    """What the description of a body has as an example."""
    schema = content["schema"]
    options = [schema, *schema.get("anyOf", ())]
    names = [option["$ref"].rpartition("/")[2] for option in options if "$ref" in option]
    examples = [described["components"]["schemas"][name].get("examples") for name in names]
    return content.get("example") or next(filter(None, examples), None)
