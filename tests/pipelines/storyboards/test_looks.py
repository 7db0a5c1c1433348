"""How a film looks: what is usual, what somebody chose, and what stays."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from reelmill.pipelines.storyboards.looks import PLAIN, USUAL, Looks, LooksWish, looks_of

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


@pytest.mark.parametrize("seconds", ["-0.1", "3.01", "0.125", "NaN", "inf"])
def test_a_fade_has_limits(seconds: str) -> None:
    for name in ("fade_in_s", "fade_out_s"):
        with pytest.raises(ValidationError):
            LooksWish(**{name: Decimal(seconds)})


def test_they_are_read_back_as_they_were_written() -> None:
    looks = Looks(fade_in_s=Decimal("0.35"), fade_out_s=Decimal("2.05"))
    assert Looks.model_validate(looks.model_dump(mode="json")) == looks
    assert Looks.model_validate({}) == PLAIN
