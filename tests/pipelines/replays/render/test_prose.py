import pytest

from reelmill.pipelines.replays.render.prose import tidy


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        pytest.param("snake_case and __init__.py", "snake_case and __init__.py", id="names stay"),
        pytest.param("**bold** and *thin*", "bold and thin", id="stars around words go"),
        pytest.param("_thin_ and __bold__ words", "thin and bold words", id="underlines go"),
        pytest.param("2 * 3 * 4", "2 * 3 * 4", id="stars of arithmetic stay"),
        pytest.param("# Head\n### Sub", "Head\nSub", id="heads lose their hashes"),
        pytest.param("#1 in C#", "#1 in C#", id="other hashes stay"),
        pytest.param("- one\n* two", "• one\n• two", id="bullets are points"),
        pytest.param("-1 - 2", "-1 - 2", id="minus signs stay"),
        pytest.param("```python\nx = `y`\n```", "\nx = y\n", id="code loses its fences"),
        pytest.param("> quoted", "quoted", id="quotes lose their mark"),
        pytest.param("3 > 2 and 1 < 2", "3 > 2 and 1 < 2", id="comparisons stay"),
        pytest.param("<think>hm</think> so", "hm so", id="tags of thinking go"),
        pytest.param("<|begin_of_box|>RIGHT<|end_of_box|>", "RIGHT", id="special tokens go"),
        pytest.param(r"\boxed{UP} at $x \to y$", "UP at x → y", id="LaTeX is read"),
        pytest.param("costs $5", "costs $5", id="money stays"),
        pytest.param("| a | b |\n|---|---|\n| 1 | 2 |", "a | b\n\n1 | 2", id="tables are rows"),
        pytest.param("---\nrest", "\nrest", id="rules go"),
        pytest.param("", "", id="nothing is nothing"),
    ],
)
def test_marks_go_and_words_stay(written: str, shown: str) -> None:
    assert tidy(written) == shown


@pytest.mark.parametrize("mark", ["*", "_", "`", "$", "<|", "| ", "#", "- ", "\\", "**a", "~~"])
def test_no_run_of_marks_takes_long(mark: str) -> None:
    assert len(tidy(mark * 4_000)) <= 4_000 * len(mark)
