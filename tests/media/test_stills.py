"""Pictures of strangers: what is shown is shown upright; what is hostile is refused in time."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from reelmill.media.geometry import Size
from reelmill.media.stills import (
    MAX_PIXELS,
    NotAStill,
    StillTooLarge,
    filling,
    read_clear,
    read_still,
)


def _saved(image: Image.Image, path: Path, **how: object) -> Path:
    image.save(path, **how)  # type: ignore[arg-type]
    return path


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp", "a.gif"])
def test_what_cameras_and_browsers_write_is_read(tmp_path: Path, name: str) -> None:
    path = _saved(Image.new("RGB", (40, 20), (200, 30, 30)), tmp_path / name)
    pixels = read_still(path)
    assert pixels.shape == (20, 40, 3)
    assert pixels.mean(axis=(0, 1)) == pytest.approx([200, 30, 30], abs=6)


def test_a_picture_is_turned_as_its_camera_says(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = _saved(Image.new("RGB", (40, 20)), tmp_path / "a.jpg", exif=exif)
    assert read_still(path).shape == (40, 20, 3)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "CMYK"])
def test_every_kind_of_pixel_becomes_rgb(tmp_path: Path, mode: str) -> None:
    image = Image.new("L", (8, 8), 255).convert(mode)
    name = "a.jpg" if mode == "CMYK" else "a.png"
    assert read_still(_saved(image, tmp_path / name)).shape == (8, 8, 3)


def test_sixteen_bits_are_brought_to_eight(tmp_path: Path) -> None:
    image = Image.fromarray(np.full((8, 8), 0x8000, np.uint16))
    assert read_still(_saved(image, tmp_path / "a.png")).mean() == 128


def test_what_one_sees_through_is_black(tmp_path: Path) -> None:
    path = _saved(Image.new("RGBA", (8, 8), (255, 255, 255, 0)), tmp_path / "a.png")
    assert read_still(path).max() == 0


def test_it_is_made_as_small_as_is_wanted(tmp_path: Path) -> None:
    path = _saved(Image.new("RGB", (400, 200)), tmp_path / "a.jpg")
    assert read_still(path, longest_px=100).shape == (50, 100, 3)


def test_how_little_one_sees_through_is_kept_where_it_is_asked_for(tmp_path: Path) -> None:
    image = Image.new("RGBA", (40, 20), (255, 255, 255, 0))
    image.paste((10, 20, 30, 128), (0, 0, 20, 20))
    pixels = read_clear(_saved(image, tmp_path / "a.png"))
    assert pixels[10, 10].tolist() == [10, 20, 30, 128]
    assert pixels[10, 30, 3] == 0
    assert read_clear(tmp_path / "a.png", longest_px=10).shape == (5, 10, 4)


def test_what_has_no_word_about_seeing_through_is_seen_in_full(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = _saved(Image.new("RGB", (40, 20), "red"), tmp_path / "a.jpg", exif=exif)
    pixels = read_clear(path)
    assert pixels.shape == (40, 20, 4)
    assert pixels[..., 3].min() == 255


def test_a_palette_may_have_a_clear_colour(tmp_path: Path) -> None:
    image = Image.new("P", (8, 8), 1)
    image.putpalette([0, 0, 0, 200, 30, 30])
    image.putpixel((0, 0), 0)
    pixels = read_clear(_saved(image, tmp_path / "a.gif", transparency=0))
    assert (pixels[0, 0, 3], pixels[4, 4].tolist()) == (0, [200, 30, 30, 255])


def _png_that_says(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + crc

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 100))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("width", "height"),
    [(20_000, 10), (10, 20_000), (12_000, MAX_PIXELS // 12_000 + 1), (60_000, 60_000)],
)
def test_too_many_pixels_are_refused_before_they_are_decoded(
    tmp_path: Path, width: int, height: int
) -> None:
    (tmp_path / "a.png").write_bytes(_png_that_says(width, height))
    for read in (read_still, read_clear):
        with pytest.raises(StillTooLarge):
            read(tmp_path / "a.png")


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a", b"%PDF-1.7", b"<svg/>", _png_that_says(100, 100)],
    ids=["empty", "a beginning", "a document", "a drawing", "less than it says"],
)
def test_what_cannot_be_decoded_to_the_end_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(NotAStill):
        read_still(tmp_path / "a.png")


def test_the_middle_fills_another_shape() -> None:
    pixels = np.zeros((10, 30, 3), np.uint8)
    pixels[:, 10:20] = 255
    assert filling(pixels, Size(20, 20))[:, 4:-4].min() > 240
