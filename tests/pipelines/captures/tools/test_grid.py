"""The frames of a record on one sheet, each told its true time."""

import numpy as np

from reelmill.pipelines.captures.record import NO_FRAMES, STRIDES, Record
from reelmill.pipelines.captures.tools.grid import COLOURS, Form, grid, time_of


def record(**counts: int) -> Record:
    frames = {
        series: np.full((counts[f"s{stride}"], 3, 18, 32), stride, np.uint8)
        if counts.get(f"s{stride}")
        else NO_FRAMES
        for series, stride in STRIDES.items()
    }
    return Record(
        s3_key="0a.tar",
        video_id="recording",
        video_metadata={},
        session_metadata={},
        sampled_frames=frames,
    )


def tiles(pixels: np.ndarray, series: str) -> int:
    """How many pictures have the border of a series."""
    border = (pixels == COLOURS[series]).all(axis=2)
    # The legend has a mark of each colour; a border has as many pixels as this.
    return round(border.sum() / (2 * 4 * (328 + 180)))


def test_all_frames_are_on_a_detailed_sheet_and_middles_on_a_summary() -> None:
    found = record(s3=7, s30=2)
    detailed, short = grid(found, Form.DETAILED), grid(found, Form.SUMMARY)
    assert [tiles(detailed, series) for series in STRIDES] == [7, 2, 0]
    assert [tiles(short, series) for series in STRIDES] == [1, 1, 0]


def test_the_first_frame_of_a_series_is_one_stride_in() -> None:
    assert [time_of(series, 0) for series in STRIDES] == [3, 30, 60]
    assert time_of("stride-30_chw", 14) == 450


def test_a_record_without_frames_has_a_sheet_that_says_so() -> None:
    assert grid(record(), Form.DETAILED).shape[2] == 3
