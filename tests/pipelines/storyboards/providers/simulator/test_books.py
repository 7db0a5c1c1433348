"""The books of the simulated provider: what was bought, what became of it, what is charged."""

from decimal import Decimal
from typing import Any

import pytest

from reelmill.pipelines.storyboards.providers.simulator.books import SLOW_LOOKS, Books, Purchase
from reelmill.pipelines.storyboards.providers.simulator.faults import Call, Fault, Scheduled

FILM = {"input": {"images": ["a"], "duration": 4}}
PICTURE = {"input": {"prompt": "a"}}


def _books(*faults: Fault | None) -> Books:
    return Books(Scheduled({Call.WORK: faults}))


def _until_over(books: Books, bought: Purchase) -> int:
    looks = 0
    while not bought.is_over:
        books.look(bought.id)
        looks += 1
    return looks


@pytest.mark.parametrize(
    ("fault", "asked", "status", "usd", "looks"),
    [
        pytest.param(None, PICTURE, "succeeded", "0.003", 2, id="a picture"),
        pytest.param(None, FILM, "succeeded", "0.4", 2, id="a film of four seconds"),
        pytest.param(Fault.SLOW, FILM, "succeeded", "0.4", SLOW_LOOKS + 1, id="slowly"),
        pytest.param(Fault.FAILS, FILM, "failed", "0.2", 2, id="it fails half way"),
        pytest.param(Fault.STOPPED, FILM, "canceled", "0.2", 2, id="it is stopped half way"),
        pytest.param(Fault.FAILS, PICTURE, "failed", "0", 2, id="half a picture is none"),
    ],
)
def test_what_becomes_of_a_purchase(
    fault: Fault | None, asked: dict[str, Any], status: str, usd: str, looks: int
) -> None:
    books = _books(fault)
    bought = books.buy("a/b", asked)
    assert _until_over(books, bought) == looks
    assert (bought.status, bought.usd) == (status, Decimal(usd))
    assert books.total_usd == Decimal(usd)


def test_what_has_ended_is_charged_once() -> None:
    books = _books()
    bought = books.buy("a/b", FILM)
    books.finish(bought)
    books.cancel(bought.id)
    books.look(bought.id)
    assert (bought.status, books.total_usd) == ("succeeded", Decimal("0.4"))


def test_the_same_words_twice_are_noticed_and_other_seeds_are_not() -> None:
    books = _books()
    for seed in (1, 2, 2):
        books.buy("a/b", {"input": {"prompt": "a", "seed": seed}})
    assert books.bought_twice() == [books.purchases[2].id]


def test_nobody_is_found_under_a_name_that_was_never_given() -> None:
    books = _books()
    assert books.look("x") is books.cancel("x") is books.find("x") is None
