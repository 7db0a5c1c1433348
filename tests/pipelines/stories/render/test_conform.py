from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.media.coded import Coded, draw, number_in, numbers_in, where_contained
from tests.pipelines.stories.render.cutting_room import FORM, SMALL, piece_of, quiet_tools

from reelmill.errors import BadMedia
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.frames import frames as frames_of
from reelmill.media.frames import planes
from reelmill.media.geometry import Size
from reelmill.media.info import NothingToPlay
from reelmill.media.seals import digest_of, seal_of
from reelmill.pipelines.stories.render.conform import Conformed, Look, conform
from reelmill.pipelines.stories.spec import NotReadable

pytestmark = pytest.mark.ffmpeg

Make = Callable[..., Conformed]

#: Luma by which a flat ground may be off: two generations of coding, rounded.
NEAR = 4

#: Ticks of 1/600 s: 30 frames a second, of which every fifth is missing.
UNEVEN = [20 * n for n in range(50) if n % 5 != 3]


@pytest.fixture
def make(tmp_path: Path, ffmpeg: Ffmpeg) -> Make:
    def made(source: Path, frames: int, name: str = "made.mp4", **look: Any) -> Conformed:
        chosen = Look(**{"form": FORM, **look})
        return conform(source, piece_of(frames), tmp_path / name, chosen, quiet_tools(ffmpeg))

    return made


@pytest.mark.parametrize(
    ("drawn", "numbers"),
    [
        pytest.param({"frames": 45}, range(45), id="as it is"),
        pytest.param({"frames": 1}, [0], id="a single frame"),
        pytest.param({"frames": 20}, [*range(20), 19, 19], id="shorter than was thought"),
        pytest.param({"size": Size(180, 320), "frames": 9}, range(9), id="upright"),
        pytest.param(
            {"size": Size(321, 183), "pixel_format": "yuv444p", "frames": 9},
            range(9),
            id="odd sides",
        ),
        pytest.param({"size": Size(640, 272), "frames": 9}, range(9), id="wider than the story"),
        pytest.param({"shape": Fraction(4, 3), "frames": 9}, range(9), id="wide pixels"),
        pytest.param(
            {"rate": Fraction(60), "frames": 30}, range(0, 30, 2), id="60 a second: every second"
        ),
        pytest.param(
            {"rate": Fraction(15), "frames": 6}, [n // 2 for n in range(12)], id="15: each twice"
        ),
        pytest.param(
            {"times": UNEVEN, "frames": len(UNEVEN)},
            [n - (n + 2) // 5 for n in range(45)],
            id="uneven: gaps are filled by the frame before",
        ),
        pytest.param(
            {
                "pixel_format": "yuv420p10le",
                "tags": {"colorspace": 9, "color_primaries": 9, "color_trc": 16},
                "frames": 9,
            },
            range(9),
            id="high dynamic range",
        ),
        pytest.param({"layout": None, "frames": 9}, range(9), id="no sound"),
    ],
)
def test_every_frame_of_the_first_second_is_that_of_the_source(
    drawn: dict[str, Any], numbers: range, tmp_path: Path, make: Make
) -> None:
    what = Coded(**drawn)
    made = make(draw(tmp_path / "source.mp4", what), len(numbers))
    shown = Size(round(what.size.width * what.shape), what.size.height)
    assert numbers_in(made.path, where_contained(shown, SMALL)) == list(numbers)
    assert made.frames == len(numbers)


def test_a_turned_clip_is_shown_upright(tmp_path: Path, make: Make, ffmpeg: Ffmpeg) -> None:
    source = draw(tmp_path / "source.mp4", frames=6, layout=None)
    turned = tmp_path / "turned.mp4"
    ffmpeg.run(
        ["-display_rotation", "90", "-i", str(source), "-c", "copy", str(turned)], timeout_s=60
    )
    (first, *_), room = luma_of(make(turned, 6)), where_contained(Size(180, 320), SMALL)
    assert abs(int(first[90, 10]) - 16) <= NEAR
    # The rows of the code are columns now.
    code = first[:, room.x : room.x + room.width].astype(int)
    assert code[90].max() - code[90].min() > 150


@pytest.mark.parametrize(
    "size", [Size(180, 320), Size(320, 100), Size(120, 90)], ids=["upright", "wide", "4:3"]
)
def test_bars_are_black_and_the_picture_between_is_whole(
    size: Size, tmp_path: Path, make: Make
) -> None:
    made = make(draw(tmp_path / "source.mp4", size=size, frames=3), 3)
    room = where_contained(size, SMALL)
    bars = np.ones((SMALL.height, SMALL.width), bool)
    # Coding blurs the very edge.
    top, left = max(0, room.y - 4), max(0, room.x - 4)
    bars[top : room.y + room.height + 4, left : room.x + room.width + 4] = False
    for luma in luma_of(made):
        assert np.abs(luma[bars].astype(int) - 16).max() <= NEAR
        edge = luma[room.y + 2 : room.y + room.height - 2, room.x + 2]
        assert np.abs(edge.astype(int) - 90).max() <= NEAR


def test_pixels_are_those_of_the_source_to_the_eye(tmp_path: Path, make: Make) -> None:
    source = draw(tmp_path / "source.mp4", frames=30, tags=BT709)
    for ours, theirs in zip(luma_of(make(source, 30)), lumas_at(source), strict=True):
        assert np.abs(ours.astype(int) - theirs.astype(int)).mean() < 1.5


def test_a_logo_lies_20_20_from_the_corner_over_all_frames(tmp_path: Path, make: Make) -> None:
    Image.new("RGB", (40, 30), (255, 0, 0)).save(tmp_path / "logo.png")
    made = make(draw(tmp_path / "source.mp4", frames=30), 30, logo=tmp_path / "logo.png")
    for picture in frames_of(made.path):
        assert np.abs(picture[24:46, 24:56].astype(int) - (255, 0, 0)).max() < 30
        assert np.abs(picture[2:17, 2:100].astype(int).mean(axis=2) - 86).max() < 10


@pytest.mark.parametrize(
    ("alpha", "luma"), [(0, 90), (255, 235), (128, 162)], ids=["clear", "opaque", "half"]
)
def test_what_is_clear_in_a_logo_lets_the_clip_through(
    alpha: int, luma: int, tmp_path: Path, make: Make
) -> None:
    Image.new("RGBA", (31, 31), (255, 255, 255, alpha)).save(tmp_path / "logo.png")
    made = make(draw(tmp_path / "source.mp4", frames=2), 2, logo=tmp_path / "logo.png")
    assert abs(int(luma_of(made)[0][35, 35]) - luma) <= NEAR


def test_of_a_logo_larger_than_the_picture_the_rest_is_left_out(tmp_path: Path, make: Make) -> None:
    Image.new("RGB", (3000, 2000), (255, 255, 255)).save(tmp_path / "logo.jpg")
    made = make(draw(tmp_path / "source.mp4", frames=2), 2, logo=tmp_path / "logo.jpg")
    first = luma_of(made)[0].astype(int)
    assert abs(first[-3, -3] - 235) <= NEAR
    assert abs(first[10, 10] - 90) <= NEAR


def test_a_picture_without_room_for_a_logo_has_none(tmp_path: Path, make: Make) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "logo.png")
    form = replace(FORM, size=Size(16, 16))
    made = make(draw(tmp_path / "source.mp4", frames=2), 2, form=form, logo=tmp_path / "logo.png")
    assert made.frames == 2


def test_a_logo_that_is_no_picture_is_refused(tmp_path: Path, make: Make) -> None:
    (tmp_path / "logo.png").write_text("#EXTM3U\nfile:///etc/passwd")
    source = draw(tmp_path / "source.mp4", frames=2)
    with pytest.raises(NotReadable):
        make(source, 2, logo=tmp_path / "logo.png")


def test_a_plate_is_shown_again_and_again_behind_what_does_not_fill(
    tmp_path: Path, make: Make
) -> None:
    plate = draw(tmp_path / "plate.mp4", frames=7, colour=(200, 128, 128), rate=Fraction(30))
    upright = Size(100, 180)
    made = make(draw(tmp_path / "source.mp4", size=upright, frames=30), 30, plate=plate)
    assert numbers_in(made.path, where_contained(upright, SMALL)) == list(range(30))
    assert all(abs(int(luma[90, 5]) - 200) <= NEAR for luma in luma_of(made))


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [
        pytest.param("mp4", [n % 7 for n in range(30)], id="MP4"),
        pytest.param("mkv", [n % 7 for n in range(30)], id="Matroska"),
        pytest.param("ts", [min(n, 6) for n in range(30)], id="transport stream: its last stays"),
    ],
)
def test_a_plate_moves_on_from_its_last_frame_to_its_first(
    kind: str, numbers: list[int], tmp_path: Path, make: Make, ffmpeg: Ffmpeg
) -> None:
    drawn = draw(tmp_path / "drawn.mp4", frames=7, rate=Fraction(30))
    plate = tmp_path / f"plate.{kind}"
    ffmpeg.run(["-i", str(drawn), "-c", "copy", str(plate)], timeout_s=60)
    # A clip so narrow that it leaves the code of the plate to be read, beside it.
    source = draw(tmp_path / "source.mp4", size=Size(2, 180), frames=30, layout=None)
    seen = [
        number_in(np.delete(luma, range(158, 162), axis=1), where_contained(SMALL, SMALL))
        for luma in luma_of(make(source, 30, plate=plate))
    ]
    assert seen == numbers


def test_a_clip_that_fills_the_picture_hides_the_plate(tmp_path: Path, make: Make) -> None:
    plate = draw(tmp_path / "plate.mp4", frames=3, colour=(200, 128, 128))
    source = draw(tmp_path / "source.mp4", frames=3)
    with_plate = make(source, 3, "with.mp4", plate=plate).path.read_bytes()
    assert with_plate == make(source, 3, "without.mp4").path.read_bytes()


def test_the_same_clip_comes_out_the_same_to_the_byte(tmp_path: Path, make: Make) -> None:
    source = draw(tmp_path / "source.mp4", frames=40)
    one, other = (make(source, 40, f"{name}.mp4").path.read_bytes() for name in "ab")
    assert one == other


def test_clips_of_every_kind_come_out_with_the_same_headers(tmp_path: Path, make: Make) -> None:
    kinds = [
        Coded(frames=3),
        Coded(frames=90, size=Size(640, 360), rate=Fraction(25)),
        Coded(frames=5, size=Size(182, 320), pixel_format="yuv444p"),
    ]
    headers = set()
    for number, what in enumerate(kinds):
        made = make(draw(tmp_path / f"{number}.mp4", what), what.frames, f"{number}-made.mp4")
        with av.open(str(made.path)) as file:
            headers.add(file.streams.video[0].codec_context.extradata)
    assert len(headers) == 1


def test_the_seal_tells_each_packet_and_each_is_one_picture_in_order(
    tmp_path: Path, make: Make
) -> None:
    made = make(draw(tmp_path / "source.mp4", frames=70), 70)
    with av.open(str(made.path)) as file:
        packets = [one for one in file.demux(video=0) if one.size]
    assert seal_of(made.path).packets == tuple(digest_of(bytes(one)) for one in packets)
    assert (
        [one.pts for one in packets]
        == [one.dts for one in packets]
        == sorted(one.pts or 0 for one in packets)
    )


def test_of_a_long_clip_only_its_beginning_is_conformed(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    source = draw(tmp_path / "source.mp4", frames=40, rate=Fraction(1), layout=None)
    form = replace(FORM, rate=1)
    made = conform(
        source, piece_of(40, 3), tmp_path / "made.mp4", Look(form=form), quiet_tools(ffmpeg)
    )
    assert numbers_in(made.path, where_contained(SMALL, SMALL)) == list(range(32))


@pytest.mark.parametrize(
    ("content", "error"),
    [
        pytest.param(b"#EXTM3U\nfile:///etc/passwd\n", BadMedia, id="a playlist"),
        pytest.param(b"", BadMedia, id="nothing"),
    ],
)
def test_what_is_no_video_is_refused(
    content: bytes, error: type[BadMedia], tmp_path: Path, make: Make
) -> None:
    (tmp_path / "source.mp4").write_bytes(content)
    with pytest.raises(error):
        make(tmp_path / "source.mp4", 3)
    assert not (tmp_path / "made.mp4").exists()


def test_sound_alone_is_no_clip(tmp_path: Path, make: Make, ffmpeg: Ffmpeg) -> None:
    source = tmp_path / "source.mp4"
    ffmpeg.run(["-f", "lavfi", "-i", "sine=d=0.2", str(source)], timeout_s=60)
    with pytest.raises(NothingToPlay):
        make(source, 3)


def test_a_second_of_4k_is_as_wide_as_it_should_be(tmp_path: Path, make: Make) -> None:
    source = draw(tmp_path / "source.mp4", size=Size(720, 1280), frames=8, tags=BT709)
    size = Size(3840, 2160)
    made = make(source, 8, form=replace(FORM, size=size))
    assert numbers_in(made.path, where_contained(Size(720, 1280), size)) == list(range(8))


BT709 = {"colorspace": 1, "color_primaries": 1, "color_trc": 1}


def luma_of(made: Conformed) -> list[NDArray[np.uint8]]:
    return lumas_at(made.path)


def lumas_at(path: Path) -> list[NDArray[np.uint8]]:
    return [picture.y for picture in planes(path)]
