import math
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import av
import pytest
from PIL import Image
from tests.media.coded import (
    BEEP_EVERY_S,
    Coded,
    beeps_in,
    draw,
    first_frame_s,
    lumas,
    numbers_in,
    where_contained,
    where_cropped,
)

from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.geometry import Size
from reelmill.media.tools import Tools
from reelmill.pipelines.shorts.plan import SHORT_SIZE
from reelmill.pipelines.shorts.render import Asked, Made, make_short
from reelmill.pipelines.shorts.spec import (
    BadCropPlan,
    CropKeyframe,
    CropPlan,
    Cut,
    Quality,
    Strategy,
)
from reelmill.units import StoreKey

pytestmark = pytest.mark.ffmpeg

Make = Callable[..., Made]

#: Where the code lies when the middle of a picture of 320x180 fills a short.
CROPPED = where_cropped(Size(320, 180), SHORT_SIZE)

NTSC = Fraction(30_000, 1001)

#: Ticks of 1/600 s: 30 frames a second, of which every fifth is missing.
UNEVEN = [20 * n for n in range(60) if n % 5 != 3]


class Wrapped(NamedTuple):
    """The same packets in another wrapping."""

    name: str
    args: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    skipped: int = 0
    """Frames left out at the start."""


def cut(start_s: float, end_s: float) -> Cut:
    return Cut(source_key=StoreKey("a"), start_s=start_s, end_s=end_s)


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def made(source: Path, start_s: float, end_s: float, **asked: object) -> Made:
        folder = tmp_path / "made"
        folder.mkdir()
        wanted = Asked(cut=cut(start_s, end_s), **asked)  # type: ignore[arg-type]
        return make_short(source, wanted, folder, Tools(ffmpeg=Ffmpeg(encoder="libx264")))

    return made


@pytest.fixture
def copied(ffmpeg: Ffmpeg) -> Callable[..., Path]:
    """The same packets in another wrapping."""

    def copy(source: Path, name: str, *args: str, before: tuple[str, ...] = ()) -> Path:
        target = source.with_name(name)
        ffmpeg.run([*before, "-i", str(source), "-c", "copy", *args, str(target)], timeout_s=60)
        return target

    return copy


@pytest.mark.parametrize(
    ("drawn", "part", "numbers"),
    [
        pytest.param({}, (0.0, 0.4), range(12), id="from the start"),
        pytest.param({}, (0.5, 1.0), range(15, 30), id="between key frames, with B-frames"),
        pytest.param({}, (0.51, 1.01), range(15, 30), id="between frames"),
        pytest.param({}, (0.4999, 0.9999), range(15, 30), id="rounded down by the asker"),
        pytest.param({}, (1.7, 2.0), range(51, 60), id="to the very end"),
        pytest.param({}, (1.7, 2.05), [*range(51, 60), 59], id="a frame past the end"),
        pytest.param({"rate": Fraction(25)}, (1.0, 1.4), range(25, 35), id="25 a second"),
        pytest.param({"rate": NTSC}, (1.001, 1.5015), range(30, 45), id="29.97 a second"),
        pytest.param({"rate": Fraction(25, 2)}, (1.2, 2.0), range(15, 25), id="12.5 a second"),
        pytest.param(
            {"rate": Fraction(120), "frames": 120},
            (0.25, 0.5),
            range(30, 60, 2),
            id="120 a second: every second frame",
        ),
        pytest.param(
            {"times": UNEVEN, "frames": len(UNEVEN)},
            (0.5, 1.0),
            [n - (n + 2) // 5 for n in range(15, 30)],
            id="uneven: a gap is filled by the frame before it",
        ),
    ],
)
def test_first_and_last_frame_and_sound_are_those_asked_for(
    drawn: dict[str, Any], part: tuple[float, float], numbers: range, tmp_path: Path, make: Make
) -> None:
    what = Coded(**drawn)
    made = make(draw(tmp_path / "source.mp4", what), *part)
    assert numbers_in(made.video, CROPPED) == list(numbers)
    rate = min(what.rate, 60)
    assert made.duration_s == pytest.approx(float(len(numbers) / rate))
    assert abs(made.duration_s - (part[1] - part[0])) <= 1 / rate
    assert_in_sync(made, what.shown_at_s(numbers[0]))


def assert_in_sync(made: Made, begins_s: float) -> None:
    """Every beep of the source that lies in the short is heard there, to some milliseconds."""
    multiples = [BEEP_EVERY_S * n - begins_s for n in range(1, 20)]
    expected = [at for at in multiples if 0.02 < at < made.duration_s - 0.05]
    heard = [at for at in beeps_in(made.video) if 0.02 < at < made.duration_s - 0.05]
    assert heard == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(Wrapped("a.mkv"), id="Matroska: a clock of milliseconds"),
        pytest.param(Wrapped("a.ts"), id="transport stream: starts at 1.4 s, no index"),
        pytest.param(Wrapped("a.flv"), id="Flash"),
        pytest.param(Wrapped("a.mp4", ("-output_ts_offset", "5")), id="starts at 5 s"),
        pytest.param(
            Wrapped("a.mp4", before=("-ss", "0.6"), skipped=18),
            id="edit list: begins inside a group of pictures",
        ),
        pytest.param(Wrapped("a.mov", ("-movflags", "frag_keyframe")), id="fragmented"),
    ],
)
def test_other_clocks_and_wrappings_are_cut_as_exactly(
    other: Wrapped, tmp_path: Path, make: Make, copied: Callable[..., Path]
) -> None:
    drawn = draw(tmp_path / "source.mp4", frames=75)
    source = copied(drawn, other.name, *other.args, before=other.before)
    # The sound may begin before the first frame, by what its encoder needs to get under way.
    first = other.skipped + math.floor((0.9 - first_frame_s(source)) * 30 + 0.07)
    made = make(source, 0.9, 1.4)
    assert numbers_in(made.video, CROPPED) == list(range(first, first + 15))
    assert_in_sync(made, first / 30)


@pytest.mark.parametrize(
    ("drawn", "shown"),
    [
        pytest.param({"size": Size(240, 180)}, Size(240, 180), id="4:3"),
        pytest.param({"size": Size(200, 200)}, Size(200, 200), id="1:1"),
        pytest.param({"size": Size(180, 320)}, Size(180, 320), id="9:16"),
        pytest.param({"size": Size(160, 400)}, Size(160, 400), id="narrower than 9:16"),
        pytest.param(
            {"size": Size(321, 181), "pixel_format": "yuv444p"}, Size(320, 180), id="odd sides"
        ),
        pytest.param(
            {"size": Size(240, 180), "shape": Fraction(4, 3)}, Size(320, 180), id="wide pixels"
        ),
        pytest.param(
            {"size": Size(320, 180), "pixel_format": "yuv422p10le"}, Size(320, 180), id="10 bits"
        ),
    ],
)
@pytest.mark.parametrize("strategy", [Strategy.CENTER_CROP, Strategy.LETTERBOX, Strategy.BLUR_FILL])
def test_every_shape_becomes_a_short(
    drawn: dict[str, object], shown: Size, strategy: Strategy, tmp_path: Path, make: Make
) -> None:
    source = draw(tmp_path / "source.mp4", frames=12, **drawn)
    made = make(source, 0.1, 0.3, strategy=strategy)
    where = where_cropped if strategy is Strategy.CENTER_CROP else where_contained
    assert numbers_in(made.video, where(shown, SHORT_SIZE)) == list(range(3, 9))
    assert_form(made)


def window_at(*keyframes: CropKeyframe) -> CropPlan:
    return CropPlan(
        source_width=640,
        source_height=180,
        window_width=100,
        window_height=180,
        keyframes=keyframes,
    )


@pytest.fixture
def panorama(tmp_path: Path, ffmpeg: Ffmpeg) -> Path:
    """640x180, black on the left and brighter to the right, 30 frames of 30 a second."""
    path = tmp_path / "panorama.mp4"
    ramp = "color=black:s=640x180:r=30,format=yuv420p,geq=lum='16+X*200/640':cb=128:cr=128"
    ffmpeg.run(
        ["-f", "lavfi", "-i", ramp, "-frames:v", "30", "-crf", "10", "-g", "12", str(path)],
        timeout_s=60,
    )
    return path


def lefts_in(made: Made) -> list[float]:
    """Where the window was in the panorama, by the brightness of the middle of each frame."""
    return [
        (float(luma[800:1100, 520:560].mean()) - 16) * 640 / 200 - 50 for luma in lumas(made.video)
    ]


@pytest.mark.parametrize("start_s", [0.2, 0.21], ids=["on a frame", "between frames"])
def test_the_window_jumps_and_glides_at_the_frames_of_the_plan(
    start_s: float, panorama: Path, make: Make
) -> None:
    # Moments as a planner tells them: of frames, from the start of the cut.
    late_s = start_s - 0.2
    plan = window_at(
        CropKeyframe(at_s=0, x=100),
        CropKeyframe(at_s=5 / 30 - late_s, x=400, jump=True),
        CropKeyframe(at_s=10 / 30 - late_s, x=300),
    )
    made = make(panorama, start_s, start_s + 0.5, strategy=Strategy.SMART_CROP, crop_plan=plan)
    expected = [100.0] * 5 + [400, 380, 360, 340, 320] + [300.0] * 5
    # A step of brightness is three pixels wide.
    assert lefts_in(made) == pytest.approx(expected, abs=6)


def test_a_path_of_thousands_of_key_frames_is_followed(panorama: Path, make: Make) -> None:
    keys = [CropKeyframe(at_s=n / 6000, x=100 + n % 2 + n // 15) for n in range(5000)]
    made = make(panorama, 0, 0.5, strategy=Strategy.SMART_CROP, crop_plan=window_at(*keys))
    # The encoder may give a frame of so little contrast the brightness of its neighbour.
    expected = [100 + 200 / 15 * n for n in range(15)]
    assert lefts_in(made) == pytest.approx(expected, abs=200 / 15 + 6)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"source_width": 642}, id="made for another video"),
        pytest.param({"keyframes": (CropKeyframe(at_s=0, x=542),)}, id="out of the picture"),
        pytest.param({"window_width": 180}, id="a square window"),
        pytest.param(None, id="none"),
    ],
)
def test_a_plan_that_does_not_fit_is_refused(
    change: dict[str, Any] | None, panorama: Path, make: Make
) -> None:
    good = window_at(CropKeyframe(at_s=0, x=100))
    plan = None if change is None else good.model_copy(update=change)
    with pytest.raises(BadCropPlan):
        make(panorama, 0, 0.5, strategy=Strategy.SMART_CROP, crop_plan=plan)


def assert_form(made: Made) -> None:
    """Read by libav itself: what every short is."""
    with av.open(str(made.video)) as file:
        assert [stream.type for stream in file.streams] == ["video", "audio"]
        video, audio = file.streams.video[0].codec_context, file.streams.audio[0].codec_context
        assert (video.name, video.width, video.height) == ("h264", *SHORT_SIZE)
        assert (video.pix_fmt, video.sample_aspect_ratio or 1) == ("yuv420p", 1)
        assert (video.colorspace, video.color_primaries, video.color_trc) == (1, 1, 1)
        assert video.color_range == 1
        assert (audio.name, audio.sample_rate, audio.layout.name) == ("aac", 44_100, "stereo")
        assert audio.profile == "LC"
    assert made.video.read_bytes().index(b"moov") < made.video.read_bytes().index(b"mdat")
    with Image.open(made.poster) as still:
        assert still.format == "JPEG"
        assert still.size == made.poster_size


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_turned_video_comes_out_upright(
    turned: int, tmp_path: Path, make: Make, copied: Callable[..., Path], ffmpeg: Ffmpeg
) -> None:
    upright = draw(tmp_path / "upright.mp4", frames=12)
    stored = tmp_path / "stored.mp4"
    # Stored turned the one way, shown turned the other.
    turns = ",".join(["transpose=clock"] * (turned // 90))
    ffmpeg.run(
        ["-i", str(upright), "-vf", turns, "-crf", "12", "-g", "50", str(stored)], timeout_s=60
    )
    source = copied(stored, "source.mp4", before=("-display_rotation", str(turned)))
    made = make(source, 0.1, 0.3)
    assert numbers_in(made.video, CROPPED) == list(range(3, 9))


def test_streams_of_another_size_covers_and_data_are_passed_over(
    tmp_path: Path, make: Make, ffmpeg: Ffmpeg
) -> None:
    small = draw(tmp_path / "small.mp4", size=Size(160, 90), layout="mono", colour=(200, 90, 90))
    large = draw(tmp_path / "large.mp4")
    Image.new("RGB", (800, 800), "red").save(tmp_path / "cover.jpg")
    (tmp_path / "words.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHello\n")
    source = tmp_path / "source.mp4"
    inputs = [small, large, tmp_path / "cover.jpg", tmp_path / "words.srt"]
    ffmpeg.run(
        [
            *(word for one in inputs for word in ("-i", str(one))),
            *("-map", "0:a", "-map", "0:v", "-map", "2", "-map", "1", "-map", "3"),
            *("-c", "copy", "-c:s", "mov_text", "-disposition:v:1", "attached_pic"),
            *("-metadata", "title=secret", "-metadata", "location=+48.1+011.5/", str(source)),
        ],
        timeout_s=60,
    )
    made = make(source, 0.5, 1.0)
    assert numbers_in(made.video, CROPPED) == list(range(15, 30))
    assert_form(made)
    with av.open(str(made.video)) as file:
        assert {"title", "location"}.isdisjoint(file.metadata)
    assert b"secret" not in made.video.read_bytes()
    assert b"+48.1" not in made.video.read_bytes()


@pytest.mark.parametrize(
    ("layout", "heard_s"),
    [
        pytest.param(None, [], id="no sound: silence"),
        pytest.param("mono", [0.3, 0.7], id="mono"),
        pytest.param("5.1", [0.3, 0.7], id="5.1 is mixed down"),
    ],
)
def test_sound_of_any_kind_becomes_stereo(
    layout: str | None, heard_s: list[float], tmp_path: Path, make: Make
) -> None:
    source = draw(tmp_path / "source.mp4", layout=layout)
    made = make(source, 0.5, 1.5)
    assert_form(made)
    assert beeps_in(made.video) == pytest.approx(heard_s, abs=0.005)


def test_sound_that_starts_late_and_ends_early_is_filled_with_silence(
    tmp_path: Path, make: Make, ffmpeg: Ffmpeg
) -> None:
    drawn = draw(tmp_path / "drawn.mp4")
    source = tmp_path / "source.mp4"
    # Beeps at 0.4 and 0.8 of 0.9 s are heard at 1.0 and 1.4.
    ffmpeg.run(
        [
            *("-i", str(drawn), "-itsoffset", "0.6", "-t", "1.5", "-i", str(drawn)),
            *("-map", "0:v", "-map", "1:a", "-c", "copy", str(source)),
        ],
        timeout_s=60,
    )
    made = make(source, 0.5, 1.9)
    assert_form(made)
    assert numbers_in(made.video, CROPPED) == list(range(15, 57))
    assert beeps_in(made.video) == pytest.approx([0.5, 0.9], abs=0.005)


def test_key_frames_come_every_two_seconds(tmp_path: Path, make: Make) -> None:
    source = draw(tmp_path / "source.mp4", frames=50, rate=Fraction(10))
    made = make(source, 0.0, 5.0)
    with av.open(str(made.video)) as file:
        keys = [
            packet.pts * packet.time_base for packet in file.demux(video=0) if packet.is_keyframe
        ]
    assert all(b - a <= 2 for a, b in pairwise([*keys, Fraction(5)]))
    assert numbers_in(made.video, CROPPED) == list(range(50))


def test_medium_is_smaller_than_high(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    source = tmp_path / "source.mp4"
    ffmpeg.run(
        ["-f", "lavfi", "-i", "mandelbrot=s=320x180:r=10", "-frames:v", "8", str(source)],
        timeout_s=60,
    )
    sizes = {}
    for quality in Quality:
        folder = tmp_path / quality
        folder.mkdir()
        asked = Asked(cut=cut(0, 0.8), quality=quality)
        sizes[quality] = make_short(source, asked, folder, Tools(ffmpeg=ffmpeg)).size_bytes
    assert sizes[Quality.MEDIUM] < 0.8 * sizes[Quality.HIGH]
