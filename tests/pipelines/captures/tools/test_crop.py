"""Pictures that are smaller than their canvas, in full size again."""

from pathlib import Path

import numpy as np
import pytest

from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.frames import frames
from reelmill.media.geometry import Size
from reelmill.media.tools import Tools
from reelmill.pipelines.captures.tools.crop import NothingToCrop, box_in, crop

pytestmark = pytest.mark.ffmpeg

TOOLS = Tools(ffmpeg=Ffmpeg(encoder="libx264"), tell=lambda *_: None)


@pytest.mark.parametrize(("kind", "size"), [("cornered", (128, 72)), ("letterboxed", (128, 56))])
def test_what_is_left_fills_the_picture(
    kind: str, size: tuple[int, int], shelf: dict[str, Path], tmp_path: Path
) -> None:
    found = crop(str(shelf[kind]), "", tmp_path / "o.mp4", tmp_path, TOOLS)
    assert (found.frames, found.size) == (90, size)
    shown = np.stack(list(frames(tmp_path / "o.mp4"))[::15]).astype(int).max(axis=3)
    edges = shown[:, :2], shown[:, -2:], shown[:, :, :2], shown[:, :, -2:]
    assert all(edge.mean() > 30 for edge in edges)


def test_a_picture_that_fills_its_canvas_is_left_alone(
    shelf: dict[str, Path], tmp_path: Path
) -> None:
    with pytest.raises(NothingToCrop):
        crop(str(shelf["keyboard"]), "", tmp_path / "o.mp4", tmp_path, TOOLS)
    assert not (tmp_path / "o.mp4").exists()


def test_the_box_holds_nothing_but_the_picture() -> None:
    assert box_in((0.0, 0.0, 0.667, 0.667), Size(1280, 720)) == (0, 0, 854, 480)
    assert box_in((0.1, 0.0, 0.9, 1.0), Size(645, 361)) == (64, 0, 516, 360)
