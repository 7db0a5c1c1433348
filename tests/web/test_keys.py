"""Keys over HTTP: made, shown once, listed, ended."""

from collections.abc import Iterator

import pytest
from tests.web.people import Person, person
from tests.web.reels import Served


@pytest.fixture
def ann(site: Served) -> Iterator[Person]:
    with person(site, "ann") as ann:
        yield ann


def test_a_key_is_shown_once_works_and_is_ended(site: Served, ann: Person) -> None:
    answer = ann.http.post("/v1/keys", json={"label": "nightly"})
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    made = answer.json()
    assert made["key"] == f"rm_{made['id']}_{made['key'].rpartition('_')[2]}"
    listed = ann.http.get("/v1/keys").json()
    assert [key["label"] for key in listed] == ["nightly", "for tests"]
    assert set(listed[0]) == {"id", "label", "created_at", "last_used_at"}
    assert listed[0]["last_used_at"] is None
    new = {"X-API-Key": made["key"]}
    assert site.http.get("/v1/me", headers=new).json()["name"] == "ann"
    assert ann.http.get("/v1/keys").json()[0]["last_used_at"]
    assert ann.http.delete(f"/v1/keys/{made['id']}").status_code == 204
    assert site.http.get("/v1/me", headers=new).status_code == 401
    assert ann.http.delete(f"/v1/keys/{made['id']}").status_code == 404


def test_anothers_key_is_not_there_not_even_for_an_operator(site: Served, ann: Person) -> None:
    with person(site, "bob") as bob, person(site, "chief", operator=True) as chief:
        for other in (bob, chief):
            assert ann.key_id not in other.http.get("/v1/keys").text
            answer = other.http.delete(f"/v1/keys/{ann.key_id}")
            assert (answer.status_code, answer.json()["code"]) == (404, "unknown_key")
    assert ann.http.get("/v1/me").status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param({}, 422, id="no label"),
        pytest.param({"label": ""}, 422, id="an empty label"),
        pytest.param({"label": "   "}, 400, id="a blank label"),
        pytest.param({"label": "x" * 101}, 422, id="a long label"),
        pytest.param({"label": "a", "user_id": "u-1"}, 422, id="for somebody else"),
    ],
)
def test_a_key_without_a_proper_label_is_not_made(
    ann: Person, body: dict[str, str], status: int
) -> None:
    assert ann.http.post("/v1/keys", json=body).status_code == status
    assert len(ann.http.get("/v1/keys").json()) == 1


def test_operators_are_told_that_they_are(site: Served) -> None:
    with person(site, "chief", operator=True) as chief:
        assert chief.http.get("/v1/me").json()["is_operator"] is True
