"""Who is let in, and what every answer carries."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.datastructures import Headers
from tests.web.reels import Served, open_app, serving

from reelmill.web.gate import (
    HEADERS,
    MAX_BODY_BYTES,
    admit_body,
    from_here,
    is_local_name,
)
from reelmill.web.problems import ProblemRaised

HERE = "127.0.0.1:8040"


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        pytest.param({}, True, id="a program sends neither header"),
        pytest.param({"sec-fetch-site": "same-origin"}, True, id="our own page"),
        pytest.param({"sec-fetch-site": "none"}, True, id="typed by a person"),
        pytest.param({"sec-fetch-site": "cross-site"}, False, id="another site"),
        pytest.param({"sec-fetch-site": "same-site"}, False, id="a neighbour on the same domain"),
        pytest.param({"origin": f"http://{HERE}"}, True, id="an old browser on our page"),
        pytest.param({"origin": "http://evil.example"}, False, id="an old browser elsewhere"),
        pytest.param({"origin": "null"}, False, id="an origin that hides itself"),
        pytest.param(
            {"sec-fetch-site": "cross-site", "origin": f"http://{HERE}"},
            False,
            id="the newer one wins",
        ),
    ],
)
def test_only_our_own_pages_may_change_things(headers: dict[str, str], *, passes: bool) -> None:
    assert from_here(Headers({"host": HERE, **headers})) is passes


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost", True),
        ("localhost:8040", True),
        ("reelmill.localhost:8040", True),
        ("127.0.0.1:8040", True),
        ("127.9.9.9", True),
        ("[::1]:8040", True),
        ("", False),
        ("evil.example:8040", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.nip.io", False),
        ("10.0.0.1", False),
        ("[", False),
    ],
)
def test_names_of_this_machine(host: str, *, local: bool) -> None:
    assert is_local_name(host) is local


def test_a_body_that_announces_too_much_is_refused_unread() -> None:
    headers = Headers({"host": HERE, "content-length": str(MAX_BODY_BYTES + 1)})
    with pytest.raises(ProblemRaised) as told:
        admit_body(headers)
    assert told.value.status_code == 413


def test_every_kind_of_answer_carries_the_headers_of_the_house(house: Served) -> None:
    for path in ("/", "/v1/jobs", "/nope", "/v1/nope", "/static/reelmill.css", "/metrics"):
        answer = house.http.get(path)
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert answer.headers["X-Request-ID"]
        assert "server" not in answer.headers


def test_a_bent_name_is_misdirected(house: Served) -> None:
    answer = house.http.get("/v1/jobs", headers={"Host": "evil.example"})
    assert answer.status_code == 421
    assert answer.json()["code"] == "foreign_host"


def test_a_server_for_everybody_answers_to_any_name(tmp_path: Path) -> None:
    with open_app(tmp_path, host="0.0.0.0") as app, serving(app) as site:
        assert site.http.get("/healthz", headers={"Host": "films.example"}).status_code == 200


def test_another_sites_form_changes_nothing(house: Served) -> None:
    answer = house.http.post(
        "/v1/reels", json={"name": "a"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
    assert house.app.jobs.listed() == []


def test_a_form_cannot_pass_for_json(house: Served) -> None:
    body = json.dumps({"name": "a"})
    answer = house.http.post("/v1/reels", content=body, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 422
    assert house.app.jobs.listed() == []


def test_a_body_that_only_turns_out_too_large_is_refused_in_the_middle(house: Served) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(MAX_BODY_BYTES // 2**20 + 2):
            yield b" " * 2**20

    answer = house.http.post(
        "/v1/reels", content=parts(), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_request_keeps_the_id_that_its_caller_gave(house: Served) -> None:
    answer = house.http.get("/healthz", headers={"X-Request-ID": "trace-0123456789"})
    assert answer.headers["X-Request-ID"] == "trace-0123456789"


@pytest.mark.parametrize("given", ["short", "x" * 100, "with blank inside", "<script>alert"])
def test_an_odd_id_is_replaced(house: Served, given: str) -> None:
    assert (
        house.http.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"] != given
    )


def test_what_is_no_http_does_no_harm(house: Served) -> None:
    port = int(house.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        assert line.recv(64).startswith(b"HTTP/1.1 400")
    assert house.http.get("/healthz").status_code == 200
