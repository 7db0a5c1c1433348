"""The inventory of sizes: a row each, a summary, ranges."""

import csv
import math

import pytest
from tests.pipelines.captures.tools.stats import stat

from reelmill.pipelines.captures.tools.sizes import (
    MB,
    BadSizes,
    inventory,
    range_of,
    summary,
    within,
)

SIZES = [0, 0, MB, 10 * MB, 10 * MB + 1, 100 * MB, 100 * MB + 1, 2847 * MB]


def test_a_summary_counts_every_capture_in_one_bucket() -> None:
    found = summary(SIZES)
    assert found.buckets == {"0": 2, "(0,10] MB": 2, "(10,100] MB": 2, ">100 MB": 2}
    assert (found.count, found.zero, found.min_mb, found.max_mb) == (8, 2, 0.0, 2847.0)
    assert found.mean_mb == pytest.approx(sum(SIZES) / 8 / MB)


def test_percentiles_lie_between_neighbours_in_proportion() -> None:
    found = summary([number * MB for number in range(101)]).percentiles_mb
    assert found == {"p50": 50.0, "p75": 75.0, "p90": 90.0, "p95": 95.0}
    assert summary([0, 10 * MB]).percentiles_mb["p75"] == 7.5


def test_nothing_has_no_mean() -> None:
    found = summary([])
    assert (found.count, found.mean_mb, found.percentiles_mb) == (0, None, {})


def test_the_inventory_is_csv_whatever_a_key_holds() -> None:
    stats = [stat('2025, "best".tar', "2025-09-17T14:59:42", 3 * MB), stat("b.tar", "2025-09-18")]
    first, second = csv.DictReader(inventory(stats).splitlines())
    assert first == {
        "key": '2025, "best".tar',
        "size_bytes": str(3 * MB),
        "size_mb": "3.000",
        "modified": "2025-09-17T14:59:42+00:00",
    }
    assert second["key"] == "b.tar"


@pytest.mark.parametrize(
    ("text", "sizes"),
    [("0,0", [0]), ("0,10", [0, MB, 10 * MB]), ("10,", [10 * MB, 200 * MB]), ("300,400", [])],
)
def test_both_ends_of_a_range_belong_to_it(text: str, sizes: list[int]) -> None:
    stats = [stat(f"{size}.tar", "2025-09-17", size) for size in (200 * MB, 0, 10 * MB, MB)]
    assert [one.size_bytes for one in within(stats, range_of(text))] == sizes


def test_a_range_is_told_as_it_was_typed() -> None:
    assert (str(range_of("10,100")), str(range_of(",5")), str(range_of("7.5,"))) == (
        "10,100 MB",
        "0,5 MB",
        "7.5, MB",
    )
    assert math.isinf(range_of("7,").high_mb)


@pytest.mark.parametrize("text", ["", "10", "a,b", "5,1", "-1,2", "nan,3"])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(BadSizes):
        range_of(text)
