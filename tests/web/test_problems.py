"""Every failure is a problem document."""

import json
from collections.abc import Iterator

import pytest
import structlog
from tests.web.reels import Served, enter

from reelmill.errors import (
    BadMedia,
    Conflict,
    Gone,
    LimitReached,
    NotFound,
    Oversize,
    Refused,
    Unavailable,
)
from reelmill.logs import set_up
from reelmill.web.problems import of_validation, status_of


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        pytest.param("GET /v1/nope", 404, "not_found", id="an unknown route"),
        pytest.param("DELETE /v1/jobs", 405, "method_not_allowed", id="a wrong method"),
        pytest.param("GET /v1/jobs/reels/z", 404, "unknown_job", id="an unknown job"),
        pytest.param("GET /v1/jobs/reels/z/events", 404, "unknown_job", id="its events"),
        pytest.param("POST /v1/jobs/reels/z/cancel", 404, "unknown_job", id="cancel of none"),
        pytest.param("POST /v1/jobs/reels/a/cancel", 409, "already_ended", id="cancel of an ended"),
        pytest.param("POST /v1/jobs/reels/b/retry", 409, "not_ended", id="retry of a waiting"),
        pytest.param("GET /v1/artifacts/none", 404, "missing_artifact", id="no artifact"),
        pytest.param("GET /v1/jobs?state=odd", 422, "invalid_request", id="a bad filter"),
        pytest.param("GET /v1/jobs?limit=0", 422, "invalid_request", id="a bad limit"),
        pytest.param("GET /v1/jobs?cursor=x", 400, "bad_cursor", id="a made-up cursor"),
        pytest.param("POST /v1/none {}", 404, "not_found", id="an unknown pipeline"),
        pytest.param("POST /v1/reels {", 400, "not_json", id="a body that is not JSON"),
        pytest.param("POST /v1/reels []", 422, "invalid_request", id="a body of wrong shape"),
        pytest.param('POST /v1/reels {"name":"A!"}', 422, "invalid_request", id="a bad field"),
        pytest.param('POST /v1/reels {"name":"a","x":1}', 422, "invalid_request", id="one more"),
        pytest.param('POST /v1/reels {"name":"a","act":"full"}', 429, "full_house", id="a limit"),
        pytest.param('POST /v1/reels {"name":"a","act":"dark"}', 503, "dark_house", id="outage"),
        pytest.param('POST /v1/reels {"name":"a","act":"break"}', 500, "internal", id="a bug"),
        pytest.param(
            "GET /files/x/y?expires=1&signature=z", 404, "link_forged", id="a forged link"
        ),
    ],
)
def test_a_failure_is_told_in_one_form(house: Served, asked: str, status: int, code: str) -> None:
    enter(house.app, "a", state="completed")
    enter(house.app, "b")
    method, path, *body = asked.split(" ", 2)
    headers = {"Content-Type": "application/json"} if body else {}
    answer = house.http.request(method, path, content="".join(body), headers=headers)
    told = answer.json()
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.status_code, told["status"], told["code"]) == (status, status, code)
    assert told["type"].endswith(code)
    assert told["title"]
    assert told["instance"] == path.partition("?")[0]
    assert told["request_id"] == answer.headers["X-Request-ID"]
    assert ("Retry-After" in answer.headers) == (status in {429, 503})


def test_each_flaw_of_a_body_is_told_at_its_place(house: Served) -> None:
    told = house.http.post("/v1/reels", json={"name": "A!", "frames": 0}).json()
    assert {flaw["pointer"] for flaw in told["errors"]} == {"#/name", "#/frames"}
    assert "A!" not in json.dumps(told), "what was sent is not sent back"


@pytest.fixture
def plain_log() -> Iterator[None]:
    yield
    structlog.reset_defaults()


@pytest.mark.usefixtures("plain_log")
def test_a_bug_tells_nothing_but_its_number(
    house: Served, capfd: pytest.CaptureFixture[str]
) -> None:
    set_up("info", "json")
    answer = house.http.post("/v1/reels", json={"name": "a", "act": "break"})
    assert "ZeroDivision" not in answer.text
    lines = [line for line in capfd.readouterr().err.splitlines() if "ZeroDivisionError" in line]
    assert len(lines) == 1, "logged, and logged once"
    assert json.loads(lines[0])["request_id"] == answer.json()["request_id"]


def test_an_outage_keeps_its_circumstances_in_the_log(house: Served) -> None:
    answer = house.http.post("/v1/reels", json={"name": "a", "act": "dark"})
    assert "10.1.2.3" not in answer.text


def test_a_limit_tells_what_to_do(house: Served) -> None:
    told = house.http.post("/v1/reels", json={"name": "a", "act": "full"}).json()
    assert told["hint"] == "Come back after the show."
    assert told["facts"] == {"seats": 12}


def test_a_person_gets_a_page(house: Served) -> None:
    answer = house.http.get("/jobs/reels/none", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "/jobs/reels/none" in answer.text


def test_every_family_has_a_status() -> None:
    families = (
        *(Refused, Oversize, NotFound, Gone),
        *(Conflict, LimitReached, BadMedia, Unavailable),
    )
    assert {family.__name__: int(status_of(family())) for family in families} == {
        "Refused": 400,
        "Oversize": 413,
        "NotFound": 404,
        "Gone": 410,
        "Conflict": 409,
        "LimitReached": 429,
        "BadMedia": 400,
        "Unavailable": 503,
    }


def test_a_flaw_of_the_whole_body_has_a_pointer() -> None:
    told = of_validation([{"type": "missing", "loc": ("body",), "msg": "Field required"}])
    assert told.errors[0].pointer == "#/"
