"""Which captures a list names, and which of them one node does."""

import pytest
from tests.pipelines.captures.tools.stats import stat

from reelmill.pipelines.captures.tools.choosing import (
    BadMoment,
    BadShare,
    captures,
    days,
    share_of,
)

STATS = [
    stat("c.tar", "2025-09-18T00:00:00"),
    stat("b.tar", "2025-09-17T23:59:59.750"),
    stat("a.tar", "2025-09-17T00:00:00"),
    stat("labels.json", "2025-09-17T12:00:00"),
    stat("d/e.tar", "2025-09-16T23:59:59"),
]


@pytest.mark.parametrize(
    ("start", "end", "keys"),
    [
        (None, None, ["a.tar", "b.tar", "c.tar", "d/e.tar"]),
        ("2025-09-17", "2025-09-17", ["a.tar", "b.tar"]),
        (None, "2025-09-17", ["a.tar", "b.tar", "d/e.tar"]),
        ("2025-09-18", None, ["c.tar"]),
        ("2025-09-17T00:00:00", "2025-09-17T00:00:00", ["a.tar"]),
        ("2025-09-17T23:59:59", "2025-09-17T23:59:59", ["b.tar"]),
        ("2025-09-18T02:00:00+02:00", None, ["c.tar"]),
        ("2025-09-17", "2025-09-18T00:00", ["a.tar", "b.tar", "c.tar"]),
    ],
    ids=[
        "without dates all TARs are meant, and nothing else",
        "a date is meant from its first moment to its last",
        "an end alone leaves the start open",
        "a start alone leaves the end open",
        "moments are included",
        "a second is meant to its end",
        "a zone is heeded",
        "a date and a moment go together",
    ],
)
def test_days_choose_captures(start: str | None, end: str | None, keys: list[str]) -> None:
    assert [one.key for one in captures(STATS, days(start, end))] == keys


@pytest.mark.parametrize("text", ["yesterday", "2025-13-01", "17.09.2025"])
def test_what_is_no_date_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadMoment) as told:
        days(text, None)
    assert "2025-09-17" in told.value.hint


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(BadMoment):
        days("2025-09-18", "2025-09-17")


@pytest.mark.parametrize("nodes", [1, 2, 3, 7, 40])
def test_every_item_is_done_by_exactly_one_node(nodes: int) -> None:
    shares = [share_of(range(25), nodes, rank) for rank in range(nodes)]
    assert sorted(item for share in shares for item in share) == list(range(25))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


@pytest.mark.parametrize(("nodes", "rank"), [(2, 2), (2, -1), (0, 0)])
def test_there_is_no_such_node(nodes: int, rank: int) -> None:
    with pytest.raises(BadShare):
        share_of([1], nodes, rank)
