"""A watermark: where it lies, what shows through it, and that nothing else is touched."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from reelmill.media.geometry import Size
from reelmill.media.raster import Yuv420, blank, rgb_of
from reelmill.media.stills import NotAStill
from reelmill.pipelines.storyboards.looks import Corner
from reelmill.pipelines.storyboards.render.watermark import Mark, Place, Stamp, marked, place_of

FILM = Size(320, 180)

#: A frame whose every sample is told from a mark's.
GREY = {"luma": 126, "u": 128, "v": 128}


def mark(picture: Path, **told: Any) -> Mark:
    usual = {"corner": Corner.TOP_LEFT, "width_share": 0.25, "opacity": 1.0, "margin_share": 0.1}
    return Mark(picture=picture, **{**usual, **told})


def saved(image: Image.Image, folder: Path) -> Path:
    image.save(folder / "mark.png")
    return folder / "mark.png"


def stamped(one: Mark) -> Yuv420:
    picture = blank(FILM, **GREY)
    Stamp(one, FILM).over(picture)
    return picture


@pytest.mark.parametrize(
    ("shown", "told", "wanted"),
    [
        pytest.param(Size(100, 50), {}, Place(18, 18, 80, 40), id="at the upper left"),
        pytest.param(
            Size(100, 50),
            {"corner": Corner.BOTTOM_RIGHT},
            Place(320 - 18 - 80, 180 - 18 - 40, 80, 40),
            id="at the lower right",
        ),
        pytest.param(
            Size(100, 50),
            {"corner": Corner.BOTTOM_LEFT, "margin_share": 0},
            Place(0, 140, 80, 40),
            id="at the very edge",
        ),
        pytest.param(
            Size(10, 400), {"width_share": 0.5}, Place(18, 18, 2, 90), id="half as high at most"
        ),
        pytest.param(Size(1, 1), {"width_share": 0.02}, Place(18, 18, 6, 6), id="of one pixel"),
    ],
)
def test_a_mark_lies(shown: Size, told: dict[str, Any], wanted: Place, tmp_path: Path) -> None:
    assert place_of(mark(tmp_path, **told), shown, FILM) == wanted


@pytest.mark.parametrize("film", [Size(320, 180), Size(180, 320), Size(108, 108), Size(144, 108)])
@pytest.mark.parametrize("corner", list(Corner))
def test_the_largest_mark_lies_within_every_film(
    film: Size, corner: Corner, tmp_path: Path
) -> None:
    for shown in (Size(500, 10), Size(10, 500), Size(77, 77)):
        one = mark(tmp_path, corner=corner, width_share=0.5, margin_share=0.2)
        place = place_of(one, shown, film)
        assert min(place) >= 0
        assert place.x + place.width <= film.width
        assert place.y + place.height <= film.height
        assert all(number % 2 == 0 for number in place)


@pytest.mark.parametrize("opacity", [1.0, 0.5, 0.05])
def test_its_colour_is_laid_over_the_picture(tmp_path: Path, opacity: float) -> None:
    path = saved(Image.new("RGBA", (80, 40), (255, 0, 0, 255)), tmp_path)
    found = rgb_of(stamped(mark(path, opacity=opacity)))[38, 58].astype(float)
    grey = (126 - 16) / 219 * 255
    wanted = np.array([255, 0, 0]) * opacity + grey * (1 - opacity)
    assert found == pytest.approx(wanted, abs=3)


def test_what_is_clear_lets_the_picture_through_and_nothing_else_is_touched(tmp_path: Path) -> None:
    image = Image.new("RGBA", (80, 40), (255, 255, 255, 0))
    image.paste((255, 255, 255, 255), (0, 0, 40, 40))
    picture = stamped(mark(saved(image, tmp_path)))
    assert picture.y[30, 30] == 235
    picture.y[18:58, 18:60] = GREY["luma"]
    assert (picture.y == GREY["luma"]).all()
    assert (picture.u == 128).all()


def test_no_dark_seam_is_around_a_white_mark(tmp_path: Path) -> None:
    """Clear pixels are black in many files; they must not come in when it is resized."""
    image = Image.new("RGBA", (400, 200), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((20, 20, 380, 180), fill=(255, 255, 255, 255))
    picture = stamped(mark(saved(image, tmp_path)))
    assert picture.y.min() >= GREY["luma"] - 1
    assert abs(picture.u.astype(int) - 128).max() <= 1


def test_every_frame_has_it_and_without_one_none_is_touched(tmp_path: Path) -> None:
    path = saved(Image.new("RGB", (8, 8), "white"), tmp_path)
    frames = [blank(FILM, **GREY) for _ in range(3)]
    assert [one.y[30, 30] for one in marked(iter(frames), mark(path), FILM)] == [235] * 3
    untouched = [blank(FILM) for _ in range(2)]
    shown = list(marked(iter(untouched), None, FILM))
    assert all(one is other for one, other in zip(shown, untouched, strict=True))


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mark.png").write_text("<svg onload='alert(1)'/>")
    with pytest.raises(NotAStill):
        Stamp(mark(tmp_path / "mark.png"), FILM)
