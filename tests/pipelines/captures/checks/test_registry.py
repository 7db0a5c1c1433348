"""All checks fit together: names, columns, thresholds, and only the frames that they name."""

from collections.abc import Iterator, Mapping

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.pipelines.captures.checks.sights import facts, record, series, world

from reelmill.pipelines.captures.checks.check import (
    BadThreshold,
    Check,
    UnknownThreshold,
    thresholds_of,
    with_thresholds,
)
from reelmill.pipelines.captures.checks.registry import CHECKS
from reelmill.pipelines.captures.record import STRIDES, Record


class _Watched(Mapping[str, NDArray[np.uint8]]):
    """Frames that note who is asked for."""

    def __init__(self, frames: Mapping[str, NDArray[np.uint8]]) -> None:
        self._frames, self.asked = frames, set[str]()

    def __getitem__(self, name: str) -> NDArray[np.uint8]:
        self.asked.add(name)
        return self._frames[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._frames)

    def __len__(self) -> int:
        return len(self._frames)


def test_names_columns_and_thresholds_are_each_there_once() -> None:
    names = [check.name for check in CHECKS]
    columns = [c.name for check in CHECKS for c in (*check.measured, *check.judged)]
    limits = [name for check in CHECKS for name in check.limits._asdict()]
    for some in (names, columns, limits):
        assert len(some) == len(set(some))


def test_every_flag_of_the_documents_is_there() -> None:
    flags = {column.name for check in CHECKS for column in check.judged}
    assert flags >= {
        "is_video_mostly_dark",
        "is_dpi_scale_issue",
        "is_video_mostly_menu",
        "menu_flag_threshold",
        "is_consecutive_menu",
        "is_video_empty",
        "is_video_legacy_aug28",
        "is_video_kbm",
        "is_video_controller",
        "is_video_first_person",
        "is_video_third_person",
        "is_inputs_out_of_sync",
        "is_video_frozen",
        "is_video_low_fps",
        "is_video_too_short",
        "is_video_too_long",
        "is_resolution_mismatch",
        "is_csv_missing",
        "is_csv_corrupt",
    }


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_check_looks_at_no_frames_but_those_that_it_names(check: Check) -> None:
    for frames in (series(world(15)), series(world(4)), series(world(0))):
        watched = _Watched(frames)
        check.measure(Record(**(vars(record()) | {"sampled_frames": watched})))
        assert watched.asked <= set(check.series)
    assert set(check.series) <= set(STRIDES)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_figures_and_verdicts_are_of_the_kinds_that_the_columns_say(check: Check) -> None:
    for of in (record(told=facts()), record(series(world(0)))):
        figures = check.measure(of)
        verdicts = check.judge(figures, check.limits)
        for columns, values in ((check.measured, figures), (check.judged, verdicts)):
            assert tuple(column.name for column in columns) == values._fields
            for column, value in zip(columns, values, strict=True):
                kind = column.kind if isinstance(column.kind, type) else tuple
                assert value is None or isinstance(value, kind), column


def test_a_threshold_is_set_by_its_name() -> None:
    moved = with_thresholds(CHECKS, {"dark_mean_under": 20})
    assert thresholds_of(moved) == thresholds_of(CHECKS) | {"dark_mean_under": 20.0}


def test_a_threshold_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UnknownThreshold) as refused:
        with_thresholds(CHECKS, {"darkness": 20})
    assert "dark_mean_under" in refused.value.hint


def test_a_threshold_that_is_no_number_is_refused() -> None:
    with pytest.raises(BadThreshold):
        with_thresholds(CHECKS, {"dark_mean_under": float("nan")})


def test_what_stands_in_plots_and_sheets_is_there() -> None:
    for check in CHECKS:
        figures = {column.name for column in check.measured}
        assert set(check.marks) | ({check.frame} - {""}) <= figures
        assert {one for some in check.marks.values() for one in some} <= set(check.limits._fields)
