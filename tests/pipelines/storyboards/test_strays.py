"""Requests that leave late: kept from leaving, or found, stopped and written into the ledger."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from structlog.testing import capture_logs
from tests.pipelines.storyboards.gallery import board_of, entries_of
from tests.pipelines.storyboards.theatre import Theatre

from reelmill.errors import Canceled
from reelmill.http import Answer, Fetcher
from reelmill.pipelines.storyboards.buying import Bought, reserve_film, submit_film
from reelmill.pipelines.storyboards.providers.provider import PredictionId, ProviderUnavailable
from reelmill.pipelines.storyboards.providers.simulator.faults import Call, Fault
from reelmill.pipelines.storyboards.records import Entry, EntryState
from reelmill.pipelines.storyboards.settling import find_strays, settle_one, settle_open
from reelmill.pipelines.storyboards.spec import RenderSpec, StoryboardsSpec
from reelmill.pipelines.storyboards.strays import enter
from reelmill.pipelines.storyboards.tables import ledger
from reelmill.pipelines.storyboards.views.money import warnings_of
from reelmill.services import Attempt, working

Act = Callable[[], object]


class Paused(Fetcher):
    """The way out of a node that is paused when a request that buys is about to leave."""

    def __init__(self, *, before: Act = lambda: None, behind: Act = lambda: None) -> None:
        super().__init__(("127.0.0.0/8",))
        self._before, self._behind = before, behind

    def ask(
        self,
        url: str,
        body: bytes | None = None,
        *,
        before_leaving: Act = lambda: None,
        **kwargs: Any,
    ) -> Answer:
        def pausing() -> None:
            self._before()
            before_leaving()
            self._behind()

        act = pausing if url.endswith("/predictions") and body is not None else before_leaving
        return super().ask(url, body, before_leaving=act, **kwargs)


class Node:
    """One that renders a board, and is paused when it asks for the video."""

    def __init__(self, theatre: Theatre) -> None:
        self.theatre = theatre
        self.board_id = theatre.approved()
        self.asked = RenderSpec(board_id=self.board_id, edition=1)
        theatre.app.jobs.submit("storyboards", StoryboardsSpec(self.asked), force=True)
        self.job_id = board_of(theatre.app, self.board_id).job_id
        self.has_job = True

    def asks(self, http: Fetcher, holds: Callable[[], bool] | None = None) -> Bought:
        """Hold the money, and ask."""
        here = replace(self.theatre.app.services, http=http)
        attempt = Attempt(job_id=self.job_id, holds=holds or (lambda: self.has_job))
        with closing(http), working(here, attempt):
            return submit_film(self.asked, reserve_film(self.asked))

    def is_taken_over(self) -> None:
        """Another node goes on with the job, to its end."""
        self.has_job = False
        self.theatre.carry_out(self.board_id)

    @property
    def films(self) -> list[Entry]:
        return [one for one in entries_of(self.theatre.app) if "film-" in one.purpose]

    @property
    def bought(self) -> int:
        """Videos that the provider was asked for."""
        return sum(one.is_film for one in self.theatre.provider.books.purchases)


@pytest.fixture
def more() -> dict[str, Any]:
    return {"over_http": {"leaves_s": 0.2}}


@pytest.fixture
def node(theatre: Theatre) -> Iterator[Node]:
    yield Node(theatre)
    theatre.balance(strays=True)


def test_a_node_that_slept_before_its_last_look_asks_for_nothing(node: Node) -> None:
    with pytest.raises(Canceled):
        node.asks(Paused(before=lambda: setattr(node, "has_job", False)))
    assert (node.bought, node.films[0].state) == (0, EntryState.RESERVED)
    node.theatre.carry_out(node.board_id)
    assert [one.state for one in node.films] == [EntryState.SUCCEEDED]


def test_what_another_has_bought_meanwhile_is_gone_on_with(node: Node) -> None:
    bought = node.asks(Paused(before=node.is_taken_over))
    assert (bought.state, node.bought) == (EntryState.SUCCEEDED, 1)


def test_a_request_that_is_late_does_not_leave(node: Node) -> None:
    def sleeps() -> bool:
        node.theatre.clock.move(seconds=11)
        return True

    bought = node.asks(Paused(), holds=sleeps)
    assert (bought.state, node.bought) == (EntryState.VOID, 0)
    assert ProviderUnavailable(problem="the request was late to leave").message == bought.problem


def test_a_node_that_takes_over_waits_until_no_request_can_leave(node: Node) -> None:
    class Dead(BaseException):
        pass

    def dies() -> None:
        raise Dead

    with pytest.raises(Dead):
        node.asks(Paused(behind=dies))
    (entry,) = node.films
    assert entry.posted_at is not None
    assert entry.leaves_until == entry.posted_at + timedelta(seconds=0.2)
    node.theatre.carry_out(node.board_id)
    (entry,) = node.films
    assert entry.posted_at is not None
    (film,) = [one for one in node.theatre.provider.books.purchases if one.is_film]
    assert film.created_at >= entry.posted_at + timedelta(seconds=0.2)


def test_what_a_request_bought_that_left_late_is_stopped_and_stands_in_the_ledger(
    node: Node,
) -> None:
    with capture_logs() as logs:
        node.asks(Paused(behind=node.is_taken_over))
    first, stray = node.films
    assert (first.state, first.actual) == (EntryState.SUCCEEDED, Decimal("0.5"))
    assert (stray.state, stray.actual, stray.purpose) == (
        EntryState.CANCELED,
        Decimal(0),
        f"stray-{first.purpose}",
    )
    assert (stray.board_id, stray.job_id, stray.owner) == (first.board_id, first.job_id, "local")
    assert "request left late" in {one["event"] for one in logs}


class Gone(BaseException):
    """The node that asked is gone."""


class PausedAndGone(Paused):
    """The same, of a node that dies when its request has been taken."""

    def ask(self, url: str, body: bytes | None = None, **kwargs: Any) -> Answer:
        super().ask(url, body, **kwargs)
        raise Gone


def left_late(node: Node) -> None:
    """Have a video bought a second time, by a node that tells nobody."""
    with pytest.raises(Gone):
        node.asks(PausedAndGone(behind=node.is_taken_over))
    assert (node.bought, len(node.films)) == (2, 1)


def test_what_nobody_tells_of_is_found_in_the_list_of_the_provider(node: Node) -> None:
    here = node.theatre.app.services
    left_late(node)
    last = node.theatre.provider.books.purchases[-1]
    node.theatre.provider.books.finish(last)
    assert (find_strays(here), find_strays(here)) == (1, 0)
    stray = node.films[-1]
    assert (stray.state, stray.actual, stray.is_stray) == (
        EntryState.SUCCEEDED,
        Decimal("0.5"),
        True,
    )
    with here.catalog.read() as conn:
        costs = ledger.costs(conn, [node.board_id])[node.board_id]
        assert ledger.spent_on(conn, here.clock()) == Decimal("1.009")
    assert (costs.strays, costs.strays_usd) == (1, Decimal("0.5"))
    assert warnings_of(board_of(node.theatre.app, node.board_id), costs)[-1] == (
        "0.50 USD of it for what was bought a second time, by requests that left late"
    )


def test_a_call_of_the_provider_about_what_nobody_knows_is_looked_into(node: Node) -> None:
    left_late(node)
    last = PredictionId(node.theatre.provider.books.purchases[-1].id)
    settle_one(node.theatre.app.services, "replicate", last)
    assert (node.films[-1].is_stray, node.films[-1].prediction_id) == (True, last)


def test_a_stray_that_cannot_be_stopped_at_once_is_stopped_by_the_sweep(node: Node) -> None:
    left_late(node)
    node.theatre.plan(Call.CANCEL, *[Fault.BROKEN] * 3)
    here = node.theatre.app.services
    assert find_strays(here) == 1
    assert node.films[-1].state is EntryState.SUBMITTED
    assert settle_open(here) == 1
    assert node.films[-1].state is EntryState.CANCELED


def test_what_was_given_up_too_early_is_taken_by_the_entry_that_wants_it(node: Node) -> None:
    with pytest.raises(Gone):
        node.asks(PausedAndGone())
    here, (entry,) = node.theatre.app.services, node.films
    with here.catalog.begin() as conn:
        ledger.void(conn, entry.id, why="its answers were lost", now=here.clock())
    assert find_strays(here) == 1
    (entry,) = node.films
    assert (entry.state, entry.is_stray) == (EntryState.SUBMITTED, False)
    node.theatre.carry_out(node.board_id)
    assert [one.state for one in node.films] == [EntryState.SUCCEEDED]


def test_a_list_that_cannot_be_had_is_read_another_time(node: Node) -> None:
    left_late(node)
    node.theatre.plan(Call.LIST, *[Fault.BROKEN] * 3)
    here = node.theatre.app.services
    assert (find_strays(here), find_strays(here)) == (0, 1)


def test_a_prediction_is_never_entered_twice(node: Node) -> None:
    left_late(node)
    here = node.theatre.app.services
    last = PredictionId(node.theatre.provider.books.purchases[-1].id)
    with here.catalog.begin() as conn:
        entry_id = node.films[0].id
        stray = enter(conn, entry_id, last, here.clock())
        assert stray is not None
        assert enter(conn, entry_id, last, here.clock()) is None
    assert settle_open(here) == 1


def test_without_purchases_the_provider_is_not_asked(theatre: Theatre) -> None:
    assert find_strays(theatre.app.services) == 0
    assert theatre.provider.answered == []
