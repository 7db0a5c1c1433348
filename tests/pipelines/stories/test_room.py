"""Whether there is room on this machine's disk for another task."""

from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from tests.pipelines.stories.stage import stage

from reelmill.pipelines.stories.room import has_room


@pytest.mark.parametrize(
    ("needed_gb", "room"),
    [
        pytest.param(0, True, id="none is asked for"),
        pytest.param(1e-6, True, id="a kilobyte"),
        pytest.param(100_000, False, id="more than any disk has"),
    ],
)
def test_there_is_room(tmp_path: Path, needed_gb: float, *, room: bool) -> None:
    with stage(tmp_path / "home", chosen={"free_disk_gb": needed_gb}) as here:
        assert has_room(here) is room


def test_a_full_disk_is_warned_of_once_however_often_it_is_asked(tmp_path: Path) -> None:
    with (
        stage(tmp_path / "home", chosen={"free_disk_gb": 100_000}) as here,
        capture_logs() as heard,
    ):
        assert not any(has_room(here) for _ in range(5))
        assert len(heard) == 1
        assert heard[0]["log_level"] == "warning"
        assert heard[0]["component"] == "render_worker"
        assert not has_room(replace(here, scratch_root=tmp_path / "another"))
        assert len(heard) == 2, "another disk is another warning"
