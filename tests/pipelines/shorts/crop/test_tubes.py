"""Where the window may be -> the straightest path through."""

import numpy as np

from reelmill.pipelines.shorts.crop.tubes import Stand, Tubes, taut


def test_the_string_touches_the_tubes_and_never_leaves_them() -> None:
    dice = np.random.default_rng(5)
    for _ in range(50):
        low = np.cumsum(dice.normal(0, 0.1, 40))
        tubes = Tubes(low=low, high=low + dice.uniform(0, 0.3, 40))
        path = taut(np.cumsum(dice.uniform(0.05, 0.2, 40)), tubes)
        assert tubes.hold(path, slice(None))


def test_tubes_are_closed_around_a_stand() -> None:
    tubes = Tubes(low=np.zeros(6), high=np.ones(6)).pinned([Stand(first=2, last=3, level=0.4)])
    assert tubes.low.tolist() == [0, 0, 0.4, 0.4, 0, 0]
    assert tubes.high.tolist() == [1, 1, 0.4, 0.4, 1, 1]


def test_no_level_suits_tubes_that_lie_apart() -> None:
    tubes = Tubes(low=np.array([0.0, 0.5]), high=np.array([0.4, 0.9]))
    assert tubes.level_for(0, 1, np.array([0.2, 0.7])) is None
    assert tubes.level_for(1, 1, np.array([0.2, 0.7])) == 0.7
