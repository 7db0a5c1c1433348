"""Histograms: sound SVG, every number in one bar."""

import re
from xml.etree import ElementTree as ET

import pytest

from reelmill.pipelines.captures.plots import Mark, histogram

SVG = "{http://www.w3.org/2000/svg}"


def drawn(svg: str) -> tuple[list[int], str]:
    """Counts of the bars, and all that is written."""
    root = ET.fromstring(svg)
    bars = [int(bar.findtext(f"{SVG}title") or 0) for bar in root.iter(f"{SVG}rect")]
    return bars, " ".join(text.text or "" for text in root.iter(f"{SVG}text"))


@pytest.mark.parametrize("log", [False, True])
def test_every_number_is_in_one_bar(*, log: bool) -> None:
    values = [1.0, 1.0, 2.5, 10.0, 999.0, 1000.0]
    bars, words = drawn(histogram(values, "Sizes", unit="MB", log=log))
    assert sum(bars) == len(values)
    assert "Sizes (n = 6)" in " ".join(words.split())
    assert "MB" in words


@pytest.mark.parametrize(
    ("values", "shown"),
    [([], 0), ([float("nan"), 3.0], 1), ([0.0, -1.0, 5.0], 1), ([7.0] * 4, 4)],
    ids=["nothing", "what is no number", "what has no logarithm", "all the same"],
)
def test_what_cannot_be_shown_is_left_out(values: list[float], shown: int) -> None:
    bars, words = drawn(histogram(values, "t", log=True))
    assert sum(bars) == shown
    assert ("nothing to show" in words) == (not shown)


def test_marks_stand_within_the_plot_and_words_are_escaped() -> None:
    svg = histogram([1.0, 2.0], "a < b & c", marks=[Mark(15.0, "dark <"), Mark(-3.0, "low")])
    _, words = drawn(svg)
    assert "dark <" in words
    assert "a < b & c" in words
    dashed = re.findall(r'M([\d.]+) \d+V\d+" stroke="#d9483b"', svg)
    assert all(0 <= float(x) <= 640 for x in dashed)
    assert len(dashed) == 2
