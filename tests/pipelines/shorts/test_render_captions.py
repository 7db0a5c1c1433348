"""Captions of a short: in their frames alone, whatever becomes of the picture."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.media.coded import lumas

from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.tools import Tools
from reelmill.pipelines.shorts.plan import SHORT_SIZE
from reelmill.pipelines.shorts.render import Asked, Made, make_short
from reelmill.pipelines.shorts.spec import Caption, CropKeyframe, CropPlan, Cut, Quality, Strategy
from reelmill.units import StoreKey

pytestmark = pytest.mark.ffmpeg

#: Luma of the source.
GREY = 126

PLAN = CropPlan(
    source_width=320,
    source_height=180,
    window_width=102,
    window_height=180,
    keyframes=(CropKeyframe(at_s=0, x=0), CropKeyframe(at_s=0.8, x=200)),
)


@pytest.fixture(scope="module")
def grey(tmp_path_factory: pytest.TempPathFactory, ffmpeg: Ffmpeg) -> Path:
    """Two seconds of grey, 10 frames a second."""
    to = tmp_path_factory.mktemp("grey") / "grey.mp4"
    picture = ("-f", "lavfi", "-i", "color=0x808080:s=320x180:r=10:d=2")
    ffmpeg.run([*picture, "-c:v", "libx264", "-pix_fmt", "yuv420p", str(to)], timeout_s=60)
    return to


def made(grey: Path, folder: Path, *captions: Caption, **asked: object) -> Made:
    """A short of the second second."""
    cut = Cut(source_key=StoreKey("a"), start_s=1.0, end_s=2.0)
    wanted = Asked(cut=cut, captions=captions, quality=Quality.MEDIUM, **asked)  # type: ignore[arg-type]
    return make_short(grey, wanted, folder, Tools(ffmpeg=Ffmpeg(encoder="libx264")))


def changed(frame: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where something is drawn."""
    return np.abs(frame.astype(int) - GREY) > 40


@pytest.mark.parametrize("strategy", list(Strategy))
def test_captions_are_in_their_frames_alone_whatever_the_strategy(
    strategy: Strategy, grey: Path, tmp_path: Path
) -> None:
    captions = [
        Caption(start_s=0.2, end_s=0.5, text="자막은 여기에"),
        Caption(start_s=0.7, end_s=0.8, text="a shepherd"),
    ]
    plan = PLAN if strategy is Strategy.SMART_CROP else None
    short = made(grey, tmp_path, *captions, strategy=strategy, crop_plan=plan)
    below = [np.array(one)[1340:1500] for one in lumas(short.video)]
    assert "".join(str(int((one > 200).any())) for one in below) == "0011100100"


def test_captions_stand_above_what_players_lay_over_a_short(grey: Path, tmp_path: Path) -> None:
    text = "Once there was a shepherd, and his dog, and a dragon that nobody had ever seen"
    short = made(grey, tmp_path, Caption(start_s=0, end_s=1, text=text))
    frame = np.array(list(lumas(short.video))[5])
    rows, columns = np.nonzero(changed(frame))
    assert SHORT_SIZE.height * 0.6 < rows.min() < rows.max() < SHORT_SIZE.height * 0.79
    assert columns.min() > SHORT_SIZE.width * 0.04
    assert (columns.min() + columns.max()) / 2 == pytest.approx(SHORT_SIZE.width / 2, abs=4)
    assert rows.max() - rows.min() > 2 * 59
