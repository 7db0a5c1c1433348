"""How videos look, over real HTTP: chosen where they are made here, refused where they are not."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.pipelines.storyboards.routes.site import Site, refused, site, told

from reelmill.children import Children
from reelmill.pipelines.storyboards.looks import USUAL, Looks
from reelmill.pipelines.storyboards.tables import boards

#: What a video model that makes its own looks is refused with.
OWN = "Looks are of videos that are made on this machine: skyreels-2 makes its own"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, warm: Children) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("site") / "home", warm) as opened:
        yield opened


@pytest.fixture(scope="module")
def board_id(place: Site) -> str:
    """A board whose pictures are bought, and whose video is made here."""
    return place.drafted(tier="economy", looks={"fade_in_s": 0.5})


def test_a_video_that_is_made_here_goes_into_black_unless_it_is_said_otherwise(
    place: Site, board_id: str
) -> None:
    assert place.get(board_id)["looks"] == {"fade_in_s": 0.5, "fade_out_s": 1.0}
    assert place.get(place.drafted())["looks"] == {"fade_in_s": 0.0, "fade_out_s": 0.0}


def test_another_look_takes_the_approval_back_and_what_is_not_given_stays(
    place: Site, board_id: str
) -> None:
    told(place.post(board_id, "approve"))
    board = told(place.put(board_id, "looks", {"fade_out_s": 2.25}))
    assert board["looks"] == {"fade_in_s": 0.5, "fade_out_s": 2.25}
    assert board["approved"] is False


@pytest.mark.parametrize(
    "wish",
    [
        pytest.param({"fade_out_s": 3.01}, id="more than three seconds"),
        pytest.param({"fade_in_s": -1}, id="less than none"),
        pytest.param({"fade_in_s": 0.125}, id="thousandths of a second"),
        pytest.param({"fade": 1}, id="an unknown look"),
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
    problem = refused(place.http.post("/v1/storyboards/generate", json=body), 400, OWN)
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


def test_a_board_at_work_keeps_its_looks(place: Site, board_id: str) -> None:
    place.set(board_id, status="rendering")
    problem = told(place.put(board_id, "looks", {"fade_out_s": 0}), 409)
    assert problem["code"] == "board_busy"
    place.set(board_id, status="storyboard_ready")
