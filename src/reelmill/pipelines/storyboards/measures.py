"""Boards, purchases and budgets -> numbers for `/metrics`."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from reelmill.pipeline import Gauge
from reelmill.pipelines.storyboards.budgets import Budget, today
from reelmill.pipelines.storyboards.house import settings_of
from reelmill.pipelines.storyboards.records import Entry, EntryState, Sum
from reelmill.pipelines.storyboards.spec import VideoStatus
from reelmill.pipelines.storyboards.tables import boards, ledger, providers
from reelmill.services import Services

#: Stands for everybody, where one owner would be named.
EVERYBODY: Final = ""


def gauges(here: Services) -> Iterator[Gauge]:
    """The numbers: what is spent and held today, what is open, where boards are."""
    with here.catalog.read() as conn:
        _, budget = today(conn, here, EVERYBODY)
        is_open = ledger.open_entries(conn)
        made = ledger.sums_on(conn, here.clock())
        counts = boards.counts(conn)
        resting = providers.rests_until(conn, settings_of(here).provider)
    yield from _money(budget, is_open)
    yield from _made(made)
    for status in VideoStatus:
        about = "Boards by status"
        yield Gauge("boards", about, counts.get(status, 0), {"status": status.value})
    is_left_alone = resting is not None and resting > here.clock()
    yield Gauge("provider_resting", "1 while the provider is left alone", is_left_alone, {})


def _money(budget: Budget, is_open: list[Entry]) -> Iterator[Gauge]:
    yield Gauge("spent_today_usd", "Spent or held today, US dollars", float(budget.spent), {})
    yield Gauge("budget_today_usd", "Hard budget of a day, US dollars", float(budget.hard), {})
    held = float(sum(entry.held for entry in is_open))
    yield Gauge("held_usd", "Held for purchases that are open, US dollars", held, {})
    by_state = groupby(sorted(is_open, key=_state), key=_state)
    counts = {state: len(list(entries)) for state, entries in by_state}
    for state in EntryState:
        if state.is_open:
            about = "Purchases whose end is not known"
            yield Gauge("open_purchases", about, counts.get(state, 0), {"state": state.value})


def _made(made: list[Sum]) -> Iterator[Gauge]:
    """What was bought today: how it ended, and what was paid in vain."""
    about, paid = "Purchases of today", "Paid or held for purchases of today, US dollars"
    for one in made:
        labels = {"kind": one.kind, "state": one.state}
        yield Gauge("purchases_today", about, one.number, labels)
        yield Gauge("purchases_today_usd", paid, float(one.usd), labels)


def _state(entry: Entry) -> EntryState:
    return entry.state
