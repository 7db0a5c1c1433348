"""How videos look, over real HTTP: chosen where they are made here, refused where they are not."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.pipelines.storyboards.routes.site import Site, picture, refused, told, wav

from reelmill.media.frames import planes
from reelmill.media.raster import rgb_of
from reelmill.pipelines.storyboards.looks import USUAL, Looks
from reelmill.pipelines.storyboards.tables import assets, boards

#: What a video model that makes its own looks is refused with.
OWN = "Looks are of videos that are made on this machine: skyreels-2 makes its own"


NOBODY = "0" * 32


@pytest.fixture(scope="module")
def board_id(place: Site) -> str:
    """A board whose pictures are bought, and whose video is made here."""
    return place.drafted(tier="economy", looks={"fade_in_s": 0.5})


def test_a_video_that_is_made_here_goes_into_black_unless_it_is_said_otherwise(
    place: Site, board_id: str
) -> None:
    looks = place.get(board_id)["looks"]
    assert looks == {"fade_in_s": 0.5, "fade_out_s": 1.0, "watermark": None, "resolution": "1080p"}
    assert place.get(place.drafted())["looks"] == looks | {"fade_in_s": 0.0, "fade_out_s": 0.0}


def test_another_look_takes_the_approval_back_and_what_is_not_given_stays(
    place: Site, board_id: str
) -> None:
    told(place.post(board_id, "approve"))
    board = told(place.put(board_id, "looks", {"fade_out_s": 2.25}))
    assert board["looks"] == {
        "fade_in_s": 0.5,
        "fade_out_s": 2.25,
        "watermark": None,
        "resolution": "1080p",
    }
    assert board["approved"] is False


@pytest.mark.parametrize(
    "wish",
    [
        pytest.param({"fade_out_s": 3.01}, id="more than three seconds"),
        pytest.param({"fade_in_s": -1}, id="less than none"),
        pytest.param({"fade_in_s": 0.125}, id="thousandths of a second"),
        pytest.param({"fade": 1}, id="an unknown look"),
        pytest.param({"resolution": "4K"}, id="an unknown size"),
        pytest.param({"watermark": {}}, id="a watermark of nothing"),
        pytest.param({"watermark": {"asset_id": NOBODY, "opacity": 0}}, id="one that is not seen"),
    ],
)
def test_looks_outside_of_their_limits_are_refused(
    place: Site, board_id: str, wish: dict[str, Any]
) -> None:
    told(place.put(board_id, "looks", wish), 422)
    body = {"prompt": "A walk along the sea", "looks": wish}
    assert place.http.post("/v1/storyboards/generate", json=body).status_code == 422


def test_a_model_that_is_paid_makes_its_own_looks(place: Site) -> None:
    body = {"prompt": "A walk along the sea", "looks": {"fade_out_s": 1}}
    for verb in ("estimate", "generate"):
        problem = refused(place.http.post(f"/v1/storyboards/{verb}", json=body), 400, OWN)
        assert problem["code"] == "only_made_here"
    board_id = place.drafted()
    refused(place.put(board_id, "looks", {"fade_in_s": 1}), 400, OWN)
    told(place.put(board_id, "looks", {"fade_out_s": 0}))


def test_looks_that_a_model_does_not_make_are_not_left_out_without_a_word(place: Site) -> None:
    """Chosen for a video that was to be made here, before the operator chose a model."""
    board_id = place.approved()
    with place.app.services.catalog.begin() as conn:
        boards.give_looks(conn, board_id, Looks(fade_in_s=USUAL.fade_out_s))
    refused(place.post(board_id, "render"), 400, OWN)
    with place.app.services.catalog.begin() as conn:
        boards.give_looks(conn, board_id, USUAL)
    told(place.post(board_id, "render"), 202)
    assert place.ended(board_id)["status"] == "completed"


def test_a_watermark_is_a_picture_of_ones_own(place: Site, board_id: str) -> None:
    sound = upload(place, wav(), "a.wav")
    refused(
        place.put(board_id, "looks", {"watermark": {"asset_id": sound}}),
        400,
        f"Asset {sound} is not of kind 'image'",
    )
    mark = {"asset_id": NOBODY}
    text = f"Asset {NOBODY} not found"
    refused(place.put(board_id, "looks", {"watermark": mark}), 404, text)
    body = {"prompt": "A walk along the sea", "tier": "economy", "looks": {"watermark": mark}}
    refused(place.http.post("/v1/storyboards/generate", json=body), 404, text)


def test_a_watermark_is_not_deleted_while_a_board_has_it(place: Site, board_id: str) -> None:
    logo = upload(place, picture())
    board = told(place.put(board_id, "looks", {"watermark": {"asset_id": logo}}))
    usual = {"corner": "bottom_right", "width_share": 0.12, "opacity": 0.8, "margin_share": 0.04}
    assert board["looks"]["watermark"] == {"asset_id": logo} | usual
    path = f"/v1/storyboards/assets/{logo}"
    problem = refused(place.http.delete(path), 409, f"Asset {logo} is in use by {board_id}")
    assert problem["code"] == "asset_in_use"
    kept = told(place.put(board_id, "looks", {"fade_in_s": 0}))
    assert kept["looks"]["watermark"] == board["looks"]["watermark"]
    told(place.put(board_id, "looks", {"watermark": None}))
    assert place.http.delete(path).status_code == 204


@pytest.mark.ffmpeg
def test_a_video_has_its_watermark_and_none_is_made_without_it(place: Site, tmp_path: Path) -> None:
    logo = upload(place, picture((40, 40)))
    mark = {"asset_id": logo, "corner": "top_left", "opacity": 1, "width_share": 0.25}
    looks = {"fade_out_s": 0, "watermark": mark, "resolution": "720p"}
    board_id = place.drafted(tier="economy", aspect_ratio="1:1", looks=looks)
    for number in (1, 2, 3):
        told(place.put(board_id, f"scenes/{number}", {"duration": 0.2, "transition": "cut"}))
    told(place.post(board_id, "approve"))
    with place.app.services.catalog.begin() as conn:
        asset = assets.find(conn, logo)
        assert asset is not None
        assets.delete(conn, logo)
    told(place.post(board_id, "render"), 202)
    failed = place.ended(board_id)
    assert (
        failed["error_message"]
        == "The watermark of the storyboard is gone: choose another, or none"
    )
    with place.app.services.catalog.begin() as conn:
        assets.add(conn, asset)
    told(place.post(board_id, "retry"), 202)
    made = place.ended(board_id)
    assert made["status"] == "completed"
    (tmp_path / "film.mp4").write_bytes(place.http.get(made["video_url"]).content)
    shown = [rgb_of(frame)[100, 100] for frame in planes(tmp_path / "film.mp4")]
    assert len(shown) == 18
    assert all(one == pytest.approx(np.array([200, 120, 40]), abs=12) for one in shown)


def upload(place: Site, content: bytes, name: str = "logo.png") -> str:
    """An upload's id."""
    asset = told(place.http.post("/v1/storyboards/assets", files={"file": (name, content)}), 201)
    found: str = asset["id"]
    return found


def test_pictures_with_too_few_pixels_for_a_video_are_told(place: Site) -> None:
    board_id = place.drafted(tier="economy", aspect_ratio="1:1")
    for number in (1, 2, 3):
        path = f"/v1/storyboards/{board_id}/scenes/{number}/picture"
        told(place.http.put(path, files={"file": ("own.png", picture((1256, 1256)))}))
    assert place.get(board_id)["warnings"] == []
    large = told(place.put(board_id, "looks", {"resolution": "2160p"}))
    assert large["warnings"] == [
        "Scenes 1, 2, 3: too few pixels for 2160x2160, shown up to 2 times enlarged"
    ]
    path = f"/v1/storyboards/{board_id}/scenes/2/picture"
    told(place.http.put(path, files={"file": ("own.png", picture((2512, 2512)))}))
    assert place.get(board_id)["warnings"][0].startswith("Scenes 1, 3:")


def test_a_board_at_work_keeps_its_looks(place: Site, board_id: str) -> None:
    place.set(board_id, status="rendering")
    problem = told(place.put(board_id, "looks", {"fade_out_s": 0}), 409)
    assert problem["code"] == "board_busy"
    place.set(board_id, status="storyboard_ready")
