"""Boards asked for over real HTTP: variations, platforms, tiers, pairs of pictures, properties."""

from decimal import Decimal
from typing import Any

import pytest
from tests.pipelines.storyboards.gallery import board_of, entries_of, scenes_of, wait
from tests.pipelines.storyboards.routes.site import (
    PROMPT,
    Site,
    picture,
    refused,
    told,
)

from reelmill.pipelines.storyboards.providers.simulator.faults import Call, Fault
from reelmill.pipelines.storyboards.spec import Transition

NOBODY = "0" * 32


def uploaded(place: Site, name: str, tags: str = "") -> str:
    """A picture of one's own, each of another content."""
    form = {"file": (name, picture((64 + len(name), 36)))}
    answer = place.http.post("/v1/storyboards/assets", files=form, data={"tags": tags})
    found: str = told(answer, 201)["id"]
    return found


def asked(place: Site, verb: str, **body: Any) -> Any:
    return place.http.post(f"/v1/storyboards/{verb}", json=body)


def bought(place: Site) -> int:
    return len(place.provider.books.purchases)


def test_variations_are_boards_that_differ_and_are_listed_together(place: Site) -> None:
    first = place.generate(variations=3, style="noir")
    ids = first["variation_ids"]
    assert (len(set(ids)), ids[0], first["group_id"]) == (3, first["job_id"], first["job_id"])
    boards = [place.ended(board_id) for board_id in ids]
    assert [board["status"] for board in boards] == ["storyboard_ready"] * 3
    assert [board["variation"] for board in boards] == [1, 2, 3]
    prompts = {board["storyboard"][0]["scene"]["image_prompt"] for board in boards}
    assert len(prompts) == 3
    transitions = [board["storyboard"][1]["scene"]["transition"] for board in boards]
    assert transitions == [Transition.CROSSFADE, Transition.CUT, Transition.FADE]
    listed = told(place.http.get(f"/v1/storyboards?group_id={first['group_id']}"))["jobs"]
    assert {board["job_id"] for board in listed} == set(ids)


def test_the_same_variations_come_of_the_same_prompt(place: Site) -> None:
    told_twice = [
        [
            [scene["scene"] for scene in place.ended(board_id)["storyboard"]]
            for board_id in place.generate(variations=2)["variation_ids"]
        ]
        for _ in range(2)
    ]
    assert told_twice[0] == told_twice[1]


def test_an_estimate_covers_all_variations(place: Site) -> None:
    one = told(asked(place, "estimate", prompt=PROMPT, duration=5))
    three = told(asked(place, "estimate", prompt=PROMPT, duration=5, variations=3))
    assert (one["variations"], three["variations"]) == (1, 3)
    assert three["estimated_cost"] == pytest.approx(3 * 0.509, abs=0.005)
    assert three["images_cost"] == pytest.approx(3 * one["images_cost"])
    assert asked(place, "estimate", prompt=PROMPT, variations=4).status_code == 422


def test_the_same_key_and_request_again_give_the_same_boards(place: Site) -> None:
    body = {"prompt": PROMPT, "duration": 5, "variations": 2}
    path, key = "/v1/storyboards/generate", {"Idempotency-Key": "one walk"}
    first, again = (told(place.http.post(path, json=body, headers=key), 202) for _ in range(2))
    assert first["variation_ids"] == again["variation_ids"]
    other = place.http.post(path, json={**body, "variations": 3}, headers=key)
    assert told(other, 422)["code"] == "key_reused"
    for board_id in first["variation_ids"]:
        wait(place.app, board_id)


def test_platforms_are_listed_and_give_a_board_its_shape(place: Site) -> None:
    listed = {one["platform"]: one for one in place.http.get("/v1/storyboards/platforms").json()}
    shorts = listed["youtube_shorts"]
    assert (shorts["aspect_ratios"][0], shorts["max_duration"]) == ("9:16", 180)
    board = place.generate(platform="tiktok")
    assert (board["aspect_ratio"], board["platform"]) == ("9:16", "tiktok")
    wait(place.app, board["job_id"])


@pytest.mark.parametrize("verb", ["generate", "estimate"])
def test_what_a_platform_does_not_show_is_refused(place: Site, verb: str) -> None:
    body = {"prompt": PROMPT, "platform": "instagram_reel"}
    shape = asked(place, verb, **body, aspect_ratio="16:9")
    refused(shape, 400, "Instagram reel shows 9:16, and not 16:9")
    refused(
        asked(place, verb, **body, duration=181), 400, "Instagram reel shows 180 seconds at most"
    )
    told(asked(place, verb, prompt=PROMPT, platform="myspace"), 422)


@pytest.mark.ffmpeg
def test_a_copy_has_the_form_of_the_platform_unless_another_is_asked_for(place: Site) -> None:
    path = f"/v1/storyboards/{place.made(platform='tiktok')}/export"
    assert told(place.http.get(path), 202)["url"].endswith("?format=mp4&quality=high")
    asked_for = told(place.http.get(f"{path}?quality=low"), 202)["url"]
    assert asked_for.endswith("?format=mp4&quality=low")


def test_a_board_grows_no_longer_than_its_platform_shows(place: Site) -> None:
    board_id = place.drafted(platform="instagram_story")
    told(place.put(board_id, "scenes/1", {"duration": 30}))
    text = "Instagram story shows 60 seconds at most"
    refused(place.put(board_id, "scenes/2", {"duration": 30}), 400, text)
    assert place.get(board_id)["storyboard"][1]["scene"]["duration"] < 2


def test_a_tier_chooses_models_and_prices(place: Site) -> None:
    quotes = {
        tier: told(asked(place, "estimate", prompt=PROMPT, duration=10, tier=tier))
        for tier in ("economy", "balanced", "premium")
    }
    models = {tier: (one["image_model"], one["video_model"]) for tier, one in quotes.items()}
    assert models == {
        "economy": ("flux-schnell", "local"),
        "balanced": ("flux-schnell", "skyreels-2"),
        "premium": ("flux-schnell", "veo3"),
    }
    costs = [quotes[tier]["video_cost"] for tier in ("economy", "balanced", "premium")]
    assert costs == [0.0, 1.0, 1.5]
    assert asked(place, "estimate", prompt=PROMPT, tier="luxury").status_code == 422


def test_a_premium_video_is_bought_of_its_model_at_its_price(place: Site) -> None:
    board_id = place.made(tier="premium")
    film = [entry for entry in entries_of(place.app) if entry.board_id == board_id][-1]
    assert (film.purpose.partition("-")[0], film.actual) == ("film", Decimal("0.75"))
    assert place.provider.books.purchases[-1].model.endswith("google/veo-3")
    board = place.get(board_id)
    assert (board["tier"], board["estimated_cost"], board["actual_cost"]) == ("premium", 0.76, 0.76)


@pytest.mark.ffmpeg
def test_an_economic_video_is_made_here_of_bought_pictures(place: Site) -> None:
    before = bought(place)
    board = place.get(place.made(tier="economy", aspect_ratio="1:1"))
    assert (board["actual_cost"], bought(place) - before) == (0.01, 3)
    assert not any(one.is_film for one in place.provider.books.purchases[before:])


def test_pairs_of_pictures_are_a_board_without_a_purchase(place: Site) -> None:
    before = bought(place)
    ids = [uploaded(place, name) for name in ("a.png", "bb.png", "ccc.png", "dddd.png")]
    begun = told(
        asked(place, "from-image-pairs", picture_asset_ids=ids, seconds_each=4, client_id="acme"),
        202,
    )
    board = place.ended(begun["job_id"])
    assert (board["status"], board["duration"]) == ("storyboard_ready", 8.0)
    one, two = board["storyboard"]
    assert one["scene"]["description"] == "From a to bb"
    for entry, (first, last) in zip((one, two), (ids[:2], ids[2:]), strict=True):
        shown = [place.http.get(entry[which]) for which in ("image_url", "last_image_url")]
        originals = [
            place.http.get(f"/v1/storyboards/assets/{each}/data") for each in (first, last)
        ]
        assert [each.content for each in shown] == [each.content for each in originals]
        assert "immutable" in shown[1].headers["cache-control"]
    assert bought(place) == before
    assert board["estimated_cost"] == 0.8
    told(place.post(board["job_id"], "approve"))
    told(place.post(board["job_id"], "render"), 202)
    assert place.ended(board["job_id"])["status"] == "completed"
    film = place.provider.books.purchases[-1]
    assert (len(film.input["images"]), len(film.input["last_images"])) == (2, 2)
    assert all(film.input["last_images"])


def test_a_scene_ends_in_another_picture_when_it_is_given_one(place: Site) -> None:
    board_id = place.approved()
    assert place.get(board_id)["storyboard"][0]["last_image_url"] is None
    refused(
        place.http.get(f"/v1/storyboards/{board_id}/scenes/1/last-picture"),
        404,
        "Scene 1 has no image yet",
    )
    last = uploaded(place, "last.png")
    board = told(place.put(board_id, "scenes/1", {"last_picture_asset_id": last}))
    assert (board["approved"], bool(board["storyboard"][0]["last_image_url"])) == (False, True)
    path = f"/v1/storyboards/{board_id}/scenes/1/last-picture"
    assert told(place.http.delete(path))["storyboard"][0]["last_image_url"] is None


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "At least 2 pictures are needed: 0 were given"),
        (1, "At least 2 pictures are needed: 1 were given"),
        (3, "Pictures must come in pairs: 3 is an odd number"),
        (22, "At most 20 pictures are taken: 22 were given"),
    ],
)
def test_what_is_no_number_of_pairs_is_refused(place: Site, count: int, text: str) -> None:
    refused(asked(place, "from-image-pairs", picture_asset_ids=[NOBODY] * count), 400, text)


def test_pairs_whose_pictures_are_missing_or_no_pictures_are_refused(place: Site) -> None:
    own = uploaded(place, "own.png")
    gone = asked(place, "from-image-pairs", picture_asset_ids=[own, NOBODY])
    refused(gone, 404, f"Asset {NOBODY} not found")
    document = {"file": ("a.pdf", b"%PDF-1.4\n%%EOF")}
    pdf = told(place.http.post("/v1/storyboards/assets", files=document), 201)["id"]
    wrong = asked(place, "from-image-pairs", picture_asset_ids=[own, pdf])
    refused(wrong, 400, f"Asset {pdf} is not of kind 'image'")


@pytest.mark.parametrize(
    ("pairs", "seconds", "text"),
    [
        (1, 4, "Total duration must be at least 5 seconds"),
        (6, 60, "Total duration must not exceed 300 seconds"),
    ],
)
def test_pairs_that_are_too_short_or_too_long_are_refused(
    place: Site, pairs: int, seconds: int, text: str
) -> None:
    body = {"picture_asset_ids": [uploaded(place, "one.png")] * 2 * pairs, "seconds_each": seconds}
    refused(asked(place, "from-image-pairs", **body), 400, text)


def test_a_picture_that_is_deleted_before_the_draft_fails_it_and_buys_nothing(
    place: Site,
) -> None:
    ids = [uploaded(place, "first.png"), uploaded(place, "second.png")]
    board = place.ended(
        told(asked(place, "from-image-pairs", picture_asset_ids=ids), 202)["job_id"]
    )
    place.empty(board["job_id"])
    place.set(board["job_id"], status="failed")
    assert place.http.delete(f"/v1/storyboards/assets/{ids[1]}").status_code == 204
    before = bought(place)
    told(place.post(board["job_id"], "retry"), 202)
    again = place.ended(board["job_id"])
    assert (again["status"], again["error_message"]) == ("failed", f"Asset {ids[1]} not found")
    assert bought(place) == before


def test_fourteen_photos_of_a_property_are_seven_scenes_of_five_seconds(place: Site) -> None:
    before = bought(place)
    names = ["garden", "kitchen", "bath", "front", "living", "IMG_1", "hall"]
    ids = [uploaded(place, f"{name}-{turn}.png") for turn in "ab" for name in names]
    tagged = uploaded(place, "DSC_9.png", '["bedroom"]')
    body = {"picture_asset_ids": [*ids, tagged, tagged], "prompt": "12 Harbour Street"}
    board = place.ended(told(asked(place, "from-property-photos", **body), 202)["job_id"])
    assert (board["status"], board["duration"], board["prompt"]) == (
        "storyboard_ready",
        35.0,
        "12 Harbour Street",
    )
    scenes = [entry["scene"] for entry in board["storyboard"]]
    assert [scene["duration"] for scene in scenes] == [5.0] * 7
    assert [scene["title"] for scene in scenes] == [
        *("Outside", "Entrance", "Living room", "Kitchen"),
        *("Bedroom", "Bathroom", "Garden and view"),
    ]
    assert all(
        row.has_picture and row.last_picture_key for row in scenes_of(place.app, board["job_id"])
    )
    assert bought(place) == before
    assert board_of(place.app, board["job_id"]).estimated == Decimal("3.50")


def test_fewer_than_fourteen_photos_are_refused_with_their_number(place: Site) -> None:
    one = uploaded(place, "one.png")
    told_twice = [one, one, *(f"{number:032x}" for number in range(12))]
    refused(
        asked(place, "from-property-photos", picture_asset_ids=told_twice),
        400,
        "At least 14 photos are needed: 13 were given",
    )


def test_a_new_picture_without_a_wish_is_bought_under_another_seed(place: Site) -> None:
    board_id = place.drafted()
    place.plan(Call.WORK, Fault.FAILS, None)
    told(place.post(board_id, "scenes/1/regenerate"), 202)
    assert place.ended(board_id)["status"] == "storyboard_ready"
    seeds = [one.input["seed"] for one in place.provider.books.purchases[-5:]]
    assert len(set(seeds)) == 5
