"""The page of videos of several boards."""

from typing import Any

from fastapi import APIRouter, Response

from reelmill.pipelines.storyboards.bodies import CombineWish
from reelmill.pipelines.storyboards.combinations import Combinations
from reelmill.pipelines.storyboards.combined import Combination
from reelmill.pipelines.storyboards.routes.asked import TheCombinations
from reelmill.pipelines.storyboards.routes.pages import LISTED, TheDesk
from reelmill.pipelines.storyboards.views.combinations import CombinationOut
from reelmill.web.lists import next_cursor, place_of

router = APIRouter(include_in_schema=False)


@router.get("/storyboards/combined")
def show_combined(desk: TheDesk, combinations: TheCombinations, cursor: str = "") -> Response:
    """Videos of several boards."""
    return desk.whole("combined", **_combined(combinations, cursor))


@router.get("/parts/storyboards/combined")
def part_combined(desk: TheDesk, combinations: TheCombinations, cursor: str = "") -> Response:
    """The list of them alone."""
    return desk.part("combined", **_combined(combinations, cursor))


def _combined(combinations: Combinations, cursor: str) -> dict[str, Any]:
    """What the list of videos of several boards needs."""
    found = combinations.page(limit=LISTED + 1, before=place_of(cursor))
    return {
        "combined": found[:LISTED],
        "prompts": combinations.prompts(found[:LISTED]),
        "told_of": CombinationOut.of,
        "wish_of": wish_of,
        "cursor": cursor,
        "following": next_cursor(found, LISTED) or "",
    }


def wish_of(one: Combination) -> str:
    """What asks for the same video of several boards again, as JSON."""
    told = {"board_ids": one.board_ids, "transition": one.transition, "format": one.format}
    return CombineWish.model_validate(told).model_dump_json()
