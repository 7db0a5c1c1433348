import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reelmill.media.text import KEPT_BYTES, MAX_PIECE, Lettering, Style

INK, GROUND = 40, 235


def letters(size_px: int = 15, *, bold: bool = False) -> Lettering:
    return Lettering(Style(size_px, bold), ink=INK, ground=GROUND)


@pytest.mark.parametrize(
    "word",
    [
        pytest.param("Snake_case,", id="Latin"),
        pytest.param("Змея", id="Cyrillic"),
        pytest.param("ثعبان", id="Arabic"),
        pytest.param("नमस्ते", id="Devanagari"),
        pytest.param("ไทย", id="Thai"),
        pytest.param("蛇", id="Han"),
        pytest.param("ヘビ", id="kana"),
        pytest.param("뱀", id="hangul"),
        pytest.param("🐍", id="emoji"),
        pytest.param("→≤∑", id="signs"),
        pytest.param("\U000f1234", id="a character that no font has"),
    ],
)
def test_words_of_every_script_leave_ink(word: str) -> None:
    cut = letters().cut(word)
    assert cut.luma.shape[0] == letters().height_px
    assert cut.luma.shape[1] == cut.advance > 4
    assert cut.luma.min() < (INK + GROUND) / 2
    assert (cut.luma >= INK).all()
    assert (cut.luma <= GROUND).all()


def test_a_missing_character_is_a_box_with_a_hollow() -> None:
    one, two = letters(30).cut("\U000f1234"), letters(30).cut("\U000f1234\U000f1235")
    assert two.advance == 2 * one.advance
    middle = one.luma[one.luma.shape[0] // 2]
    dark = np.flatnonzero(middle < (INK + GROUND) / 2)
    assert middle[one.advance // 2] == GROUND
    assert dark.min() < one.advance // 2 < dark.max()


def test_joined_emoji_and_flags_are_one_sign() -> None:
    face = letters().cut("👩").advance
    assert letters().cut("👨\u200d👩\u200d👧").advance <= 1.5 * face
    assert letters().cut("🇩🇪").advance <= 1.5 * face


def test_han_characters_take_the_forms_of_their_language() -> None:
    forms = [letters(40).cut("直", language).luma for language in ("zh", "ja")]
    assert not np.array_equal(*forms)


def test_a_word_is_drawn_once() -> None:
    hand = letters()
    assert hand.cut("twice") is hand.cut("twice")


def test_hebrew_is_drawn_from_the_right() -> None:
    tall_first = letters(30).cut("לוו").luma
    dark = np.flatnonzero(tall_first[:14].min(axis=0) < (INK + GROUND) / 2)
    assert dark.min() > tall_first.shape[1] / 2


def test_only_so_much_of_a_word_is_shaped() -> None:
    assert letters().cut("i" * 344_024).advance == letters().cut("i" * MAX_PIECE).advance


def test_bold_letters_are_heavier() -> None:
    plain, heavy = letters(40).cut("snake").luma, letters(40, bold=True).cut("snake").luma
    assert (GROUND - heavy.astype(int)).sum() > 1.2 * (GROUND - plain.astype(int)).sum()


def test_what_is_kept_stays_bounded() -> None:
    hand = letters(40)
    for number in range(9_000):
        hand.cut(f"word{number}")
    kept = {id(cut): cut.luma.nbytes for held in (hand._young, hand._old) for cut in held.values()}
    assert sum(kept.values()) <= KEPT_BYTES


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=12))
def test_any_characters_can_be_drawn(word: str) -> None:
    cut = letters(12).cut(word)
    assert cut.luma.shape == (letters(12).height_px, cut.advance)


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="maps are told by Linux only")
def test_the_large_font_is_not_opened_for_latin_text() -> None:
    code = """if True:
        from pathlib import Path
        from reelmill.media.text import Lettering, Style
        hand = Lettering(Style(15), ink=40, ground=235)
        hand.cut("naïve")
        print("CJK" in Path("/proc/self/maps").read_text())
        hand.cut("蛇")
        print("CJK" in Path("/proc/self/maps").read_text())
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.split() == ["False", "True"]
