"""The work on boards over real HTTP: its pieces, actions by name, all that is stuck let go on."""

from typing import Any

import pytest
from tests.pipelines.storyboards.gallery import entries_of, wait
from tests.pipelines.storyboards.routes.site import Site, refused, told
from tests.web.reels import until

from reelmill.pipelines.storyboards.providers.simulator.faults import Call, Fault
from reelmill.pipelines.storyboards.records import EntryState
from reelmill.pipelines.storyboards.spec import VideoStatus
from reelmill.pipelines.storyboards.tables import ledger

NOBODY = "0" * 32


def pieces(place: Site, board_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = place.http.get(f"/v1/storyboards/{board_id}/sub-jobs").json()
    return found


def act(place: Site, board_id: str, action: str, **payload: Any) -> Any:
    body = {"action": action, **({"payload": payload} if payload else {})}
    return place.post(board_id, "actions", body)


def retried(place: Site) -> dict[str, Any]:
    return told(place.http.post("/v1/storyboards/retry-all-stuck"), 202)


@pytest.mark.ffmpeg
def test_the_pieces_of_a_board_tell_state_cost_and_attempts(place: Site) -> None:
    place.plan(Call.WORK, None, Fault.FAILS, Fault.FAILS)
    board_id = place.drafted()
    drawn = pieces(place, board_id)
    assert [one["kind"] for one in drawn] == ["picture"] * 3 + ["video"]
    assert [one["sub_job_number"] for one in drawn] == [1, 2, 3, 4]
    assert [one["status"] for one in drawn] == ["completed"] * 3 + ["pending"]
    assert [one["retry_count"] for one in drawn] == [0, 2, 0, 0]
    assert [one["progress"] for one in drawn] == [1.0, 1.0, 1.0, 0.0]
    spent = place.provider.books.purchases[-5:]
    assert drawn[1]["actual_cost"] == pytest.approx(float(sum(one.usd for one in spent[1:4])))
    told(place.post(board_id, "approve"))
    place.plan(Call.WORK, Fault.FAILS)
    told(place.post(board_id, "render"), 202)
    place.ended(board_id)
    told(place.http.get(f"/v1/storyboards/{board_id}/export?quality=low"), 202)
    until(lambda: pieces(place, board_id)[-1]["status"] == "completed")
    video, copy = pieces(place, board_id)[3:]
    assert (video["status"], video["retry_count"], video["estimated_cost"]) == ("completed", 1, 0.5)
    assert (copy["kind"], copy["name"], copy["progress"]) == ("export", "Copy: mp4 low", 1.0)


def test_a_picture_that_failed_says_why(place: Site) -> None:
    place.plan(Call.WORK, *[Fault.FAILS] * 3)
    failed = pieces(place, place.drafted())[0]
    assert (failed["status"], failed["progress"], failed["retry_count"]) == ("failed", 0.0, 2)
    assert failed["error"]
    refused(place.http.get(f"/v1/storyboards/{NOBODY}/sub-jobs"), 404, f"Job {NOBODY} not found")


def test_actions_are_the_verbs_by_their_old_names(place: Site) -> None:
    board_id = place.drafted()
    assert told(act(place, board_id, "APPROVE"))["approved"] is True
    before = place.get(board_id)["storyboard"]
    wish = {"feedback": "warmer light", "constraints": {"palette": "blue"}}
    told(act(place, board_id, "REGENERATE_SCENE", scene_id=before[1]["id"], **wish))
    after = place.ended(board_id)
    scene = after["storyboard"][1]
    assert scene["scene"]["image_prompt"].endswith(", warmer light, palette: blue")
    assert scene["image_url"] != before[1]["image_url"]
    assert after["approved"] is False
    refused(act(place, board_id, "CANCEL"), 409, "Cannot cancel job in status 'storyboard_ready'")
    told(act(place, board_id, "APPROVE"))
    place.provider.books.looks = 10_000
    try:
        told(place.post(board_id, "render"), 202)
        told(act(place, board_id, "CANCEL"))
    finally:
        place.provider.books.looks = 1
    assert place.ended(board_id)["status"] == "canceled"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param({"action": "DANCE"}, 422, id="an action that is none"),
        pytest.param({"action": "REGENERATE_SCENE"}, 422, id="no scene"),
        pytest.param({"action": "APPROVE", "payload": {"scene_id": NOBODY}}, 422, id="a scene"),
        pytest.param(
            {"action": "REGENERATE_SCENE", "payload": {"scene_id": NOBODY}}, 404, id="no such scene"
        ),
    ],
)
def test_an_action_that_names_nothing_is_refused(
    place: Site, body: dict[str, Any], status: int
) -> None:
    board_id = place.drafted()
    told(place.post(board_id, "actions", body), status)
    assert place.get(board_id)["edition"] == 1


def test_everything_that_failed_or_stands_still_goes_on_and_nothing_is_bought_twice(
    place: Site,
) -> None:
    retried(place)
    place.plan(Call.WORK, *[Fault.FAILS] * 9)
    failed = place.drafted()
    stalled = place.approved()
    place.set(stalled, status=VideoStatus.RENDERING)
    canceled, ready = place.drafted(), place.drafted()
    place.set(canceled, status=VideoStatus.CANCELED)
    undecided = place.drafted()
    place.set(undecided, status=VideoStatus.FAILED)
    entry = next(one for one in entries_of(place.app) if one.board_id == undecided)
    with place.app.services.catalog.begin() as conn:
        ledger.change(conn, entry.id, state=EntryState.UNDECIDED)
    place.clock.move(seconds=901)
    bought = len(place.provider.books.purchases)

    answer = retried(place)
    assert set(answer["retried"]) == {failed, stalled}
    (left,) = answer["left"]
    assert (left["job_id"], left["code"]) == (undecided, "person_must_decide")
    assert "a person must decide" in left["reason"]
    assert answer["more"] is False
    for board_id in (failed, stalled):
        assert wait(place.app, board_id)
        assert place.get(board_id)["status"] == "storyboard_ready"
    # The three pictures that never came about, and none of those that were there.
    assert len(place.provider.books.purchases) == bought + 3
    assert place.get(canceled)["status"] == "canceled"
    assert place.get(ready)["status"] == "storyboard_ready"
    assert retried(place)["retried"] == []
    with place.app.services.catalog.begin() as conn:
        ledger.change(conn, entry.id, state=EntryState.SUCCEEDED)


def test_a_board_that_may_not_spend_more_is_left_with_the_reason(place: Site) -> None:
    campaign = "/v1/storyboards/campaigns/stuck"
    told(place.http.put(campaign, json={"hard_limit": 5}))
    place.plan(Call.WORK, *[Fault.FAILS] * 9)
    board_id = place.drafted(campaign_id="stuck")
    told(place.http.put(campaign, json={"hard_limit": 0.1}))
    (left,) = [one for one in retried(place)["left"] if one["job_id"] == board_id]
    assert (left["code"], left["reason"].startswith("Campaign budget exceeded")) == (
        "campaign_spent",
        True,
    )
