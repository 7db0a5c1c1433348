"""SRT and WebVTT, as people and programs write them, and as nobody should."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as some

from reelmill.media.cues import Cue
from reelmill.media.subtitles import MOST_CUES, MOST_LETTERS, MOST_OF_ONE, BadSubtitles, read

SRT = """1
00:00:00,500 --> 00:00:02,000
Once there was

2
00:00:02,000 --> 00:00:03,250
a shepherd
"""

VTT = """WEBVTT - a talk

NOTE
by hand --> nobody

STYLE
::cue { color: red }

intro
00:00.500 --> 00:02.000 line:0 align:start
<v Ann>Once <i>there</i> was</v>

00:02.000 --> 00:03.250
a &amp; <c.yellow>shepherd</c>
"""


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=["Unix", "Windows", "old Mac"])
def test_srt_is_read_whoever_wrote_its_lines(ends: str) -> None:
    assert read("\ufeff" + SRT.replace("\n", ends)) == [
        Cue(0.5, 2.0, "Once there was"),
        Cue(2.0, 3.25, "a shepherd"),
    ]


def test_webvtt_is_read_without_notes_styles_and_marks() -> None:
    assert read(VTT) == [Cue(0.5, 2.0, "Once there was"), Cue(2.0, 3.25, "a & shepherd")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("<font color=red>red</font>", "red", id="marks of HTML"),
        pytest.param(r"{\an8}{\i1}above{\i0}", "above", id="marks of SubStation Alpha"),
        pytest.param("1 < 2 and {3}", "1 < 2 and {3}", id="what only looks like a mark"),
        pytest.param("a\n\n\nb", "a\nb", id="an empty line inside"),
        pytest.param("  a \t b  \n c", "a b\nc", id="spaces"),
        pytest.param("한국어 자막", "한국어 자막", id="Korean"),
        pytest.param("&lt;b&gt;", "<b>", id="what is written as text stays text"),
    ],
)
def test_what_is_to_be_read_of_a_caption(text: str, said: str) -> None:
    assert read(f"1\n00:00:01,000 --> 00:00:02,000\n{text}") == [Cue(1.0, 2.0, said)]


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        pytest.param("", {"problem": "no caption is in it"}, id="nothing"),
        pytest.param("WEBVTT\n\n", {"problem": "no caption is in it"}, id="a head alone"),
        pytest.param("to be or not", {"problem": "no caption is in it"}, id="a text"),
        pytest.param("1\n0:01 -> 0:02\na", {"problem": "no caption is in it"}, id="a short arrow"),
        pytest.param(
            "1\n00:00:01,000 --> never\na",
            {"line": 2, "problem": "that is no time", "found": "00:00:01,000 --> never"},
            id="no time",
        ),
        pytest.param(
            SRT + "\n3\n00:00:05,000 --> 00:00:04,000\na",
            {"line": 10, "problem": "it ends before it begins"},
            id="backwards",
        ),
        pytest.param(
            "a" * (MOST_LETTERS + 1),
            {"letters": MOST_LETTERS + 1, "limit": MOST_LETTERS},
            id="long",
        ),
        pytest.param(
            "".join(f"0:{at // 60:02}:{at % 60:02}.0-->1:00:00.0\na\n\n" for at in range(3600)) * 3,
            {"captions": 3 * 3600, "limit": MOST_CUES},
            id="many",
        ),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(text: str, facts: dict[str, object]) -> None:
    with pytest.raises(BadSubtitles) as told:
        read(text)
    assert told.value.facts == facts


def test_no_caption_is_longer_than_what_can_be_read() -> None:
    (cue,) = read(f"1\n00:00:01,000 --> 00:00:02,000\n{'word ' * 1000}")
    assert len(cue.text) <= MOST_OF_ONE


@pytest.mark.parametrize("piece", ["<", "{\\", "00:00:00,0 --> ", "\n\n1\n", "&#", "<<>>{{}}"])
def test_no_text_takes_long(piece: str) -> None:
    began = time.perf_counter()
    with suppress(BadSubtitles):
        read(f"1\n00:00:01,000 --> 00:00:02,000\n{piece * (MOST_LETTERS // len(piece) - 20)}")
    assert time.perf_counter() - began < 5


@given(some.text(alphabet="0123456789:,.-> \n<>{}\\&;aé\r", max_size=200))
def test_any_text_is_captions_in_order_or_refused(text: str) -> None:
    try:
        cues = read(text)
    except BadSubtitles:
        return
    assert all(cue.text and cue.start_s <= cue.end_s for cue in cues)
    assert [cue.start_s for cue in cues] == sorted({cue.start_s for cue in cues})
