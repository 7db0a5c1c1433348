"""Colours of any source come out as those that a player shows; any source fits into its bytes."""

from pathlib import Path
from typing import Any

import av
import pytest
from tests.media.coded import draw

from reelmill.media.ffmpeg import Ffmpeg, FfmpegFailed
from reelmill.media.geometry import Size
from reelmill.media.tools import Tools
from reelmill.pipelines.shorts import render
from reelmill.pipelines.shorts.plan import FORMS, Form, video_budget_bps
from reelmill.pipelines.shorts.render import Asked, Made, make_short
from reelmill.pipelines.shorts.spec import Cut, NoPicture, Quality, TooLargeForQuality
from reelmill.units import StoreKey

pytestmark = pytest.mark.ffmpeg

#: A colour as R, G and B of 0 to 1.
RED = (0.8, 0.15, 0.1)

#: Weights of red and blue in luma. Source: ITU-R BT.601, BT.709, BT.2020.
BT601, BT709, BT2020 = (0.299, 0.114), (0.2126, 0.0722), (0.2627, 0.0593)


def yuv(
    rgb: tuple[float, float, float], weights: tuple[float, float], *, full: bool
) -> tuple[int, int, int]:
    (red, green, blue), (of_red, of_blue) = rgb, weights
    luma = of_red * red + (1 - of_red - of_blue) * green + of_blue * blue
    cb, cr = (blue - luma) / (2 - 2 * of_blue), (red - luma) / (2 - 2 * of_red)
    if full:
        return round(255 * luma), round(128 + 255 * cb), round(128 + 255 * cr)
    return round(16 + 219 * luma), round(128 + 224 * cb), round(128 + 224 * cr)


def short_of(source: Path, folder: Path, quality: Quality = Quality.HIGH) -> Made:
    folder.mkdir()
    cut = Cut(source_key=StoreKey("a"), start_s=0, end_s=0.2)
    tools = Tools(ffmpeg=Ffmpeg(encoder="libx264"))
    return make_short(source, Asked(cut=cut, quality=quality), folder, tools)


def corner(video: Path) -> tuple[float, float, float]:
    """Mean luma and chroma of what lies beside the code, upper left."""
    with av.open(str(video)) as file:
        frame = next(file.decode(video=0)).to_ndarray(format="yuv444p")
    return tuple(float(plane[100:300, 100:200].mean()) for plane in frame)


@pytest.mark.parametrize(
    ("size", "colour", "tags"),
    [
        pytest.param(Size(320, 180), yuv(RED, BT601, full=False), {}, id="SD says nothing: BT.601"),
        pytest.param(
            Size(1280, 720), yuv(RED, BT709, full=False), {}, id="HD says nothing: BT.709"
        ),
        pytest.param(
            Size(1280, 720), yuv(RED, BT601, full=False), {"colorspace": 6}, id="HD says BT.601"
        ),
        pytest.param(
            Size(320, 180), yuv(RED, BT709, full=False), {"colorspace": 1}, id="SD says BT.709"
        ),
        pytest.param(
            Size(320, 180),
            yuv(RED, BT709, full=True),
            {"colorspace": 1, "color_range": 2},
            id="full range",
        ),
        pytest.param(
            Size(320, 180),
            yuv(RED, BT601, full=True),
            {"colorspace": 5, "color_range": 2},
            id="BT.601 in full range",
        ),
        pytest.param(
            Size(320, 180), yuv(RED, BT2020, full=False), {"colorspace": 9}, id="matrix of BT.2020"
        ),
    ],
)
def test_colours_stay_what_they_were(
    size: Size, colour: tuple[int, int, int], tags: dict[str, Any], tmp_path: Path
) -> None:
    source = draw(tmp_path / "source.mp4", size=size, frames=6, colour=colour, tags=tags)
    made = short_of(source, tmp_path / "made")
    assert corner(made.video) == pytest.approx(yuv(RED, BT709, full=False), abs=3)


def test_rgb_comes_out_right(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    source = tmp_path / "source.mkv"
    red = "color=0xcc261a:s=320x180:r=30,format=rgb24"
    args = ["-f", "lavfi", "-i", red, "-frames:v", "6", "-c:v", "libx264rgb", str(source)]
    ffmpeg.run(args, timeout_s=60)
    made = short_of(source, tmp_path / "made")
    assert corner(made.video) == pytest.approx(yuv(RED, BT709, full=False), abs=3)


@pytest.mark.parametrize(
    ("transfer", "lumas"),
    [
        pytest.param(16, (82, 127, 181), id="PQ of 10, 100 and 1000 cd/m2"),
        pytest.param(18, (45, 126, 202), id="HLG of 2, 51 and 380 cd/m2"),
    ],
)
def test_high_dynamic_range_becomes_neither_grey_nor_white(
    transfer: int, lumas: tuple[int, ...], tmp_path: Path
) -> None:
    """Shades in 8 bits; a player that takes them for SDR shows a fog."""
    shades = []
    for number, luma in enumerate(lumas):
        source = draw(
            tmp_path / f"{number}.mp4",
            frames=6,
            colour=(luma, 128, 128),
            pixel_format="yuv420p10le",
            tags={"colorspace": 9, "color_primaries": 9, "color_trc": transfer},
        )
        shades.append(corner(short_of(source, tmp_path / f"{number}").video))
    dark, middle, bright = (shade[0] for shade in shades)
    assert dark < 90
    assert 100 < middle < 215
    assert bright > middle + 15
    assert all(shade[1:] == pytest.approx((128, 128), abs=3) for shade in shades)


@pytest.fixture
def noise(tmp_path: Path, ffmpeg: Ffmpeg) -> Path:
    """Nothing is harder to encode."""
    source = tmp_path / "noise.mp4"
    snow = "color=gray:s=1080x1920:r=30,noise=alls=100:allf=t+u"
    args = ["-f", "lavfi", "-i", snow, "-frames:v", "6", "-preset", "ultrafast", str(source)]
    ffmpeg.run(args, timeout_s=120)
    return source


@pytest.mark.parametrize("quality", Quality)
def test_noise_fits_into_the_bytes_of_three_minutes(
    quality: Quality, tmp_path: Path, noise: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part as long as the encoder's reserve, at the rate of three minutes."""
    whole = FORMS[quality]
    share = Form(
        crf=whole.crf,
        audio_bps=whole.audio_bps,
        max_bytes=int((video_budget_bps(whole, 180) * 2.0 + whole.audio_bps * 0.3) / 8),
    )
    monkeypatch.setitem(FORMS, quality, share)
    made = short_of(noise, tmp_path / "made", quality)
    assert made.size_bytes <= share.max_bytes


def test_what_cannot_be_small_enough_is_said_after_each_attempt(
    tmp_path: Path, noise: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FORMS, Quality.HIGH, Form(crf=18, audio_bps=64_000, max_bytes=2_000))
    commands: list[object] = []
    tools = Tools(ffmpeg=Ffmpeg(encoder="libx264"), ran=commands)  # type: ignore[arg-type]
    cut = Cut(source_key=StoreKey("a"), start_s=0, end_s=0.2)
    with pytest.raises(TooLargeForQuality):
        make_short(noise, Asked(cut=cut), tmp_path, tools)
    assert len(commands) == len(render.BUDGET_SHARES)


def test_a_second_attempt_is_decoded_anew(
    tmp_path: Path, noise: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_bytes = 600_000
    shares: list[float] = []

    def budget_bps(_form: Form, _duration_s: float, share: float) -> int:
        shares.append(share)
        return 30_000_000 if share == 1.0 else 500_000

    monkeypatch.setattr(render, "video_budget_bps", budget_bps)
    form = Form(crf=18, audio_bps=64_000, max_bytes=limit_bytes)
    monkeypatch.setitem(FORMS, Quality.HIGH, form)
    made = short_of(noise, tmp_path / "made")
    assert shares == list(render.BUDGET_SHARES[:2])
    assert (made.frames, made.size_bytes <= limit_bytes) == (6, True)


@pytest.mark.campaign
@pytest.mark.parametrize("quality", Quality)
def test_three_minutes_of_noise_fit(quality: Quality, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    source = tmp_path / "noise.mp4"
    snow = "color=gray:s=1080x1920:r=30,noise=alls=100:allf=t+u"
    args = ["-f", "lavfi", "-i", snow, "-t", "180", "-preset", "ultrafast", "-crf", "40"]
    ffmpeg.run([*args, str(source)], timeout_s=3000)
    cut = Cut(source_key=StoreKey("a"), start_s=0, end_s=180)
    made = make_short(source, Asked(cut=cut, quality=quality), tmp_path, Tools(ffmpeg=ffmpeg))
    assert made.frames == 5400
    assert made.size_bytes <= FORMS[quality].max_bytes


def test_sound_alone_is_refused(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    source = tmp_path / "sound.m4a"
    ffmpeg.run(["-f", "lavfi", "-i", "sine=d=1", str(source)], timeout_s=60)
    with pytest.raises(NoPicture):
        short_of(source, tmp_path / "made")


def test_a_file_that_breaks_off_is_an_error_or_whole(tmp_path: Path) -> None:
    source = draw(tmp_path / "source.mkv", frames=90)
    source.write_bytes(source.read_bytes()[: source.stat().st_size // 2])
    cut = Cut(source_key=StoreKey("a"), start_s=2.5, end_s=2.9)
    try:
        made = make_short(source, Asked(cut=cut), tmp_path, Tools(ffmpeg=Ffmpeg()))
    except FfmpegFailed:
        return
    assert made.frames == 12
