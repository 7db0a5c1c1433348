"""The four numbers of what nodes did."""

import pytest

from reelmill.pipelines.stories.figures import Figures, Turn, figures_of


def timeline(node: str, tasks: int, each_s: float, starts_s: float = 0.0) -> list[Turn]:
    """Tasks one after the other, as the specification draws it: all three acts as long."""
    return [
        Turn(node, at, at + 3 * each_s, each_s, each_s, each_s)
        for at in (starts_s + number * each_s for number in range(tasks))
    ]


@pytest.mark.parametrize(
    ("turns", "told"),
    [
        pytest.param([], Figures(0, 0, 0, 0), id="nothing finished"),
        pytest.param([Turn("a", 5, 5, 0, 0, 0)], Figures(0, 0, 0, 0), id="took no time"),
        pytest.param(
            [Turn("a", 0, 10, 2, 6, 2)], Figures(60, 6, 360, 4), id="one task: its own shares"
        ),
        pytest.param(
            [Turn("a", 0, 10, 2, 6, 2), Turn("a", 1000, 1010, 2, 6, 2)],
            Figures(60, 6, 360, 4),
            id="idle time between tasks counts for nothing",
        ),
        pytest.param(
            [Turn("a", 0, 10, 2, 6, 2), Turn("b", 0, 10, 1, 8, 1)],
            Figures(70, 7, 720, 3),
            id="two nodes: rates add up, shares are those of both",
        ),
        pytest.param(
            timeline("a", 38, 10), Figures(95, 10, 342, 20), id="the overlap of the specification"
        ),
    ],
)
def test_the_figures_are(turns: list[Turn], told: Figures) -> None:
    assert figures_of(turns) == pytest.approx(told)
    assert figures_of(turns[::-1]) == pytest.approx(told)
