"""Captions over a grey picture, looked at frame by frame."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.media.coded import lumas

from reelmill.errors import Unavailable
from reelmill.media.captions import Below, Canvas, burnt_in, timeline
from reelmill.media.cues import Cue
from reelmill.media.ffmpeg import Ffmpeg
from reelmill.media.geometry import Size

SIZE = Size(320, 180)

#: Luma of the picture below.
GREY = 126


def below(size: Size = SIZE) -> Below:
    """A second at ten frames a second."""
    return Below(size=size, rate=Fraction(10), frames=10)


Burn = Callable[..., list[NDArray[np.uint8]]]


@pytest.fixture
def burn(tmp_path: Path) -> Burn:
    """Lays captions over a second of grey at ten frames a second; the lumas of its frames."""

    def burnt(
        shown: list[Cue], size: Size = SIZE, folder: Path = tmp_path
    ) -> list[NDArray[np.uint8]]:
        drawn, to = burnt_in(shown, below(size), folder), tmp_path / "burnt.mp4"
        picture = f"color=0x808080:s={size.width}x{size.height}:r=10:d=1"
        Ffmpeg().run(
            [
                *("-f", "lavfi", "-i", picture),
                *("-filter_complex", f"[0:v]{drawn},format=yuv420p[v]", "-map", "[v]"),
                *("-c:v", "libx264", "-preset", "ultrafast", "-qp", "4", str(to)),
            ],
            timeout_s=120,
        )
        return [np.array(one) for one in lumas(to)]

    return burnt


def changed(frame: NDArray[np.uint8]) -> bool:
    return bool((np.abs(frame.astype(int) - GREY) > 20).any())


@pytest.mark.parametrize(
    ("shown", "frames"),
    [
        pytest.param([Cue(0.0, 0.4, "one")], "1111000000", id="from the beginning"),
        pytest.param([Cue(0.3, 0.5, "one")], "0001100000", id="in the middle"),
        pytest.param([Cue(0.7, 1.0, "one")], "0000000111", id="to the end"),
        pytest.param([Cue(0.1, 0.3, "a"), Cue(0.3, 0.6, "b")], "0111110000", id="without a gap"),
        pytest.param([Cue(0.1, 0.2, "a"), Cue(0.8, 2.0, "b")], "0100000011", id="past the end"),
        pytest.param([Cue(0.1, 0.2, "a"), Cue(1.0, 2.0, "b")], "0100000000", id="behind the end"),
        pytest.param([Cue(0.2, 0.21, "a"), Cue(0.21, 0.24, "b")], "0011000000", id="very short"),
    ],
)
def test_captions_are_there_in_their_frames_alone(
    burn: Burn, shown: list[Cue], frames: str
) -> None:
    assert "".join(str(int(changed(one))) for one in burn(shown)) == frames


def test_a_caption_is_light_on_dark_in_the_middle_below(burn: Burn) -> None:
    frame = burn([Cue(0.0, 1.0, "Once there was\na shepherd")])[5]
    rows, columns = np.nonzero(np.abs(frame.astype(int) - GREY) > 20)
    assert rows.min() > SIZE.height * 0.7
    assert rows.max() < SIZE.height * 0.96
    assert (columns.min() + columns.max()) / 2 == pytest.approx(SIZE.width / 2, abs=2)
    assert frame.max() > 225
    assert frame.min() < 70


@pytest.mark.parametrize(
    "text",
    [
        "汉字かな한글",
        "مرحبا بالعالم",
        "שלום 12",
        "हिन्दी भाषा",
        "🐍 🏳️‍🌈",
        "\U0010fffd",
        "a" * 200,
        " ",
    ],
)
def test_any_text_is_drawn(text: str) -> None:
    drawn = Canvas(SIZE).drawn(text)
    assert drawn.shape[:2] == (Canvas(SIZE).size.height, Canvas(SIZE).size.width)
    assert bool(drawn[..., 0].any()) == bool(text.strip())


@pytest.mark.parametrize("size", [Size(2, 2), Size(64, 36), Size(90, 160), Size(3840, 2160)])
def test_captions_stay_inside_pictures_of_any_size(size: Size) -> None:
    canvas = Canvas(size)
    assert canvas.x >= 0
    assert canvas.y >= 0
    assert canvas.x + canvas.size.width <= size.width
    assert canvas.y + canvas.size.height <= size.height
    canvas.drawn("Once there was a shepherd, and his dog, and a dragon.")


def test_each_picture_is_later_than_the_one_before() -> None:
    shown = [Cue(at / 100, (at + 1) / 100, "x") for at in range(0, 60, 2)]
    frames = [laid.frame for laid in timeline(shown, below(), Canvas(SIZE))]
    assert frames == sorted(set(frames))


def test_a_folder_of_any_name_will_do(burn: Burn, tmp_path: Path) -> None:
    folder = tmp_path / "it's a: [folder], \\so;"
    folder.mkdir()
    assert changed(burn([Cue(0.0, 1.0, "one")], folder=folder)[5])


def test_a_folder_that_takes_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        burnt_in([Cue(0.0, 1.0, "one")], below(), tmp_path / "none")
