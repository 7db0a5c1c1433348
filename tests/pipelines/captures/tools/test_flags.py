"""What flags condemn, and in whose words."""

from typing import Any

import pytest

from reelmill.pipelines.captures.checks.registry import CHECKS
from reelmill.pipelines.captures.tools.flags import (
    UnknownFlag,
    as_csv,
    columns_for,
    doomed,
    short_name,
)

COLUMNS = ["is_video_mostly_dark", "is_dpi_scale_issue", "is_video_mostly_menu", "is_csv_missing"]


def row(key: str, **values: Any) -> dict[str, Any]:
    return {"s3_key": key, "error": None, **dict.fromkeys(COLUMNS, False), **values}


ROWS = [
    row("d/b.tar", is_video_mostly_dark=True, is_video_mostly_menu=True),
    row("a.tar"),
    row("c.tar/000001", is_dpi_scale_issue=True),
    row("e.tar", is_video_mostly_dark=None, error="no_video"),
]


def test_reasons_are_told_in_the_order_in_which_they_were_asked_for() -> None:
    found = doomed(ROWS, columns_for(["dark", "menu", "dpi"], COLUMNS))
    assert as_csv(found).splitlines() == [
        "dirpath,reason",
        "c/000001,dpi_scale_issue",
        "d/b,dark;menu",
    ]
    assert doomed(ROWS, columns_for(["menu", "dark"], COLUMNS))[0].reason == "menu;dark"


def test_what_nobody_can_tell_condemns_nothing_and_errors_do_when_asked() -> None:
    assert not any("e" in one.dirpath for one in doomed(ROWS, columns_for(["dark"], COLUMNS)))
    found = doomed(ROWS, columns_for(["error"], COLUMNS))
    assert [tuple(one) for one in found] == [("e", "error")]


def test_folders_lie_below_a_root_when_there_is_one() -> None:
    found = doomed(ROWS, columns_for(["dark"], COLUMNS), root="/data/")
    assert [one.dirpath for one in found] == ["/data/d/b"]


def test_a_flag_may_be_named_whole_and_an_unknown_one_is_refused_with_all_names() -> None:
    assert columns_for(["is_video_mostly_dark", " csv_missing"], COLUMNS) == {
        "dark": "is_video_mostly_dark",
        "csv_missing": "is_csv_missing",
    }
    with pytest.raises(UnknownFlag) as told:
        columns_for(["blue"], COLUMNS)
    assert "dark, dpi_scale_issue, menu, csv_missing, error" in told.value.hint


def test_no_two_flags_of_the_registry_share_a_name() -> None:
    flags = [each.name for check in CHECKS for each in check.judged if each.kind is bool]
    assert len({short_name(flag) for flag in flags}) == len(flags)
