"""Boards over real HTTP, beside a provider over real HTTP: each verb, each state, each text."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.pipelines.storyboards.routes.site import PROMPT, Site, refused, told
from tests.web.reels import until

from reelmill.pipelines.storyboards.providers.simulator.faults import Call, Fault
from reelmill.pipelines.storyboards.spec import VideoStatus

NOBODY = "0" * 32


def test_a_board_goes_from_prompt_to_video(place: Site) -> None:
    begun = place.generate(duration=15, style="watercolour", client_id="acme")
    assert begun["status"] == "pending"
    assert (begun["estimated_cost"], begun["actual_cost"]) == (1.51, 0.0)
    board_id = begun["job_id"]
    ready = place.ended(board_id)
    assert ready["status"] == "storyboard_ready"
    assert ready["progress"]["message"] == "Storyboard complete, awaiting approval"
    assert (ready["progress"]["scenes_total"], ready["progress"]["scenes_completed"]) == (3, 3)
    first, second, third = ready["storyboard"]
    assert [one["scene"]["scene_number"] for one in (first, second, third)] == [1, 2, 3]
    assert first["scene"]["description"] == f"Opening scene: {PROMPT}"
    assert third["scene"]["image_prompt"] == (
        f"Closing scene: {PROMPT}, watercolour style, high quality, professional cinematography"
    )
    shown = place.http.get(second["image_url"])
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/png")
    assert (ready["approved"], ready["video_url"]) == (False, None)
    assert told(place.post(board_id, "approve"))["approved"] is True
    rendering = told(place.post(board_id, "render"), 202)
    assert rendering["status"] == "rendering"
    made = place.ended(board_id)
    assert (made["status"], made["error_message"]) == ("completed", None)
    assert made["progress"]["message"] == "Video rendering complete!"
    assert (made["actual_cost"], made["held_cost"], made["cost_to_come"]) == (1.51, 0.0, 0.0)
    video = place.http.get(made["video_url"], headers={"Range": "bytes=4-7"})
    assert (video.status_code, video.content) == (206, b"ftyp")


def test_boards_are_listed_by_status_and_client_the_newest_first(place: Site) -> None:
    ids = [place.drafted(client_id="lists") for _ in range(3)]
    path = "/v1/storyboards?client_id=lists&status=storyboard_ready&limit=2"
    page = told(place.http.get(path))
    assert [board["job_id"] for board in page["jobs"]] == ids[:0:-1]
    rest = told(place.http.get(f"{path}&cursor={page['next']}"))
    assert ([board["job_id"] for board in rest["jobs"]], rest["next"]) == (ids[:1], None)
    assert told(place.http.get("/v1/storyboards?client_id=lists&status=failed"))["jobs"] == []


def test_an_unknown_status_is_refused_with_the_known_ones(place: Site) -> None:
    refused(
        place.http.get("/v1/storyboards?status=cancelled"),
        400,
        "Invalid status 'cancelled'. Valid statuses: pending, parsing, generating_storyboard, "
        "storyboard_ready, rendering, completed, failed, canceled",
    )
    assert place.http.get("/v1/storyboards?limit=101").status_code == 422


@pytest.mark.parametrize(
    ("body", "field"),
    [
        pytest.param({"prompt": " too short "}, "prompt", id="a prompt of nine letters"),
        pytest.param({"prompt": "x" * 5001}, "prompt", id="a prompt of 5,001 letters"),
        pytest.param({"prompt": PROMPT, "duration": 4}, "duration", id="four seconds"),
        pytest.param({"prompt": PROMPT, "duration": 301}, "duration", id="301 seconds"),
        pytest.param({"prompt": PROMPT, "aspect_ratio": "21:9"}, "aspect_ratio", id="21:9"),
        pytest.param({"prompt": PROMPT, "style": "x" * 101}, "style", id="a style of 101 letters"),
        pytest.param({"prompt": PROMPT, "client_id": "x" * 101}, "client_id", id="a long client"),
        pytest.param(
            {"prompt": PROMPT, "brand_guidelines": {"a": "x" * 20_000}},
            "brand_guidelines",
            id="a book of guidelines",
        ),
        pytest.param({"prompt": PROMPT, "surprise": 1}, "surprise", id="a field nobody knows"),
    ],
)
def test_a_request_outside_of_the_limits_is_refused(
    place: Site, body: dict[str, Any], field: str
) -> None:
    problem = told(place.http.post("/v1/storyboards/generate", json=body), 422)
    assert problem["errors"][0]["pointer"] == f"#/{field}"


def test_a_quote_costs_nothing_and_begins_nothing(place: Site) -> None:
    bought = len(place.provider.books.purchases)
    body = {"prompt": PROMPT, "duration": 300}
    quote = told(place.http.post("/v1/storyboards/estimate", json=body))
    assert (quote["scenes"], quote["seconds"], quote["estimated_cost"]) == (10, 300, 30.03)
    assert (quote["images_cost"], quote["video_cost"]) == (0.03, 30.0)
    assert len(place.provider.books.purchases) == bought


@pytest.mark.parametrize("verb", ["approve", "render", "cancel", "retry", "refine", "reorder"])
def test_a_board_that_is_not_there_is_not_found(place: Site, verb: str) -> None:
    bodies = {
        "refine": {"scene_number": 1, "new_description": "Something else"},
        "reorder": {"scene_order": [1]},
    }
    refused(place.post(NOBODY, verb, bodies.get(verb)), 404, f"Job {NOBODY} not found")


@pytest.mark.parametrize("what", ["", "/metadata", "/costs", "/video", "/export", "/scenes/1"])
def test_nothing_of_a_board_that_is_not_there_is_found(place: Site, what: str) -> None:
    refused(place.http.get(f"/v1/storyboards/{NOBODY}{what}"), 404, f"Job {NOBODY} not found")


@pytest.mark.parametrize("status", [one for one in VideoStatus if one != "storyboard_ready"])
def test_only_a_ready_storyboard_is_approved(place: Site, status: VideoStatus) -> None:
    board_id = place.drafted()
    place.set(board_id, status=status)
    refused(
        place.post(board_id, "approve"),
        400,
        f"Cannot approve job in status '{status}'. Must be 'storyboard_ready'.",
    )


def test_a_board_without_scenes_is_neither_approved_nor_rendered(place: Site) -> None:
    board_id = place.drafted()
    place.empty(board_id)
    refused(place.post(board_id, "approve"), 400, "No storyboard available to approve")
    place.set(board_id, approved_edition=1)
    refused(place.post(board_id, "render"), 400, "No storyboard available to render")


def test_a_board_that_nobody_approved_is_not_rendered(place: Site) -> None:
    board_id = place.drafted()
    refused(place.post(board_id, "render"), 400, "Storyboard must be approved before rendering")


def test_a_board_with_a_failed_picture_is_ready_but_is_not_approved(place: Site) -> None:
    place.plan(Call.WORK, None, Fault.FAILS, Fault.FAILS, Fault.STOPPED)
    board_id = place.drafted()
    board = place.get(board_id)
    assert board["status"] == "storyboard_ready"
    assert board["progress"]["message"] == "Storyboard ready (1 scenes failed)"
    failed = board["storyboard"][1]
    assert (failed["generation_status"], failed["image_url"]) == ("failed", None)
    assert failed["error"]
    refused(place.post(board_id, "approve"), 400, "Scene 2 is missing generated image")
    place.set(board_id, approved_edition=1)
    refused(place.post(board_id, "render"), 400, "Scene 2 is missing generated image")


def test_a_failed_picture_is_made_anew_and_then_the_board_is_approved(place: Site) -> None:
    place.plan(Call.WORK, Fault.FAILS, Fault.FAILS, Fault.FAILS)
    board_id = place.drafted()
    told(place.post(board_id, "scenes/1/regenerate", {"feedback": "warmer light"}), 202)
    board = place.ended(board_id)
    assert board["status"] == "storyboard_ready"
    assert board["storyboard"][0]["scene"]["image_prompt"].endswith(", warmer light")
    assert told(place.post(board_id, "approve"))["approved"] is True


def test_a_draft_that_lacks_a_picture_is_gone_on_with(place: Site) -> None:
    place.plan(Call.WORK, None, Fault.FAILS, Fault.FAILS, Fault.FAILS)
    board_id = place.drafted()
    bought = len(place.provider.books.purchases)
    told(place.post(board_id, "retry"), 202)
    assert place.ended(board_id)["progress"]["scenes_completed"] == 3
    assert len(place.provider.books.purchases) == bought + 1
    refused(place.post(board_id, "retry"), 409, "Cannot retry job in status 'storyboard_ready'")


def test_a_board_none_of_whose_pictures_came_about_has_failed(place: Site) -> None:
    place.plan(Call.WORK, *[Fault.FAILS] * 9)
    board = place.get(place.drafted())
    assert (board["status"], board["error_message"]) == (
        "failed",
        "All scene images failed to generate",
    )
    told(place.post(board["job_id"], "retry"), 202)
    assert place.ended(board["job_id"])["status"] == "storyboard_ready"


def test_two_renders_of_one_board_are_one(place: Site) -> None:
    board_id = place.approved()
    bought = len(place.provider.books.purchases)
    for _ in range(3):
        told(place.post(board_id, "render"), 202)
    assert place.ended(board_id)["status"] == "completed"
    told(place.post(board_id, "render"), 202)
    assert len(place.provider.books.purchases) == bought + 1


def test_renders_that_are_asked_for_in_one_moment_are_one(place: Site) -> None:
    board_id = place.approved()
    bought = len(place.provider.books.purchases)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: place.post(board_id, "render"), range(6)))
    assert {answer.status_code for answer in answers} == {202}
    assert place.ended(board_id)["status"] == "completed"
    assert len(place.provider.books.purchases) == bought + 1


def test_a_board_at_work_is_not_changed(place: Site) -> None:
    board_id = place.drafted()
    place.set(board_id, status=VideoStatus.RENDERING)
    text = "Cannot change job in status 'rendering'"
    scene = "scenes/1"
    refused(place.post(board_id, "reorder", {"scene_order": [3, 2, 1]}), 409, text)
    refused(place.put(board_id, scene, {"title": "No"}), 409, text)
    refused(place.http.delete(f"/v1/storyboards/{board_id}/{scene}"), 409, text)
    refused(place.post(board_id, f"{scene}/regenerate"), 409, text)
    body = {"scene_number": 1, "new_description": "Something else"}
    refused(place.post(board_id, "refine", body), 409, text)


def test_a_refinement_takes_the_approval_back_and_costs_two_cents(place: Site) -> None:
    board_id = place.approved()
    before = place.get(board_id)
    body = {"scene_number": 2, "new_image_prompt": "A lighthouse in a storm"}
    told(place.post(board_id, "refine", body))
    after = place.ended(board_id)
    assert (after["approved"], after["refinement_count"]) == (False, 1)
    assert after["estimated_cost"] == pytest.approx(before["estimated_cost"] + 0.02)
    assert after["storyboard"][1]["scene"]["image_prompt"] == "A lighthouse in a storm"
    assert after["storyboard"][1]["image_url"] != before["storyboard"][1]["image_url"]
    history = place.http.get(f"/v1/storyboards/{board_id}/refinements").json()
    assert (history[0]["scene_number"], history[0]["cost"]) == (2, 0.02)


def test_a_board_is_refined_five_times_at_most(place: Site) -> None:
    board_id = place.drafted()
    for number in range(5):
        body = {"scene_number": 1, "new_description": f"Other words, number {number}"}
        assert told(place.post(board_id, "refine", body))["status"] == "storyboard_ready"
    refused(
        place.post(board_id, "refine", {"scene_number": 1, "new_description": "Once too often"}),
        429,
        "Maximum refinement limit (5) reached for this job",
    )


@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        pytest.param(
            {"scene_number": 1},
            400,
            "Must provide either new_image_prompt or new_description",
            id="nothing new",
        ),
        pytest.param(
            {"scene_number": 9, "new_description": "Something else"},
            404,
            "Scene 9 not found",
            id="a scene that is not there",
        ),
    ],
)
def test_a_refinement_that_changes_nothing_there_is_refused(
    place: Site, body: dict[str, Any], status: int, detail: str
) -> None:
    refused(place.post(place.drafted(), "refine", body), status, detail)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"scene_number": 0, "new_description": "x" * 10}, id="scene 0"),
        pytest.param({"scene_number": 1, "new_image_prompt": "x" * 9}, id="a short prompt"),
        pytest.param({"scene_number": 1, "new_image_prompt": "x" * 2001}, id="a long prompt"),
        pytest.param({"scene_number": 1, "new_description": "x" * 9}, id="a short description"),
        pytest.param({"scene_number": 1, "new_description": "x" * 1001}, id="a long one"),
    ],
)
def test_words_outside_of_their_limits_are_refused(place: Site, body: dict[str, Any]) -> None:
    told(place.post(NOBODY, "refine", body), 422)


def test_scenes_are_reordered_and_renumbered_and_the_approval_falls(place: Site) -> None:
    board_id = place.approved()
    before = [one["id"] for one in place.get(board_id)["storyboard"]]
    after = told(place.post(board_id, "reorder", {"scene_order": [3, 1, 2]}))
    assert [one["id"] for one in after["storyboard"]] == [before[2], before[0], before[1]]
    assert [one["scene"]["scene_number"] for one in after["storyboard"]] == [1, 2, 3]
    assert after["approved"] is False
    refused(place.post(board_id, "render"), 400, "Storyboard must be approved before rendering")


@pytest.mark.parametrize("order", [[1, 2], [1, 2, 2], [0, 1, 2], [1, 2, 3, 4]])
def test_an_order_that_is_no_permutation_is_refused(place: Site, order: list[int]) -> None:
    response = place.post(place.drafted(), "reorder", {"scene_order": order})
    refused(response, 400, "scene_order must be a permutation of 1..3")


def test_a_board_is_summed_up(place: Site) -> None:
    place.plan(Call.WORK, Fault.FAILS, Fault.FAILS, Fault.FAILS)
    found = told(place.http.get(f"/v1/storyboards/{place.drafted()}/metadata"))
    counted = found["scenes"]
    assert (counted["total"], counted["completed"], counted["failed"]) == (3, 2, 1)
    assert [one["status"] for one in counted["details"]] == ["failed", "completed", "completed"]
    assert (found["video"], found["refinement_count"], found["download_count"]) == (None, 0, 0)


def test_work_on_a_board_is_canceled_at_the_provider_too(place: Site) -> None:
    board_id = place.approved()
    place.provider.books.looks = 10_000
    try:
        told(place.post(board_id, "render"), 202)
        until(lambda: _bought(place, board_id)[-1]["state"] == "submitted")
        told(place.post(board_id, "cancel"))
        until(lambda: place.provider.books.purchases[-1].is_over)
    finally:
        place.provider.books.looks = 1
    assert place.provider.books.purchases[-1].status == "canceled"
    board = place.get(board_id)
    assert (board["status"], board["approved"]) == ("canceled", True)
    spent = until(lambda: _settled(place, board_id))
    assert spent[-1]["state"] == "canceled"
    assert spent[-1]["actual_cost"] == float(place.provider.books.purchases[-1].usd)
    refused(place.post(board_id, "cancel"), 409, "Cannot cancel job in status 'canceled'")
    told(place.post(board_id, "retry"), 202)
    assert place.ended(board_id)["status"] == "completed"


def _bought(place: Site, board_id: str) -> list[dict[str, Any]]:
    bought: list[dict[str, Any]] = _costs(place, board_id)["purchases"]
    return bought


def _settled(place: Site, board_id: str) -> list[dict[str, Any]]:
    costs = _costs(place, board_id)
    return [] if costs["held_cost"] else costs["purchases"]


def _costs(place: Site, board_id: str) -> dict[str, Any]:
    return told(place.http.get(f"/v1/storyboards/{board_id}/costs"))


def test_only_what_failed_or_was_canceled_is_tried_again(place: Site) -> None:
    refused(
        place.post(place.drafted(), "retry"), 409, "Cannot retry job in status 'storyboard_ready'"
    )


def test_a_deleted_board_is_gone_and_its_money_stays_on_record(place: Site) -> None:
    board_id = place.drafted()
    assert place.http.delete(f"/v1/storyboards/{board_id}").status_code == 204
    refused(place.http.get(f"/v1/storyboards/{board_id}"), 404, f"Job {board_id} not found")


def test_the_description_of_the_api_names_every_verb(place: Site) -> None:
    paths = told(place.http.get("/openapi.json"))["paths"]
    own = {path for path in paths if path.startswith("/v1/storyboards")}
    assert {
        "/v1/storyboards/generate",
        "/v1/storyboards/estimate",
        "/v1/storyboards/{board_id}/approve",
        "/v1/storyboards/{board_id}/render",
        "/v1/storyboards/{board_id}/video",
        "/v1/storyboards/{board_id}/export",
        "/v1/storyboards/{board_id}/scenes/{number}/regenerate",
        "/v1/storyboards/assets",
    } <= own
