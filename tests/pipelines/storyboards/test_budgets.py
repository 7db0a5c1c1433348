"""A provider that charges more than it may: held in full, or used no more; no budget is passed."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from tests.pipelines.storyboards.gallery import entries_of, scenes_of
from tests.pipelines.storyboards.theatre import Theatre

from reelmill.pipelines.storyboards.budgets import is_covered, today
from reelmill.pipelines.storyboards.buying import reserve_film, submit_film
from reelmill.pipelines.storyboards.house import settings_of
from reelmill.pipelines.storyboards.providers.simulator.faults import Call, Fault
from reelmill.pipelines.storyboards.records import EntryState
from reelmill.pipelines.storyboards.refusals import BudgetSpent, ModelBarred
from reelmill.pipelines.storyboards.settings import ModelPrice, StoryboardsSettings
from reelmill.pipelines.storyboards.spec import RenderSpec
from reelmill.services import Attempt, working
from reelmill.units import JobId

SKYREELS = {"per_second": "0.10"}


def at(theatre: Theatre, **price: Any) -> None:
    """Another price of the video model, as an operator sets it."""
    sections = theatre.app.services.pipeline_settings
    told = settings_of(theatre.app.services).model_dump()
    prices = told["prices"] | {"skyreels-2": SKYREELS | price}
    sections["storyboards"] = StoryboardsSettings.model_validate(told | {"prices": prices})


def spent(theatre: Theatre) -> Decimal:
    with theatre.app.services.catalog.read() as conn:
        return today(conn, theatre.app.services, "local")[0].spent


def test_a_model_that_charged_more_than_it_may_is_used_no_more_until_its_price_is_raised(
    theatre: Theatre,
) -> None:
    first, second = theatre.approved(), theatre.approved()
    theatre.plan(Call.WORK, Fault.DEAR)
    theatre.render(first)
    assert theatre.films == [("succeeded", "1.5")]
    error = theatre.failing(second, ModelBarred)
    assert error.message == (
        "skyreels-2 charged 1.5 USD where 0.6 USD were held: "
        "it is not used until its price is set anew"
    )
    assert theatre.films == [("succeeded", "1.5")]
    at(theatre, most_times="2.9")
    theatre.failing(second, ModelBarred)
    at(theatre, most_times="3")
    theatre.render(second)
    assert theatre.films == [("succeeded", "1.5"), ("succeeded", "0.5")]
    theatre.balance()


def test_pictures_are_barred_alike_and_the_board_says_why(theatre: Theatre) -> None:
    theatre.plan(Call.WORK, Fault.DEAR)
    board_id = theatre.drafted()
    assert [str(one.actual) for one in entries_of(theatre.app)] == ["0.009"]
    rows = scenes_of(theatre.app, board_id)
    assert rows[0].has_picture
    assert rows[1].error.startswith("flux-schnell charged 0.009 USD where 0.0036 USD were held")


@pytest.mark.parametrize(
    "more",
    [
        {
            "budgets": {"user_hard_usd": "1.60"},
            "prices": {"skyreels-2": SKYREELS | {"most_times": "3"}},
        }
    ],
    ids=["three times"],
)
def test_a_hard_budget_is_not_passed_by_a_model_that_charges_all_that_it_may(
    theatre: Theatre,
) -> None:
    first, second = theatre.approved(), theatre.approved()
    theatre.plan(Call.WORK, Fault.DEAR)
    theatre.render(first)
    assert spent(theatre) == Decimal("1.518")
    theatre.failing(second, BudgetSpent)
    assert spent(theatre) <= Decimal("1.60")
    theatre.balance()


def test_more_is_held_for_what_else_is_open_of_a_model_that_charged_too_much(
    theatre: Theatre,
) -> None:
    first, second = theatre.approved(), theatre.approved()
    asked = RenderSpec(board_id=second, edition=1)
    with working(theatre.app.services, Attempt(job_id=JobId("storyboards/second"))):
        submit_film(asked, reserve_film(asked))
    film = next(one for one in entries_of(theatre.app) if one.purpose.startswith("film-"))
    assert (film.state, film.held) == (EntryState.SUBMITTED, Decimal("0.6"))
    theatre.plan(Call.WORK, Fault.DEAR)
    theatre.render(first)
    (film,) = [one for one in entries_of(theatre.app) if one.id == film.id]
    assert film.held == Decimal("1.5")


@pytest.mark.parametrize(
    ("now", "covered"),
    [
        pytest.param({"per_second": "0.10"}, False, id="the same"),
        pytest.param({"per_second": "0.05", "most_times": "3"}, False, id="lower"),
        pytest.param({"per_second": "0.20"}, True, id="twice the price"),
        pytest.param({"per_second": "0.10", "most_times": "2"}, True, id="more may come to it"),
    ],
)
def test_terms_cover_what_was_charged_when_as_much_would_be_held(
    theatre: Theatre, now: dict[str, str], *, covered: bool
) -> None:
    theatre.drafted()
    then = ModelPrice(per_second=Decimal("0.10")).model_dump_json()
    usd = {"estimated": Decimal(1), "held": Decimal("1.2"), "actual": Decimal(2)}
    entry = replace(entries_of(theatre.app)[0], terms=then, **usd)
    assert is_covered(entry, ModelPrice.model_validate(now)) == covered
