"""Who asks: key, token or session; and that nothing but the door is open to others."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from fastapi.routing import APIRoute
from tests.accounts.provider import AUDIENCE, SECRET, claims, publishing, rsa_key
from tests.web.people import PAGE, PASSWORD, Person, person, sign_in
from tests.web.reels import Served, attach, enter, open_app, serving, until

from reelmill.catalog.jobs import JobState
from reelmill.web.app import create_app
from reelmill.web.who import local_path

#: What needs no account: the door, whether the house stands, and what brings its own signature.
OPEN = {
    "/sign-in",
    "/sign-out",
    "/language",
    "/catalogues/{tag}.js",
    "/healthz",
    "/readyz",
    "/metrics",
    "/files/{artifact_id}/{name}",
}


@pytest.fixture
def ann(site: Served) -> Iterator[Person]:
    with person(site, "ann") as ann:
        yield ann


@pytest.fixture
def bob(site: Served) -> Iterator[Person]:
    with person(site, "bob") as bob:
        yield bob


@pytest.fixture
def chief(site: Served) -> Iterator[Person]:
    with person(site, "chief", operator=True) as chief:
        yield chief


def test_before_anybody_is_added_all_is_open_to_the_local_user(site: Served) -> None:
    assert site.http.get("/v1/me").json() == {
        "user_id": "local",
        "name": "local",
        "is_operator": True,
    }
    assert site.http.post("/v1/reels", json={"name": "a"}).json()["owner"] == "local"
    assert site.http.get("/sign-in").headers["Location"] == "/"
    assert "no account is set up" in site.http.get("/account").text
    assert site.http.get("/v1/keys").json() == []
    refused = site.http.post("/v1/keys", json={"label": "a"})
    assert (refused.status_code, refused.json()["code"]) == (409, "no_own_keys")


def routes_in(router: Any) -> Iterator[APIRoute]:
    """Every route, those of routers that were included too."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route
        elif inner := getattr(route, "original_router", None):
            yield from routes_in(inner)


def every_route(site: Served) -> list[tuple[str, str]]:
    """Method and path of all that the site answers, with something in each place."""
    found = []
    for route in routes_in(create_app(site.app).router):
        if route.path not in OPEN:
            path = re.sub(r"\{[^}]+\}", "reels", route.path)
            found += [(method, path) for method in sorted(route.methods)]
    return found


@pytest.mark.usefixtures("ann")
def test_once_somebody_is_added_every_route_asks_who_comes(site: Served) -> None:
    routes = every_route(site)
    assert len(routes) > 25
    for method, path in routes:
        answer = site.http.request(method, path)
        assert answer.status_code == 401, (method, path)
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="reelmill"'
        if method != "HEAD":
            assert answer.json()["code"] == "not_signed_in"


@pytest.mark.usefixtures("ann")
def test_the_door_stays_open(site: Served) -> None:
    for path in ("/healthz", "/readyz", "/sign-in", "/static/reelmill.css", "/metrics"):
        assert site.http.get(path).status_code == 200, path


@pytest.mark.usefixtures("ann")
def test_a_page_leads_to_where_one_signs_in_and_back(site: Served) -> None:
    for path, way in (
        ("/", "/sign-in"),
        ("/jobs?state=failed", "/sign-in?next=%2Fjobs%3Fstate%3Dfailed"),
        ("/jobs/reels/a%2Fb", "/sign-in?next=%2Fjobs%2Freels%2Fa%2Fb"),
    ):
        answer = site.http.get(path, headers=PAGE)
        assert (answer.status_code, answer.headers["Location"]) == (303, way)
        assert answer.content == b""
    posted = site.http.post("/jobs/reels/a/cancel", headers=PAGE)
    assert (posted.status_code, posted.headers["Location"]) == (303, "/sign-in")
    assert site.http.get("/parts/jobs", headers=PAGE).status_code == 401, "scripts are told"


@pytest.mark.parametrize(
    ("wanted", "way"),
    [
        ("/jobs", "/jobs"),
        ("/jobs?text=a%20b&state=failed#x", "/jobs?text=a%20b&state=failed#x"),
        ("", "/"),
        ("jobs", "/"),
        ("//evil.example", "/"),
        ("///evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/\n/evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/\u2044evil", "/"),
        ("//[", "/"),
        ("/sign-in?next=/sign-in", "/"),
    ],
)
def test_one_goes_on_to_a_page_of_this_site_alone(wanted: str, way: str) -> None:
    assert local_path(wanted) == way


def test_a_key_opens_in_either_header(site: Served, ann: Person) -> None:
    for headers in (
        {"Authorization": f"Bearer {ann.key}"},
        {"Authorization": f"bearer  {ann.key}"},
        {"X-API-Key": ann.key},
    ):
        me = site.http.get("/v1/me", headers=headers).json()
        assert me == {"user_id": ann.id, "name": "ann", "is_operator": False}


def test_what_does_not_count_is_refused_also_beside_a_good_session(site: Served) -> None:
    site.app.accounts.add_user("ann", password=PASSWORD)
    assert sign_in(site, "ann").status_code == 303
    assert site.http.get("/v1/me").status_code == 200
    forged = f"rm_{'0' * 12}_{'0' * 64}"
    for headers in (
        {"Authorization": f"Bearer {forged}"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer eyJhbGciOiJub25lIn0.e30."},
        {"X-API-Key": forged},
        {"X-API-Key": ""},
    ):
        answer = site.http.get("/v1/me", headers={**headers, **PAGE})
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
        challenge = answer.headers["WWW-Authenticate"]
        assert challenge.startswith('Bearer realm="reelmill", error="invalid_token"')
    passed_on = {"Authorization": "Basic YTpi"}
    assert site.http.get("/v1/me", headers=passed_on).status_code == 200, "a proxy's own sign-in"


def test_a_revoked_key_is_refused_at_once(ann: Person) -> None:
    assert ann.http.delete(f"/v1/keys/{ann.key_id}").status_code == 204
    assert ann.http.get("/v1/me").status_code == 401


def test_a_token_of_the_provider_opens(tmp_path: Path) -> None:
    key = rsa_key("k")
    with publishing(key) as provider:
        section = {"jwks_url": provider.url, "jwt_audience": AUDIENCE}
        with open_app(tmp_path, accounts=section) as app, serving(app) as site:
            assert site.http.get("/v1/me").status_code == 401, "the setting alone shuts the door"
            bearer = {"Authorization": f"Bearer {key.token()}"}
            me = site.http.get("/v1/me", headers=bearer).json()
            assert me == {"user_id": "jwt-ann", "name": "ann", "is_operator": False}
            made = site.http.post("/v1/reels", json={"name": "a"}, headers=bearer)
            assert made.json()["owner"] == "jwt-ann"
            no_keys = site.http.post("/v1/keys", json={"label": "a"}, headers=bearer)
            assert no_keys.status_code == 409
            late = {"Authorization": f"Bearer {key.token(exp=1)}"}
            answer = site.http.get("/v1/me", headers=late)
            assert answer.status_code == 401
            assert 'error_description="it has expired"' in answer.headers["WWW-Authenticate"]


def test_a_provider_that_is_away_is_no_refusal(tmp_path: Path) -> None:
    key = rsa_key("k")
    with publishing(key) as provider:
        provider.status = 500
        section = {"jwks_url": provider.url, "jwt_audience": AUDIENCE}
        with (
            open_app(tmp_path, accounts=section) as app,
            serving(app) as site,
            person(site, "ann") as ann,
        ):
            bearer = {"Authorization": f"Bearer {key.token()}"}
            assert site.http.get("/v1/me", headers=bearer).status_code == 503
            assert ann.http.get("/v1/me").status_code == 200, "accounts of ours go on"


def test_the_same_secret_opens_what_its_section_says(tmp_path: Path) -> None:
    section = {"jwt_secret": SECRET, "jwt_audience": AUDIENCE}
    with open_app(tmp_path, accounts=section) as app, serving(app) as site:
        token = jwt.encode(claims(), SECRET, algorithm="HS256")
        assert site.http.get("/v1/me", headers={"Authorization": f"Bearer {token}"}).is_success


def own(site: Served, key: str, owner: str, **changes: object) -> str:
    """A job of somebody, with a file; tells the file's id."""
    enter(site.app, key, owner=owner, **changes)
    return attach(site.app, key, f"{key}.txt", b"film", "text/plain")


ABOUT_ONE = (
    ("GET", "/v1/jobs/reels/{key}"),
    ("GET", "/v1/jobs/reels/{key}/explain"),
    ("GET", "/v1/jobs/reels/{key}/artifacts"),
    ("GET", "/v1/jobs/reels/{key}/events"),
    ("POST", "/v1/jobs/reels/{key}/cancel"),
    ("POST", "/v1/jobs/reels/{key}/retry"),
    ("GET", "/jobs/reels/{key}"),
    ("GET", "/parts/jobs/reels/{key}"),
    ("POST", "/jobs/reels/{key}/cancel"),
    ("POST", "/jobs/reels/{key}/retry"),
    ("GET", "/pipelines/reels?like=reels/{key}"),
)


def test_anothers_job_is_not_there(site: Served, ann: Person, bob: Person) -> None:
    own(site, "a", ann.id, state=JobState.FAILED)
    for method, path in ABOUT_ONE:
        theirs = bob.http.request(method, path.format(key="a"))
        none = bob.http.request(method, path.format(key="b"))
        assert (theirs.status_code, none.status_code) == (404, 404), path
        said = [one.json() for one in (theirs, none)]
        for one in said:
            del one["request_id"]
        assert str(said[0]) == str(said[1]).replace("reels/b", "reels/a").replace("%2Fb", "%2Fa"), (
            "nothing tells it from one that never was"
        )
    assert site.app.jobs.find("reels/a").run == 1
    assert site.app.jobs.find("reels/a").state is JobState.FAILED


def test_anothers_file_is_not_there_without_its_link(
    site: Served, ann: Person, bob: Person
) -> None:
    artifact = own(site, "a", ann.id, state=JobState.COMPLETED)
    assert ann.http.get(f"/v1/artifacts/{artifact}").content == b"film"
    for method in ("GET", "HEAD"):
        assert bob.http.request(method, f"/v1/artifacts/{artifact}").status_code == 404
    (made,) = ann.http.get("/v1/jobs/reels/a/artifacts").json()
    assert site.http.get(made["link"]).content == b"film", "a link needs no account"
    assert site.http.get(made["link"].replace("sig", "gis")).status_code == 404


def test_lists_and_counts_have_ones_own_alone(
    site: Served, ann: Person, bob: Person, chief: Person
) -> None:
    own(site, "ann-1", ann.id, state=JobState.FAILED, error_message="torn")
    own(site, "ann-2", ann.id)
    own(site, "bob-1", bob.id, state=JobState.IN_PROGRESS)

    def keys(who: Person, query: str = "") -> set[str]:
        return {job["key"] for job in who.http.get(f"/v1/jobs{query}").json()["jobs"]}

    assert keys(ann) == {"ann-1", "ann-2"}
    assert keys(bob) == {"bob-1"}
    assert keys(chief) == {"ann-1", "ann-2", "bob-1"}
    assert keys(chief, f"?owner={bob.id}") == {"bob-1"}
    assert keys(bob, f"?owner={ann.id}") == set()
    assert keys(bob, "?text=ann") == set()
    for path in ("/", "/jobs", "/jobs?state=failed", "/parts/overview", "/parts/jobs"):
        seen = bob.http.get(path).text
        assert "ann-" not in seen, path
        assert "torn" not in seen
    for path in ("/pipelines/reels", "/parts/jobs?text=ann"):
        assert "ann-1" not in bob.http.get(path).text
    overview = bob.http.get("/").text
    assert "1 running" in overview
    assert "failed" not in re.findall(r"lane-name.*?</div>", overview)[0]
    assert "Nodes" not in overview, "machines are the operator's"
    assert "Nodes" in chief.http.get("/").text


def test_events_tell_of_ones_own_jobs(site: Served, ann: Person, bob: Person) -> None:
    heard: list[str] = []
    with bob.http.stream("GET", "/v1/events") as stream:
        lines = stream.iter_lines()
        until(lambda: next(lines).startswith("event: ready"))
        enter(site.app, "anns", owner=ann.id)
        enter(site.app, "bobs", owner=bob.id)
        for line in lines:
            if line.startswith("data: ") and "id" in line:
                heard.append(line)
                break
    assert "reels/bobs" in heard[0]


def test_the_same_key_by_two_owners_is_a_conflict_and_hands_nothing_over(
    site: Served, ann: Person, bob: Person, chief: Person
) -> None:
    assert ann.http.post("/v1/reels", json={"name": "a", "frames": 7}).status_code == 202
    theirs = bob.http.post("/v1/reels", json={"name": "a", "frames": 7})
    assert (theirs.status_code, theirs.json()["code"]) == (409, "key_taken")
    assert ann.id not in theirs.text
    form = bob.http.post("/pipelines/reels", data={"name": "a"})
    assert form.status_code == 409
    assert site.app.jobs.find("reels/a").owner == ann.id
    assert ann.http.post("/v1/reels", json={"name": "a", "frames": 7}).status_code == 200
    assert chief.http.post("/v1/reels", json={"name": "a"}).status_code == 200


def test_an_idempotency_key_is_its_owners(ann: Person, bob: Person) -> None:
    key = {"Idempotency-Key": "order-1"}
    assert ann.http.post("/v1/reels", json={"name": "a"}, headers=key).status_code == 202
    assert bob.http.post("/v1/reels", json={"name": "b"}, headers=key).status_code == 202


def test_numbers_are_for_operators_or_this_machine(
    site: Served, ann: Person, chief: Person
) -> None:
    assert site.http.get("/metrics").status_code == 200
    # As a proxy on this machine passes a stranger on.
    far = {"X-Forwarded-For": "203.0.113.9"}
    assert site.http.get("/metrics", headers=far).status_code == 401
    assert ann.http.get("/metrics", headers=far).status_code == 403
    assert chief.http.get("/metrics", headers=far).status_code == 200


def test_a_stream_ends_after_a_while_so_that_who_watches_is_asked_again(
    ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reelmill.web.events.LONGEST_S", 0.2)
    with ann.http.stream("GET", "/v1/events") as stream:
        assert "event: ready" in list(stream.iter_lines())


def test_whoever_asks_is_asked_anew_each_time(site: Served, ann: Person) -> None:
    assert ann.http.get("/v1/jobs").status_code == 200
    site.app.accounts.disable("ann")
    assert ann.http.get("/v1/jobs").status_code == 401
