"""Controls as a table and over the picture, of recordings in TARs."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.frames import frames
from reelmill.media.tools import Tools
from reelmill.pipelines.captures.spec import NoVideo
from reelmill.pipelines.captures.tools.opened import SeveralRecordings, opened
from reelmill.pipelines.captures.tools.overlay import NoInputs, Wanted, overlay, tabulate
from reelmill.pipelines.captures.tools.places import object_at
from reelmill.pipelines.captures.tools.remake import OutsideVideo

pytestmark = pytest.mark.ffmpeg

TOOLS = Tools(ffmpeg=Ffmpeg(encoder="libx264"), tell=lambda *_: None)


def test_every_frame_of_the_video_has_a_row(shelf: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "controls.parquet"
    assert tabulate(Wanted(tar=str(shelf["keyboard"])), path) == 90
    table = pq.read_table(path)
    assert table.num_rows == 90
    assert table.column("time_s").to_pylist()[30] == pytest.approx(1.0)
    assert any(table.column("mouse_dx").to_pylist())


def test_a_recording_of_a_bundle_has_to_be_named(shelf: dict[str, Path], tmp_path: Path) -> None:
    tar = str(shelf["bundle"])
    with pytest.raises(SeveralRecordings) as told:
        tabulate(Wanted(tar=tar), tmp_path / "c.csv")
    assert "000000, 000001, 000002" in told.value.hint
    with pytest.raises(NoVideo):
        tabulate(Wanted(tar=tar, group="000009"), tmp_path / "c.csv")
    assert tabulate(Wanted(tar=tar, group="000001"), tmp_path / "c.csv") == 90


def test_nothing_is_known_without_inputs(shelf: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(NoInputs):
        tabulate(Wanted(tar=str(shelf["no-inputs"])), tmp_path / "c.csv")


@pytest.mark.parametrize("kind", ["keyboard", "controller"])
def test_the_controls_are_laid_over_the_picture(
    kind: str, shelf: dict[str, Path], tmp_path: Path
) -> None:
    made = tmp_path / "overlay.mp4"
    wanted = Wanted(tar=str(shelf[kind]), start_s=1.0, seconds=1.5)
    found = overlay(wanted, made, tmp_path, TOOLS)
    assert (found.frames, found.size) == (45, (128, 72))
    tar = opened(*object_at(str(shelf[kind])))
    video = tar.group().video
    assert video is not None
    tar.fetch(video, tmp_path / "before.mp4")
    before = np.stack(list(frames(tmp_path / "before.mp4")))[30:75].astype(int)
    changed = np.abs(np.stack(list(frames(made))) - before).mean(axis=(0, 3)) > 12
    # The panel is at the bottom in the middle; elsewhere there is but the noise of coding.
    assert changed[48:70, 30:98].sum() > 300
    assert changed[:48].mean() < 0.01
    assert changed[48:, :20].mean() < 0.01


def test_a_part_behind_the_end_is_refused(shelf: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(OutsideVideo):
        overlay(
            Wanted(tar=str(shelf["keyboard"]), start_s=3.0), tmp_path / "o.mp4", tmp_path, TOOLS
        )
