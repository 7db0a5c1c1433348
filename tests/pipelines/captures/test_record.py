"""A record's hash is of what checks may look at, and of nothing else."""

from typing import Any

import numpy as np
import pytest
from tests.pipelines.captures.pt.sound import frames, record

from reelmill.pipelines.captures.record import NO_FRAMES, STRIDES, InputsSummary, content_hash


def hash_of(**changed: Any) -> str:
    one = record()
    held: dict[str, Any] = {
        "video_metadata": one.video_metadata,
        "session_metadata": one.session_metadata,
        "sampled_frames": one.sampled_frames,
        "told": {"size_bytes": 1},
    }
    return content_hash(**held | changed)


def test_the_same_content_has_the_same_hash_in_any_order() -> None:
    one = record()
    turned = dict(reversed(one.video_metadata.items()))
    assert hash_of() == hash_of(video_metadata=turned)
    assert hash_of() == hash_of(sampled_frames=dict(reversed(one.sampled_frames.items())))


def _nudged() -> dict[str, Any]:
    series = {name: one.copy() for name, one in record().sampled_frames.items()}
    series["stride-3_chw"][3, 2, 5, 8] ^= 1
    return series


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"video_metadata": {}}, id="of the video"),
        pytest.param({"session_metadata": {"duration": 90.26}}, id="of the session"),
        pytest.param({"told": {"size_bytes": 2}}, id="of the facts"),
        pytest.param({"sampled_frames": _nudged()}, id="one bit of one pixel"),
        pytest.param({"sampled_frames": {}}, id="no frames"),
    ],
)
def test_other_content_has_another_hash(changed: dict[str, Any]) -> None:
    assert hash_of(**changed) != hash_of()


def test_the_shape_of_frames_is_part_of_it() -> None:
    wide = {"stride-3_chw": frames(2, 6, 9)}
    tall = {"stride-3_chw": wide["stride-3_chw"].reshape(2, 3, 9, 6)}
    assert hash_of(sampled_frames=wide) != hash_of(sampled_frames=tall)


def test_frames_that_are_not_there_are_none_in_the_shape_of_frames() -> None:
    one = record(sampled_frames={"stride-30_chw": NO_FRAMES, "stride-3_chw": frames(2)})
    assert one.frames("stride-3_chw").shape == (2, 3, 6, 9)
    for series in ("stride-30_chw", "stride-60_chw"):
        assert one.frames(series).shape == (0, 3, 0, 0)
        assert one.frames(series).dtype == np.uint8
    assert set(STRIDES) == {"stride-3_chw", "stride-30_chw", "stride-60_chw"}


def test_a_window_that_runs_backwards_has_no_minutes() -> None:
    told = InputsSummary(rows=2, corrupt_rows=0, start_s=10.0, end_s=4.0)
    assert (told.duration_s, told.minutes) == (-6.0, 0.0)
