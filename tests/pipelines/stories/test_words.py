"""Words of many scripts, as a table."""

import pytest

from reelmill.pipelines.stories.words import (
    SENTENCE_ENDS,
    count_words,
    glued,
    paragraphs,
    parted,
    spoken_s,
    width,
    words_of,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", 0, id="nothing"),
        pytest.param("one", 1, id="one"),
        pytest.param("  one\n\ttwo  three ", 3, id="any spaces"),
        pytest.param("well-known don't", 2, id="hyphens and apostrophes are inside words"),
        pytest.param("我们去公园", 5, id="Chinese by characters"),
        pytest.param("カタカナ", 4, id="Japanese by characters"),
        pytest.param("한국어 말", 2, id="Korean by spaces"),
        pytest.param("iPhone 手机 ok", 4, id="mixed"),
        pytest.param("привет мир", 2, id="Russian"),
        pytest.param("مرحبا بالعالم", 2, id="Arabic"),
    ],
)
def test_words_are_counted(text: str, words: int) -> None:
    assert count_words(text) == words == len(words_of(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("One.\n\nTwo.", ["One.", "Two."], id="blank lines"),
        pytest.param("One\nand.\n \nTwo.", ["One and.", "Two."], id="lines inside a paragraph"),
        pytest.param("One.\nTwo.", ["One.", "Two."], id="lines where nothing is blank"),
        pytest.param("One.\r\n\r\nTwo.\r", ["One.", "Two."], id="line ends of other systems"),
        pytest.param("\n\n\nOne.\n\n\n\n", ["One."], id="nothing around"),
        pytest.param(" \n ", [], id="nothing at all"),
    ],
)
def test_paragraphs_are_found(text: str, found: list[str]) -> None:
    assert paragraphs(text) == found


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("3.5 metres and v1.2 of it.", ["3.5 metres and v1.2 of it."]),
        ('"Stop!" he said.', ['"Stop!"', "he said."]),
        ("Wait... what?!", ["Wait...", "what?!"]),
        ("天空是蓝色的。他说：“好的。”走吧！", ["天空是蓝色的。", "他说：“好的。”", "走吧！"]),  # noqa: RUF001
        ("यह एक वाक्य है। दूसरा।", ["यह एक वाक्य है।", "दूसरा।"]),
        ("no end", ["no end"]),
        ("", []),
    ],
)
def test_sentences_are_parted(text: str, sentences: list[str]) -> None:
    assert parted(SENTENCE_ENDS, text) == sentences


def test_what_was_parted_is_glued_again() -> None:
    for text in ("One. Two! Three?", "天空是蓝色的。走吧！", "한국어 말. 둘."):  # noqa: RUF001
        whole = ""
        for part in parted(SENTENCE_ENDS, text):
            whole = glued(whole, part)
        assert whole == text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        pytest.param("Four score and seven years ago our fathers brought forth", 3.2, id="English"),
        pytest.param("我们今天去公园玩", 1.8, id="Chinese"),
        pytest.param("1984", 1.0, id="a year"),
        pytest.param("?!… — ()", 0.0, id="nothing to say"),
    ],
)
def test_a_text_takes_its_time(text: str, seconds: float) -> None:
    assert spoken_s(text) == pytest.approx(seconds, abs=0.3)


def test_marks_take_no_width() -> None:
    assert (width("e\u0301"), width("한글"), width("ab")) == (1, 4, 2)
