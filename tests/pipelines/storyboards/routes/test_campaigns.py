"""Campaigns over real HTTP: limits that are never passed, whoever asks, and what each has cost."""

from typing import Any

import httpx
import pytest
from tests.pipelines.storyboards.routes.site import PROMPT, Site, refused, told


def put(place: Site, name: str, **wish: Any) -> dict[str, Any]:
    return told(place.http.put(f"/v1/storyboards/campaigns/{name}", json=wish))


def asked(place: Site, **body: Any) -> httpx.Response:
    return place.http.post(
        "/v1/storyboards/generate", json={"prompt": PROMPT, "duration": 5, **body}
    )


def test_a_campaign_is_set_up_and_changed_and_forgotten(place: Site) -> None:
    made = put(place, "spring", hard_limit=20, client_id="acme")
    assert (made["hard_limit"], made["soft_limit"], made["client_id"]) == (20.0, None, "acme")
    assert (made["status"], made["spent"]) == ("active", 0.0)
    changed = put(place, "spring", soft_limit=5, status="draft")
    assert (changed["hard_limit"], changed["soft_limit"], changed["status"]) == (None, 5.0, "draft")
    assert changed["created_at"] == made["created_at"]
    assert "spring" in [
        one["campaign_id"] for one in place.http.get("/v1/storyboards/campaigns").json()
    ]
    path = "/v1/storyboards/campaigns/spring"
    assert place.http.delete(path).status_code == 204
    for method in ("GET", "DELETE"):
        refused(place.http.request(method, path), 404, "Campaign spring not found")


@pytest.mark.parametrize("name", ["a b", "%2e%2e", "-x", "x" * 101])
def test_a_campaign_has_a_name_that_fits_into_an_address(place: Site, name: str) -> None:
    assert place.http.put(f"/v1/storyboards/campaigns/{name}", json={}).status_code in {404, 422}
    assert asked(place, campaign_id=name).status_code == 422


def test_what_its_boards_cost_is_the_cost_of_a_campaign(place: Site) -> None:
    put(place, "summer")
    board_id = place.made(campaign_id="summer")
    spent = told(place.http.get("/v1/storyboards/campaigns/summer"))["spent"]
    assert spent == pytest.approx(place.get(board_id)["actual_cost"], abs=0.005)
    listed = told(place.http.get("/v1/storyboards?campaign_id=summer"))["jobs"]
    assert [board["job_id"] for board in listed] == [board_id]
    place.http.delete(f"/v1/storyboards/{board_id}")
    assert told(place.http.get("/v1/storyboards/campaigns/summer"))["spent"] == spent


def test_a_hard_limit_refuses_before_anything_is_bought(place: Site) -> None:
    put(place, "tight", hard_limit=0.5)
    before = len(place.provider.books.purchases)
    text = "Campaign budget exceeded: 0.00 of 0.50 USD spent, 0.61 more are needed"
    refused(asked(place, campaign_id="tight"), 429, text)
    body = {"prompt": PROMPT, "duration": 5, "campaign_id": "tight"}
    refused(place.http.post("/v1/storyboards/estimate", json=body), 429, text)
    assert len(place.provider.books.purchases) == before
    assert asked(place, campaign_id="another").status_code == 202


def test_a_soft_limit_warns(place: Site) -> None:
    put(place, "warm", soft_limit=0.5)
    begun = place.generate(campaign_id="warm")
    assert begun["warnings"] == ["Campaign budget warning: 0.61 USD, more than 0.50"]
    place.ended(begun["job_id"])


def test_a_limit_that_is_lowered_meanwhile_stops_the_next_purchase(place: Site) -> None:
    put(place, "shrinks", hard_limit=10)
    board_id = place.approved(campaign_id="shrinks")
    put(place, "shrinks", hard_limit=0.02)
    text = "Campaign budget exceeded: 0.01 of 0.02 USD spent, 0.60 more are needed"
    refused(place.post(board_id, "render"), 429, text)
    # Asked of the ledger itself, as work that began before does.
    put(place, "shrinks", hard_limit=0.009)
    response = place.post(board_id, "scenes/1/regenerate")
    assert response.status_code == 429
    assert told(place.http.get("/v1/storyboards/campaigns/shrinks"))["spent"] == 0.009


def test_three_variations_that_draw_at_once_never_pass_the_limit(place: Site) -> None:
    put(place, "small", hard_limit=10)
    books = place.provider.books
    bought = len(books.purchases)
    books.looks = 30
    try:
        first = place.generate(campaign_id="small", variations=3)
        # Nine pictures cost 0.027, and each holds a fifth more while it is made.
        put(place, "small", hard_limit=0.0125)
        boards = [place.ended(board_id) for board_id in first["variation_ids"]]
    finally:
        books.looks = 1
    spent = told(place.http.get("/v1/storyboards/campaigns/small"))["spent"]
    assert spent <= 0.0125
    assert float(sum(one.usd for one in books.purchases[bought:])) == spent
    errors = [entry["error"] or "" for board in boards for entry in board["storyboard"]]
    assert any("Campaign budget exceeded" in error for error in errors)


def test_no_board_is_begun_for_a_campaign_that_is_over(place: Site) -> None:
    put(place, "over", status="archived")
    refused(asked(place, campaign_id="over"), 409, "Campaign over is archived")
    put(place, "over", status="active")
    assert asked(place, campaign_id="over").status_code == 202
