"""Texts -> chunks and captions, as tables and as laws that hold for any text."""

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from reelmill.pipelines.stories.text import (
    LINE_LETTERS,
    LINES,
    MAX_WORDS,
    Cue,
    Pause,
    chunked,
    cues,
    to_vtt,
)
from reelmill.pipelines.stories.words import count_words, paragraphs, spoken_s, width

SPEECH = (
    "And so, my fellow Americans: ask not what your country can do for you, "
    "ask what you can do for your country."
)

#: As they were found in the recording of it.
SPEECH_PAUSES = (
    Pause(0.0, 0.33),
    Pause(2.0, 3.29),
    Pause(3.67, 4.01),
    Pause(4.29, 5.41),
    Pause(7.53, 8.19),
    Pause(10.22, 10.8),
)


def story(words: int, seed: int = 1) -> str:
    """Sentences of three to twenty words, four to a paragraph."""
    dice = random.Random(seed)
    told, sentences = 0, []
    while told < words:
        count = min(words - told, dice.randint(3, 20))
        told += count
        made = ["".join(dice.choices("abcdefghij", k=dice.randint(2, 9))) for _ in range(count)]
        sentences.append(" ".join(made).capitalize() + ".")
    return "\n\n".join(" ".join(sentences[at : at + 4]) for at in range(0, len(sentences), 4))


def test_a_short_text_is_one_chunk() -> None:
    assert chunked("One.\n\nTwo.") == ("One.\n\nTwo.",)


def test_no_text_is_no_chunk() -> None:
    assert chunked(" \n\n ") == ()


def test_a_book_is_cut_at_its_paragraphs() -> None:
    book = story(25_000)
    chunks = chunked(book)
    assert len(chunks) == 3
    assert all(count_words(chunk) <= MAX_WORDS for chunk in chunks)
    assert [one for chunk in chunks for one in paragraphs(chunk)] == paragraphs(book)


@pytest.mark.parametrize(
    ("text", "most", "chunks"),
    [
        pytest.param("a b. c d. e", 4, ("a b. c d.", "e"), id="at sentences"),
        pytest.param("a b c d e", 2, ("a b", "c d", "e"), id="at words"),
        pytest.param("汉字汉字汉", 2, ("汉字", "汉字", "汉"), id="at characters"),
        pytest.param("a b c. d", 2, ("a b", "c. d"), id="what is left goes with the next"),
        pytest.param("a b\n\nc d e f\n\ng", 4, ("a b", "c d e f", "g"), id="paragraphs stay whole"),
    ],
)
def test_long_paragraphs_are_cut_down(text: str, most: int, chunks: tuple[str, ...]) -> None:
    assert chunked(text, max_words=most) == chunks


@settings(deadline=None)
@given(
    some.text(some.sampled_from("ab .,!?\n\t汉字。한 é…\"')"), max_size=200), some.integers(1, 9)
)
def test_chunks_lose_nothing_and_keep_to_the_limit(text: str, most: int) -> None:
    chunks = chunked(text, max_words=most)
    assert "".join("".join(chunks).split()) == "".join(text.split())
    assert all(0 < count_words(chunk) <= most for chunk in chunks if chunk.strip(".,!?…\"'。)"))


def test_captions_follow_a_real_speech() -> None:
    found = cues(SPEECH, 11.0, SPEECH_PAUSES)
    assert found is not None
    assert [cue.text for cue in found] == [
        "And so, my fellow Americans:",
        "ask not what your country can do for you,",
        "ask what you can do for your country.",
    ]
    # When they are said, as one hears it.
    for cue, start_s, said_s in zip(found, (0.33, 3.29, 8.19), (2.0, 7.53, 10.22), strict=True):
        assert cue.start_s == pytest.approx(start_s, abs=0.05)
        assert said_s <= cue.end_s <= said_s + 1.0


@pytest.mark.parametrize(
    ("text", "duration_s", "fits"),
    [
        pytest.param(story(150), 60, True, id="150 words a minute"),
        pytest.param(story(110), 60, True, id="slow"),
        pytest.param(story(200), 60, True, id="fast"),
        pytest.param(story(600), 60, False, id="ten words a second"),
        pytest.param(story(20), 60, False, id="a word every three seconds"),
        pytest.param("我们今天去公园玩。" * 30, 60, True, id="Chinese"),
        pytest.param("我们今天去公园玩。" * 200, 60, False, id="too much Chinese"),
        pytest.param("", 60, False, id="nothing"),
        pytest.param("... !? --", 60, False, id="nothing that can be said"),
    ],
)
def test_a_text_that_cannot_be_what_is_said_has_no_captions(
    text: str, duration_s: float, *, fits: bool
) -> None:
    assert (cues(text, duration_s, ()) is not None) == fits


def spoken_story(seed: int) -> tuple[str, float, list[Pause], list[float]]:
    """A story, how long it is, its pauses behind sentences, and when its sentences begin."""
    dice = random.Random(seed)
    text, at_s, pauses, begins = story(400, seed), 0.0, [], []
    sentences = [one + "." for one in text.replace("\n\n", " ").removesuffix(".").split(". ")]
    for sentence in sentences:
        begins.append(at_s)
        at_s += spoken_s(sentence) * dice.uniform(0.85, 1.15)
        pauses.append(Pause(at_s, at_s + dice.uniform(0.3, 0.9)))
        at_s = pauses[-1].end_s
    return text, at_s, pauses, begins


@pytest.mark.parametrize("seed", range(5))
def test_captions_keep_up_with_an_uneven_voice(seed: int) -> None:
    text, duration_s, pauses, begins = spoken_story(seed)
    found = cues(text, duration_s, pauses)
    assert found is not None
    starts = {round(cue.start_s, 3) for cue in found}
    exact = sum(round(begin, 3) in starts for begin in begins)
    assert exact / len(begins) > 0.8


def broken_off(seed: int) -> tuple[str, float, list[Pause]]:
    dice = random.Random(seed)
    duration_s = 60.0
    edges = sorted(dice.uniform(0, duration_s) for _ in range(20))
    return story(130, seed), duration_s, [Pause(*pair) for pair in list(pairwise(edges))[::2]]


@pytest.mark.parametrize("seed", range(20))
def test_captions_are_in_order_inside_the_voice_and_fit_the_screen(seed: int) -> None:
    text, duration_s, pauses = broken_off(seed)
    found = cues(text, duration_s, pauses)
    if found is None:
        return
    assert found[0].start_s >= 0
    assert found[-1].end_s <= duration_s + 1e-6
    assert all(cue.start_s < cue.end_s for cue in found)
    assert all(one.end_s <= two.start_s + 1e-6 for one, two in pairwise(found))
    lines = [cue.text.split("\n") for cue in found]
    assert all(len(one) <= LINES and max(map(width, one)) <= LINE_LETTERS for one in lines)
    assert " ".join(" ".join(one) for one in lines).split() == text.split()


def test_a_word_that_is_longer_than_a_caption_is_cut() -> None:
    found = cues("a" * 300, 21.0, ())
    assert found is not None
    assert "".join(cue.text.replace("\n", "") for cue in found) == "a" * 300
    assert all(width(line) <= LINE_LETTERS for cue in found for line in cue.text.split("\n"))


def test_web_captions_are_as_the_standard_wants() -> None:
    shown = [
        Cue(0.0, 1.5, "a <b>&amp;</b> --> c"),
        Cue(3599.9996, 3600.25, "two\nlines"),
        Cue(36_000.0, 36_001.0, "\u202ethree\x00 \n\n lines"),
    ]
    assert to_vtt(shown) == (
        "WEBVTT\n\n"
        "00:00:00.000 --> 00:00:01.500\na &lt;b&gt;&amp;amp;&lt;/b&gt; --&gt; c\n\n"
        "01:00:00.000 --> 01:00:00.250\ntwo\nlines\n\n"
        "10:00:00.000 --> 10:00:01.000\nthree\nlines\n"
    )
