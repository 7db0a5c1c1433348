"""What is somebody else's is not there, over real HTTP, whatever is asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from tests.pipelines.storyboards.gallery import wait
from tests.pipelines.storyboards.routes.site import PROMPT, Site, picture, refused, site, told, wav
from tests.web.people import person
from tests.web.reels import until

from reelmill.children import Children
from reelmill.pipelines.storyboards.spec import VideoStatus

HOME = "/v1/storyboards"
BODY = {"prompt": PROMPT, "duration": 5}


@dataclass(frozen=True)
class Pair:
    """Ann has a board, assets and a campaign; Bob has nothing."""

    place: Site
    ann: httpx.Client
    bob: httpx.Client
    board_id: str
    picture_id: str
    music_id: str

    @property
    def own(self) -> str:
        """Where Ann's board is."""
        return f"{HOME}/{self.board_id}"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, warm: Children) -> Iterator[Pair]:
    with (
        site(tmp_path_factory.mktemp("site") / "home", warm) as place,
        person(place.served, "ann") as ann,
        person(place.served, "bob") as bob,
    ):
        told(ann.http.put(f"{HOME}/campaigns/spring", json={"hard_limit": 20}))
        board = told(ann.http.post(f"{HOME}/generate", json=BODY | {"campaign_id": "spring"}), 202)
        wait(place.app, board["job_id"])
        files = [("a.png", picture()), ("a.wav", wav())]
        assets = [
            told(ann.http.post(f"{HOME}/assets", files={"file": file}), 201)["id"] for file in files
        ]
        yield Pair(place, ann.http, bob.http, board["job_id"], *assets)


@pytest.mark.parametrize(
    "what",
    [
        *(
            "",
            "/metadata",
            "/costs",
            "/sub-jobs",
            "/refinements",
            "/video",
            "/thumbnail",
            "/export",
        ),
        *("/scenes/1", "/scenes/1/picture", "/scenes/1/last-picture"),
        *("/scenes/1/thumbnail", "/scenes/1/last-thumbnail"),
    ],
)
def test_a_board_is_looked_at_by_its_owner_only(pair: Pair, what: str) -> None:
    refused(pair.bob.get(f"{pair.own}{what}"), 404, f"Job {pair.board_id} not found")


@pytest.mark.parametrize(
    ("method", "what", "body"),
    [
        ("POST", "approve", None),
        ("POST", "render", None),
        ("POST", "cancel", None),
        ("POST", "retry", None),
        ("POST", "actions", {"action": "APPROVE"}),
        ("POST", "reorder", {"scene_order": [1, 2, 3]}),
        ("POST", "refine", {"scene_number": 1, "new_image_prompt": "A lighthouse at night"}),
        ("PUT", "sounds", {"voice_asset_id": None, "music_asset_id": None}),
        ("PUT", "looks", {"fade_out_s": 0}),
        ("POST", "scenes/1/regenerate", None),
        ("PUT", "scenes/1", {"title": "Mine"}),
        ("DELETE", "scenes/1", None),
        ("DELETE", "scenes/1/last-picture", None),
    ],
)
def test_a_board_is_changed_by_its_owner_only(
    pair: Pair, method: str, what: str, body: dict[str, Any] | None
) -> None:
    before = told(pair.ann.get(pair.own))
    answer = pair.bob.request(method, f"{pair.own}/{what}", json=body)
    refused(answer, 404, f"Job {pair.board_id} not found")
    refused(pair.bob.delete(pair.own), 404, f"Job {pair.board_id} not found")
    assert told(pair.ann.get(pair.own)) == before


def test_lists_hold_what_is_ones_own(pair: Pair) -> None:
    assert told(pair.bob.get(HOME))["jobs"] == []
    assert told(pair.bob.get(f"{HOME}?campaign_id=spring"))["jobs"] == []
    assert told(pair.bob.get(f"{HOME}/assets"))["assets"] == []
    assert pair.bob.get(f"{HOME}/campaigns").json() == []
    assert [one["job_id"] for one in told(pair.ann.get(HOME))["jobs"]] == [pair.board_id]


@pytest.mark.parametrize("what", ["", "/data", "/thumbnail"])
def test_an_asset_is_seen_and_deleted_by_its_owner_only(pair: Pair, what: str) -> None:
    path, text = f"{HOME}/assets/{pair.picture_id}", f"Asset {pair.picture_id} not found"
    refused(pair.bob.get(path + what), 404, text)
    refused(pair.bob.delete(path), 404, text)
    assert pair.ann.get(path + what).status_code == 200


def test_an_asset_is_used_by_its_owner_only(pair: Pair) -> None:
    seen, heard = f"Asset {pair.picture_id} not found", f"Asset {pair.music_id} not found"
    for wish in ({"picture_asset_ids": [pair.picture_id]}, {"music_asset_id": pair.music_id}):
        text = seen if "picture_asset_ids" in wish else heard
        refused(pair.bob.post(f"{HOME}/generate", json=BODY | wish), 404, text)
    pairs = {"picture_asset_ids": [pair.picture_id] * 2}
    refused(pair.bob.post(f"{HOME}/from-image-pairs", json=pairs), 404, seen)
    sounded = pairs | {"music_asset_id": pair.music_id}
    refused(pair.bob.post(f"{HOME}/from-image-pairs", json=sounded), 404, seen)
    mark = {"tier": "economy", "looks": {"watermark": {"asset_id": pair.picture_id}}}
    refused(pair.bob.post(f"{HOME}/generate", json=BODY | mark), 404, seen)
    assert told(pair.bob.get(HOME))["jobs"] == []


def test_an_asset_does_not_come_onto_a_strangers_board(pair: Pair) -> None:
    board_id = told(pair.bob.post(f"{HOME}/generate", json=BODY), 202)["job_id"]
    wait(pair.place.app, board_id)
    path = f"{HOME}/{board_id}"
    for field in ("picture_asset_id", "last_picture_asset_id"):
        edit = pair.bob.put(f"{path}/scenes/1", json={field: pair.picture_id})
        refused(edit, 404, f"Asset {pair.picture_id} not found")
    sounds = {"voice_asset_id": pair.music_id, "music_asset_id": None}
    refused(pair.bob.put(f"{path}/sounds", json=sounds), 404, f"Asset {pair.music_id} not found")
    told(pair.bob.get(path))
    assert pair.bob.delete(path).status_code == 204


def test_a_campaign_is_its_owners_and_the_same_name_is_another_ones(pair: Pair) -> None:
    path = f"{HOME}/campaigns/spring"
    spent = told(pair.ann.get(path))["spent"]
    for method in ("GET", "DELETE"):
        refused(pair.bob.request(method, path), 404, "Campaign spring not found")
    made = told(pair.bob.put(path, json={"hard_limit": 0}))
    assert (made["hard_limit"], made["spent"]) == (0.0, 0.0)
    assert pair.bob.delete(path).status_code == 204
    kept = told(pair.ann.get(path))
    assert (kept["hard_limit"], kept["spent"]) == (20.0, spent)


def test_the_same_key_of_two_people_makes_two_boards(pair: Pair) -> None:
    key = {"Idempotency-Key": "spring-1"}
    asked = [
        told(one.post(f"{HOME}/generate", json=BODY, headers=key), 202)["job_id"]
        for one in (pair.bob, pair.bob, pair.ann)
    ]
    assert asked[0] == asked[1] != asked[2]
    for one, board_id in ((pair.bob, asked[0]), (pair.ann, asked[2])):
        wait(pair.place.app, board_id)
        assert one.delete(f"{HOME}/{board_id}").status_code == 204


def test_what_stands_still_is_begun_again_for_its_owner_only(pair: Pair) -> None:
    failed = {"status": VideoStatus.FAILED, "error_message": "stopped", "message": "stopped"}
    pair.place.set(pair.board_id, **failed)
    nothing = told(pair.bob.post(f"{HOME}/retry-all-stuck"), 202)
    assert nothing == {"retried": [], "left": [], "more": False}
    assert told(pair.ann.get(pair.own))["status"] == "failed"
    pair.place.set(pair.board_id, status=VideoStatus.STORYBOARD_READY, error_message="", message="")


def test_a_purchase_is_decided_about_by_its_owner_only(pair: Pair) -> None:
    entry = told(pair.ann.get(f"{pair.own}/costs"))["purchases"][0]["id"]
    answer = pair.bob.post(f"{HOME}/ledger/{entry}/decide", json={"prediction_id": None})
    refused(answer, 404, f"Purchase {entry} not found")


@pytest.mark.ffmpeg
def test_a_video_is_combined_watched_and_deleted_by_its_owner_only(pair: Pair) -> None:
    told(pair.ann.post(f"{pair.own}/approve"))
    told(pair.ann.post(f"{pair.own}/render"), 202)
    wait(pair.place.app, pair.board_id)
    wish = {"board_ids": [pair.board_id] * 2}
    refused(pair.bob.post(f"{HOME}/combine", json=wish), 404, f"Job {pair.board_id} not found")
    made = told(pair.ann.post(f"{HOME}/combine", json=wish), 202)
    path, text = f"{HOME}/combinations/{made['id']}", f"Combination {made['id']} not found"
    until(lambda: told(pair.ann.get(path))["status"] == "completed")
    for what in ("", "/video", "/thumbnail"):
        refused(pair.bob.get(path + what), 404, text)
        assert pair.ann.get(path + what).status_code == 200
    refused(pair.bob.delete(path), 404, text)
    assert told(pair.bob.get(f"{HOME}/combinations"))["combinations"] == []
    assert made["id"] not in pair.bob.get("/storyboards/combined").text


def test_without_a_key_nothing_is_told(pair: Pair) -> None:
    assert pair.place.http.get(pair.own).status_code == 401
    assert pair.place.http.get(HOME).status_code == 401
