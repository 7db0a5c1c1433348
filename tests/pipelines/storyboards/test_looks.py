"""How a film looks: what is usual, what somebody chose, and what stays."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from reelmill.pipelines.storyboards.looks import PLAIN, USUAL, Looks, LooksWish, Watermark, looks_of

ID = "0" * 32
HALF = Decimal("0.5")


@pytest.mark.parametrize(
    ("wish", "made_here", "wanted"),
    [
        pytest.param({}, True, USUAL, id="made here, a film goes into black"),
        pytest.param({}, False, PLAIN, id="a video model makes its own end"),
        pytest.param({"fade_out_s": 0}, True, PLAIN, id="unless it is not wanted"),
        pytest.param(
            {"fade_in_s": 0.5},
            True,
            Looks(fade_in_s=HALF, fade_out_s=Decimal(1)),
            id="what is not given is as usual",
        ),
    ],
)
def test_a_new_board_looks(wish: dict[str, Any], *, made_here: bool, wanted: Looks) -> None:
    assert looks_of(LooksWish(**wish), made_here=made_here) == wanted


def test_what_is_not_given_stays() -> None:
    before = Looks(fade_in_s=HALF, fade_out_s=Decimal(2))
    assert before.changed(LooksWish()) == before
    assert before.changed(LooksWish(fade_in_s=Decimal(0))) == Looks(fade_out_s=Decimal(2))


def test_a_watermark_is_taken_away_by_null_and_stays_when_nothing_is_said() -> None:
    marked = Looks(watermark=Watermark(asset_id=ID))
    assert marked.changed(LooksWish(fade_in_s=HALF)).watermark == marked.watermark
    assert marked.changed(LooksWish.model_validate({"watermark": None})) == PLAIN
    assert marked.are_chosen
    assert LooksWish(watermark=Watermark(asset_id=ID)).are_chosen
    assert not LooksWish.model_validate({"watermark": None}).are_chosen


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"asset_id": "../logo"}, id="an id that is a path"),
        pytest.param({"width_share": 0.01}, id="too small to be seen"),
        pytest.param({"width_share": 0.51}, id="more than half of the width"),
        pytest.param({"opacity": 0}, id="nothing to be seen"),
        pytest.param({"opacity": 1.01}, id="more than all"),
        pytest.param({"margin_share": -0.01}, id="beyond the edge"),
        pytest.param({"margin_share": float("nan")}, id="no number"),
        pytest.param({"corner": "middle"}, id="no corner"),
    ],
)
def test_a_watermark_has_limits(told: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Watermark.model_validate({"asset_id": ID, **told})


@pytest.mark.parametrize("seconds", ["-0.1", "3.01", "0.125", "NaN", "inf"])
def test_a_fade_has_limits(seconds: str) -> None:
    for name in ("fade_in_s", "fade_out_s"):
        with pytest.raises(ValidationError):
            LooksWish(**{name: Decimal(seconds)})


def test_they_are_read_back_as_they_were_written() -> None:
    looks = Looks(fade_in_s=Decimal("0.35"), watermark=Watermark(asset_id=ID, opacity=0.35))
    assert Looks.model_validate(looks.model_dump(mode="json")) == looks
    assert Looks.model_validate({}) == PLAIN
