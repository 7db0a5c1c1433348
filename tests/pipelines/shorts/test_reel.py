from fractions import Fraction
from pathlib import Path

import av
import pytest
from tests.media.coded import beeps_in, draw, lumas, number_in, where_contained

from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.geometry import Size
from reelmill.media.tools import Tools
from reelmill.pipelines.shorts.render import ReelAsked, make_reel
from reelmill.pipelines.shorts.spec import Cut
from reelmill.units import StoreKey

pytestmark = pytest.mark.ffmpeg


def cut(start_s: float, end_s: float) -> Cut:
    return Cut(source_key=StoreKey("a"), start_s=start_s, end_s=end_s)


def test_parts_of_any_shape_follow_each_other_to_the_frame_and_in_sync(
    tmp_path: Path, ffmpeg: Ffmpeg
) -> None:
    wide = draw(tmp_path / "wide.mp4")
    tall = draw(tmp_path / "tall.mkv", size=Size(180, 320), rate=Fraction(25), frames=50)
    dumb = draw(tmp_path / "dumb.mp4", size=Size(240, 180), layout=None)
    told: list[tuple[str, int, int]] = []
    parts = [
        (wide, cut(0.5, 1.5)),
        (tall, cut(1.0, 1.4)),
        (dumb, cut(0, 0.25)),
        (wide, cut(1.3, 2.0)),
    ]
    made = make_reel(
        ReelAsked(parts=parts, title="Best of", target_height=360),
        tmp_path,
        Tools(ffmpeg=ffmpeg, tell=lambda *at: told.append(at[:3])),
    )
    assert (made.size, made.frames) == (Size(640, 360), 70)
    assert made.duration_s == pytest.approx(1.0 + 0.4 + 0.25 + 0.7, abs=1 / 60)
    shapes = [Size(320, 180)] * 30 + [Size(180, 320)] * 12 + [Size(240, 180)] * 7
    shapes += [Size(320, 180)] * 21
    numbers = [
        number_in(luma, where_contained(shown, made.size))
        for luma, shown in zip(lumas(made.video), shapes, strict=True)
    ]
    assert numbers[:30] == list(range(15, 45))
    assert (numbers[30], numbers[41]) == (25, 34)
    assert numbers[42:49] == list(range(7))
    assert numbers[49:] == list(range(39, 60))
    # Beeps at 0.8 and 1.2 of the first, at 1.2 of the second, at 1.6 of the last.
    assert beeps_in(made.video) == pytest.approx([0.3, 0.7, 1.2, 49 / 30 + 0.3], abs=0.005)
    assert [at for at in told if at[0] == "cutting"] == [("cutting", n, 4) for n in range(4)]
    assert ("concat", 3, 4) in told
    with av.open(str(made.video)) as file:
        assert file.metadata["title"] == "Best of"


def test_many_short_parts_do_not_drift(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    source = draw(tmp_path / "source.mp4", rate=Fraction(30_000, 1001))
    parts = [(source, cut(at / 10, at / 10 + 0.115)) for at in range(12)]
    asked = ReelAsked(parts=parts, target_height=360)
    made = make_reel(asked, tmp_path, Tools(ffmpeg=ffmpeg))
    assert made.frames == round(12 * 0.115 * 30)
