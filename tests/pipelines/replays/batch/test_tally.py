"""How far a batch is, in words."""

import pytest

from reelmill.pipelines.replays.batch.tally import Ended, Ending, Tally


@pytest.mark.parametrize(
    ("endings", "line"),
    [
        pytest.param([], "Processed 0 / 600 (0 failed, 0 succeeded)", id="nothing yet"),
        pytest.param(
            [Ending.FAILED] * 5 + [Ending.SUCCEEDED] * 32,
            "Processed 37 / 600 (5 failed, 32 succeeded)",
            id="as the plan has it",
        ),
        pytest.param(
            [Ending.SKIPPED, Ending.LEFT, Ending.SAME, Ending.SKIPPED],
            "Processed 4 / 600 (0 failed, 0 succeeded, 2 skipped, 1 left, 1 same)",
            id="what was not done is counted too",
        ),
    ],
)
def test_progress_in_words(endings: list[Ending], line: str) -> None:
    tally = Tally(total=600)
    for ending in endings:
        tally.count(Ended(name="a.json", ending=ending))
    assert tally.line == line
