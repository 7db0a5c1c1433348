from hypothesis import given, settings
from hypothesis import strategies as st

from reelmill.media.paragraphs import ELLIPSIS, Block, lay_out
from reelmill.media.text import Cut, Lettering, Style

LETTERS = Lettering(Style(15), ink=40, ground=235)
WIDTH = 160


def set_block(text: str, *, width_px: int = WIDTH, max_lines: int = 8) -> Block:
    return lay_out(text, LETTERS, width_px=width_px, max_lines=max_lines)


def lines_of(block: Block, *words: str) -> list[list[str]]:
    """The words of each line from left to right, told by their pictures."""
    names = {id(LETTERS.cut(word)): word for word in (*words, ELLIPSIS)}
    lines: list[list[str]] = [[] for _ in range(block.lines)]
    for x, line, cut in sorted(block.words, key=lambda word: (word[1], word[0])):
        assert x >= 0
        lines[line].append(names.get(id(cut), "?"))
    return lines


def test_words_go_to_the_next_line_where_they_do_not_fit() -> None:
    words = [f"word{number}" for number in range(6)]
    lines = lines_of(set_block(" ".join(words)), *words)
    assert [word for line in lines for word in line] == words
    assert 1 < len(lines) < len(words)


def test_newlines_are_kept_and_empty_lines_are_not() -> None:
    assert lines_of(set_block("a\n\n \r\nb\u2028c"), "a", "b", "c") == [["a"], ["b"], ["c"]]


def test_a_text_that_goes_on_ends_in_an_ellipsis() -> None:
    block = set_block("apple " * 100, max_lines=2)
    lines = lines_of(block, "apple")
    assert not block.complete
    assert lines[-1][-1] == ELLIPSIS
    assert lines[0][-1] == "apple"
    assert right_edge(block) <= WIDTH


def test_a_text_that_fits_is_left_alone() -> None:
    block = set_block("apple pear", max_lines=1)
    assert block.complete
    assert lines_of(block, "apple", "pear") == [["apple", "pear"]]


def test_words_wider_than_a_line_are_broken() -> None:
    block = set_block("x" * 100)
    assert block.complete
    assert sum(cut.advance for _, _, cut in block.words) > 4 * WIDTH
    assert right_edge(block) <= WIDTH


def test_long_names_are_broken_after_their_signs() -> None:
    block = set_block("google/gemini-2.5-flash-preview-09-2025")
    assert block.words[0][2] is LETTERS.cut("google/gemini-2.5-")


def test_an_endless_word_costs_what_can_be_seen() -> None:
    fresh = Lettering(Style(15), ink=40, ground=235)
    block = lay_out("ab" * 172_012, fresh, width_px=WIDTH, max_lines=20)
    assert not block.complete
    assert block.lines == 20
    assert len(fresh._young) < 60


def test_han_text_is_broken_anywhere_but_before_closing_signs() -> None:
    sentence = "我在左边。" * 12
    block = set_block(sentence)
    starts = [cut for x, _, cut in block.words if x == 0]
    assert block.lines > 3
    assert not any(cut is LETTERS.cut("。", "zh") for cut in starts)


def test_hebrew_paragraphs_are_set_from_the_right() -> None:
    block = set_block("אחת שתיים שלוש")
    rightmost = max(block.words, key=lambda word: word[0])
    assert rightmost[2] is LETTERS.cut("אחת")
    assert rightmost[0] + rightmost[2].advance == WIDTH


def test_latin_words_keep_their_order_inside_hebrew() -> None:
    line = lines_of(set_block("אחת go UP שתיים", width_px=400), "אחת", "go", "UP", "שתיים")
    assert line == [["שתיים", "go", "UP", "אחת"]]


def test_hebrew_words_are_turned_inside_latin() -> None:
    line = lines_of(set_block("say אחת שתיים now", width_px=400), "say", "אחת", "שתיים", "now")
    assert line == [["say", "שתיים", "אחת", "now"]]


def test_overrides_turn_nothing_around() -> None:
    assert lines_of(set_block("\u202eone\u2066 two\x07"), "one", "two") == [["one", "two"]]


@settings(max_examples=120, deadline=None)
@given(
    st.text(max_size=120),
    st.integers(min_value=40, max_value=300),
    st.integers(min_value=1, max_value=4),
)
def test_no_text_leaves_its_box(text: str, width_px: int, max_lines: int) -> None:
    block = set_block(text, width_px=width_px, max_lines=max_lines)
    assert block.lines <= max_lines
    assert left_edge(block) >= 0
    assert right_edge(block) <= width_px


def left_edge(block: Block) -> int:
    return min((x for x, _, _ in block.words), default=0)


def right_edge(block: Block) -> int:
    return max((x + cut.advance for x, _, cut in block.words), default=0)


def test_a_cut_is_as_wide_as_it_says() -> None:
    cut: Cut = LETTERS.cut("width")
    assert cut.luma.shape == (LETTERS.height_px, cut.advance)
