import pytest

from reelmill.media.scripts import (
    breaks_anywhere,
    clusters,
    joined,
    language_of,
    seen,
    stands_alone,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("a\tb\nc", "a\tb\nc", id="tabs and newlines stay"),
        pytest.param("a\r\nb\rc\u2028d", "a\nb\nc\nd", id="every kind of line break is one"),
        pytest.param("\x1b[31mred\x07\x7f", "[31mred", id="controls go"),
        pytest.param("\u202eabc\u2066\u200f", "abc", id="overrides go"),
        pytest.param("\ud83d!", "\ufffd!", id="half a character is a mark"),
        pytest.param("e" + "\u0301" * 300, "e" + "\u0301" * 4, id="stacks of marks are cut"),
        pytest.param("👩\u200d🚀", "👩\u200d🚀", id="joiners of emoji stay"),
    ],
)
def test_only_what_can_be_seen_stays(text: str, shown: str) -> None:
    assert seen(text) == shown


@pytest.mark.parametrize(
    ("text", "language"),
    [("abc", "zh"), ("漢字", "zh"), ("漢字とかな", "ja"), ("漢字 한글", "ko")],
)
def test_the_letters_tell_the_language(text: str, language: str) -> None:
    assert language_of(text) == language


def test_clusters_hold_what_belongs_together() -> None:
    text = "e\u0301👍🏽🇩🇪🇫🇷1\ufe0f\u20e3"
    assert list(clusters(text)) == ["e\u0301", "👍🏽", "🇩🇪", "🇫🇷", "1\ufe0f\u20e3"]
    assert "".join(clusters("any\u200dthing\u0301 at all")) == "any\u200dthing\u0301 at all"


def test_only_some_scripts_need_shaping() -> None:
    assert stands_alone("naïve → Жω蛇🐍")
    assert not stands_alone("ثعبان")
    assert not stands_alone("नमस्ते")
    assert not stands_alone("👩\u200d🚀")


def test_only_some_scripts_break_without_spaces() -> None:
    assert breaks_anywhere("ab蛇")
    assert not breaks_anywhere("naïve")


def test_arabic_letters_join_without_an_engine() -> None:
    assert joined("abc שלום") == "abc שלום"
    assert [hex(ord(char)) for char in joined("\u0645\u0631\u062d\u0628\u0627")] == [
        "0xfee3",
        "0xfeae",
        "0xfea3",
        "0xfe92",
        "0xfe8e",
    ]
