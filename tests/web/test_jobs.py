"""The API that every pipeline gets."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from openapi_spec_validator import validate
from tests.web.reels import GO_ON, Served, attach, enter, told, until

from reelmill.catalog.steps import StepOutcome

JSON = {"Content-Type": "application/json"}


def ended(site: Served, key: str) -> dict:
    """The job, once it has ended."""
    states = {"completed", "failed", "canceled"}

    def look() -> dict | None:
        job = site.http.get(f"/v1/jobs/reels/{key}").json()
        return job if job["state"] in states else None

    return until(look)


def test_a_request_becomes_a_job_and_the_job_a_file(studio: Served) -> None:
    answer = studio.http.post("/v1/reels", json={"name": "first"})
    assert answer.status_code == 202
    assert answer.headers["Location"] == "/v1/jobs/reels/first"
    job = ended(studio, "first")
    assert (job["state"], job["error"], job["attempts"]) == ("completed", None, 1)
    (made,) = studio.http.get(job["links"]["artifacts"]).json()
    content = studio.http.get(made["url"])
    assert content.content == b"reel first\n" * 100
    assert studio.http.get(made["link"]).content == content.content


def test_the_same_request_is_the_same_job(studio: Served) -> None:
    asked = {"name": "twice"}
    first, second = (studio.http.post("/v1/reels", json=asked) for _ in range(2))
    assert (first.status_code, second.status_code) == (202, 200)
    assert first.json()["id"] == second.json()["id"] == "reels/twice"
    assert ended(studio, "twice")["run"] == 1


def test_a_failure_tells_why_and_what_to_do(studio: Served) -> None:
    studio.http.post("/v1/reels", json={"name": "bad", "act": "tear"})
    job = ended(studio, "bad")
    assert job["state"] == "failed"
    assert job["error"]["code"] == "torn_film"
    assert job["error"]["hint"] == "Splice it and send it again."
    assert job["error"]["facts"]["frame"] == 7
    explained = studio.http.get("/v1/jobs/reels/bad/explain").json()
    assert [(step["name"], step["outcome"]) for step in explained["steps"]] == [
        ("reels.shoot", "failed")
    ]
    assert explained["advice"]


def test_a_running_job_is_stopped_and_run_again(studio: Served) -> None:
    GO_ON.clear()
    studio.http.post("/v1/reels", json={"name": "long", "act": "wait"})
    until(lambda: studio.http.get("/v1/jobs/reels/long").json()["progress"]["done"] > 2)
    assert studio.http.post("/v1/jobs/reels/long/cancel").status_code == 200
    assert ended(studio, "long")["state"] == "canceled"
    GO_ON.set()
    again = studio.http.post("/v1/jobs/reels/long/retry")
    assert (again.status_code, again.json()["run"]) == (202, 2)
    assert ended(studio, "long")["state"] == "completed"


def test_a_key_may_hold_slashes_and_even_the_words_of_the_api(site: Served) -> None:
    for key in ("a/b c/d", "explain", "x/events/y"):
        enter(site.app, key, state="failed", error_code=key)
        found = site.http.get(f"/v1/jobs/reels/{key}").json()
        assert found["id"] == f"reels/{key}"
        assert site.http.get(found["links"]["self"]).json()["error"]["code"] == key
        assert site.http.get(found["links"]["explain"]).json()["job"]["id"] == f"reels/{key}"
        assert site.http.get(found["links"]["page"]).status_code == 200


def test_a_key_of_the_caller_makes_a_request_once(site: Served) -> None:
    key = {"Idempotency-Key": "order-1"}
    first = site.http.post("/v1/reels", json={"name": "a"}, headers=key)
    again = site.http.post("/v1/reels", json={"name": "a"}, headers=key)
    other = site.http.post("/v1/reels", json={"name": "b"}, headers=key)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert first.headers["Location"] == again.headers["Location"]
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert [job.key for job in site.app.jobs.listed()] == ["a"]


def test_the_list_is_filtered_by_every_column(site: Served) -> None:
    enter(site.app, "one", state="failed", error_message="The film is torn")
    enter(site.app, "two")
    asked = {
        "": {"one", "two"},
        "?state=failed": {"one"},
        "?pipeline=reels": {"one", "two"},
        "?pipeline=none": set(),
        "?text=TORN": {"one"},
        "?text=two": {"two"},
        "?owner=nobody": set(),
    }
    for query, keys in asked.items():
        found = site.http.get(f"/v1/jobs{query}").json()
        assert {job["key"] for job in found["jobs"]} == keys, query


def test_pages_follow_each_other_without_gap_or_repetition(site: Served) -> None:
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    for number in range(7):
        # Some are of the same moment.
        enter(site.app, f"j{number}", created_at=noon + timedelta(seconds=number // 3))
    seen, address = [], "/v1/jobs?limit=2"
    while address:
        answer = site.http.get(address)
        seen += [job["key"] for job in answer.json()["jobs"]]
        address = answer.links.get("next", {}).get("url")
        assert bool(address) == bool(answer.json()["next"])
    assert seen == ["j6", "j5", "j4", "j3", "j2", "j1", "j0"]


@pytest.mark.parametrize(
    "cursor", ["%%%", "AAAA", base64.urlsafe_b64encode(b"2026-01-01 reels/a").decode(), "\u00fc"]
)
def test_a_cursor_that_nobody_gave_is_refused(house: Served, cursor: str) -> None:
    answer = house.http.get("/v1/jobs", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


def test_an_explanation_has_steps_commands_and_files(site: Served) -> None:
    enter(site.app, "a", state="completed")
    told(site.app, "a", StepOutcome.OK, StepOutcome.OK, command=("ffmpeg", "-i", "x y"))
    attach(site.app, "a", "a.mp4", b"film", "video/mp4", width=1280, height=720, frames=3)
    explained = site.http.get("/v1/jobs/reels/a/explain").json()
    assert [step["position"] for step in explained["steps"]] == [0, 1]
    assert explained["steps"][0]["commands"] == [{"argv": ["ffmpeg", "-i", "x y"], "took_s": 2.5}]
    assert explained["artifacts"][0]["sha256"]


def test_the_description_of_the_api_is_valid_and_knows_the_pipelines_spec(house: Served) -> None:
    described = house.http.get("/openapi.json").json()
    validate(described)
    assert described["openapi"].startswith("3.1")
    assert described["security"] == [{}, {"bearer": []}, {"key": []}]
    submit = described["paths"]["/v1/reels"]["post"]
    body = submit["requestBody"]["content"]["application/json"]["schema"]
    assert body["$ref"].endswith("/ReelSpec")
    assert described["components"]["schemas"]["ReelSpec"]["properties"]["frames"]["maximum"] == 1000
    assert "Problem" in described["components"]["schemas"]
    operations = [
        operation["operationId"]
        for path in described["paths"].values()
        for operation in path.values()
    ]
    assert len(operations) == len(set(operations))
