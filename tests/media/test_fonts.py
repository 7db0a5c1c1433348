from pathlib import Path

import pytest

from reelmill.media import fonts


def test_every_promised_script_has_a_font_and_a_package() -> None:
    for row in fonts.coverage():
        assert row.font, row.script
        assert row.package.startswith("manimgx-fonts")


@pytest.mark.parametrize(
    ("chars", "file"),
    [
        pytest.param("a", "NotoSans[wght].ttf", id="Latin from the plain font"),
        pytest.param("ש", "NotoSansHebrew[wght].ttf", id="Hebrew"),
        pytest.param("🐍", "NotoEmoji[wght].ttf", id="emoji"),
        pytest.param("蛇", "NotoSansCJK-VF.otf.ttc", id="Han"),
    ],
)
def test_characters_are_shown_by_their_font(chars: str, file: str) -> None:
    face = fonts.face_for(chars)
    assert face is not None
    assert Path(face.path).name == file


def test_the_language_chooses_among_the_faces_of_a_collection() -> None:
    numbers = {language: fonts.face_for("直", language) for language in fonts.CJK_FACES}
    assert {language: face and face.number for language, face in numbers.items()} == {
        "ja": 0,
        "ko": 1,
        "zh": 2,
    }


def test_a_noncharacter_has_no_face() -> None:
    assert fonts.face_for("\U0010ffff") is None


@pytest.mark.parametrize("data", [b"", b"no font", b"ttcf" + b"\xff" * 40, b"\0\1\0\0\xff\xff"])
def test_a_broken_font_file_has_no_characters(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "broken.ttf"
    path.write_bytes(data)
    assert "a" not in fonts.characters(fonts.Face(str(path)))


def test_what_the_table_says_is_what_the_font_draws() -> None:
    face = fonts.packaged()[0]
    font = fonts.opened(face, 60, fonts.REGULAR)
    missing = bytes(font.getmask("\U0010ffff"))
    assert all(char in fonts.characters(face) for char in "aéЖω")
    assert all(bytes(font.getmask(char)) != missing for char in "aéЖω")
    assert "蛇" not in fonts.characters(face)
